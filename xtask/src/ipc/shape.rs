//! Types of TypeScript, before they are text.

use super::words;
use std::fmt;

/// A type where it is used.
#[derive(Clone)]
pub enum Use {
    /// One that the language has, or one with a definition, by its name there.
    Name(String),
    /// `T | null`.
    Nullable(Box<Use>),
    /// `T[]`.
    Array(Box<Use>),
    /// `Record<string, T>`.
    Record(Box<Use>),
    /// `[A, B]`.
    Tuple(Vec<Use>),
}

impl Use {
    /// The type with a name in Rust.
    pub fn name(rust: &str) -> Self {
        Self::Name(words::type_name(rust).to_owned())
    }

    /// The type, or nothing; JSON cannot tell two kinds of nothing from each other.
    pub fn or_null(self) -> Self {
        match self {
            Self::Nullable(_) => self,
            other => Self::Nullable(Box::new(other)),
        }
    }
}

impl fmt::Display for Use {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Nullable(inner) => write!(f, "{inner} | null"),
            Self::Array(inner) => match **inner {
                Self::Nullable(_) => write!(f, "({inner})[]"),
                _ => write!(f, "{inner}[]"),
            },
            Self::Record(inner) => write!(f, "Record<string, {inner}>"),
            Self::Tuple(parts) => {
                let parts: Vec<_> = parts.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", parts.join(", "))
            }
        }
    }
}

/// A type where it is defined.
pub struct Definition {
    /// Its name in TypeScript.
    pub name: String,
    /// Its doc comment.
    pub docs: Vec<String>,
    /// What it is.
    pub body: Body,
}

/// What a type is.
pub enum Body {
    /// An object.
    Object(Vec<Field>),
    /// Another name.
    Alias(Use),
    /// One of several.
    Union(Vec<Variant>),
}

/// A field of an object.
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its doc comment.
    pub docs: Vec<String>,
    /// It may be left out.
    pub optional: bool,
    /// Its type.
    pub of: Use,
}

/// One of the several that a type can be.
pub struct Variant {
    /// Its tag.
    pub tag: String,
    /// Its doc comment.
    pub docs: Vec<String>,
    /// What it carries.
    pub carries: Carries,
}

/// What a variant carries.
pub enum Carries {
    /// Nothing: it is its tag.
    Nothing,
    /// One value under its tag.
    Value(Use),
    /// An object under its tag.
    Object(Vec<Field>),
}
