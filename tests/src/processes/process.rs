//! One process, its lines, and its end.

use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// How long a test waits for a line or an end before it fails. Far more than anything takes.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// A running process. Dropping it kills it.
pub struct Process {
    child: Child,
    said: String,
    lines: Receiver<String>,
    complaints: Option<JoinHandle<String>>,
}

/// How a process ended, and what it said that nobody has read yet.
#[derive(Debug)]
pub struct Ended {
    /// The exit code or the signal.
    pub status: ExitStatus,
    /// Lines of its output.
    pub lines: Vec<String>,
    /// Its error output.
    pub complaints: String,
}

impl Process {
    /// Starts a process and listens to it.
    #[must_use]
    pub fn start(command: Command) -> Self {
        Self::spawn(command, Stdio::null())
    }

    /// Starts a process that is also spoken to, by its [`input`](Self::input).
    #[must_use]
    pub fn start_talking(command: Command) -> Self {
        Self::spawn(command, Stdio::piped())
    }

    /// Its input, once, if it is spoken to. Dropping it ends the input.
    pub fn input(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    fn spawn(mut command: Command, input: Stdio) -> Self {
        let said = format!("{command:?}");
        command.stdin(input).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (say, lines) = channel();
        thread::spawn(move || {
            // Nobody listens to a process that was dropped.
            output
                .lines()
                .map_while(Result::ok)
                .try_for_each(|line| say.send(line))
                .ok()
        });
        let complaints = child.stderr.take().map(|mut errors| {
            thread::spawn(move || {
                let mut text = String::new();
                let _ = errors.read_to_string(&mut text);
                text
            })
        });
        Self {
            child,
            said,
            lines,
            complaints,
        }
    }

    /// The next line of its output; `None` when it says no more.
    pub fn line(&mut self) -> Option<String> {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("it says nothing: {}", self.said),
        }
    }

    /// The next line as JSON for which this is so. The process must not end before.
    pub fn event(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        while let Some(line) = self.line() {
            let event = serde_json::from_str(&line).unwrap_or(Value::Null);
            if wanted(&event) {
                return event;
            }
        }
        panic!("it ended before it was heard of: {}", self.said)
    }

    /// SIGSTOP, as Ctrl+Z does it: it holds all that it has, and does nothing.
    pub fn stop(&self) {
        kill_process(Pid::from_child(&self.child), Signal::STOP).unwrap();
    }

    /// SIGCONT.
    pub fn go_on(&self) {
        kill_process(Pid::from_child(&self.child), Signal::CONT).unwrap();
    }

    /// SIGKILL: nothing in it can notice. One that has ended already is fine.
    pub fn kill(self) -> Ended {
        let pid = Pid::from_child(&self.child);
        // Not waited for yet, so that the number is nobody else's.
        kill_process(pid, Signal::KILL).unwrap();
        self.end()
    }

    /// Waits until it has ended by itself.
    pub fn end(mut self) -> Ended {
        let mut lines = Vec::new();
        while let Some(line) = self.line() {
            lines.push(line);
        }
        let status = self.child.wait().unwrap();
        let complaints = self.complaints.take().map(|thread| thread.join().unwrap());
        Ended {
            status,
            lines,
            complaints: complaints.unwrap_or_default(),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ended {
    /// Whether it died at a crash point.
    #[must_use]
    pub fn crashed(&self) -> bool {
        self.status.signal() == Some(Signal::ABORT.as_raw())
    }

    /// Its exit code; `None` if a signal ended it.
    #[must_use]
    pub fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// Its lines that are JSON.
    #[must_use]
    pub fn events(&self) -> Vec<Value> {
        self.lines
            .iter()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect()
    }

    /// Fails the test unless it did what it was asked to.
    pub fn ok(self) -> Self {
        assert_eq!(self.code(), Some(0), "{self:?}");
        self
    }
}
