//! Waiting for something that is about to be so.

use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long something may take before a scenario fails: far more than anything takes.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How often is looked.
const TICK: Duration = Duration::from_millis(30);

/// A moment after which nothing is waited for any more.
#[derive(Clone, Copy)]
pub struct Deadline(Instant);

impl Deadline {
    /// [`PATIENCE`] from now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "how long a test waits")]
    pub fn new() -> Self {
        Self(Instant::now() + PATIENCE)
    }

    /// Whether it is over.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "how long a test waits")]
    pub fn is_over(self) -> bool {
        Instant::now() > self.0
    }

    /// Lets a moment pass.
    pub fn tick(self) {
        sleep(TICK);
    }
}

impl Default for Deadline {
    fn default() -> Self {
        Self::new()
    }
}

/// Looks until there is something, and returns it. `wanted` says in a failure what did not come.
pub fn until<T>(wanted: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Deadline::new();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(!deadline.is_over(), "it never came: {wanted}");
        deadline.tick();
    }
}
