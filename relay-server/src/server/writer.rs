//! The threads that touch the disk: one that groups jobs into commits, one that keeps house.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::Shared;
use super::clock::Clock;
use super::inbox::Inbox;
use crate::job::{Job, Notice};
use crate::relay::Relay;

/// So many jobs share a commit at most ...
const BATCH_JOBS: usize = 512;
/// ... or so many bytes.
const BATCH_BYTES: usize = 8 << 20;

const HOUSEKEEPING: Duration = Duration::from_secs(1);
/// Every so many rounds of housekeeping, what is past its day is deleted.
const EXPIRE_EVERY: u64 = 3_600;

type Submitted = (Job, Arc<Inbox>);

/// Where tasks hand in what they want stored. The queue is bounded by what every session may have
/// under way.
pub(super) struct Writer {
    jobs: Mutex<Option<Sender<Submitted>>>,
    routes: Arc<OnceLock<Weak<Shared>>>,
}

impl Writer {
    pub(super) fn start(relay: Arc<Relay>, clock: Clock) -> io::Result<(Self, JoinHandle<()>)> {
        let (jobs, submitted) = mpsc::channel();
        let routes = Arc::new(OnceLock::new());
        let writing = Writing {
            relay,
            clock,
            submitted,
            routes: Arc::clone(&routes),
        };
        let handle = thread::Builder::new()
            .name("writer".into())
            .spawn(move || writing.run())?;
        Ok((
            Self {
                jobs: Mutex::new(Some(jobs)),
                routes,
            },
            handle,
        ))
    }

    /// Hands a job in; the answer comes into the inbox.
    pub(super) fn submit(&self, job: Job, inbox: &Arc<Inbox>) {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(jobs) = jobs.as_ref() {
            // Fails only when the thread is gone, and then the process is about to be.
            let _ = jobs.send((job, Arc::clone(inbox)));
        }
    }

    /// Lets the thread end when it has stored everything.
    pub(super) fn stop(&self) {
        self.jobs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
    }
}

struct Writing {
    relay: Arc<Relay>,
    clock: Clock,
    submitted: Receiver<Submitted>,
    routes: Arc<OnceLock<Weak<Shared>>>,
}

/// Without the writer nothing would ever be answered again; a restart brings it back.
struct NothingWithoutUs;

impl Drop for NothingWithoutUs {
    fn drop(&mut self) {
        if thread::panicking() {
            std::process::abort();
        }
    }
}

impl Writing {
    fn run(self) {
        let _guard = NothingWithoutUs;
        while let Ok(first) = self.submitted.recv() {
            let mut bytes = first.0.size();
            let (mut jobs, mut inboxes) = (vec![first.0], vec![first.1]);
            while jobs.len() < BATCH_JOBS && bytes < BATCH_BYTES {
                let Ok((job, inbox)) = self.submitted.try_recv() else {
                    break;
                };
                bytes += job.size();
                jobs.push(job);
                inboxes.push(inbox);
            }
            let committed = self.relay.commit(jobs, self.clock.now());
            for (stored, inbox) in committed.stored.into_iter().zip(inboxes) {
                inbox.stored(stored);
            }
            self.route(committed.notices);
        }
    }

    fn route(&self, notices: Vec<Notice>) {
        if let Some(shared) = self.routes.get().and_then(Weak::upgrade) {
            for notice in notices {
                shared.hub.notify(notice);
            }
        }
    }
}

/// Checkpoints and expiry, about once a second, where nobody waits for them.
pub(super) struct Housekeeper {
    stopping: Arc<AtomicBool>,
    handle: JoinHandle<()>,
}

impl Housekeeper {
    pub(super) fn start(shared: &Arc<Shared>) -> io::Result<Self> {
        let _ = shared.writer.routes.set(Arc::downgrade(shared));
        let stopping = Arc::new(AtomicBool::new(false));
        let (shared, stop) = (Arc::clone(shared), Arc::clone(&stopping));
        let handle = thread::Builder::new()
            .name("housekeeper".into())
            .spawn(move || {
                for round in 0_u64.. {
                    keep_house(&shared, round);
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    thread::park_timeout(HOUSEKEEPING);
                }
            })?;
        Ok(Self { stopping, handle })
    }

    pub(super) fn stop(self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.handle.thread().unpark();
        let _ = self.handle.join();
    }
}

fn keep_house(shared: &Shared, round: u64) {
    let mut kept = shared.relay.maintain();
    if round.is_multiple_of(EXPIRE_EVERY) {
        kept = kept.and(shared.relay.expire(shared.clock.now()).map(|_| ()));
    }
    shared.healthy.store(kept.is_ok(), Ordering::Relaxed);
    if let Err(error) = kept {
        tracing::warn!(%error, "housekeeping failed");
    }
}
