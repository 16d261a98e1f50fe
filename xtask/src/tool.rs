//! Running a tool to its end.

use crate::failure::{Failure, Result};
use std::process::{Command, Stdio};

/// Runs `command` with its output on the screen and nothing to read.
///
/// # Errors
/// Where it cannot be started, or ends with anything but success.
pub fn run(command: &mut Command) -> Result<()> {
    let name = name(command);
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| Failure::new(format!("cannot start {name}: {error}")))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(format!("{name} ended with {status}")))
    }
}

/// Runs `command` and returns what it printed; what it says on stderr is part of the failure.
///
/// # Errors
/// Where it cannot be started, or ends with anything but success.
pub fn output(command: &mut Command) -> Result<String> {
    let name = name(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Failure::new(format!("cannot start {name}: {error}")))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    Err(Failure::new(format!(
        "{name} ended with {}\n{}",
        output.status,
        complaint.trim_end()
    )))
}

/// The program and its first word, as a person would name it: `cargo clippy`, `sotto send`.
fn name(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program())
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    match command
        .get_args()
        .map(|word| word.to_string_lossy())
        .find(|word| word.chars().all(|c| c.is_ascii_lowercase()))
    {
        Some(word) => format!("{program} {word}"),
        None => program,
    }
}
