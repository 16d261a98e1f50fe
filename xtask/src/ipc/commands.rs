//! The commands, as they are declared.

use super::shape::Use;
use super::source::Source;
use super::types::{self, Types};
use super::{docs, words};
use crate::failure::Result;
use syn::ext::IdentExt;
use syn::{FnArg, Item, ItemFn, Meta, Pat, PathSegment, ReturnType, Type};

/// Parameters that Tauri fills in, by their types.
const TAURIS: &[&str] = &[
    "AppHandle",
    "Request",
    "State",
    "Webview",
    "WebviewWindow",
    "Window",
];
/// The parameter for the profile that the command is about: the caller gives its name.
const OPEN: &str = "Open";
/// What the caller's parameter for it is called.
pub const PROFILE: &str = "profile";

/// One command.
#[derive(Clone)]
pub struct Command {
    /// Its name, as Tauri knows it.
    pub name: String,
    /// Where it is declared.
    pub place: String,
    /// Its doc comment.
    pub docs: Vec<String>,
    /// What its caller gives.
    pub parameters: Vec<Parameter>,
    /// What it answers; nothing where it answers `()`.
    pub answer: Option<Use>,
    /// What it fails with.
    pub throws: Option<Use>,
}

/// One parameter of a command.
#[derive(Clone)]
pub struct Parameter {
    /// The key of the argument.
    pub key: String,
    /// Its name in TypeScript.
    pub name: String,
    /// Its type.
    pub of: Use,
    /// Values of the type come through it, many times.
    pub channel: bool,
}

/// The commands in `source`.
///
/// # Errors
/// Where one takes or answers something that is not understood.
pub fn of(source: &Source, types: &Types<'_>) -> Result<Vec<Command>> {
    let mut commands = Vec::new();
    for item in source.items() {
        if let Item::Fn(function) = item
            && is_command(source, function)?
        {
            commands.push(command(source, types, function)?);
        }
    }
    Ok(commands)
}

fn is_command(source: &Source, function: &ItemFn) -> Result<bool> {
    let mark = function.attrs.iter().find(|attribute| {
        let last = attribute.path().segments.last();
        last.is_some_and(|segment| segment.ident == "command")
    });
    match mark.map(|mark| &mark.meta) {
        None => Ok(false),
        Some(Meta::Path(_)) => Ok(true),
        // Where it runs is nothing that its caller sees.
        Some(Meta::List(list)) if list.tokens.to_string() == "async" => Ok(true),
        Some(other) => Err(source.failure(
            other,
            "a command's attribute may say `async` and nothing else",
        )),
    }
}

fn command(source: &Source, types: &Types<'_>, function: &ItemFn) -> Result<Command> {
    let mut parameters: Vec<Parameter> = Vec::new();
    for input in &function.sig.inputs {
        let FnArg::Typed(typed) = input else {
            return Err(source.failure(input, "a command has no `self`"));
        };
        let end = path_end(&typed.ty);
        let is = |name: &str| end.is_some_and(|end| end.ident == name);
        if TAURIS.iter().any(|name| is(name)) {
            continue;
        }
        let Pat::Ident(pattern) = &*typed.pat else {
            return Err(source.failure(input, "a command's parameter needs a name"));
        };
        let key = words::camel(&pattern.ident.unraw().to_string());
        let is_profile = is(OPEN);
        let channel = is("Channel");
        let of = match end.map(types::arguments).as_deref() {
            _ if is_profile => Use::Name("string".to_owned()),
            Some([inner]) if channel => types.usage(source, inner)?,
            _ => types.usage(source, &typed.ty)?,
        };
        let name = words::free(if is_profile {
            PROFILE.to_owned()
        } else {
            key.clone()
        });
        if parameters.iter().any(|other| other.name == name) {
            return Err(source.failure(input, format!("there is a `{name}` already")));
        }
        let parameter = Parameter {
            key,
            name,
            of,
            channel,
        };
        // Wherever the profile stands in Rust, a caller says first whom it is about.
        let at = if is_profile { 0 } else { parameters.len() };
        parameters.insert(at, parameter);
    }
    let (answer, throws) = outcome(source, types, &function.sig.output)?;
    Ok(Command {
        name: function.sig.ident.unraw().to_string(),
        place: source.place(&function.sig.ident),
        docs: docs::of(&function.attrs),
        parameters,
        answer,
        throws,
    })
}

/// What a command answers, and what it fails with.
fn outcome(
    source: &Source,
    types: &Types<'_>,
    output: &ReturnType,
) -> Result<(Option<Use>, Option<Use>)> {
    let ReturnType::Type(_, of) = output else {
        return Ok((None, None));
    };
    let answer = |of: &Type| match of {
        Type::Tuple(parts) if parts.elems.is_empty() => Ok(None),
        of => types.usage(source, of).map(Some),
    };
    match path_end(of).map(|end| (end.ident.to_string(), types::arguments(end))) {
        Some((name, given)) if name == "Result" => match given.as_slice() {
            [good, bad] => Ok((answer(good)?, Some(types.usage(source, bad)?))),
            _ => Err(source.failure(output, "a command has to say what it fails with")),
        },
        _ => Ok((answer(of)?, None)),
    }
}

/// The last name of a type's path: `State` of `tauri::State<'_, Streams>`.
fn path_end(of: &Type) -> Option<&PathSegment> {
    match of {
        Type::Path(path) => path.path.segments.last(),
        Type::Reference(inner) => path_end(&inner.elem),
        _ => None,
    }
}
