//! Tools that cargo builds once into the target directory.

use crate::failure::Result;
use crate::{path, tool, workspace};
use std::fs;
use std::path::PathBuf;

/// Finds a tool: on PATH, or else in the target directory, where it is built if it is missing.
///
/// # Errors
/// Where it cannot be built.
pub fn program(name: &str, version: &str) -> Result<PathBuf> {
    if let Some(program) = path::find(name) {
        return Ok(program);
    }
    let tools = workspace::target().join("tools");
    let program = tools.join("bin").join(name);
    if program.is_file() {
        return Ok(program);
    }
    println!(
        "   {name} {version} is not installed; building it once into {} (one to two minutes)",
        tools.display()
    );
    let build = tools.join("build");
    // Without optimisation it builds in half the time, and it runs for seconds.
    let mut install = workspace::cargo(&[
        "install",
        "--quiet",
        "--locked",
        "--debug",
        "--version",
        version,
        name,
    ]);
    install
        .arg("--root")
        .arg(&tools)
        .env("CARGO_TARGET_DIR", &build);
    tool::run(&mut install)
        .map_err(|failure| failure.remedy(format!("without a network: put {name} on PATH")))?;
    // Only the program is of use again; what it was built from takes half a gigabyte.
    fs::remove_dir_all(&build).ok();
    Ok(program)
}
