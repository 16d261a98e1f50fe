//! One person's profile, used through the program `sotto`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::binaries;
use super::process::{Ended, Process};

/// A profile on the disk, whether or not a process uses it.
pub struct Profile {
    dir: PathBuf,
    name: String,
}

/// A message as `sotto history` tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its id.
    pub id: String,
    /// Written by this account.
    pub own: bool,
    /// The text.
    pub text: String,
}

impl Profile {
    /// A profile in a folder of this name; nothing is made yet.
    #[must_use]
    pub fn new(dir: &Path, name: &str) -> Self {
        Self {
            dir: dir.join(name),
            name: name.to_owned(),
        }
    }

    /// What the person is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The profile's folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// A command on this profile, not started yet.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binaries::path("sotto"));
        command
            .arg("--profile")
            .arg(&self.dir)
            .args(arguments)
            .stderr(Stdio::piped());
        // Without the session bus there is no keystore: a test must not touch that of whoever runs it.
        for name in [
            "SOTTO_PASSPHRASE",
            "SOTTO_CRASH_AT",
            "SOTTO_PROFILE",
            "DBUS_SESSION_BUS_ADDRESS",
            "XDG_RUNTIME_DIR",
        ] {
            command.env_remove(name);
        }
        command
    }

    /// Starts a command.
    #[must_use]
    pub fn start(&self, arguments: &[&str]) -> Process {
        Process::start(self.command(arguments))
    }

    /// Starts a command that is to die at a crash point.
    #[must_use]
    pub fn start_armed(&self, point: &str, arguments: &[&str]) -> Process {
        let mut command = self.command(arguments);
        command.env("SOTTO_CRASH_AT", point);
        Process::start(command)
    }

    /// Runs a command to its end, however it ends.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        self.start(arguments).end()
    }

    /// Runs a command that must succeed.
    pub fn ok(&self, arguments: &[&str]) -> Ended {
        self.run(arguments).ok()
    }

    /// Sends a text and returns when the relay has it.
    pub fn send(&self, to: &Self, text: &str) {
        self.ok(&["send", to.name(), text, "--wait"]);
    }

    /// Gets everything that waits; returns the texts in the order in which they came.
    pub fn receive(&self) -> Vec<String> {
        let events = self.ok(&["receive", "--json"]).events();
        assert!(
            events.iter().any(|event| event["event"] == "drained"),
            "{events:?}"
        );
        texts(&events)
    }

    /// What was said with somebody, oldest first.
    #[must_use]
    pub fn history(&self, with: &Self) -> Vec<Line> {
        let ended = self.ok(&["history", with.name(), "--json", "--limit", "10000"]);
        let line = |event: &Value| Line {
            id: event["id"].as_str().unwrap().to_owned(),
            own: event["own"].as_bool().unwrap(),
            text: event["text"].as_str().unwrap().to_owned(),
        };
        ended.events().iter().map(line).collect()
    }

    /// Whether a text of ours is in the history.
    #[must_use]
    pub fn has_said(&self, to: &Self, text: &str) -> bool {
        self.history(to)
            .iter()
            .any(|line| line.own && line.text == text)
    }

    /// What has not left yet or has failed.
    #[must_use]
    pub fn outbox(&self) -> Vec<Value> {
        self.ok(&["outbox", "--json"]).events()
    }

    /// Adds somebody by their link.
    pub fn add(&self, other: &Self) {
        let me = other.ok(&["me", "--json"]).events().remove(0);
        self.ok(&["contacts", "add", me["link"].as_str().unwrap()]);
    }
}

/// The texts of the messages among events.
pub(super) fn texts(events: &[Value]) -> Vec<String> {
    let messages = events.iter().filter(|event| event["event"] == "message");
    messages
        .map(|event| event["text"].as_str().unwrap().to_owned())
        .collect()
}
