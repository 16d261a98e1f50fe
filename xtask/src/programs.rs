//! Building the programs of the workspace.
//!
//! Always as parts of the whole workspace: cargo gives what they share the features that all of it
//! asks for. By itself a package would want other features, and be compiled a second time with nearly
//! everything below it.

use crate::failure::Result;
use crate::step::{self, Outcome};
use crate::{tool, workspace};

const WHOLE: [&str; 2] = ["build", "--workspace"];

/// The step that builds the programs of these names; minutes at first, seconds later.
///
/// # Errors
/// Where the build fails.
pub fn build(names: &[&str]) -> Result<()> {
    step::run("build", &listed(names), || {
        let mut cargo = workspace::cargo(&WHOLE);
        for name in names {
            cargo.args(["--bin", name]);
        }
        tool::run(&mut cargo)?;
        Outcome::done(format!(
            "in {}",
            workspace::target().join("debug").display()
        ))
    })
}

/// Builds every program, with `more` for cargo.
///
/// # Errors
/// Where the build fails.
pub fn build_all(more: &[&str]) -> Result<()> {
    let mut cargo = workspace::cargo(&WHOLE);
    tool::run(cargo.args(["--bins", "--quiet"]).args(more))
}

/// The names as a sentence has them.
fn listed(names: &[&str]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_listed_as_in_a_sentence() {
        assert_eq!(listed(&["a"]), "a");
        assert_eq!(listed(&["a", "b"]), "a and b");
        assert_eq!(listed(&["a", "b", "c"]), "a, b and c");
    }
}
