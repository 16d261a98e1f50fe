//! Where the demonstration keeps its data between two runs.

use crate::failure::{Failure, Result};
use crate::workspace;
use std::fs;
use std::path::PathBuf;

/// The folder of one demonstration.
pub struct Place {
    folder: PathBuf,
}

impl Place {
    /// The one beside the build.
    pub fn standard() -> Self {
        Self {
            folder: workspace::target().join("demo"),
        }
    }

    /// The relay's data.
    pub fn relay(&self) -> PathBuf {
        self.folder.join("relay")
    }

    /// What the relay says while it runs.
    pub fn relay_log(&self) -> PathBuf {
        self.folder.join("relay.log")
    }

    /// The profile of the person whose folder is called `name`: where the desktop app looks for it.
    pub fn profile(&self, name: &str) -> PathBuf {
        self.people().join("profiles").join(name)
    }

    /// The data folder of the desktop app in which Alice and Bob are.
    pub fn people(&self) -> PathBuf {
        self.folder.join("people")
    }

    /// The data folder of the desktop app for whoever tries it as themselves.
    pub fn own(&self) -> PathBuf {
        self.folder.join("own")
    }

    /// The port of the first run. An account names its relay by address, so the address stays.
    pub fn port(&self) -> Option<u16> {
        fs::read_to_string(self.folder.join("port"))
            .ok()?
            .trim()
            .parse()
            .ok()
    }

    /// Remembers the port.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn remember_port(&self, port: u16) -> Result<()> {
        self.write("port", &format!("{port}\n"))
    }

    /// Whether Alice and Bob know each other.
    pub fn is_set_up(&self) -> bool {
        self.folder.join("ready").is_file() && self.people().is_dir()
    }

    /// Remembers that they do.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn remember_set_up(&self) -> Result<()> {
        self.write(
            "ready",
            "Alice and Bob are registered and know each other.\n",
        )
    }

    /// Whether they have talked, so that there is something to see.
    pub fn is_seeded(&self) -> bool {
        self.folder.join("talked").is_file()
    }

    /// Remembers that they have.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn remember_seeded(&self) -> Result<()> {
        self.write("talked", "Alice and Bob have talked.\n")
    }

    /// Removes what an interrupted set-up has left; with `fresh`, everything.
    ///
    /// # Errors
    /// Where the folder cannot be removed.
    pub fn tidy(&self, fresh: bool) -> Result<()> {
        // Without Alice and Bob, an account of one's own may still be there, and it knows the relay.
        let unused = !self.is_set_up() && !self.own().exists();
        if self.folder.exists() && (fresh || unused) {
            fs::remove_dir_all(&self.folder).map_err(|error| self.explain(&error))?;
        }
        if self.people().exists() && !self.is_set_up() {
            fs::remove_dir_all(self.people()).map_err(|error| self.explain(&error))?;
        }
        self.make()
    }

    /// Makes the folder if it is not there.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn make(&self) -> Result<()> {
        fs::create_dir_all(&self.folder).map_err(|error| self.explain(&error))
    }

    fn write(&self, name: &str, text: &str) -> Result<()> {
        fs::write(self.folder.join(name), text).map_err(|error| self.explain(&error))
    }

    fn explain(&self, error: &std::io::Error) -> Failure {
        Failure::new(format!("{}: {error}", self.folder.display()))
    }
}
