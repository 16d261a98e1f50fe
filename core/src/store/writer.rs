//! The thread that owns the one connection that writes.
//!
//! Closures that wait together share one commit, and so one fsync. Each runs in a savepoint of
//! its own, so that an error or a panic undoes only itself; answers and changes leave the thread
//! only after the commit.

use std::collections::VecDeque;
use std::fs;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::thread::{self, JoinHandle, ThreadId};
use std::time::Duration;

use rusqlite::Connection;

use super::change::{self, Change};
use super::connection;
use super::error::StoreError;
use super::job::{Job, Work};
use super::lock::ProfileLock;
use super::subscription::Subscribers;
use super::tx::Tx;

/// The most closures in one commit: the first of them waits for the last.
const LARGEST_GROUP: usize = 64;

/// How far the write-ahead log grows, in bytes, before it is moved into the database.
const LARGEST_WAL: u64 = 4 * 1024 * 1024;

enum Request {
    Write(Box<dyn Job>),
    Checkpoint(SyncSender<Result<(), StoreError>>),
}

/// The way to the thread. Dropping it ends the thread, after all work that was handed in, and
/// waits until the file is closed.
pub(super) struct Writer {
    requests: Option<Sender<Request>>,
    thread: Option<JoinHandle<()>>,
    id: ThreadId,
}

impl Writer {
    /// Starts the thread. It keeps the profile's lock until the connection is closed, and the log
    /// at `wal` short.
    pub fn start(
        conn: Connection,
        wal: PathBuf,
        subscribers: Subscribers,
        lock: ProfileLock,
    ) -> Result<Self, StoreError> {
        let (requests, incoming) = mpsc::channel();
        let desk = Desk {
            conn,
            wal,
            checkpoint_at: LARGEST_WAL,
            stopped: false,
            subscribers,
        };
        let thread = thread::Builder::new()
            .name("sotto-store".to_owned())
            .spawn(move || {
                desk.serve(&incoming);
                drop(lock);
            })
            .map_err(|error| StoreError::from_io("starting the writer thread", &error))?;
        let id = thread.thread().id();
        Ok(Self {
            requests: Some(requests),
            thread: Some(thread),
            id,
        })
    }

    /// Runs `f` in the next commit and waits for it.
    pub fn write<T, E, F>(&self, f: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.submit(f)?
            .recv()
            .unwrap_or_else(|_| Err(gone().into()))
    }

    /// Hands `f` in; its answer arrives after the commit.
    pub fn submit<T, E, F>(&self, f: F) -> Result<Receiver<Result<T, E>>, StoreError>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = mpsc::sync_channel(1);
        self.send(Request::Write(Box::new(Work::new(f, reply))))?;
        Ok(answer)
    }

    /// Checkpoints after the work that waits already.
    pub fn checkpoint(&self) -> Result<(), StoreError> {
        let (reply, answer) = mpsc::sync_channel(1);
        self.send(Request::Checkpoint(reply))?;
        answer.recv().unwrap_or_else(|_| Err(gone()))
    }

    fn send(&self, request: Request) -> Result<(), StoreError> {
        if thread::current().id() == self.id {
            // It would wait for itself.
            return Err(StoreError::bug("a write from inside the writer"));
        }
        let requests = self.requests.as_ref().ok_or_else(gone)?;
        requests.send(request).map_err(|_| gone())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.requests.take());
        // The last handle may be dropped by a subscriber, on the thread itself.
        if let Some(thread) = self.thread.take()
            && thread::current().id() != self.id
            && thread.join().is_err()
        {
            tracing::error!("the writer thread of the store panicked");
        }
    }
}

fn gone() -> StoreError {
    StoreError::bug("the writer thread is gone")
}

/// What the thread works with.
struct Desk {
    conn: Connection,
    wal: PathBuf,
    /// The size of the log at which the next checkpoint is tried.
    checkpoint_at: u64,
    /// A write was not confirmed by the disk: see [`StoreError::Stopped`].
    stopped: bool,
    subscribers: Subscribers,
}

impl Desk {
    fn serve(mut self, incoming: &Receiver<Request>) {
        while let Ok(first) = incoming.recv() {
            let mut work = VecDeque::new();
            let mut checkpoints = Vec::new();
            let mut next = Some(first);
            while let Some(request) = next {
                match request {
                    Request::Write(job) => work.push_back(job),
                    Request::Checkpoint(reply) => checkpoints.push(reply),
                }
                next = if work.len() < LARGEST_GROUP {
                    incoming.try_recv().ok()
                } else {
                    None
                };
            }
            while !work.is_empty() {
                self.commit_group(&mut work);
            }
            for reply in checkpoints {
                let _ = reply.send(self.checkpoint(connection::PATIENCE));
            }
            self.limit_log();
        }
    }

    /// Runs what waits as one transaction, or as much of it as the transaction survives.
    fn commit_group(&mut self, waiting: &mut VecDeque<Box<dyn Job>>) {
        let mut ran = Vec::new();
        let fate = self.transaction(waiting, &mut ran);
        if fate.is_err() {
            if ran.is_empty() {
                ran.extend(waiting.drain(..));
            }
            self.abandon();
        }
        let fate = match fate {
            Ok(changes) => {
                self.subscribers.publish(&change::without_repeats(changes));
                Ok(())
            }
            Err(error) => Err(self.note(error)),
        };
        for job in ran {
            job.settle(fate.clone());
        }
    }

    /// On an error nothing of the transaction is applied, and `ran` holds the jobs that shared it.
    fn transaction(
        &self,
        waiting: &mut VecDeque<Box<dyn Job>>,
        ran: &mut Vec<Box<dyn Job>>,
    ) -> Result<Vec<Change>, StoreError> {
        if self.stopped {
            return Err(StoreError::Stopped);
        }
        self.conn.execute_batch("BEGIN IMMEDIATE")?;
        let mut changes = Vec::new();
        while let Some(mut job) = waiting.pop_front() {
            let result = job.run(&self.conn);
            ran.push(job);
            changes.extend(result?);
        }
        self.conn.execute_batch("COMMIT")?;
        Ok(changes)
    }

    /// Ends a transaction that failed, if SQLite has not done so itself.
    fn abandon(&mut self) {
        if !self.conn.is_autocommit() && self.conn.execute_batch("ROLLBACK").is_err() {
            self.stopped = true;
        }
    }

    /// Stops the store if this error says that the disk cannot be trusted any more.
    fn note(&mut self, error: StoreError) -> StoreError {
        if error.is_unsynced() {
            self.stopped = true;
        }
        error
    }

    fn checkpoint(&mut self, patience: Duration) -> Result<(), StoreError> {
        if self.stopped {
            return Err(StoreError::Stopped);
        }
        connection::checkpoint(&self.conn, patience).map_err(|error| self.note(error))
    }

    /// Keeps the log short, between two groups and without waiting for readers. If a long read
    /// keeps it from shrinking, the next try is when it has grown by as much again.
    fn limit_log(&mut self) {
        if self.wal_size() < self.checkpoint_at {
            return;
        }
        match self.checkpoint(Duration::ZERO) {
            Ok(()) | Err(StoreError::Busy) => {}
            Err(error) => tracing::warn!(code = error.code(), "a checkpoint failed"),
        }
        self.checkpoint_at = self.wal_size().saturating_add(LARGEST_WAL);
    }

    fn wal_size(&self) -> u64 {
        fs::metadata(&self.wal).map_or(0, |file| file.len())
    }
}
