//! A program in JavaScript from `tests/interop`: one line in, one line out.

use std::env;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command};

use serde_json::{Value, json};

use super::process::Process;

/// A running program.
pub struct Foreign {
    process: Process,
    input: ChildStdin,
}

impl Foreign {
    /// Starts a program, which has to be there with all of its packages.
    #[must_use]
    pub fn start(script: &str) -> Self {
        let mut process = Process::start_talking(command(script));
        let input = process.input().unwrap();
        Self { process, input }
    }

    /// Says a line and returns the one that answers it.
    pub fn say(&mut self, line: &str) -> String {
        writeln!(self.input, "{line}").unwrap();
        self.input.flush().unwrap();
        self.process.line().expect("the program ended")
    }

    /// Has a verb done, which must succeed.
    pub fn ask(&mut self, verb: &str, fields: Value) -> Value {
        let mut command = json!({"do": verb});
        if let (Value::Object(command), Value::Object(fields)) = (&mut command, fields) {
            command.extend(fields);
        }
        let mut answer: Value = serde_json::from_str(&self.say(&command.to_string())).unwrap();
        assert!(
            answer["error"].is_null(),
            "{command}: {}",
            answer["stack"].as_str().unwrap_or_default()
        );
        answer["ok"].take()
    }

    /// The next event of this kind.
    pub fn event(&mut self, kind: &str) -> Value {
        self.ask("event", json!({"kind": kind}))
    }
}

/// A command that runs a script of `tests/interop`.
///
/// # Panics
/// Where Node or the packages are missing; says how to get them.
#[must_use]
pub fn command(script: &str) -> Command {
    let node = env::var_os("SOTTO_NODE").map_or_else(|| PathBuf::from("node"), PathBuf::from);
    let there = Command::new(&node).arg("--version").output();
    assert!(
        there.is_ok_and(|output| output.status.success()),
        "there is no {}, which runs tests/interop; `cargo xtask setup` installs it",
        node.display()
    );
    let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop");
    assert!(
        client.join("node_modules").is_dir(),
        "tests/interop has no node_modules; `cargo xtask setup` installs them, or `npm ci` there"
    );
    let mut command = Command::new(node);
    command.arg(client.join(script));
    command
}
