//! The desktop app on this display.

use super::Place;
use crate::failure::{Failure, Result};
use crate::process;
use crate::signals::Interruption;
use crate::workspace;
use std::env;
use std::path::Path;
use std::process::Command;

/// Whether there is a display to open a window on.
pub fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Opens the app for whoever runs this, and returns when its window was closed.
///
/// # Errors
/// Where it does not start or ends with an error.
pub fn open(place: &Place, relay: &str, interruption: &Interruption) -> Result<()> {
    println!(
        "\nA window opens. Without an account yet, it makes you one at the relay on this machine."
    );
    println!("Close the window, or press Ctrl+C here, to end everything.");
    let mut app = app(&place.own(), relay);
    run(&mut app, interruption)?;
    println!(
        "\nYour account is kept. `cargo xtask run` opens it again; with --demo two people talk."
    );
    Ok(())
}

/// Opens a window for Alice and one for Bob, and returns when both were closed.
///
/// # Errors
/// Where the app does not start or ends with an error.
pub fn open_two(place: &Place, relay: &str, interruption: &Interruption) -> Result<()> {
    println!("\nTwo windows open, one for Alice and one for Bob: two accounts in one process.");
    println!("Close both, or press Ctrl+C here, to end everything.");
    let mut app = app(&place.people(), relay);
    app.args(["--window", "alice", "--window", "bob", "--newest"]);
    run(&mut app, interruption)?;
    println!("\nThe conversation is kept. `cargo xtask run --demo` opens it again.");
    Ok(())
}

fn app(data: &Path, relay: &str) -> Command {
    let mut command = Command::new(workspace::binary("sotto-desktop"));
    command.arg("--data").arg(data).args(["--relay", relay]);
    command
}

fn run(app: &mut Command, interruption: &Interruption) -> Result<()> {
    let status = process::foreground(app, interruption)?;
    if status.success() || interruption.requested() {
        Ok(())
    } else {
        Err(Failure::new(format!("the desktop app ended with {status}")).remedy(
            "without a display that works: `cargo xtask run --terminal` is the same in the terminal",
        ))
    }
}
