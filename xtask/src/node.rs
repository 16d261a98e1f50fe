//! Node, and the packages of what is written for it.

use crate::failure::{Failure, Result};
use crate::{path, tool, workspace};
use std::env::consts::ARCH;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder with a `package.json` and the lock file beside it.
pub struct Packages(&'static str);

/// The client in JavaScript that the tests talk with.
pub const CLIENT: &Packages = &Packages("tests/interop");
/// The pages of the desktop app.
pub const PAGES: &Packages = &Packages("desktop/ui");

/// What runs them; each `package.json` says the same.
const OLDEST: (u32, u32) = (20, 19);

/// What is taken where the machine has none that is new enough.
const VERSION: &str = "22.23.3";

/// The program: the machine's if it is new enough, else the one that was installed here.
pub fn program() -> Option<PathBuf> {
    [path::find("node"), Some(installed())]
        .into_iter()
        .flatten()
        .find(|node| version(node).is_some_and(|version| version >= OLDEST))
}

/// Whether nothing is left to install of these.
pub fn ready(wanted: &[&Packages]) -> bool {
    program().is_some() && wanted.iter().all(|packages| packages.are_there())
}

/// A program of one of the packages, at this place below `node_modules`.
///
/// # Errors
/// Where there is no Node.
pub fn run(packages: &Packages, script: &str) -> Result<Command> {
    let node = program().ok_or_else(|| {
        Failure::new(format!("Node {}.{} or newer missing", OLDEST.0, OLDEST.1))
            .remedy("cargo xtask setup")
    })?;
    let mut command = Command::new(node);
    command.current_dir(packages.folder()).arg(script);
    Ok(command)
}

/// Installs what is missing of Node and of the locked packages; needs npm for it.
///
/// # Errors
/// Where npm fails, or what it installed does not run.
pub fn install(wanted: &[&Packages]) -> Result<()> {
    if program().is_none() {
        let package = format!("node-linux-{}@{VERSION}", architecture()?);
        println!("   missing: Node {}.{} or newer", OLDEST.0, OLDEST.1);
        let prefix = tools();
        fs::create_dir_all(&prefix)
            .map_err(|error| Failure::new(format!("cannot make {}: {error}", prefix.display())))?;
        tool::run(npm("install").arg("--prefix").arg(&prefix).arg(package))?;
        if program().is_none() {
            return Err(Failure::new("Node was installed, but does not run"));
        }
    }
    for packages in wanted.iter().filter(|packages| !packages.are_there()) {
        println!("   missing: the packages of {}", packages.0);
        tool::run(npm("ci").current_dir(packages.folder()))?;
        let stamp = packages.stamp();
        fs::copy(packages.lock(), &stamp)
            .map_err(|error| Failure::new(format!("cannot write {}: {error}", stamp.display())))?;
    }
    Ok(())
}

impl Packages {
    /// Where they are.
    pub fn folder(&self) -> PathBuf {
        workspace::root().join(self.0)
    }

    fn lock(&self) -> PathBuf {
        self.folder().join("package-lock.json")
    }

    /// A copy of the lock file that the installed packages were taken from.
    fn stamp(&self) -> PathBuf {
        self.folder().join("node_modules/installed.json")
    }

    fn are_there(&self) -> bool {
        matches!((fs::read(self.lock()), fs::read(self.stamp())), (Ok(wanted), Ok(there)) if wanted == there)
    }
}

fn npm(word: &str) -> Command {
    let mut command = Command::new("npm");
    // The packages bring what is compiled; nothing of theirs has to run to be installed.
    command.args([
        word,
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]);
    command
}

fn tools() -> PathBuf {
    workspace::target().join("tools/node")
}

fn installed() -> PathBuf {
    let package =
        architecture().map_or_else(|_| String::new(), |name| format!("node-linux-{name}"));
    tools().join("node_modules").join(package).join("bin/node")
}

fn architecture() -> Result<&'static str> {
    match ARCH {
        "x86_64" => Ok("x64"),
        "aarch64" => Ok("arm64"),
        other => Err(
            Failure::new(format!("there is no Node to install for {other}"))
                .remedy(format!("install Node {}.{} or newer", OLDEST.0, OLDEST.1)),
        ),
    }
}

/// The version that a program says it has.
fn version(node: &Path) -> Option<(u32, u32)> {
    parse(&tool::output(Command::new(node).arg("--version")).ok()?)
}

fn parse(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.trim().strip_prefix('v')?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert_eq!(parse("v22.23.3\n"), Some((22, 23)));
        assert!(parse("v18.20.4").unwrap() < OLDEST);
        assert!(parse("v20.9.0").unwrap() < OLDEST);
        assert_eq!(parse("nightly"), None);
    }

    #[test]
    fn all_packages_ask_for_the_same_version() {
        for packages in [CLIENT, PAGES] {
            let package = fs::read_to_string(packages.folder().join("package.json")).unwrap();
            assert!(
                package.contains(&format!("\">={}.{}\"", OLDEST.0, OLDEST.1)),
                "{package}"
            );
        }
    }
}
