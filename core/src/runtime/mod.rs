//! Threads, sockets and timers: the only floor that joins net and engine, and the only one with
//! tokio in it.
//!
//! Owns the engine thread, on which every decision is made one after the other; the tasks that
//! carry its frames; its alarm clock; the board on which callers see how far things are; and the
//! socket by which a second process reaches the first. It brings its own small tokio runtime, so
//! that who embeds the core needs none. It must not know what a command means or what a line on
//! that socket says: both are the client floor's.
//!
//! ```text
//! callers ──commands──▶ ┌───────────────┐ ──effects──▶ link tasks ──▶ net
//!                       │ engine thread │
//!  board ◀──how it is── └───────────────┘ ◀──inputs─── link tasks ◀── net
//! ```
//!
//! The queue of inputs is short on purpose: an engine that is behind stops reading its sockets, and
//! the relay waits.

mod board;
mod deadline;
mod engine;
pub(crate) mod forward;
mod indexing;
mod link;

use std::fmt;
use std::sync::Arc;
use std::sync::mpsc as blocking;
use std::thread::{self, JoinHandle};

use tokio::runtime::{Builder, Handle};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::clock::Now;
use crate::engine::EngineError;
use crate::engine::machine::{Machine, Phase};
use crate::net::Connector;
use crate::random::Random;
use crate::store::Store;

pub(crate) use board::{Board, Waited};
pub(crate) use deadline::Deadline;
pub(crate) use indexing::Indexing;

use engine::Job;

/// Told of every new phase, on the engine thread: it should hand it on and return.
pub(crate) type OnPhase = Box<dyn Fn(Phase) + Send>;

/// The engine has ended; nothing more can be asked of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the engine has ended")]
pub(crate) struct Ended;

/// A running engine. Dropping it ends the thread, the connections and the timers, and returns when
/// the engine has let go of the store.
pub(crate) struct Runtime {
    jobs: UnboundedSender<Job>,
    board: Arc<Board>,
    thread: Option<JoinHandle<()>>,
    tokio: Option<tokio::runtime::Runtime>,
}

impl Runtime {
    /// Starts the engine over a store. It stays off the network until [`Runtime::go_online`].
    ///
    /// # Errors
    /// Those of [`Machine::open`], and a bug where the system gives no thread.
    pub fn start(
        store: Arc<Store>,
        connector: Arc<dyn Connector>,
        random: Random,
        on_phase: OnPhase,
    ) -> Result<Self, EngineError> {
        let no_thread = |_| EngineError::Bug("the system gives no thread");
        let tokio = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("sotto-net")
            .enable_all()
            .build()
            .map_err(no_thread)?;
        let board = Arc::new(Board::default());
        let beat = Arc::clone(&board);
        let commits = store.subscribe(Box::new(move |_| beat.beat()));
        let (jobs, queue) = unbounded_channel();
        let (opened, opening) = blocking::sync_channel(1);
        let world = engine::World::new(
            tokio.handle().clone(),
            connector,
            Arc::clone(&board),
            on_phase,
        );
        let thread = thread::Builder::new()
            .name("sotto-engine".to_owned())
            .spawn(move || {
                let _commits = commits;
                // On this thread from the start, so that nothing in the machine need be `Send`.
                match Machine::open(store, random, Now::read()) {
                    Ok(machine) => {
                        let _ = opened.send(Ok(()));
                        engine::run(machine, queue, world);
                    }
                    Err(error) => {
                        let _ = opened.send(Err(error));
                    }
                }
            })
            .map_err(no_thread)?;
        let runtime = Self {
            jobs,
            board,
            thread: Some(thread),
            tokio: Some(tokio),
        };
        match opening.recv() {
            Ok(Ok(())) => Ok(runtime),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(EngineError::Bug("the engine ended while it was opened")),
        }
    }

    /// Lets the engine connect, now and whenever it wants to.
    pub fn go_online(&self) {
        // An engine that has ended is told apart by the next command.
        let _ = self.jobs.send(Job::Online);
    }

    /// The network may be another one now: what waits is tried at once.
    pub fn network_changed(&self) {
        let _ = self.jobs.send(Job::NetworkChanged);
    }

    /// Runs a command on the engine thread and returns its result, when what follows from it at
    /// once has been set going. Blocks.
    ///
    /// # Errors
    /// [`Ended`] if the engine ended before the command was done.
    pub fn call<R: Send + 'static>(
        &self,
        command: impl FnOnce(&mut Machine, Now) -> R + Send + 'static,
    ) -> Result<R, Ended> {
        let (reply, answer) = blocking::sync_channel(1);
        let job = Job::Command(Box::new(move |machine, now| {
            let result = command(machine, now);
            Box::new(move || {
                // A caller who has gone needs no answer.
                let _ = reply.send(result);
            })
        }));
        self.jobs.send(job).map_err(|_| Ended)?;
        answer.recv().map_err(|_| Ended)
    }

    /// How far things are.
    pub fn board(&self) -> &Arc<Board> {
        &self.board
    }

    /// For what else has to run beside the engine; `None` while it ends.
    pub fn handle(&self) -> Option<Handle> {
        self.tokio.as_ref().map(|tokio| tokio.handle().clone())
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.board.end();
        let _ = self.jobs.send(Job::Stop);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the engine thread panicked");
        }
        if let Some(tokio) = self.tokio.take() {
            // Waits for nobody, so that it may be called from inside another runtime.
            tokio.shutdown_background();
        }
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Runtime(..)")
    }
}
