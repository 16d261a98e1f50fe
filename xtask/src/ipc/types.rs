//! The types that the user interface may see, and what they are in TypeScript.

use super::shape::{Body, Carries, Definition, Field, Use, Variant};
use super::source::Source;
use super::{docs, serde, words};
use crate::failure::{Failure, Result};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{
    Fields, GenericArgument, Generics, Item, ItemEnum, ItemStruct, PathArguments, PathSegment,
    Type, Visibility,
};

/// Every public type with a serde derive, by its name.
pub struct Types<'a> {
    declared: BTreeMap<String, Vec<Declared<'a>>>,
    /// Names that were used.
    used: RefCell<BTreeSet<String>>,
}

/// A type and where it is.
#[derive(Clone, Copy)]
struct Declared<'a> {
    source: &'a Source,
    item: &'a Item,
}

impl<'a> Types<'a> {
    /// Looks through the sources. What no command uses may be of any shape.
    pub fn of(sources: impl Iterator<Item = &'a Source>) -> Self {
        let mut declared: BTreeMap<String, Vec<Declared<'a>>> = BTreeMap::new();
        for source in sources {
            for item in source.items() {
                let (name, attributes, visibility) = match item {
                    Item::Struct(item) => (&item.ident, &item.attrs, &item.vis),
                    Item::Enum(item) => (&item.ident, &item.attrs, &item.vis),
                    _ => continue,
                };
                if matches!(visibility, Visibility::Public(_)) && serde::is_derived(attributes) {
                    let known = declared.entry(name.to_string()).or_default();
                    known.push(Declared { source, item });
                }
            }
        }
        Self {
            declared,
            used: RefCell::default(),
        }
    }

    /// What the type `of`, written in `source`, is in TypeScript. Remembers what it is made of.
    ///
    /// # Errors
    /// Where it is neither one that is known here nor a public one with a serde derive.
    pub fn usage(&self, source: &Source, of: &Type) -> Result<Use> {
        match of {
            Type::Reference(inner) => self.usage(source, &inner.elem),
            Type::Paren(inner) => self.usage(source, &inner.elem),
            Type::Slice(inner) => Ok(Use::Array(Box::new(self.usage(source, &inner.elem)?))),
            Type::Array(inner) => Ok(Use::Array(Box::new(self.usage(source, &inner.elem)?))),
            Type::Tuple(parts) if parts.elems.is_empty() => Ok(Use::Name("null".to_owned())),
            Type::Tuple(parts) => {
                let parts = parts.elems.iter().map(|part| self.usage(source, part));
                Ok(Use::Tuple(parts.collect::<Result<_>>()?))
            }
            Type::Path(path) => match path.path.segments.last() {
                Some(segment) if path.qself.is_none() => self.named(source, segment),
                _ => Err(unknown(source, of)),
            },
            _ => Err(unknown(source, of)),
        }
    }

    fn named(&self, source: &Source, segment: &PathSegment) -> Result<Use> {
        let name = segment.ident.to_string();
        let given = arguments(segment);
        let within = |at: usize| match given.get(at) {
            Some(inner) => self.usage(source, inner).map(Box::new),
            None => Err(source.failure(segment, format!("`{name}` of what?"))),
        };
        Ok(match (name.as_str(), given.len()) {
            ("bool", 0) => Use::Name("boolean".to_owned()),
            ("String" | "str" | "char" | "PathBuf", 0) => Use::Name("string".to_owned()),
            ("u8" | "u16" | "u32" | "u64" | "usize", 0)
            | ("i8" | "i16" | "i32" | "i64" | "isize" | "f32" | "f64", 0) => {
                Use::Name("number".to_owned())
            }
            ("Duration", 0) => Use::Name("{ secs: number; nanos: number }".to_owned()),
            ("Box" | "Arc", 1) => *within(0)?,
            ("Option", 1) => within(0)?.or_null(),
            ("Vec" | "VecDeque" | "BTreeSet" | "HashSet", 1) => Use::Array(within(0)?),
            ("HashMap" | "BTreeMap", 2) => match *within(0)? {
                Use::Name(key) if key == "string" => Use::Record(within(1)?),
                _ => return Err(source.failure(segment, "a key of a map has to be a `String`")),
            },
            (_, 0) => {
                self.find(&name)
                    .map_err(|why| source.failure(segment, why))?;
                self.used.borrow_mut().insert(name.clone());
                Use::name(&name)
            }
            _ => return Err(unknown(source, segment)),
        })
    }

    /// The only type of this name, or why there is none.
    fn find(&self, name: &str) -> std::result::Result<Declared<'a>, String> {
        match self.declared.get(name).map(Vec::as_slice) {
            Some([one]) => Ok(*one),
            Some(several @ [_, ..]) => {
                let places: Vec<_> = several.iter().map(Declared::place).collect();
                Err(format!(
                    "`{name}` is the name of several types: {}",
                    places.join(", ")
                ))
            }
            _ => Err(format!(
                "`{name}` is no type that `cargo xtask ipc` knows, and no public one with a serde derive under {} or {}",
                super::VIEWS,
                super::DESKTOP
            )),
        }
    }

    /// The definitions of every type that was used, of those in `always`, and of all that these are
    /// made of, by their names in TypeScript.
    ///
    /// # Errors
    /// Where one of them has a shape that is not understood.
    pub fn reached(&self, always: &[&str]) -> Result<Vec<Definition>> {
        let mut written = BTreeMap::new();
        self.used
            .borrow_mut()
            .extend(always.iter().map(|name| (*name).to_owned()));
        loop {
            let next = {
                let used = self.used.borrow();
                used.iter()
                    .find(|name| !written.contains_key(*name))
                    .cloned()
            };
            let Some(name) = next else { break };
            let found = self.find(&name).map_err(Failure::new)?;
            let definition = self.define(found)?;
            written.insert(name, definition);
        }
        let mut definitions: Vec<Definition> = written.into_values().collect();
        definitions.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(definitions)
    }

    fn define(&self, Declared { source, item }: Declared<'_>) -> Result<Definition> {
        let (name, attributes, body) = match item {
            Item::Struct(item) => (&item.ident, &item.attrs, self.structure(source, item)?),
            Item::Enum(item) => (&item.ident, &item.attrs, self.choice(source, item)?),
            other => return Err(unknown(source, other)),
        };
        Ok(Definition {
            name: words::type_name(&name.to_string()).to_owned(),
            docs: docs::of(attributes),
            body,
        })
    }

    fn structure(&self, source: &Source, item: &ItemStruct) -> Result<Body> {
        no_generics(source, &item.generics)?;
        let said = serde::of_type(source, &item.attrs)?;
        Ok(match self.carried(source, &item.fields, said.default)? {
            Carries::Nothing => Body::Alias(Use::Name("null".to_owned())),
            Carries::Value(value) => Body::Alias(value),
            Carries::Object(fields) => Body::Object(fields),
        })
    }

    fn choice(&self, source: &Source, item: &ItemEnum) -> Result<Body> {
        no_generics(source, &item.generics)?;
        let said = serde::of_type(source, &item.attrs)?;
        let variants = item.variants.iter().map(|variant| {
            serde::nothing(source, &variant.attrs)?;
            let name = variant.ident.unraw().to_string();
            Ok(Variant {
                tag: if said.snake {
                    words::snake(&name)
                } else {
                    name
                },
                docs: docs::of(&variant.attrs),
                carries: self.carried(source, &variant.fields, false)?,
            })
        });
        Ok(Body::Union(variants.collect::<Result<_>>()?))
    }

    fn carried(&self, source: &Source, fields: &Fields, optional: bool) -> Result<Carries> {
        match fields {
            Fields::Unit => Ok(Carries::Nothing),
            Fields::Named(fields) => {
                let fields = fields.named.iter().map(|field| {
                    let name = field.ident.as_ref();
                    Ok(Field {
                        name: name
                            .map(|name| name.unraw().to_string())
                            .unwrap_or_default(),
                        docs: docs::of(&field.attrs),
                        optional: serde::may_be_missing(source, &field.attrs)? || optional,
                        of: self.usage(source, &field.ty)?,
                    })
                });
                Ok(Carries::Object(fields.collect::<Result<_>>()?))
            }
            Fields::Unnamed(fields) => {
                let mut parts = Vec::new();
                for field in &fields.unnamed {
                    serde::nothing(source, &field.attrs)?;
                    parts.push(self.usage(source, &field.ty)?);
                }
                let only = if parts.len() == 1 { parts.pop() } else { None };
                Ok(Carries::Value(only.unwrap_or(Use::Tuple(parts))))
            }
        }
    }
}

impl Declared<'_> {
    fn place(&self) -> String {
        // The first token may be a doc comment far above the name.
        match self.item {
            Item::Struct(item) => self.source.place(&item.ident),
            Item::Enum(item) => self.source.place(&item.ident),
            other => self.source.place(other),
        }
    }
}

/// The types between the angle brackets; lifetimes do not count.
pub fn arguments(segment: &PathSegment) -> Vec<&Type> {
    match &segment.arguments {
        PathArguments::AngleBracketed(list) => list
            .args
            .iter()
            .filter_map(|argument| match argument {
                GenericArgument::Type(inner) => Some(inner),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn no_generics(source: &Source, generics: &Generics) -> Result<()> {
    if generics.params.is_empty() {
        Ok(())
    } else {
        Err(source.failure(generics, "a generic type has no one shape"))
    }
}

fn unknown(source: &Source, what: &impl Spanned) -> Failure {
    let text = what.span().source_text().unwrap_or_default();
    source.failure(
        what,
        format!("`{text}` is no type that `cargo xtask ipc` knows"),
    )
}
