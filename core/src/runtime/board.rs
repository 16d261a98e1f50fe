//! Where callers see how far things are, and wait until they are further.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::deadline::Deadline;
use crate::engine::machine::{Outcome, Phase};
use crate::net::NetError;

/// Outcomes that nobody has come for yet, at most.
const KEPT_OUTCOMES: usize = 64;

/// What the engine thread has put up. Waiters are woken by every change of it and by every commit
/// of the store.
pub(crate) struct Board {
    state: Mutex<Snapshot>,
    changed: Condvar,
}

/// The board at one moment.
#[derive(Clone)]
pub(crate) struct Snapshot {
    /// Rises with every change and every commit.
    beat: u64,
    /// How the connection to the home relay is.
    pub phase: Phase,
    /// Nothing is on its way to us and nothing of ours can get any further right now.
    pub idle: bool,
    /// Why the latest attempt to connect failed, if it did.
    pub trouble: Option<NetError>,
    /// The engine has ended.
    pub ended: bool,
    outcomes: VecDeque<(u64, Outcome)>,
    next_outcome: u64,
}

impl Snapshot {
    /// Outcomes since a moment that [`Board::mark`] marked.
    pub fn outcomes_since(&self, mark: u64) -> impl Iterator<Item = &Outcome> {
        self.outcomes
            .iter()
            .filter(move |(number, _)| *number >= mark)
            .map(|(_, outcome)| outcome)
    }
}

/// How a wait came out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Waited<T> {
    /// It came.
    Came(T),
    /// It did not come in time.
    TimedOut,
    /// The engine ended meanwhile.
    Ended,
}

impl Default for Board {
    fn default() -> Self {
        Self {
            state: Mutex::new(Snapshot {
                beat: 0,
                phase: Phase::Offline,
                idle: false,
                trouble: None,
                ended: false,
                outcomes: VecDeque::new(),
                next_outcome: 0,
            }),
            changed: Condvar::new(),
        }
    }
}

impl Board {
    /// How it is now.
    pub fn look(&self) -> Snapshot {
        self.lock().clone()
    }

    /// A moment to ask [`Snapshot::outcomes_since`] for.
    pub fn mark(&self) -> u64 {
        self.lock().next_outcome
    }

    /// Waits until `probe` finds what it looks for. It is asked again after every change and every
    /// commit, with nothing locked.
    pub fn wait<T>(
        &self,
        time: Duration,
        mut probe: impl FnMut(&Snapshot) -> Option<T>,
    ) -> Waited<T> {
        let deadline = Deadline::after(time);
        loop {
            let seen = self.look();
            if let Some(found) = probe(&seen) {
                return Waited::Came(found);
            }
            if seen.ended {
                return Waited::Ended;
            }
            if !self.wait_beyond(seen.beat, &deadline) {
                return Waited::TimedOut;
            }
        }
    }

    /// Something was committed.
    pub fn beat(&self) {
        self.change(|_| {});
    }

    pub(super) fn put_up(&self, phase: Phase, idle: bool) {
        let now = self.lock();
        if now.phase != phase || now.idle != idle {
            drop(now);
            self.change(|state| {
                state.phase = phase;
                state.idle = idle;
            });
        }
    }

    pub(super) fn settled(&self, outcome: Outcome) {
        self.change(|state| {
            state.outcomes.push_back((state.next_outcome, outcome));
            state.next_outcome += 1;
            if state.outcomes.len() > KEPT_OUTCOMES {
                state.outcomes.pop_front();
            }
        });
    }

    /// What went wrong with earlier connections is of no interest any more.
    pub fn forget_trouble(&self) {
        self.set_trouble(None);
    }

    /// Nobody is to wait any longer.
    pub fn end(&self) {
        self.change(|state| {
            state.ended = true;
            state.phase = Phase::Offline;
        });
    }

    pub(super) fn set_trouble(&self, trouble: Option<NetError>) {
        self.change(|state| state.trouble = trouble);
    }

    fn change(&self, change: impl FnOnce(&mut Snapshot)) {
        let mut state = self.lock();
        change(&mut state);
        state.beat += 1;
        drop(state);
        self.changed.notify_all();
    }

    /// False when the time is up.
    fn wait_beyond(&self, beat: u64, deadline: &Deadline) -> bool {
        let mut state = self.lock();
        while state.beat == beat {
            let left = deadline.left();
            if left.is_zero() {
                return false;
            }
            state = self
                .changed
                // Longer than a platform's clock can count is the same as for ever.
                .wait_timeout(state, left.min(Duration::from_secs(1 << 20)))
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        true
    }

    fn lock(&self) -> MutexGuard<'_, Snapshot> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
mod tests {
    use std::sync::Arc;
    use std::thread;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn a_waiter_is_woken_by_what_it_waits_for() {
        let board = Arc::new(Board::default());
        let other = Arc::clone(&board);
        let waiter = thread::spawn(move || {
            other.wait(LONG, |seen| (seen.phase == Phase::Live).then_some(()))
        });
        board.beat();
        board.put_up(Phase::Live, true);
        assert_eq!(waiter.join().unwrap(), Waited::Came(()));
    }

    #[test]
    fn outcomes_are_kept_from_a_mark_on() {
        let board = Board::default();
        board.settled(Outcome::Registered);
        let mark = board.mark();
        assert_eq!(board.look().outcomes_since(mark).count(), 0);
        board.settled(Outcome::Registered);
        assert_eq!(board.look().outcomes_since(mark).count(), 1);
    }

    #[test]
    fn the_end_and_the_limit_end_a_wait() {
        let board = Board::default();
        let nothing = |_: &Snapshot| None::<()>;
        assert_eq!(board.wait(Duration::ZERO, nothing), Waited::TimedOut);
        board.end();
        assert_eq!(board.wait(LONG, nothing), Waited::Ended);
    }
}
