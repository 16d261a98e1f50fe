//! The demonstration's relay: its port, its start, its health.

use super::Place;
use crate::clock::Stopwatch;
use crate::failure::{Failure, Result};
use crate::process::Background;
use crate::signals::Interruption;
use crate::workspace;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// The relay's own default.
const FIRST_PORT: u16 = 8420;
/// Above this the system hands out ports to clients.
const LAST_PORT: u16 = 32767;
const PATIENCE: Duration = Duration::from_secs(30);

/// A relay that can be reached; if this run started it, it ends with this value.
pub struct Relay {
    url: String,
    _process: Option<Background>,
}

impl Relay {
    /// Its address, as `sotto register` takes it.
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// What there is to do for a relay.
pub enum Prepared {
    /// One runs already, at this address.
    Runs(String),
    /// This command starts one that will be at this address.
    Ready {
        /// The address.
        url: String,
        /// The command, its input closed, its output still on the screen.
        command: Command,
    },
}

/// Chooses the port and makes the command, unless the relay runs already.
///
/// # Errors
/// Where the port of the first run is taken by something else.
pub fn prepare(place: &Place) -> Result<Prepared> {
    place.make()?;
    let port = match place.port() {
        Some(port) if is_free(port) => port,
        Some(port) if is_healthy(port) => return Ok(Prepared::Runs(url(port))),
        Some(port) => {
            return Err(Failure::new(format!("port {port} is taken by another program, and the accounts of the demonstration have their relay there"))
                .remedy("end that program, or begin afresh on another port with `cargo xtask run --fresh`"));
        }
        None => (FIRST_PORT..=LAST_PORT)
            .find(|port| is_free(*port))
            .ok_or_else(|| Failure::new("no port is free on this machine"))?,
    };
    place.remember_port(port)?;
    let mut command = Command::new(workspace::binary("sotto-relay"));
    command
        .arg("--listen")
        .arg(address(port).to_string())
        .arg("--data")
        .arg(place.relay())
        .stdin(Stdio::null());
    Ok(Prepared::Ready {
        url: url(port),
        command,
    })
}

/// Starts the relay in the background, unless one runs, and waits until it answers.
///
/// # Errors
/// Where it ends at once or does not answer; its last words are part of the failure.
pub fn start(place: &Place, interruption: &Interruption) -> Result<Relay> {
    let (url, mut command) = match prepare(place)? {
        Prepared::Runs(url) => {
            println!("\nUsing the relay that already runs at {url}");
            return Ok(Relay {
                url,
                _process: None,
            });
        }
        Prepared::Ready { url, command } => (url, command),
    };
    let log = File::create(place.relay_log())
        .map_err(|error| Failure::new(format!("{}: {error}", place.relay_log().display())))?;
    let errors = log
        .try_clone()
        .map_err(|error| Failure::new(format!("{}: {error}", place.relay_log().display())))?;
    let mut process = Background::start("the relay", command.stdout(log).stderr(errors))?;
    let port = place.port().unwrap_or(FIRST_PORT);
    let watch = Stopwatch::start();
    while !is_healthy(port) {
        interruption.check()?;
        if let Some(status) = process.ended() {
            return Err(Failure::new(format!(
                "the relay ended at once with {status}\n{}",
                last_words(place)
            )));
        }
        if watch.elapsed() > PATIENCE {
            return Err(Failure::new(format!(
                "the relay at {url} does not answer\n{}",
                last_words(place)
            )));
        }
        sleep(Duration::from_millis(25));
    }
    Ok(Relay {
        url,
        _process: Some(process),
    })
}

fn url(port: u16) -> String {
    format!("http://{}", address(port))
}

fn address(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

fn is_free(port: u16) -> bool {
    TcpListener::bind(address(port)).is_ok()
}

fn is_healthy(port: u16) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address(port), Duration::from_millis(500))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        write!(
            stream,
            "GET /health HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            address(port)
        )?;
        let mut answer = String::new();
        stream.take(4096).read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.split_whitespace().nth(1) == Some("200"))
}

fn last_words(place: &Place) -> String {
    let text = fs::read_to_string(place.relay_log()).unwrap_or_default();
    let lines: Vec<_> = text.lines().collect();
    lines
        .iter()
        .skip(lines.len().saturating_sub(20))
        .map(|line| format!("  │ {line}\n"))
        .collect()
}
