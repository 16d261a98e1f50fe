//! What waits for a connection's task. Bounded by construction: hints melt into one, answers are
//! as many as the session has jobs under way, ephemeral envelopes beyond a few are dropped.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::job::{Ephemeral, Hint, Notice, Stored};
use crate::session::Input;

/// More than this a slow reader does not get.
const EPHEMERAL_WAITING: usize = 32;

/// What the task is told besides its session's inputs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Look whether the peer is there.
    Ping,
    /// Say 1012 and end.
    Restart,
}

#[derive(Default)]
struct Waiting {
    hint: Option<Hint>,
    ephemeral: VecDeque<Ephemeral>,
    stored: VecDeque<Stored>,
    last: Option<Input>,
    order: Option<Order>,
}

#[derive(Default)]
pub(super) struct Inbox {
    waiting: Mutex<Waiting>,
    filled: Notify,
    dead: Notify,
    heard_ms: AtomicU64,
    pinged_ms: AtomicU64,
}

impl Inbox {
    /// Something waits.
    pub(super) async fn filled(&self) {
        self.filled.notified().await;
    }

    /// The peer is gone; whatever is being sent to it never arrives.
    pub(super) async fn dead(&self) {
        self.dead.notified().await;
    }

    /// Takes everything that waits, answers first.
    pub(super) fn take(&self) -> (Vec<Input>, Option<Order>) {
        let waiting = std::mem::take(&mut *self.waiting());
        let mut inputs: Vec<Input> = waiting.stored.into_iter().map(Input::Stored).collect();
        inputs.extend(waiting.hint.map(|hint| Input::Notice(Notice::Mail(hint))));
        let ephemeral = waiting.ephemeral.into_iter().map(Notice::Ephemeral);
        inputs.extend(ephemeral.map(Input::Notice));
        inputs.extend(waiting.last);
        (inputs, waiting.order)
    }

    pub(super) fn stored(&self, stored: Stored) {
        self.waiting().stored.push_back(stored);
        self.filled.notify_one();
    }

    pub(super) fn notice(&self, notice: Notice) {
        {
            let mut waiting = self.waiting();
            match notice {
                Notice::Mail(hint) => {
                    waiting.hint = Some(match waiting.hint.take() {
                        Some(before) => before.merge(hint),
                        None => hint,
                    });
                }
                Notice::Ephemeral(ephemeral) => {
                    if waiting.ephemeral.len() < EPHEMERAL_WAITING {
                        waiting.ephemeral.push_back(ephemeral);
                    }
                }
                Notice::Cut(_) => waiting.last = Some(Input::Notice(notice)),
            }
        }
        self.filled.notify_one();
    }

    pub(super) fn replaced(&self) {
        self.waiting().last.get_or_insert(Input::Replaced);
        self.filled.notify_one();
    }

    pub(super) fn order(&self, order: Order) {
        {
            let mut waiting = self.waiting();
            if waiting.order != Some(Order::Restart) {
                waiting.order = Some(order);
            }
        }
        self.filled.notify_one();
    }

    /// Notes a sign of life.
    pub(super) fn heard(&self, monotonic_ms: u64) {
        self.heard_ms.store(monotonic_ms, Ordering::Relaxed);
    }

    /// Pings or gives up, after so much silence.
    pub(super) fn sweep(&self, monotonic_ms: u64, ping_ms: u64, dead_ms: u64) {
        let silent = |since: &AtomicU64| monotonic_ms.saturating_sub(since.load(Ordering::Relaxed));
        if silent(&self.heard_ms) >= dead_ms {
            self.dead.notify_one();
        } else if silent(&self.heard_ms) >= ping_ms && silent(&self.pinged_ms) >= ping_ms {
            self.pinged_ms.store(monotonic_ms, Ordering::Relaxed);
            self.order(Order::Ping);
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
