//! What is installed on this machine.

use std::env;
use std::path::PathBuf;

/// Where the program `name` is on PATH.
pub fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}
