//! The store: everything that is at rest.
//!
//! This floor owns the SQLCipher file and its settings, the thread that writes, the readers,
//! migrations, change sets and the slots that wrap the database key. Nothing else in the core
//! imports `rusqlite`. It must not know what a message, a session or a chain is: it offers
//! [`Tx`] and [`View`], and repositories put their statements into them.
//!
//! What it promises:
//! - [`Store::write`] returns after the commit is on the disk; [`Store::read`] sees one snapshot.
//! - A closure that fails or panics is undone alone; a fault of the store undoes the work that met
//!   it even if it was swallowed on the way, and never looks like an answer.
//! - Subscribers hear of a change only after its commit, and before the writer's caller goes on.
//! - A file that is damaged, foreign, in use or too new is refused with its own error and left as
//!   it was.
//!
//! It reads no clock, and randomness comes in as an argument.

mod change;
mod connection;
mod erase;
mod error;
mod files;
mod job;
mod key;
#[allow(
    dead_code,
    reason = "a second slot can be added here before a client offers it"
)]
pub mod keyslots;
mod lock;
mod migrate;
mod readers;
mod subscription;
pub(crate) mod tables;
mod tx;
mod view;
mod writer;

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
mod tests;

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

// What the repositories in `tables` write their statements with.
#[allow(unused_imports)]
pub(crate) use rusqlite::{Row, params};

pub use change::Change;
pub use erase::erase;
#[allow(unused_imports)]
pub use error::{Class, Rule, StoreError};
pub use key::DatabaseKey;
pub use subscription::{Listener, Subscription};
pub use tx::Tx;
pub use view::View;

use lock::ProfileLock;
use readers::Readers;
use subscription::Subscribers;
use writer::Writer;

/// The open database of one profile. One process has it open at a time; within it, share one
/// `Store` behind an `Arc`.
pub struct Store {
    dir: PathBuf,
    subscribers: Subscribers,
    // Before the writer: the connection that closes last tidies the log away.
    readers: Readers,
    writer: Writer,
}

impl Store {
    /// Makes the database of a new profile and opens it. The folder is created if need be; the
    /// file appears under its name only when it is complete.
    ///
    /// # Errors
    /// [`StoreError::Exists`] if the profile has a database, [`StoreError::InUse`],
    /// [`StoreError::WrongKey`] if key slots are there and wrap another key, [`StoreError::Full`],
    /// [`StoreError::Io`].
    pub fn create(dir: &Path, key: &DatabaseKey) -> Result<Self, StoreError> {
        files::create_folder(dir)
            .map_err(|error| StoreError::from_io("creating the profile folder", &error))?;
        let lock = ProfileLock::take(dir)?;
        // A log without its database counts too: SQLite would replay it into the new file.
        if exists(dir) || files::is_there(&dir.join(files::DATABASE_LOG)) {
            return Err(StoreError::Exists);
        }
        if keyslots::vouch(dir, key) == Some(false) {
            return Err(StoreError::WrongKey);
        }
        make_database(dir, key)?;
        Self::start(dir, key, lock)
    }

    /// Opens the database of a profile and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::InUse`], [`StoreError::WrongKey`],
    /// [`StoreError::NotADatabase`] (no key slots to tell a wrong key from damage),
    /// [`StoreError::Corrupt`], [`StoreError::NewerSchema`], [`StoreError::Full`],
    /// [`StoreError::Io`]. After any of them the file is as it was.
    pub fn open(dir: &Path, key: &DatabaseKey) -> Result<Self, StoreError> {
        let lock = ProfileLock::take(dir)?;
        Self::start(dir, key, lock)
    }

    fn start(dir: &Path, key: &DatabaseKey, lock: ProfileLock) -> Result<Self, StoreError> {
        let path = dir.join(files::DATABASE);
        fs::metadata(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => StoreError::Missing,
            _ => StoreError::from_io("looking for the database", &error),
        })?;
        let vouched = keyslots::vouch(dir, key);
        if vouched == Some(false) {
            return Err(StoreError::WrongKey);
        }
        let conn = connection::open(&path, key).map_err(|error| match error {
            // The key is right, so the page is not.
            StoreError::NotADatabase if vouched == Some(true) => StoreError::Corrupt,
            other => other,
        })?;
        // SQLite takes a file that was cut to nothing for a new database, and the history would
        // seem never to have been. Ours have a version from the moment they have their name.
        if migrate::version(&conn)? == 0 {
            return Err(StoreError::Corrupt);
        }
        connection::make_ready(&conn)?;
        migrate::run(&conn)?;
        let readers = Readers::open(&path, key)?;
        let subscribers = Subscribers::default();
        let writer = Writer::start(
            conn,
            dir.join(files::DATABASE_LOG),
            subscribers.clone(),
            lock,
        )?;
        Ok(Self {
            dir: dir.to_owned(),
            subscribers,
            readers,
            writer,
        })
    }

    /// Runs `f` in a transaction on the writer thread and returns after its commit has reached
    /// the disk. Blocks; work that waits at the same time shares the commit.
    ///
    /// # Errors
    /// The error of `f`, whose work is then undone. [`StoreError::Bug`] if it panicked or writes
    /// from inside a write. If the commit fails, its error, and nothing was applied.
    pub fn write<T, E, F>(&self, f: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.writer.write(f)
    }

    /// Runs `f` on one snapshot, on this thread. Blocks while all readers are in use. What was
    /// written before the call is in the snapshot.
    ///
    /// # Errors
    /// The error of `f`. [`StoreError::Bug`] for a read inside a read of the same store.
    pub fn read<T, E>(&self, f: impl FnOnce(&View<'_>) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        self.readers.read(f)
    }

    /// Calls `listener` with the changes of each commit, each change once, on the writer thread:
    /// it should hand them on and return. It may read, but not write.
    pub fn subscribe(&self, listener: Box<Listener>) -> Subscription {
        self.subscribers.add(listener)
    }

    /// Moves everything from the write-ahead log into the database and empties the log, so that
    /// what was deleted is gone from the disk. To be called after deletes and daily; the log's
    /// size is limited without it.
    ///
    /// # Errors
    /// [`StoreError::Busy`] if a read lasts too long; [`StoreError::Full`], [`StoreError::Io`].
    pub fn checkpoint(&self) -> Result<(), StoreError> {
        self.writer.checkpoint()
    }

    /// Bytes of the database file and of the write-ahead log beside it.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn sizes(&self) -> Result<(u64, u64), StoreError> {
        let size = |name: &str| match fs::metadata(self.dir.join(name)) {
            Ok(found) => Ok(found.len()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(StoreError::from_io("measuring the database", &error)),
        };
        Ok((size(files::DATABASE)?, size(files::DATABASE_LOG)?))
    }

    /// The folder of the profile.
    pub fn dir(&self) -> &Path {
        &self.dir
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store(..)")
    }
}

/// Whether a profile has a database.
pub fn exists(dir: &Path) -> bool {
    files::is_there(&dir.join(files::DATABASE))
}

/// Builds the database under another name and gives it its own when it is complete and on disk.
fn make_database(dir: &Path, key: &DatabaseKey) -> Result<(), StoreError> {
    let failed = |error: io::Error| StoreError::from_io("creating the database", &error);
    let unfinished = dir.join(files::UNFINISHED_DATABASE);
    // What a creation left behind that did not end; nobody was ever told that it existed.
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let leftover = dir.join(format!("{}{suffix}", files::UNFINISHED_DATABASE));
        files::remove_if_there(&leftover).map_err(failed)?;
    }
    let file = files::private()
        .create_new(true)
        .open(&unfinished)
        .map_err(failed)?;
    let conn = connection::open(&unfinished, key)?;
    connection::make_ready(&conn)?;
    migrate::run(&conn)?;
    connection::checkpoint(&conn, connection::PATIENCE)?;
    conn.close().map_err(|(_, error)| error)?;
    file.sync_all().map_err(failed)?;
    fs::rename(&unfinished, dir.join(files::DATABASE)).map_err(failed)?;
    files::sync_folder(dir).map_err(failed)
}
