//! A program with everything that it starts.

use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process_group};

/// A process in a group of its own, which is killed as a whole when this is dropped.
pub struct Group {
    /// Its first process.
    pub child: Child,
}

impl Group {
    /// Starts a program that writes what it says into a file.
    #[must_use]
    pub fn start(mut command: Command, log: &Path) -> Self {
        let said = File::options().create(true).append(true).open(log).unwrap();
        command
            .stdin(Stdio::null())
            .stderr(said.try_clone().unwrap())
            .stdout(said);
        Self::spawn(command)
    }

    /// Starts a program whose output is read.
    #[must_use]
    pub fn start_heard(mut command: Command) -> Self {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Self {
        let program = format!("{:?}", command.get_program());
        let child = command
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("{program} does not start: {error}"));
        Self { child }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Its members may be left even where the first one has ended.
        kill_process_group(Pid::from_child(&self.child), Signal::KILL).ok();
        self.child.wait().ok();
    }
}
