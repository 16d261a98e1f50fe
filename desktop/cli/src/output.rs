//! What is printed. Results go to the output, a line each and flushed, so that a pipe gets them as
//! they come; everything else goes to the error output.

use std::fmt::Display;
use std::io::{self, Write as _};

use serde_json::Value;

use crate::failure::Failure;
use crate::show;

/// Prints one line.
pub fn line(text: impl Display) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()?;
    Ok(())
}

/// Prints one JSON object on a line of its own.
pub fn json(value: &Value) -> Result<(), Failure> {
    line(value)
}

/// Says why the command failed.
pub fn complain(failure: &Failure, json: bool) {
    if json {
        // Where nobody reads the errors either, nobody is to be told.
        let _ = writeln!(io::stderr().lock(), "{}", failure.json());
    } else {
        warn(&failure.to_string());
    }
}

/// Says something that is no result.
pub fn warn(text: &str) {
    let _ = writeln!(io::stderr().lock(), "sotto: {}", show::remark(text));
}
