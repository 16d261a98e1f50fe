//! The relay's own program.

use std::env;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A relay that can be stopped and started again at the same address.
pub struct Relay {
    data: TempDir,
    address: String,
    process: Option<Child>,
}

impl Relay {
    pub fn start() -> Self {
        let mut relay = Self {
            data: tempfile::tempdir().unwrap(),
            address: "127.0.0.1:0".to_owned(),
            process: None,
        };
        relay.resume();
        relay
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Kills it.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Starts it on the data that it had, and returns when it listens.
    pub fn resume(&mut self) {
        let mut process = Command::new(program())
            .args(["--listen", &self.address, "--data"])
            .arg(self.data.path().join("relay"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(process.stdout.take().unwrap());
        let (mut line, mut key) = (String::new(), String::new());
        out.read_line(&mut line).unwrap();
        // It must be able to finish what it says.
        out.read_line(&mut key).unwrap();
        self.process = Some(process);
        let address = line
            .trim()
            .strip_prefix("listening on http://")
            .unwrap_or_else(|| panic!("the relay said {line:?}"));
        self.address = address.to_owned();
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Built before these tests, beside `sotto` or where `SOTTO_BIN_DIR` says.
fn program() -> PathBuf {
    let dir = match env::var_os("SOTTO_BIN_DIR") {
        Some(dir) => PathBuf::from(dir),
        None => Path::new(env!("CARGO_BIN_EXE_sotto"))
            .parent()
            .unwrap()
            .to_owned(),
    };
    let program = dir.join("sotto-relay");
    assert!(
        program.is_file(),
        "{} is missing: build it with `cargo build --workspace --bin sotto-relay`",
        program.display()
    );
    program
}
