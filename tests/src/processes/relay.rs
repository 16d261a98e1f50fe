//! A relay in a process of its own, always at the same address.

use std::fs::OpenOptions;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU16, Ordering};

use rusqlite::Connection;

use super::binaries;
use super::process::{Ended, Process};

/// Below the ports from which the system serves outgoing connections: none of those may sit on the
/// relay's port while the relay is down.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// A relay. Its data and its log outlive its process.
pub struct Relay {
    data: PathBuf,
    log: PathBuf,
    url: String,
    process: Option<Process>,
}

impl Relay {
    /// Starts a relay that keeps everything in this folder.
    #[must_use]
    pub fn start(dir: &Path) -> Self {
        let url = format!("http://127.0.0.1:{}", free_port());
        let mut relay = Self {
            data: dir.join("relay"),
            log: dir.join("relay.log"),
            url,
            process: None,
        };
        relay.restart(None);
        relay
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The folder of its data.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// What all of its processes have logged.
    #[must_use]
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Starts it again, to die at a crash point if one is given.
    pub fn restart(&mut self, crash_at: Option<&str>) {
        drop(self.process.take());
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.log)
            .unwrap();
        let mut command = Command::new(binaries::path("sotto-relay"));
        command.args(["--listen", self.url.trim_start_matches("http://")]);
        command.arg("--data").arg(&self.data).stderr(log);
        if let Some(point) = crash_at {
            command.env("SOTTO_RELAY_CRASH_AT", point);
        }
        let mut process = Process::start(command);
        assert_eq!(process.line(), Some(format!("listening on {}", self.url())));
        self.process = Some(process);
    }

    /// Kills it.
    pub fn kill(&mut self) {
        self.process.take().unwrap().kill();
    }

    /// Has it lose the envelope that it stored last, as a damaged disk would. It is started anew.
    pub fn lose_newest(&mut self) {
        self.kill();
        let database = Connection::open(self.data.join("relay.db")).unwrap();
        let newest = "DELETE FROM log WHERE id = (SELECT max(id) FROM log)";
        assert_eq!(database.execute(newest, []).unwrap(), 1);
        database.close().unwrap();
        self.restart(None);
    }

    /// Waits until it has died by itself.
    pub fn end(&mut self) -> Ended {
        self.process.take().unwrap().end()
    }
}

fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Tests in other processes start elsewhere.
    let from = (std::process::id() % 1_000) as u16 * 12;
    PORTS
        .map(|_| {
            PORTS.start
                + from.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed))
                    % (PORTS.end - PORTS.start)
        })
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .unwrap()
}
