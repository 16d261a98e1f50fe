//! `cargo xtask deny`: licences, sources, banned crates and known advisories, all without a network.

use crate::command::Command;
use crate::failure::{Failure, Result};
use crate::step::{self, Outcome};
use crate::{built, tool, workspace};
use std::path::{Path, PathBuf};
use std::{env, fs, process};

/// The command.
pub const COMMAND: Command = Command {
    name: "deny",
    usage: "",
    about: "Checks what is in the dependency graph against deny.toml. Advisories are checked against\na snapshot of the RustSec database beside the checkout, or in $SOTTO_ADVISORY_DB.",
    run: |args| {
        args.finish()?;
        check()
    },
};

/// The release that deny.toml is written for.
const VERSION: &str = "0.20.2";

/// The folder that cargo-deny derives from the address of the RustSec database.
const DATABASE: &str = "advisory-db-3157b0e258782691";

/// An advisory snapshot beside the checkout.
const BESIDE: &str = "../shared/advisory-db";

/// The step of `test`.
///
/// # Errors
/// Where cargo-deny cannot be had, or finds something.
pub fn check() -> Result<()> {
    step::run(
        "deny",
        "licences, sources, bans and advisories of every dependency",
        || {
            let program = built::program("cargo-deny", VERSION)?;
            // It looks at the crates of every platform, and a build fetches only this one's.
            let mut fetch = workspace::command("cargo");
            tool::run(fetch.args(["fetch", "--locked", "--quiet"]))?;
            let mut deny = workspace::command(program);
            deny.args(["--offline", "check"]);
            match snapshot() {
                Some(snapshot) => {
                    let databases = lay_out(&snapshot)?;
                    tool::run(deny.env("SOTTO_ADVISORY_DBS", databases))?;
                    Outcome::done("licences, sources, bans and advisories are in order")
                }
                None => {
                    tool::run(deny.args(["bans", "licenses", "sources"]))?;
                    Ok(Outcome::Partly(
                    "ADVISORIES NOT CHECKED: there is no snapshot of them beside the checkout or in $SOTTO_ADVISORY_DB; licences, sources and bans are in order".to_owned(),
                ))
                }
            }
        },
    )
}

fn snapshot() -> Option<PathBuf> {
    let named = env::var_os("SOTTO_ADVISORY_DB").map(PathBuf::from);
    named
        .or_else(|| Some(workspace::root().join(BESIDE)))
        .filter(|folder| folder.join("crates").is_dir())
}

/// Copies the snapshot to where cargo-deny looks for it, as the git repository it wants, and returns
/// the folder of all databases.
fn lay_out(snapshot: &Path) -> Result<PathBuf> {
    let databases = workspace::target().join("tools/advisories");
    let database = databases.join(DATABASE);
    let explain = |error: std::io::Error| {
        Failure::new(format!("cannot copy {}: {error}", snapshot.display()))
    };
    if database.exists() {
        fs::remove_dir_all(&database).map_err(explain)?;
    }
    copy(snapshot, &database).map_err(explain)?;
    let who = [
        "-c",
        "user.name=xtask",
        "-c",
        "user.email=xtask@localhost",
        "-c",
        "commit.gpgsign=false",
    ];
    for words in [
        &["init", "--quiet"][..],
        &["add", "--all"],
        &["commit", "--quiet", "--no-verify", "--message", "snapshot"],
    ] {
        let mut git = process::Command::new("git");
        git.arg("-C").arg(&database).args(who).args(words);
        // Under a git hook these would point at the project's own repository.
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
            git.env_remove(name);
        }
        tool::run(&mut git)?;
    }
    Ok(databases)
}

/// Copies a folder with all that is in it, except a repository's own data; the copy can be written.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_name() == ".git" {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::write(&target, fs::read(entry.path())?)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ignored_advisory_has_a_reason() {
        let text = fs::read_to_string(workspace::root().join("deny.toml")).unwrap();
        for (at, _) in text.match_indices("RUSTSEC-") {
            let line = text[at..].lines().next().unwrap_or_default();
            assert!(
                line.contains("reason = "),
                "an ignored advisory without its reason: {line}"
            );
        }
    }
}
