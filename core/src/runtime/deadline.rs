//! The runtime's door to the monotonic clock: how long a caller still waits.

use std::time::{Duration, Instant};

/// A moment at which somebody stops waiting. Setting the machine's clock does not move it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline(Option<Instant>);

impl Deadline {
    /// So long from now; a time beyond reckoning is never.
    #[expect(
        clippy::disallowed_methods,
        reason = "the door itself: waiting is measured on the monotonic clock"
    )]
    pub fn after(time: Duration) -> Self {
        Self(Instant::now().checked_add(time))
    }

    /// What is left of it; zero when it is over.
    #[expect(
        clippy::disallowed_methods,
        reason = "the door itself: waiting is measured on the monotonic clock"
    )]
    pub fn left(&self) -> Duration {
        match self.0 {
            Some(end) => end.saturating_duration_since(Instant::now()),
            None => Duration::MAX,
        }
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        self.left().is_zero()
    }
}
