//! Where the programs are.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The path of a program of the workspace. They are taken from `SOTTO_BIN_DIR`, or else from beside the test, where
/// cargo puts them; there they are built if one is missing.
pub fn path(name: &str) -> PathBuf {
    static DIR: OnceLock<PathBuf> = OnceLock::new();
    DIR.get_or_init(find).join(name)
}

fn find() -> PathBuf {
    if let Some(dir) = env::var_os("SOTTO_BIN_DIR") {
        return PathBuf::from(dir);
    }
    let program = env::current_exe().unwrap();
    // A test is target/debug/deps/test-0123, a program target/debug/program.
    let dir = program.ancestors().find(|dir| dir.join("deps").is_dir());
    let dir = dir.unwrap().to_owned();
    if ["sotto", "sotto-relay"]
        .iter()
        .any(|name| !dir.join(name).exists())
    {
        build(&dir);
    }
    dir
}

fn build(dir: &Path) {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    // As parts of the whole, as everybody builds them: alone they would be compiled with other features.
    command.args([
        "build",
        "--workspace",
        "--bin",
        "sotto-relay",
        "--bin",
        "sotto",
    ]);
    if dir.ends_with("release") {
        command.arg("--release");
    }
    command.arg("--target-dir").arg(dir.parent().unwrap());
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    assert!(
        command.status().unwrap().success(),
        "the programs cannot be built"
    );
}
