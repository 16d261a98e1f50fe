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

    /// The profile of the person whose folder is called `name`.
    pub fn profile(&self, name: &str) -> PathBuf {
        self.folder.join(name)
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
        self.folder.join("ready").is_file()
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

    /// Removes what an interrupted set-up has left; with `fresh`, everything.
    ///
    /// # Errors
    /// Where the folder cannot be removed.
    pub fn tidy(&self, fresh: bool) -> Result<()> {
        if self.folder.exists() && (fresh || !self.is_set_up()) {
            fs::remove_dir_all(&self.folder).map_err(|error| self.explain(&error))?;
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
