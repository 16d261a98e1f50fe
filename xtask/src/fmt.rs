//! `cargo xtask fmt`: the code's shape.

use crate::command::Command;
use crate::failure::Result;
use crate::step::{self, Outcome};
use crate::{tool, workspace};

/// The command.
pub const COMMAND: Command = Command {
    name: "fmt",
    usage: "[--check]",
    about: "Formats every crate; with --check only says what is not formatted.",
    run: |mut args| {
        let only_check = args.flag("--check");
        args.finish()?;
        if only_check {
            check()
        } else {
            tool::run(&mut workspace::cargo(&["fmt", "--all"]))
        }
    },
};

/// The step of `test`.
///
/// # Errors
/// Where a file is not formatted.
pub fn check() -> Result<()> {
    step::run("fmt", "is every file formatted?", || {
        tool::run(&mut workspace::cargo(&[
            "fmt", "--all", "--check", "--", "-l",
        ]))
        .map_err(|failure| failure.remedy("`cargo xtask fmt` formats them"))?;
        Outcome::done("every file is formatted")
    })
}
