//! The one place that reads clocks.
#![allow(clippy::disallowed_methods)] // this is the door

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::now::Now;

#[derive(Clone, Copy)]
pub(super) struct Clock {
    started: Instant,
}

impl Clock {
    pub(super) fn start() -> Self {
        Self {
            started: Instant::now(),
        }
    }

    pub(super) fn now(self) -> Now {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let milliseconds =
            |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        Now {
            unix_ms: milliseconds(since_epoch),
            monotonic_ms: milliseconds(self.started.elapsed()),
        }
    }
}
