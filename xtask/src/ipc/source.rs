//! The Rust sources, parsed.

use crate::failure::{Failure, Result};
use std::fs;
use std::path::Path;
use syn::spanned::Spanned;
use syn::{Attribute, Item, Meta};

/// One file.
pub struct Source {
    /// Its path from the workspace's root, as a failure names it.
    path: String,
    file: syn::File,
}

impl Source {
    /// Parses one file's text.
    ///
    /// # Errors
    /// Where it is no Rust.
    pub fn parse(path: impl Into<String>, text: &str) -> Result<Self> {
        let path = path.into();
        match syn::parse_file(text) {
            Ok(file) => Ok(Self { path, file }),
            Err(error) => {
                let line = error.span().start().line;
                Err(Failure::new(format!("{path}:{line}: {error}")))
            }
        }
    }

    /// Whether it is under `folder`.
    pub fn is_in(&self, folder: &str) -> bool {
        Path::new(&self.path).starts_with(folder)
    }

    /// Its file, for who walks through it.
    pub fn file(&self) -> &syn::File {
        &self.file
    }

    /// Everything in it but what is there for tests only, modules inside it opened.
    pub fn items(&self) -> Vec<&Item> {
        let mut found = Vec::new();
        open(&self.file.items, &mut found);
        found
    }

    /// Where in it something is: `path:line`.
    pub fn place(&self, what: &impl Spanned) -> String {
        format!("{}:{}", self.path, what.span().start().line)
    }

    /// A failure about something in it.
    pub fn failure(&self, what: &impl Spanned, why: impl AsRef<str>) -> Failure {
        Failure::new(format!("{}: {}", self.place(what), why.as_ref()))
    }

    /// The failure about an attribute's words that `syn` did not take.
    pub fn refusal(&self, error: &syn::Error) -> Failure {
        let line = error.span().start().line;
        Failure::new(format!("{}:{line}: {error}", self.path))
    }
}

fn open<'a>(items: &'a [Item], found: &mut Vec<&'a Item>) {
    for item in items {
        match item {
            Item::Mod(module) if !is_for_tests(&module.attrs) => {
                if let Some((_, items)) = &module.content {
                    open(items, found);
                }
            }
            Item::Mod(_) => {}
            item => found.push(item),
        }
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        _ => false,
    })
}

/// Reads every Rust file under `folder`, in the order of their paths.
///
/// # Errors
/// Where a file cannot be read or is no Rust.
pub fn read(root: &Path, folder: &str) -> Result<Vec<Source>> {
    let mut paths = Vec::new();
    list(&root.join(folder), &mut paths)?;
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let text = fs::read_to_string(path)
                .map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
            let shown = path.strip_prefix(root).unwrap_or(path);
            Source::parse(shown.display().to_string(), &text)
        })
        .collect()
}

fn list(folder: &Path, paths: &mut Vec<std::path::PathBuf>) -> Result<()> {
    let explain = |error| Failure::new(format!("{}: {error}", folder.display()));
    for entry in fs::read_dir(folder).map_err(explain)? {
        let path = entry.map_err(explain)?.path();
        if path.is_dir() {
            list(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
    Ok(())
}
