//! `cargo xtask desktop`: the real window, driven through what people do with it.

use crate::command::Command;
use crate::failure::Result;
use crate::step::{self, Outcome};
use crate::{built, programs, setup, tool, ui, workspace};
use std::path::{Path, PathBuf};
use std::process;

/// The command.
pub const COMMAND: Command = Command {
    name: "desktop",
    usage: "[FILTER]",
    about: "Builds the desktop app and drives its window through every scenario, on a display of its\nown; `test` does the same. A FILTER picks scenarios by name.",
    run: |mut args| {
        let filter = args.filter()?;
        setup::for_checking()?;
        ui::build()?;
        drive(filter.as_deref())
    },
};

/// What stands between the tests and the driver of WebKit.
const DRIVER: &str = "2.1.0";

/// The step of `test`; the pages have been built before.
///
/// # Errors
/// Where a scenario fails.
pub fn check() -> Result<()> {
    drive(None)
}

fn drive(filter: Option<&str>) -> Result<()> {
    step::run(
        "desktop",
        "the desktop app's window does what people do with it",
        || {
            let mut scenarios = program("sotto-desktop-scenarios")?;
            tool::run(scenarios.args(filter))?;
            Outcome::done("every scenario went as it should")
        },
    )
}

/// Builds everything and returns a program of the crate that drives the window, ready to run.
///
/// # Errors
/// Where something cannot be built.
pub fn program(name: &str) -> Result<process::Command> {
    programs::build_all(&[])?;
    let driver = driver()?;
    let mut command = process::Command::new(workspace::binary(name));
    command
        .env("SOTTO_BIN_DIR", workspace::target().join("debug"))
        .env("SOTTO_DRIVER", driver)
        .env("SOTTO_OUTPUT", output(name))
        .current_dir(workspace::root());
    Ok(command)
}

/// The program that stands between the tests and the driver of WebKit.
///
/// # Errors
/// Where it cannot be built.
pub fn driver() -> Result<PathBuf> {
    built::program("tauri-driver", DRIVER)
}

/// Where a program leaves what it made: pictures, and the logs of what failed.
fn output(name: &str) -> PathBuf {
    workspace::target().join(Path::new(name))
}
