//! What serde is told in attributes. Whatever would change the shape in a way that is not known
//! here is refused.

use super::source::Source;
use crate::failure::Result;
use syn::punctuated::Punctuated;
use syn::{Attribute, LitStr, Path, Token};

/// What a type says.
#[derive(Default)]
pub struct OfType {
    /// Its variants are named in snake_case.
    pub snake: bool,
    /// Every field may be left out.
    pub default: bool,
}

/// Whether serde is derived.
pub fn is_derived(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("derive"))
        .filter_map(|attribute| {
            attribute
                .parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)
                .ok()
        })
        .flatten()
        .any(|path| {
            path.segments
                .last()
                .is_some_and(|name| name.ident == "Serialize" || name.ident == "Deserialize")
        })
}

/// What the attributes of a struct or an enum say.
///
/// # Errors
/// Where they say something that is not understood.
pub fn of_type(source: &Source, attributes: &[Attribute]) -> Result<OfType> {
    let mut said = OfType::default();
    each(source, attributes, |word, value| match (word, value) {
        ("rename_all", Some("snake_case")) => {
            said.snake = true;
            true
        }
        ("default", None) => {
            said.default = true;
            true
        }
        // Says what is refused, not how it looks.
        ("deny_unknown_fields", None) => true,
        _ => false,
    })?;
    Ok(said)
}

/// Whether a field may be left out.
///
/// # Errors
/// Where its attributes say something that is not understood.
pub fn may_be_missing(source: &Source, attributes: &[Attribute]) -> Result<bool> {
    let mut missing = false;
    each(source, attributes, |word, _| {
        let known = matches!(word, "default" | "skip_serializing_if");
        missing |= known;
        known
    })?;
    Ok(missing)
}

/// Makes sure that serde is told nothing.
///
/// # Errors
/// Where it is.
pub fn nothing(source: &Source, attributes: &[Attribute]) -> Result<()> {
    each(source, attributes, |_, _| false)
}

/// Shows `known` every word with its value, which answers whether it knows it.
fn each(
    source: &Source,
    attributes: &[Attribute],
    mut known: impl FnMut(&str, Option<&str>) -> bool,
) -> Result<()> {
    for attribute in attributes {
        if attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr") {
            return Err(source.failure(attribute, "what depends on `cfg` has no one type"));
        }
        if !attribute.path().is_ident("serde") {
            continue;
        }
        let read = attribute.parse_nested_meta(|meta| {
            let word = meta.path.get_ident().map(ToString::to_string);
            let word = word.unwrap_or_default();
            let value = if meta.input.peek(Token![=]) {
                Some(meta.value()?.parse::<LitStr>()?.value())
            } else {
                None
            };
            if known(&word, value.as_deref()) {
                return Ok(());
            }
            let value = value.map_or(String::new(), |value| format!(" = {value:?}"));
            Err(meta.error(format!(
                "`#[serde({word}{value})]` here is not supported by `cargo xtask ipc`"
            )))
        });
        read.map_err(|error| source.refusal(&error))?;
    }
    Ok(())
}
