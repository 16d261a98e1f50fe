//! The list of commands, from which both the dispatch and the help are made.

use crate::args::Args;
use crate::failure::{Failure, Result};
use crate::{
    bench, bindings, clippy, deny, desktop, fmt, gauntlet, ipc, relay, run, screenshots, setup,
    test, ui,
};

/// One developer command.
pub struct Command {
    /// What the person types after `cargo xtask`.
    pub name: &'static str,
    /// Its options, as the help shows them.
    pub usage: &'static str,
    /// What it is for, one sentence, wrapped by hand.
    pub about: &'static str,
    /// Does it.
    pub run: fn(Args) -> Result<()>,
}

/// Every command, in the order in which the help lists them.
pub const COMMANDS: &[Command] = &[
    run::COMMAND,
    test::COMMAND,
    relay::COMMAND,
    desktop::COMMAND,
    ui::COMMAND,
    screenshots::COMMAND,
    gauntlet::COMMAND,
    bench::COMMAND,
    bindings::COMMAND,
    ipc::COMMAND,
    setup::COMMAND,
    fmt::COMMAND,
    clippy::COMMAND,
    deny::COMMAND,
];

/// Runs the command `name` with the words that follow it, or prints the help.
///
/// # Errors
/// Where there is no such command, and whatever the command fails with.
pub fn dispatch(name: &str, words: Vec<String>) -> Result<()> {
    let asks_for_help = |word: &str| matches!(word, "-h" | "--help" | "help");
    if asks_for_help(name) {
        print!("{}", help());
        return Ok(());
    }
    let command = COMMANDS
        .iter()
        .find(|command| command.name == name)
        .ok_or_else(|| {
            Failure::new("there is no such command").remedy("`cargo xtask --help` lists them all")
        })?;
    if words.iter().any(|word| asks_for_help(word)) {
        println!(
            "cargo xtask {} {}\n    {}",
            command.name,
            command.usage,
            command.about.replace('\n', "\n    ")
        );
        return Ok(());
    }
    (command.run)(Args::new(words))
}

fn help() -> String {
    let mut text =
        String::from("The developer commands of Sotto.\n\nUsage: cargo xtask COMMAND [OPTIONS]\n");
    for Command {
        name, usage, about, ..
    } in COMMANDS
    {
        let gap = if usage.is_empty() { "" } else { " " };
        text.push_str(&format!(
            "\n  {name}{gap}{usage}\n      {}\n",
            about.replace('\n', "\n      ")
        ));
    }
    text.push_str(ENVIRONMENT);
    text
}

const ENVIRONMENT: &str = "
Environment:
  CARGO_TARGET_DIR    where everything is built; the demonstration's data lies in its `demo`
  SOTTO_ADVISORY_DB   a folder with the RustSec advisories, for checks without a network
  OPENSSL_NO_VENDOR   0 builds OpenSSL from source even where libssl-dev is installed
";

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_all_in_the_help() {
        let names: BTreeSet<_> = COMMANDS.iter().map(|command| command.name).collect();
        assert_eq!(names.len(), COMMANDS.len());
        for name in names {
            assert!(
                help().contains(&format!("\n  {name}")),
                "{name} is missing in the help"
            );
        }
    }

    /// A command that the documents tell people to type has to be there.
    #[test]
    fn the_documents_name_real_commands() {
        let root = crate::workspace::root();
        let mut seen = BTreeSet::new();
        for page in [
            "README.md",
            "CHANGELOG.md",
            "docs/operating.md",
            "docs/protocol.md",
            "docs/security.md",
        ] {
            let Ok(text) = std::fs::read_to_string(root.join(page)) else {
                continue;
            };
            for rest in text.split("cargo xtask ").skip(1) {
                let name: String = rest
                    .chars()
                    .take_while(|c| c.is_ascii_lowercase() || *c == '-')
                    .collect();
                let known = name == "--help" || COMMANDS.iter().any(|command| command.name == name);
                assert!(
                    known,
                    "{page} names `cargo xtask {name}`, which does not exist"
                );
                seen.insert(name);
            }
        }
        assert!(
            seen.contains("run") && seen.contains("test"),
            "the README has to name the two main commands"
        );
    }
}
