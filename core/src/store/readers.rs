//! The pool of connections that only read, on their callers' threads.

use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use rusqlite::Connection;

use super::connection;
use super::error::StoreError;
use super::key::DatabaseKey;
use super::view::View;

/// Enough that a slow search does not hold up the screen.
const READERS: usize = 3;

pub(super) struct Readers {
    state: Mutex<State>,
    returned: Condvar,
}

struct State {
    idle: Vec<Connection>,
    /// The threads that are reading now. A thread that waited for a second connection while it
    /// holds one could wait for ever.
    reading: Vec<ThreadId>,
}

impl Readers {
    pub fn open(path: &Path, key: &DatabaseKey) -> Result<Self, StoreError> {
        let idle = (0..READERS)
            .map(|_| connection::open_reader(path, key))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            state: Mutex::new(State {
                idle,
                reading: Vec::new(),
            }),
            returned: Condvar::new(),
        })
    }

    /// Runs `f` on one snapshot. Waits while all readers are in use.
    pub fn read<T, E>(&self, f: impl FnOnce(&View<'_>) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        let reader = self.take()?;
        reader
            .conn()?
            .execute_batch("BEGIN DEFERRED")
            .map_err(StoreError::from)?;
        let view = View::new(reader.conn()?);
        let value = f(&view)?;
        match view.fault() {
            Some(fault) => Err(fault.into()),
            None => Ok(value),
        }
    }

    fn take(&self) -> Result<Reader<'_>, StoreError> {
        let thread = thread::current().id();
        let mut state = self.lock();
        if state.reading.contains(&thread) {
            return Err(StoreError::bug("a read inside a read"));
        }
        loop {
            if let Some(conn) = state.idle.pop() {
                state.reading.push(thread);
                return Ok(Reader {
                    pool: self,
                    conn: Some(conn),
                });
            }
            state = self
                .returned
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection on loan. Its drop, also by a panic in the closure, ends the snapshot and gives it
/// back.
struct Reader<'p> {
    pool: &'p Readers,
    conn: Option<Connection>,
}

impl Reader<'_> {
    fn conn(&self) -> Result<&Connection, StoreError> {
        self.conn
            .as_ref()
            .ok_or(StoreError::bug("a reader without a connection"))
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        let Some(conn) = self.conn.take() else { return };
        if !conn.is_autocommit() {
            // Ending a transaction that only read has nothing to fail on.
            let _ = conn.execute_batch("ROLLBACK");
        }
        let thread = thread::current().id();
        let mut state = self.pool.lock();
        state.reading.retain(|reading| *reading != thread);
        state.idle.push(conn);
        drop(state);
        self.pool.returned.notify_one();
    }
}
