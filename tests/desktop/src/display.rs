//! A display that nobody looks at.

use std::io::{BufRead as _, BufReader};
use std::process::Command;

use crate::group::Group;

/// An X server of its own. It ends with this value.
pub struct Display {
    name: String,
    _server: Group,
}

impl Display {
    /// Starts one at a number that is free.
    #[must_use]
    pub fn start() -> Self {
        let mut command = Command::new("Xvfb");
        command.args(["-displayfd", "1", "-screen", "0", "1600x1200x24"]);
        command.args(["-nolisten", "tcp", "-dpi", "96"]);
        let mut server = Group::start_heard(command);
        let mut number = String::new();
        BufReader::new(server.child.stdout.as_mut().unwrap())
            .read_line(&mut number)
            .unwrap();
        assert!(!number.trim().is_empty(), "Xvfb does not start");
        Self {
            name: format!(":{}", number.trim()),
            _server: server,
        }
    }

    /// What goes into `DISPLAY`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}
