//! A relay, people around it, and the app.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rustix::process::{Pid, Signal, kill_process};
use sotto_tests::processes::{Relay, binaries};
use tempfile::TempDir;

use crate::display::Display;
use crate::driver::Driver;
use crate::person::Person;
use crate::window::Window;

/// Where something plays: a folder and a relay of its own.
pub struct Stage<'a> {
    /// The relay.
    pub relay: Outlet,
    display: &'a Display,
    evidence: PathBuf,
    dir: TempDir,
}

/// The app's data on the disk, whether or not it runs.
pub struct App<'a> {
    stage: &'a Stage<'a>,
    data: PathBuf,
}

/// A relay that can be ended and started again while windows are open.
pub struct Outlet {
    url: String,
    relay: Mutex<Relay>,
}

impl Outlet {
    fn new(relay: Relay) -> Self {
        Self {
            url: relay.url().to_owned(),
            relay: Mutex::new(relay),
        }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Kills it.
    pub fn kill(&self) {
        self.relay.lock().unwrap().kill();
    }

    /// Has it lose the envelope that it stored last.
    pub fn lose_newest(&self) {
        self.relay.lock().unwrap().lose_newest();
    }

    /// Starts it again, with all that it had.
    pub fn restart(&self) {
        self.relay.lock().unwrap().restart(None);
    }
}

impl<'a> Stage<'a> {
    /// An empty one. What is left of a failure goes into `evidence`.
    #[must_use]
    pub fn new(display: &'a Display, evidence: &Path) -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::remove_dir_all(evidence).ok();
        Self {
            relay: Outlet::new(Relay::start(dir.path())),
            display,
            evidence: evidence.to_owned(),
            dir,
        }
    }

    /// Somebody with an account and a terminal.
    #[must_use]
    pub fn person(&self, name: &str) -> Person {
        Person::new(self.dir.path(), name, self.relay.url())
    }

    /// An app that nobody has used yet.
    #[must_use]
    pub fn app(&self, name: &str) -> App<'_> {
        App {
            stage: self,
            data: self.dir.path().join(name),
        }
    }

    /// An app whose user has an account already, made at the terminal.
    #[must_use]
    pub fn app_of(&self, name: &str) -> (App<'_>, Person) {
        (self.app(name), self.person(name))
    }

    /// A path for a file of this name.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}

impl Drop for Stage<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            fs::create_dir_all(&self.evidence).ok();
            let logs = fs::read_dir(self.dir.path())
                .into_iter()
                .flatten()
                .flatten();
            for log in logs.filter(|entry| entry.path().extension().is_some_and(|end| end == "log"))
            {
                fs::copy(log.path(), self.evidence.join(log.file_name())).ok();
            }
        }
    }
}

impl App<'_> {
    /// Where its profiles are.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// What all of its processes have said.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.data.with_extension("log")
    }

    /// Opens it.
    #[must_use]
    pub fn open(&self) -> Window {
        self.open_with(&[])
    }

    /// Opens it with more arguments.
    #[must_use]
    pub fn open_with(&self, more: &[&str]) -> Window {
        self.open_by(Driver::start, more)
    }

    /// Opens it as where there is no graphics processor, nor anything that acts as one. No picture can
    /// be taken of it.
    #[must_use]
    pub fn open_plain(&self) -> Window {
        self.open_by(Driver::start_plain, &[])
    }

    fn open_by(&self, start: fn(&Display, &Path, &Path) -> Driver, more: &[&str]) -> Window {
        let stage = self.stage;
        let home = stage.dir.path().join("home");
        fs::create_dir_all(&home).unwrap();
        let driver = start(stage.display, &home, &self.log());
        let mut arguments = vec!["--data", self.data.to_str().unwrap()];
        arguments.extend(["--relay", stage.relay.url()]);
        arguments.extend(more);
        Window::open(
            driver,
            &binaries::path("sotto-desktop"),
            &arguments,
            &stage.evidence,
        )
    }

    /// Kills it as a power cut would. The window that was open is of no more use.
    pub fn kill(&self) {
        let pids = self.processes();
        assert!(!pids.is_empty(), "the app runs");
        for pid in pids {
            kill_process(pid, Signal::KILL).unwrap();
        }
    }

    /// The processes that run the program on this data.
    #[must_use]
    pub fn processes(&self) -> Vec<Pid> {
        let data = self.data.to_str().unwrap().as_bytes();
        let all = fs::read_dir("/proc").unwrap().flatten();
        all.filter_map(|entry| {
            let pid = Pid::from_raw(entry.file_name().to_str()?.parse().ok()?)?;
            let line = fs::read(entry.path().join("cmdline")).ok()?;
            let mut words = line.split(|byte| *byte == 0);
            let program = words.next()?.ends_with(b"/sotto-desktop");
            (program && words.any(|word| word == data)).then_some(pid)
        })
        .collect()
    }
}
