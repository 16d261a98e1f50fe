//! Somebody with a profile, who runs `sotto`.

use std::io::{BufRead as _, BufReader, Lines};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::documented;
use super::relay::Relay;

/// A profile.
pub struct Person {
    pub name: &'static str,
    dir: TempDir,
    passphrase: Option<&'static str>,
}

/// A run that has ended.
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Person {
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            dir: tempfile::tempdir().unwrap(),
            passphrase: None,
        }
    }

    pub fn with_passphrase(self, passphrase: &'static str) -> Self {
        Self {
            passphrase: Some(passphrase),
            ..self
        }
    }

    pub fn registered(name: &'static str, relay: &Relay) -> Self {
        let person = Self::new(name);
        person.done(&["register", "--relay", &relay.url(), "--name", name]);
        person
    }

    pub fn profile(&self) -> PathBuf {
        self.dir.path().join("profile")
    }

    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sotto"));
        command
            .arg("--profile")
            .arg(self.profile())
            .args(words)
            .env_remove("SOTTO_PROFILE")
            .env_remove("SOTTO_PASSPHRASE")
            // The keystore of whoever runs these tests is not theirs to fill.
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env_remove("XDG_RUNTIME_DIR")
            .stdin(Stdio::null());
        if let Some(passphrase) = self.passphrase {
            command.env("SOTTO_PASSPHRASE", passphrase);
        }
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, words: &[&str]) -> Ran {
        Ran::from(self.command(words).output().unwrap())
    }

    /// Runs a command that has to succeed, and gives what it printed.
    pub fn done(&self, words: &[&str]) -> String {
        let ran = self.run(words);
        assert_eq!(ran.code, Some(0), "{} {words:?}: {}", self.name, ran.err);
        ran.out
    }

    /// The same for a command that prints JSON objects.
    pub fn json(&self, words: &[&str]) -> Vec<Value> {
        self.done(words).lines().map(parse).collect()
    }

    pub fn link(&self) -> String {
        let me = self.json(&["me", "--json"]).remove(0);
        me["link"].as_str().unwrap().to_owned()
    }

    pub fn add(&self, other: &Person) {
        self.done(&["contacts", "add", &other.link()]);
    }

    /// Texts that a run of `receive` reports.
    pub fn received(&self) -> Vec<String> {
        texts(&self.json(&["receive", "--json", "--timeout", "30"]))
    }

    pub fn follow(&self, words: &[&str]) -> Follow {
        let mut process = self
            .command(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Follow { process, lines }
    }
}

/// Two people who have each other's link.
pub fn acquainted(relay: &Relay) -> (Person, Person) {
    let alice = Person::registered("Alice", relay);
    let bob = Person::registered("Bob", relay);
    alice.add(&bob);
    bob.add(&alice);
    (alice, bob)
}

pub fn texts(events: &[Value]) -> Vec<String> {
    let messages = events.iter().filter(|event| event["event"] == "message");
    messages
        .filter_map(|event| event["text"].as_str().map(str::to_owned))
        .collect()
}

/// An object, which `docs/cli.md` must know.
pub fn parse(line: &str) -> Value {
    let object = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line:?}"));
    documented::check(&object);
    object
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// A command that goes on, and what it prints meanwhile.
pub struct Follow {
    pub process: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Follow {
    /// Waits for a line; `None` at the end.
    pub fn line(&mut self) -> Option<String> {
        self.lines.next().map(Result::unwrap)
    }

    /// Waits for an event of this name, and skips the others.
    pub fn event(&mut self, name: &str) -> Value {
        self.find(|event| event["event"] == name)
    }

    /// Waits for an event.
    pub fn find(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let event = parse(&self.line().expect("the command goes on"));
            if wanted(&event) {
                return event;
            }
        }
    }

    /// Kills it with no chance to tidy up; gives what it had printed and nobody had read.
    pub fn kill(mut self) -> Vec<Value> {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        std::iter::from_fn(|| self.line())
            .map(|line| parse(&line))
            .collect()
    }
}

impl Drop for Follow {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
