//! Processes that this program starts, and ends again whatever happens.

use crate::clock::Stopwatch;
use crate::failure::{Failure, Result};
use crate::signals::Interruption;
use rustix::process::{Pid, Signal, kill_process};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdout, Command, ExitStatus};
use std::thread::sleep;
use std::time::Duration;

/// How often a process is asked whether it has ended.
const TICK: Duration = Duration::from_millis(25);

/// How long a process may take to end in good order.
const GRACE: Duration = Duration::from_secs(5);

/// A process in the background. It ends with this value.
pub struct Background {
    name: &'static str,
    child: Child,
}

impl Background {
    /// Starts `command` out of reach of the keyboard: Ctrl+C goes to what is in the foreground, and
    /// this process is ended in order by us.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub fn start(name: &'static str, command: &mut Command) -> Result<Self> {
        let child = command
            .process_group(0)
            .spawn()
            .map_err(|error| Failure::new(format!("cannot start {name}: {error}")))?;
        Ok(Self { name, child })
    }

    /// Its standard output, if that was piped and has not been taken yet.
    pub fn output(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Ends it without a chance to tidy up, as a crash or a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }

    /// Ends it in good order, and by force where that takes too long.
    pub fn end(&mut self) {
        terminate(&self.child);
        if wait_for_end(&mut self.child, GRACE).is_none() {
            eprintln!(
                "xtask: {} did not end within {} s and was killed",
                self.name,
                GRACE.as_secs()
            );
            self.kill();
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if self.ended().is_none() {
            self.end();
        }
    }
}

/// Runs `command` in the foreground, on the person's terminal, until it ends. Ctrl+C is its own
/// matter; any other request to stop is passed on to it.
///
/// # Errors
/// Where it cannot be started or waited for.
pub fn foreground(command: &mut Command, interruption: &Interruption) -> Result<ExitStatus> {
    let name = command.get_program().display().to_string();
    let explain = |error: std::io::Error| Failure::new(format!("cannot run {name}: {error}"));
    let mut child = command.spawn().map_err(explain)?;
    loop {
        if let Some(status) = child.try_wait().map_err(explain)? {
            return Ok(status);
        }
        if interruption.must_be_passed_on() {
            terminate(&child);
            if let Some(status) = wait_for_end(&mut child, GRACE) {
                return Ok(status);
            }
            child.kill().ok();
            return child.wait().map_err(explain);
        }
        sleep(TICK);
    }
}

fn terminate(child: &Child) {
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        kill_process(pid, Signal::TERM).ok();
    }
}

fn wait_for_end(child: &mut Child, patience: Duration) -> Option<ExitStatus> {
    let watch = Stopwatch::start();
    while watch.elapsed() < patience {
        if let Some(status) = child.try_wait().ok().flatten() {
            return Some(status);
        }
        sleep(TICK);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::os::unix::process::ExitStatusExt;
    use std::process::Stdio;

    #[test]
    fn a_background_process_ends_with_its_owner() {
        let mut process = Background::start(
            "cat",
            Command::new("cat")
                .stdin(Stdio::piped())
                .stdout(Stdio::piped()),
        )
        .unwrap();
        let mut output = process.output().unwrap();
        assert!(process.ended().is_none());
        drop(process);
        // Its output is closed only once the process is gone.
        assert_eq!(output.read_to_end(&mut Vec::new()).unwrap(), 0);
    }

    #[test]
    fn a_killed_process_had_no_say_in_it() {
        let mut process =
            Background::start("cat", Command::new("cat").stdin(Stdio::piped())).unwrap();
        process.kill();
        assert_eq!(process.ended().and_then(|status| status.signal()), Some(9));
    }
}
