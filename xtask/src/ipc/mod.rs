//! `cargo xtask ipc`: what the desktop's user interface knows of the commands, written from the
//! commands.
//!
//! The sources are read, not compiled: this takes a blink, also where nothing is built yet. What is
//! not understood is a failure with its file and line, so that no type is ever guessed.

mod commands;
mod docs;
mod handler;
mod serde;
mod shape;
mod source;
#[cfg(test)]
mod tests;
mod types;
mod words;
mod write;

use crate::command::Command;
use crate::failure::{Failure, Result};
use crate::step::{self, Outcome};
use crate::workspace;
use source::Source;
use std::fs;
use types::Types;

/// The command.
pub const COMMAND: Command = Command {
    name: "ipc",
    usage: "[--check]",
    about: "Writes desktop/ui/src/ipc/generated.ts, the desktop's commands and their types in TypeScript,\nfrom the Rust sources; with --check only says whether it is what the sources say.",
    run: |mut args| {
        let only_check = args.flag("--check");
        args.finish()?;
        if only_check { check() } else { refresh() }
    },
};

/// What is written.
const GENERATED: &str = "desktop/ui/src/ipc/generated.ts";
/// Where the views of the core are.
const VIEWS: &str = "core/src/client";
/// Where the desktop's own types and its invoke handler are.
const DESKTOP: &str = "desktop/src-tauri/src";
/// Where its commands are.
const COMMANDS: &str = "desktop/src-tauri/src/commands";
/// What is written though no command has it in its signature: failures and events come to every user
/// interface.
const ALWAYS: &[&str] = &["Error", "Event"];

/// The step of `test`.
///
/// # Errors
/// Where the file is not what the sources say, the invoke handler does not have every command, or a
/// source says something that is not understood.
pub fn check() -> Result<()> {
    step::run("ipc", "does the desktop call what there is?", || {
        let (wanted, count) = current()?;
        let there = fs::read_to_string(workspace::root().join(GENERATED)).unwrap_or_default();
        if there != wanted {
            return Err(
                Failure::new(format!("{GENERATED} is not what the sources say"))
                    .remedy("`cargo xtask ipc` writes it; commit it with what has changed it"),
            );
        }
        Outcome::done(format!("{GENERATED} has all {count} commands"))
    })
}

fn refresh() -> Result<()> {
    step::run("ipc", "the desktop's commands in TypeScript", || {
        let (wanted, count) = current()?;
        let file = workspace::root().join(GENERATED);
        let explain = |error| Failure::new(format!("{}: {error}", file.display()));
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).map_err(explain)?;
        }
        fs::write(&file, wanted).map_err(explain)?;
        Outcome::done(format!("{count} commands in {GENERATED}"))
    })
}

/// What the file has to be, and how many commands it has.
fn current() -> Result<(String, usize)> {
    let root = workspace::root();
    let views = source::read(&root, VIEWS)?;
    let desktop = source::read(&root, DESKTOP)?;
    generate(&views, &desktop)
}

/// The text for `views` and `desktop`, and how many commands it has.
fn generate(views: &[Source], desktop: &[Source]) -> Result<(String, usize)> {
    let types = Types::of(views.iter().chain(desktop));
    let commands = desktop
        .iter()
        .filter(|source| source.is_in(COMMANDS))
        .map(|source| commands::of(source, &types))
        .collect::<Result<Vec<_>>>()?
        .concat();
    handler::compare(&commands, desktop)?;
    let definitions = types.reached(ALWAYS)?;
    Ok((write::file(&commands, &definitions), commands.len()))
}
