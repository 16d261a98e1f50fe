//! What the desktop's invoke handler lists, beside what is declared.

use super::commands::Command;
use super::source::Source;
use crate::failure::{Failure, Result};
use std::collections::BTreeMap;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Macro, Path, Token};

/// Makes sure that every command has a name of its own and is in a `generate_handler!`, and that
/// nothing else is.
///
/// # Errors
/// Names the first command for which this is not so, and where it is.
pub fn compare(commands: &[Command], sources: &[Source]) -> Result<()> {
    let mut declared: BTreeMap<&str, &Command> = BTreeMap::new();
    for command in commands {
        if let Some(other) = declared.insert(&command.name, command) {
            return Err(Failure::new(format!(
                "{}: there is a command {:?} already, at {}",
                command.place, command.name, other.place
            )));
        }
    }
    let mut listed: BTreeMap<String, String> = BTreeMap::new();
    for source in sources {
        let mut search = Search {
            source,
            found: Vec::new(),
            failure: None,
        };
        search.visit_file(source.file());
        if let Some(failure) = search.failure {
            return Err(failure);
        }
        listed.extend(search.found);
    }
    let unknown = listed
        .iter()
        .find(|(name, _)| !declared.contains_key(name.as_str()));
    if let Some((name, place)) = unknown {
        return Err(Failure::new(format!(
            "{place}: the invoke handler lists {name:?}, which is no command under {}",
            super::COMMANDS
        )));
    }
    match commands
        .iter()
        .find(|command| !listed.contains_key(&command.name))
    {
        None => Ok(()),
        Some(command) => Err(Failure::new(format!(
            "{}: the command {:?} is not in the invoke handler",
            command.place, command.name
        ))
        .remedy("add it to `tauri::generate_handler![…]`")),
    }
}

/// Looks for the handler, wherever in a function it is made.
struct Search<'a> {
    source: &'a Source,
    /// What it lists, and where.
    found: Vec<(String, String)>,
    failure: Option<Failure>,
}

impl<'ast> Visit<'ast> for Search<'_> {
    fn visit_macro(&mut self, called: &'ast Macro) {
        let end = called.path.segments.last();
        if end.is_some_and(|end| end.ident == "generate_handler") {
            match called.parse_body_with(Punctuated::<Path, Token![,]>::parse_terminated) {
                Ok(paths) => {
                    for path in &paths {
                        if let Some(name) = path.segments.last() {
                            let place = self.source.place(path);
                            self.found.push((name.ident.to_string(), place));
                        }
                    }
                }
                Err(error) => self.failure = Some(self.source.refusal(&error)),
            }
        }
        visit::visit_macro(self, called);
    }
}
