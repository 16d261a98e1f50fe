//! The parts of the toolchain that only the checks need.

use crate::failure::Result;
use crate::{path, tool};
use std::process::Command;

/// Adds rustfmt and clippy to a toolchain that was installed without them.
///
/// # Errors
/// Where they are missing and there is no rustup that could add them.
pub fn add() -> Result<()> {
    let missing: Vec<_> = [("cargo-fmt", "rustfmt"), ("cargo-clippy", "clippy")]
        .iter()
        .filter(|(program, _)| !works(program))
        .map(|(_, component)| *component)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("   missing: {} (the checks)", missing.join(", "));
    let by_hand = "`rustup component add rustfmt clippy`, or Debian's rustfmt and rust-clippy";
    let mut rustup = Command::new("rustup");
    tool::run(rustup.args(["component", "add"]).args(&missing))
        .map_err(|failure| failure.remedy(by_hand))
}

/// A proxy of rustup is there even where the component is not, so it has to be asked.
fn works(program: &str) -> bool {
    path::find(program).is_some() && tool::output(Command::new(program).arg("--version")).is_ok()
}
