//! Room kept for the day the disk is full: acknowledging and deleting need a little of it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

const SIZE: u64 = 8 << 20;

/// A file of 8 MiB that is given back to the disk when it is full.
pub(super) struct Reserve {
    path: PathBuf,
}

impl Reserve {
    pub(super) fn new(dir: &Path) -> Self {
        Self {
            path: dir.join("reserve"),
        }
    }

    /// Makes sure that the room is there.
    pub(super) fn take(&self) -> io::Result<()> {
        if fs::metadata(&self.path).is_ok_and(|found| found.len() == SIZE) {
            return Ok(());
        }
        self.fill().inspect_err(|_| self.release())
    }

    // Written and not only allocated: some file systems promise room that they do not have.
    fn fill(&self) -> io::Result<()> {
        let mut file = File::create(&self.path)?;
        let block = vec![0x5a; 1 << 20];
        for _ in 0..SIZE >> 20 {
            file.write_all(&block)?;
        }
        file.sync_all()
    }

    /// Gives the room back. There is nothing better to do if even that fails.
    pub(super) fn release(&self) {
        let _ = fs::remove_file(&self.path);
    }
}
