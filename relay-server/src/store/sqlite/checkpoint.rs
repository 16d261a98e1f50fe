//! Moves the write-ahead log into the database: in the background, where no sender waits for it,
//! and by force between two batches when it has grown too long.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rusqlite::Connection;

use super::locked;
use crate::store::StoreError;

/// From here on the writer itself checkpoints; without it, readers that never pause let the log
/// grow to gigabytes.
const TOO_LONG: u64 = 256 << 20;

/// How much more is let through when a reader kept a forced checkpoint from finishing.
const STEP: u64 = 64 << 20;

/// How many commits pass between two looks at the log's length.
const LOOK_EVERY: u64 = 32;

/// Below this a busy relay is left alone.
const WORTHWHILE: u64 = 4 << 20;

pub(super) struct Checkpoints {
    wal: PathBuf,
    connection: Mutex<Connection>,
    commits: AtomicU64,
    commits_at_last_run: AtomicU64,
    force_above: AtomicU64,
}

impl Checkpoints {
    pub(super) fn open(database: &Path) -> Result<Self, StoreError> {
        let connection = Connection::open(database)?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.busy_timeout(Duration::from_millis(50))?;
        let mut wal: OsString = database.into();
        wal.push("-wal");
        Ok(Self {
            wal: wal.into(),
            connection: Mutex::new(connection),
            commits: AtomicU64::new(1),
            commits_at_last_run: AtomicU64::new(0),
            force_above: AtomicU64::new(TOO_LONG),
        })
    }

    pub(super) fn note_commit(&self) {
        self.commits.fetch_add(1, Ordering::Relaxed);
    }

    /// Called by the writer between two transactions.
    pub(super) fn force_if_long(&self, writer: &Connection) -> Result<(), StoreError> {
        if !self
            .commits
            .load(Ordering::Relaxed)
            .is_multiple_of(LOOK_EVERY)
        {
            return Ok(());
        }
        if self.length() > self.force_above.load(Ordering::Relaxed) {
            checkpoint(writer, "TRUNCATE")?;
            let left = self.length();
            self.force_above
                .store(TOO_LONG.max(left + STEP), Ordering::Relaxed);
        }
        Ok(())
    }

    /// Called about once a second. An idle relay empties its log, so that nothing deleted stays
    /// readable there; a busy one copies what it can without making anybody wait.
    pub(super) fn run(&self) -> Result<(), StoreError> {
        let length = self.length();
        let commits = self.commits.load(Ordering::Relaxed);
        let before = self.commits_at_last_run.swap(commits, Ordering::Relaxed);
        let connection = locked(&self.connection);
        if commits == before && length > 0 {
            checkpoint(&connection, "TRUNCATE")
        } else if length > WORTHWHILE {
            checkpoint(&connection, "PASSIVE")
        } else {
            Ok(())
        }
    }

    fn length(&self) -> u64 {
        fs::metadata(&self.wal).map_or(0, |found| found.len())
    }
}

/// A checkpoint that others keep from finishing is no error; it reports so in its row.
fn checkpoint(connection: &Connection, mode: &str) -> Result<(), StoreError> {
    connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(()))?;
    Ok(())
}

#[cfg(test)]
impl Checkpoints {
    /// Has the next look find the log too long at this length.
    pub(super) fn force_above(&self, length: u64) {
        self.force_above.store(length, Ordering::Relaxed);
    }
}
