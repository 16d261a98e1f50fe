//! How far `sotto receive` has reported, kept beside the database.
//!
//! It is written after the output was flushed: a kill between the two repeats the last messages,
//! and never swallows one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

const NAME: &str = "received";

/// The row of the last message that was reported.
pub struct Cursor {
    path: PathBuf,
    row: i64,
}

impl Cursor {
    /// What an earlier run has left; `highest` is the last row that there is. A cursor beyond it
    /// belongs to a database that was replaced by an older one.
    pub fn load(dir: &Path, highest: i64) -> io::Result<Self> {
        let path = dir.join(NAME);
        let row = match fs::read_to_string(&path) {
            Ok(text) => text.trim().parse().unwrap_or(0),
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(error),
        };
        Ok(Self {
            path,
            row: row.min(highest),
        })
    }

    pub fn row(&self) -> i64 {
        self.row
    }

    /// Moves on; after a crash the file has the old row or the new one.
    pub fn advance(&mut self, row: i64) -> io::Result<()> {
        let unfinished = self
            .path
            .with_extension(format!("{}.new", std::process::id()));
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&unfinished)?;
        writeln!(file, "{row}")?;
        file.sync_all()?;
        drop(file);
        fs::rename(&unfinished, &self.path)?;
        if let Some(dir) = self.path.parent() {
            File::open(dir)?.sync_all()?;
        }
        self.row = row;
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn it_survives_and_does_not_run_ahead_of_the_database() {
        let dir = tempfile::tempdir().unwrap();
        let mut cursor = Cursor::load(dir.path(), 9).unwrap();
        assert_eq!(cursor.row(), 0);
        cursor.advance(7).unwrap();
        assert_eq!(Cursor::load(dir.path(), 9).unwrap().row(), 7);
        assert_eq!(Cursor::load(dir.path(), 5).unwrap().row(), 5);
        fs::write(dir.path().join(NAME), "nonsense").unwrap();
        assert_eq!(Cursor::load(dir.path(), 9).unwrap().row(), 0);
    }
}
