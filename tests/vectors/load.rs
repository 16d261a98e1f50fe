//! Reads the test vectors of this folder. Taken in by the tests of several crates with `#[path]`.
#![allow(dead_code, reason = "each crate uses a part of it")]

use serde_json::Value;

/// One file of vectors.
pub struct File(Value);

/// One case, or a part of one: an object of fields. A field of a message that is not there has its
/// default, as on the wire.
#[derive(Clone, Copy)]
pub struct Case<'a>(&'a Value);

impl File {
    /// Reads `tests/vectors/<name>`.
    pub fn read(name: &str) -> Self {
        // Every crate that takes this in lies one or two folders below the root.
        let own = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let path = own
            .ancestors()
            .map(|folder| folder.join("tests/vectors").join(name))
            .find(|path| path.exists())
            .unwrap_or_else(|| panic!("{name} is not there"));
        let text = std::fs::read_to_string(&path).unwrap();
        Self(serde_json::from_str(&text).unwrap())
    }

    /// The cases of a group; there is at least one.
    pub fn cases(&self, group: &str) -> Vec<Case<'_>> {
        let cases = self.0[group].as_array().expect(group);
        assert!(!cases.is_empty(), "{group} is empty");
        cases.iter().map(Case).collect()
    }

    /// The case of a group that has this name.
    pub fn named(&self, group: &str, name: &str) -> Case<'_> {
        self.cases(group)
            .into_iter()
            .find(|case| case.text("name") == name)
            .unwrap_or_else(|| panic!("{group} has no {name}"))
    }
}

impl<'a> Case<'a> {
    /// Text; empty where there is none.
    pub fn text(&self, field: &str) -> &'a str {
        match &self.0[field] {
            Value::Null => "",
            value => value.as_str().expect(field),
        }
    }

    /// Bytes; none where there is no such field.
    pub fn bytes(&self, field: &str) -> Vec<u8> {
        hex(self.text(field))
    }

    /// Bytes of a fixed length.
    pub fn array<const N: usize>(&self, field: &str) -> [u8; N] {
        self.bytes(field).try_into().expect(field)
    }

    /// A number; 0 where there is none.
    pub fn number(&self, field: &str) -> u64 {
        self.maybe(field).unwrap_or_default()
    }

    /// A number of 32 bits; 0 where there is none.
    pub fn small(&self, field: &str) -> u32 {
        self.number(field).try_into().expect(field)
    }

    /// A length or size.
    pub fn length(&self, field: &str) -> usize {
        self.number(field).try_into().expect(field)
    }

    /// A number, or null.
    pub fn maybe(&self, field: &str) -> Option<u64> {
        match &self.0[field] {
            Value::Null => None,
            value => Some(value.as_u64().expect(field)),
        }
    }

    /// A truth; false where there is none.
    pub fn flag(&self, field: &str) -> bool {
        match &self.0[field] {
            Value::Null => false,
            value => value.as_bool().expect(field),
        }
    }

    /// A part that is an object itself, made into something; `None` where there is none.
    pub fn part<T>(&self, field: &str, make: impl Fn(Case<'a>) -> T) -> Option<T> {
        match &self.0[field] {
            Value::Null => None,
            value => Some(make(Case(value))),
        }
    }

    /// A list of objects, made into something.
    pub fn list<T>(&self, field: &str, make: impl Fn(Case<'a>) -> T) -> Vec<T> {
        self.values(field).map(|value| make(Case(value))).collect()
    }

    /// A list of texts.
    pub fn texts(&self, field: &str) -> Vec<&'a str> {
        self.values(field)
            .map(|value| value.as_str().expect(field))
            .collect()
    }

    /// A list of byte strings.
    pub fn many(&self, field: &str) -> Vec<Vec<u8>> {
        self.texts(field).into_iter().map(hex).collect()
    }

    /// A list of numbers of 32 bits.
    pub fn smalls(&self, field: &str) -> Vec<u32> {
        self.values(field)
            .map(|value| u32::try_from(value.as_u64().expect(field)).expect(field))
            .collect()
    }

    /// Whether the field is there.
    pub fn has(&self, field: &str) -> bool {
        !self.0[field].is_null()
    }

    fn values(&self, field: &str) -> impl Iterator<Item = &'a Value> {
        self.0[field].as_array().into_iter().flatten()
    }
}

/// Bytes of hexadecimal text.
pub fn hex(text: &str) -> Vec<u8> {
    assert!(text.len().is_multiple_of(2), "{text}");
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect(text))
        .collect()
}
