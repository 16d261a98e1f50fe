//! How something on a page is named: by its role and its name, as somebody who cannot see it knows it,
//! or by the text that it shows.

use std::fmt;

use serde_json::{Value, json};

/// Something on the page.
#[derive(Clone, Debug)]
pub struct Find(Value);

/// A button with this name.
#[must_use]
pub fn button(name: &str) -> Find {
    role("button", name)
}

/// A field to write in with this name.
#[must_use]
pub fn field(name: &str) -> Find {
    role("textbox", name)
}

/// Something of this role with this name; a name that ends with `…` is the beginning of one.
#[must_use]
pub fn role(role: &str, name: &str) -> Find {
    Find(json!({ "role": role, "name": name }))
}

/// The innermost thing that shows this text, possibly among others.
#[must_use]
pub fn text(text: &str) -> Find {
    Find(json!({ "text": text }))
}

/// What a selector finds, where nothing else tells it apart.
#[must_use]
pub fn css(selector: &str) -> Find {
    Find(json!({ "css": selector }))
}

impl Find {
    /// Only inside of the other one.
    #[must_use]
    pub fn within(mut self, other: &Self) -> Self {
        self.0["within"] = other.0.clone();
        self
    }

    /// Only one that has the other one inside.
    #[must_use]
    pub fn with(mut self, other: &Self) -> Self {
        self.0["with"] = other.0.clone();
        self
    }

    /// The last one of several.
    #[must_use]
    pub fn last(mut self) -> Self {
        self.0["last"] = json!(true);
        self
    }

    /// What the script on the page takes.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.0
    }
}

impl fmt::Display for Find {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
