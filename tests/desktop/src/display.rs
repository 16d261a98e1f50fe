//! A display that nobody looks at.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
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

    /// Lets a program run on it, at home in a folder. Nothing of whoever runs this is touched: no
    /// keystore, no settings, no other display.
    pub fn give(&self, command: &mut Command, home: &Path) {
        command
            .env("DISPLAY", self.name())
            .env("HOME", home)
            .env("GDK_BACKEND", "x11")
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC")
            .env("NO_AT_BRIDGE", "1")
            // Nor does the driver start a bus, which would stay when it has gone.
            .env("DBUS_SESSION_BUS_ADDRESS", "disabled:");
        for name in [
            "XDG_RUNTIME_DIR",
            "XDG_DATA_HOME",
            "XDG_CONFIG_HOME",
            "XDG_CACHE_HOME",
            "WAYLAND_DISPLAY",
            "LIBGL_ALWAYS_SOFTWARE",
            "WEBKIT_DISABLE_COMPOSITING_MODE",
            "SOTTO_PROFILE",
            "SOTTO_PASSPHRASE",
            "SOTTO_RELAY",
        ] {
            command.env_remove(name);
        }
    }

    /// What goes into `DISPLAY`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}
