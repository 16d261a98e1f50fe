//! `cargo xtask screenshots`: a picture of every view, for the documents.

use crate::command::Command;
use crate::step::{self, Outcome};
use crate::{desktop, setup, tool, ui, workspace};

/// The command.
pub const COMMAND: Command = Command {
    name: "screenshots",
    usage: "[FILTER]",
    about: "Takes a picture of every view of the desktop app, light, dark, narrow, right to left, large\nand empty, into docs/screenshots. What they show was said by real clients through a relay.",
    run: |mut args| {
        let filter = args.filter()?;
        setup::for_checking()?;
        ui::build()?;
        step::run("screenshots", "every view, as people see it", || {
            let folder = workspace::root().join("docs/screenshots");
            let mut command = desktop::program("sotto-desktop-screenshots")?;
            tool::run(command.env("SOTTO_OUTPUT", &folder).args(filter))?;
            Outcome::done(format!("in {}", folder.display()))
        })
    },
};
