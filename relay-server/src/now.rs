//! Time as an argument: nothing in the relay's rules reads a clock.

use crate::store::Day;

const MS_PER_DAY: u64 = 24 * 60 * 60 * 1_000;
const MS_PER_HOUR: u64 = 60 * 60 * 1_000;

/// The instant at which something is handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Milliseconds since the Unix epoch: for days at rest and the hour of a checkpoint.
    pub unix_ms: u64,
    /// Milliseconds on a clock that never goes back: for rates.
    pub monotonic_ms: u64,
}

impl Now {
    /// The day, as it is kept at rest.
    #[must_use]
    pub fn day(self) -> Day {
        Day::try_from(self.unix_ms / MS_PER_DAY).unwrap_or(Day::MAX)
    }

    /// Hours since the Unix epoch.
    #[must_use]
    pub const fn hour(self) -> u64 {
        self.unix_ms / MS_PER_HOUR
    }

    /// The first day that begins at least `seconds` from now.
    #[must_use]
    pub fn day_after(self, seconds: u64) -> Day {
        let then = self.unix_ms.saturating_add(seconds.saturating_mul(1_000));
        Day::try_from(then.div_ceil(MS_PER_DAY)).unwrap_or(Day::MAX)
    }
}
