//! Where the workspace is, where it is built, and how cargo is called in it.

use crate::setup;
use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The workspace's root folder.
pub fn root() -> PathBuf {
    // Cargo says at run time where this crate is, so a moved checkout works without a rebuild.
    let crate_folder = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    crate_folder
        .parent()
        .map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// The one target directory that every command shares.
pub fn target() -> PathBuf {
    // This program lies in `<target>/<profile>/`, whichever way the folder was configured.
    env::current_exe()
        .ok()
        .and_then(|program| {
            let profile = program
                .ancestors()
                .find(|folder| folder.join("deps").is_dir())?;
            Some(profile.parent()?.to_path_buf())
        })
        .unwrap_or_else(|| root().join("target"))
}

/// Where a program of the workspace is once it is built.
pub fn binary(name: &str) -> PathBuf {
    target().join("debug").join(name)
}

/// Cargo, of the toolchain this was built with, in the workspace.
pub fn cargo(words: &[&str]) -> Command {
    let mut command = command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(words);
    command
}

/// A program that calls cargo, or is it: in the workspace, on the shared target directory.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(root())
        .env("CARGO_TARGET_DIR", target());
    if env::var_os("OPENSSL_NO_VENDOR").is_none() && setup::has_openssl_headers() {
        // OpenSSL from source costs about two minutes, once per target directory.
        command.env("OPENSSL_NO_VENDOR", "1");
    }
    // Cargo sets these for the crate that it runs, which is xtask and not what is called now.
    let about_xtask = |name: &str| {
        ["CARGO_PKG_", "CARGO_BIN_", "CARGO_MANIFEST_"]
            .iter()
            .any(|start| name.starts_with(start))
    };
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_str().is_some_and(about_xtask)) {
        command.env_remove(name);
    }
    command
}
