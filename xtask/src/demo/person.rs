//! Alice and Bob: a profile each, driven through the terminal client.

use super::Place;
use crate::failure::{Failure, Result};
use crate::signals::Interruption;
use crate::step::{self, Outcome};
use crate::{tool, workspace};
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Somebody with an account.
#[derive(Clone)]
pub struct Person {
    /// The display name, by which the other one calls them.
    pub name: &'static str,
    profile: PathBuf,
}

/// The two who talk.
pub struct People {
    /// The person at the keyboard.
    pub alice: Person,
    /// The other one.
    pub bob: Person,
}

impl Person {
    fn new(place: &Place, name: &'static str) -> Self {
        Self {
            name,
            profile: place.profile(&name.to_lowercase()),
        }
    }

    /// The terminal client on this person's profile, with nothing to read.
    pub fn sotto(&self, words: &[&str]) -> Command {
        let mut command = Command::new(workspace::binary("sotto"));
        command
            .arg("--profile")
            .arg(&self.profile)
            .args(words)
            .stdin(Stdio::null());
        command
    }

    /// The command line that does the same from another terminal.
    pub fn spoken(&self, words: &str) -> String {
        format!(
            "{} --profile {} {words}",
            workspace::binary("sotto").display(),
            self.profile.display()
        )
    }

    /// Runs the client to its end and returns what it printed.
    ///
    /// # Errors
    /// Where it fails; its complaint is part of the failure.
    pub fn ask(&self, words: &[&str]) -> Result<String> {
        tool::output(&mut self.sotto(words)).map_err(|failure| failure.within(self.name))
    }

    fn link(&self) -> Result<String> {
        let text = self.ask(&["me", "--json"])?;
        let me: Value = serde_json::from_str(&text)
            .map_err(|error| Failure::new(format!("`sotto me --json` printed no JSON: {error}")))?;
        me.get("link")
            .and_then(Value::as_str)
            .map(str::to_owned)
            .ok_or_else(|| Failure::new("`sotto me --json` printed no link"))
    }
}

/// Brings Alice and Bob together: on first use they register and add each other by link.
///
/// # Errors
/// Where the client refuses a step, or the person interrupts.
pub fn meet(place: &Place, relay: &str, interruption: &Interruption) -> Result<People> {
    let alice = Person::new(place, "Alice");
    let bob = Person::new(place, "Bob");
    if !place.is_set_up() {
        step::run(
            "accounts",
            "Alice and Bob register and exchange links",
            || {
                for person in [&alice, &bob] {
                    person.ask(&["register", "--relay", relay, "--name", person.name])?;
                    interruption.check()?;
                }
                for (person, other) in [(&alice, &bob), (&bob, &alice)] {
                    person.ask(&["contacts", "add", &other.link()?])?;
                    interruption.check()?;
                }
                place.remember_set_up()?;
                Outcome::done("two accounts, two encrypted databases, no phone number")
            },
        )?;
    }
    Ok(People { alice, bob })
}
