//! The driver of the web view, in front of which Tauri's stands.

use std::env;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::display::Display;
use crate::group::Group;
use crate::http;
use crate::until::until;

/// A running driver, with the window that it opened. All of it ends with this value.
pub struct Driver {
    port: u16,
    _process: Group,
}

impl Driver {
    /// Starts one, with nothing open yet. What it opens inherits its environment and its log.
    #[must_use]
    pub fn start(display: &Display, home: &Path, log: &Path) -> Self {
        Self::start_with(display, home, log, &[("LIBGL_ALWAYS_SOFTWARE", "1")])
    }

    /// The same without anything that acts as a graphics processor. It cannot take pictures.
    #[must_use]
    pub fn start_plain(display: &Display, home: &Path, log: &Path) -> Self {
        Self::start_with(display, home, log, &[])
    }

    fn start_with(display: &Display, home: &Path, log: &Path, more: &[(&str, &str)]) -> Self {
        let [port, native] = free_ports();
        let program = env::var_os("SOTTO_DRIVER").unwrap_or_else(|| "tauri-driver".into());
        let mut command = Command::new(program);
        command
            .args(["--port", &port.to_string()])
            .args(["--native-port", &native.to_string()]);
        display.give(&mut command, home);
        command.envs(more.iter().copied());
        let process = Group::start(command, log);
        for port in [port, native] {
            until("a driver that answers", || {
                TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()
            });
        }
        Self {
            port,
            _process: process,
        }
    }

    /// Asks the driver.
    ///
    /// # Errors
    /// What it says went wrong: the name of the error and its message.
    pub fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, String> {
        let (status, mut answer) = http::ask(self.port, method, path, body)
            .map_err(|error| format!("the driver does not answer: {error}"))?;
        let value = answer["value"].take();
        if status == 200 {
            return Ok(value);
        }
        Err(format!(
            "{}: {}",
            value["error"].as_str().unwrap_or("unknown error"),
            value["message"].as_str().unwrap_or_default()
        ))
    }
}

fn free_ports() -> [u16; 2] {
    let held = [(); 2].map(|()| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
    held.map(|socket| socket.local_addr().unwrap().port())
}
