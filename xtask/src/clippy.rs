//! `cargo xtask clippy`: the lints, every warning an error.

use crate::command::Command;
use crate::failure::Result;
use crate::step::{self, Outcome};
use crate::{tool, workspace};

/// The command.
pub const COMMAND: Command = Command {
    name: "clippy",
    usage: "",
    about: "Lints every crate with its tests; a warning is an error.",
    run: |args| {
        args.finish()?;
        check()
    },
};

/// The step of `test`.
///
/// # Errors
/// Where a lint fires.
pub fn check() -> Result<()> {
    step::run("clippy", "no lint fires, tests included", || {
        tool::run(&mut workspace::cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]))?;
        Outcome::done("no warnings")
    })
}
