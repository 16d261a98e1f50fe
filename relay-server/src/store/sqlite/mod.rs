//! The engine of a single node: one SQLite file, one writer, a few readers.
//!
//! Owns every SQL statement of the relay. The layout is an append-only log with two narrow
//! indexes (`migrations/0001.sql`), because bodies inside a clustered key make acknowledgements
//! three times slower. WAL with `synchronous=FULL`: a commit that returned survives a power cut.
//! A failed flush aborts the process, because SQLite cannot know afterwards what is on disk.

mod chains;
mod checkpoint;
mod counters;
mod directory;
mod fault;
mod keys;
mod log;
mod mailboxes;
mod migrations;
mod reserve;

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError as Busy};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use sotto_wire::ids::IncarnationId;

use self::checkpoint::Checkpoints;
use self::reserve::Reserve;
use super::{Quotas, Store, StoreError};

/// The first SQLite whose checkpoints do not lose committed pages.
const OLDEST_SAFE_SQLITE: i32 = 3_051_003;

/// Connections that only read; more than the cores of a small machine are of no use.
const READERS: usize = 3;

/// One data directory, open.
pub struct Sqlite {
    writer: Mutex<Connection>,
    readers: Vec<Mutex<Connection>>,
    next_reader: AtomicUsize,
    checkpoints: Checkpoints,
    reserve: Reserve,
    full: AtomicBool,
    quotas: Quotas,
    incarnation: IncarnationId,
    _lock: File,
}

impl Sqlite {
    /// Opens the data in `dir`, or begins it. `fresh` becomes the incarnation of new data, and of
    /// old data if `restored` says that it may have gone back in time.
    ///
    /// # Errors
    /// [`StoreError`]; existing data is untouched.
    pub fn open(
        dir: &Path,
        quotas: Quotas,
        fresh: IncarnationId,
        restored: bool,
    ) -> Result<Self, StoreError> {
        if rusqlite::version_number() < OLDEST_SAFE_SQLITE {
            return Err(StoreError::UnsafeEngine(rusqlite::version().to_owned()));
        }
        let lock = lock_directory(dir)?;
        let path = dir.join("relay.db");
        let mut writer = Connection::open(&path)?;
        configure_writer(&writer)?;
        migrations::run(&mut writer)?;
        let incarnation = adopt_incarnation(&mut writer, fresh, restored)?;
        let readers = (0..READERS)
            .map(|_| open_reader(&path).map(Mutex::new))
            .collect::<Result<_, _>>()?;
        let reserve = Reserve::new(dir);
        let full = reserve.take().is_err();
        Ok(Self {
            writer: Mutex::new(writer),
            readers,
            next_reader: AtomicUsize::new(0),
            checkpoints: Checkpoints::open(&path)?,
            reserve,
            full: AtomicBool::new(full),
            quotas,
            incarnation,
            _lock: lock,
        })
    }

    /// Runs `work` in one transaction and returns after it is flushed.
    fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut writer = locked(&self.writer);
        self.checkpoints.force_if_long(&writer)?;
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = work(&transaction)?;
        transaction.commit()?;
        self.checkpoints.note_commit();
        Ok(value)
    }

    /// The same for work that must succeed on a full disk: it gives the reserve away if it has to.
    fn write_even_if_full<T>(
        &self,
        work: impl Fn(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match self.write(&work) {
            Err(StoreError::Full) => {
                self.declare_full();
                self.write(&work)
            }
            other => other,
        }
    }

    fn declare_full(&self) {
        self.full.store(true, Ordering::Relaxed);
        self.reserve.release();
    }

    /// Runs `work` on one snapshot.
    fn read<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let reader = self.reader()?;
        work(&reader.unchecked_transaction()?)
    }

    /// The first reader that is free, or the wait for one of them.
    fn reader(&self) -> Result<MutexGuard<'_, Connection>, StoreError> {
        let first = self.next_reader.fetch_add(1, Ordering::Relaxed) % READERS;
        let in_turn = || self.readers.iter().cycle().skip(first).take(READERS);
        for reader in in_turn() {
            match reader.try_lock() {
                Ok(guard) => return Ok(guard),
                Err(Busy::Poisoned(poisoned)) => return Ok(poisoned.into_inner()),
                Err(Busy::WouldBlock) => {}
            }
        }
        let reader = in_turn().next().ok_or(StoreError::Damaged("no reader"))?;
        Ok(locked(reader))
    }
}

impl Store for Sqlite {
    fn incarnation(&self) -> IncarnationId {
        self.incarnation
    }

    fn maintain(&self) -> Result<(), StoreError> {
        if self.full.load(Ordering::Relaxed) && self.reserve.take().is_ok() {
            self.full.store(false, Ordering::Relaxed);
        }
        self.checkpoints.run()
    }
}

/// A panic while the lock was held has rolled its transaction back, so the connection is sound.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn lock_directory(dir: &Path) -> Result<File, StoreError> {
    let path: PathBuf = dir.join("lock");
    let in_file = |source| StoreError::File {
        path: path.clone(),
        source,
    };
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(in_file)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse(dir.to_owned())),
        Err(TryLockError::Error(source)) => Err(in_file(source)),
    }
}

fn configure_writer(connection: &Connection) -> Result<(), StoreError> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    // Checkpoints inside a commit would be felt by its senders; see checkpoint.rs.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    Ok(())
}

fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "cache_size", -16_384)?;
    connection.set_prepared_statement_cache_capacity(32);
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    Ok(connection)
}

fn adopt_incarnation(
    connection: &mut Connection,
    fresh: IncarnationId,
    restored: bool,
) -> Result<IncarnationId, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if restored {
        transaction.execute("DELETE FROM data_set", [])?;
    }
    transaction.execute(
        "INSERT OR IGNORE INTO data_set (id, incarnation) VALUES (1, ?1)",
        [fresh.as_bytes()],
    )?;
    let incarnation: [u8; 16] =
        transaction.query_row("SELECT incarnation FROM data_set", [], |row| row.get(0))?;
    transaction.commit()?;
    Ok(IncarnationId::new(incarnation))
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
mod tests;
