//! Somebody else: a real terminal client.

use std::path::Path;

use serde_json::Value;
use sotto_tests::processes::{Process, Profile};

use crate::stage::Outlet;
use crate::until::until;

/// A person at a terminal.
pub struct Person {
    profile: Profile,
}

impl Person {
    /// Somebody who registers at this relay.
    #[must_use]
    pub fn new(folder: &Path, name: &str, relay: &str) -> Self {
        let person = Self::at(folder, name);
        person.does(&["register", "--relay", relay, "--name", name]);
        person
    }

    /// Whoever has the profile in a folder of this name.
    #[must_use]
    pub fn at(folder: &Path, name: &str) -> Self {
        Self {
            profile: Profile::new(folder, name),
        }
    }

    /// What they are called.
    #[must_use]
    pub fn name(&self) -> &str {
        self.profile.name()
    }

    /// Their profile.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Does something at the terminal that must succeed; returns what it says as JSON.
    pub fn does(&self, words: &[&str]) -> Vec<Value> {
        let words: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
        self.profile.ok(&words).events()
    }

    /// The link that lets somebody write to them.
    #[must_use]
    pub fn link(&self) -> String {
        self.does(&["me"])[0]["link"].as_str().unwrap().to_owned()
    }

    /// Adds each other by their links.
    pub fn befriend(&self, other: &Self) {
        self.does(&["contacts", "add", &other.link()]);
        other.does(&["contacts", "add", &self.link()]);
    }

    /// Says something; the relay has it when this returns.
    pub fn says(&self, to: &str, text: &str) {
        self.does(&["send", to, text, "--wait"]);
    }

    /// Gets what waits.
    pub fn receives(&self) {
        self.does(&["receive"]);
    }

    /// Somebody with the recovery words of the account recovers it. Nobody knows of it yet.
    pub fn is_recovered(&self, relay: &str) {
        let me = self.does(&["me"]).remove(0);
        let account = hex(me["account"].as_str().unwrap());
        sotto_tests::recovery::recover(&self.profile, account.into(), relay);
    }

    /// Makes a new link while the relay cannot be reached, and ends before it can: the relay knows nothing
    /// of it.
    #[must_use]
    pub fn makes_a_link_without(&self, relay: &Outlet) -> String {
        relay.kill();
        let words = ["contacts", "revoke-link", "--json"];
        let mut making = self.profile.start(&words);
        let me = making.event(|event| event["link"].is_string());
        making.kill();
        relay.restart();
        me["link"].as_str().unwrap().to_owned()
    }

    /// Stays online and gets what comes, until what is returned is dropped.
    #[must_use]
    pub fn stays_online(&self) -> Process {
        let mut process = self.profile.start(&["receive", "--follow", "--json"]);
        process.event(|event| event["event"] == "drained");
        process
    }

    /// Everything that was said with somebody, oldest first.
    #[must_use]
    pub fn history(&self, with: &str) -> Vec<Value> {
        self.does(&["history", with, "--limit", "10000"])
    }

    /// Gets what waits until there is a message with somebody for which this is so.
    pub fn waits_for(&self, with: &str, wanted: &str, so: impl Fn(&Value) -> bool) -> Value {
        until(&format!("at {}: {wanted}", self.name()), || {
            self.receives();
            self.history(with).into_iter().find(|message| so(message))
        })
    }

    /// Gets what waits until this text has come from somebody.
    pub fn hears(&self, from: &str, text: &str) -> Value {
        self.waits_for(from, text, |message| {
            message["own"] == false && message["text"] == text
        })
    }
}

fn hex(text: &str) -> [u8; 32] {
    std::array::from_fn(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap())
}
