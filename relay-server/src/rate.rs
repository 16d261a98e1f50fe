//! Token buckets: how often something may happen, per whoever it is counted for.

use std::collections::BTreeMap;

/// `burst` at once, and then one each `every_us` microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// What an unused bucket holds.
    pub burst: u32,
    /// How long it takes for one to come back, in microseconds.
    pub every_us: u64,
}

impl Rate {
    /// `burst` at once, and `count` more in each `seconds`.
    #[must_use]
    pub const fn new(burst: u32, count: u64, seconds: u64) -> Self {
        Self {
            burst,
            every_us: seconds * 1_000_000 / count,
        }
    }

    /// A fraction of this rate, but never nothing.
    #[must_use]
    pub fn divided(self, by: u32) -> Self {
        Self {
            burst: (self.burst / by.max(1)).max(1),
            every_us: self.every_us.saturating_mul(u64::from(by)),
        }
    }
}

/// Refused; worth another try after so many milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooFast {
    /// Until there is a token again.
    pub retry_after_ms: u32,
}

/// When a bucket will be full again; all that has to be remembered of it.
type FullAtUs = u64;

/// Buckets of one kind. A full bucket is forgotten, so only who was active lately is remembered.
#[derive(Debug)]
pub struct Buckets<K> {
    full_at: BTreeMap<K, FullAtUs>,
    tidy_at: usize,
}

impl<K> Default for Buckets<K> {
    fn default() -> Self {
        Self {
            full_at: BTreeMap::new(),
            tidy_at: 1_024,
        }
    }
}

impl<K: Ord> Buckets<K> {
    /// Takes one token.
    ///
    /// # Errors
    /// [`TooFast`] if there is none.
    pub fn take(&mut self, key: K, rate: Rate, monotonic_ms: u64) -> Result<(), TooFast> {
        let now = monotonic_ms.saturating_mul(1_000);
        self.tidy(now);
        let full_at = self.full_at.get(&key).copied().unwrap_or(0).max(now);
        let after = full_at.saturating_add(rate.every_us);
        let allowed = now.saturating_add(u64::from(rate.burst).saturating_mul(rate.every_us));
        if after > allowed {
            let wait = (after - allowed).div_ceil(1_000);
            return Err(TooFast {
                retry_after_ms: u32::try_from(wait).unwrap_or(u32::MAX),
            });
        }
        self.full_at.insert(key, after);
        Ok(())
    }

    fn tidy(&mut self, now: u64) {
        if self.full_at.len() >= self.tidy_at {
            self.full_at.retain(|_, full_at| *full_at > now);
            self.tidy_at = (self.full_at.len() * 2).max(1_024);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_the_rate() {
        let mut buckets = Buckets::default();
        let rate = Rate::new(3, 2, 1);
        for _ in 0..3 {
            buckets.take("a", rate, 1_000).unwrap();
        }
        assert_eq!(
            buckets.take("a", rate, 1_000),
            Err(TooFast {
                retry_after_ms: 500
            })
        );
        assert_eq!(buckets.take("b", rate, 1_000), Ok(()));
        assert_eq!(
            buckets.take("a", rate, 1_499),
            Err(TooFast { retry_after_ms: 1 })
        );
        assert_eq!(buckets.take("a", rate, 1_500), Ok(()));
        assert!(buckets.take("a", rate, 1_500).is_err());
    }

    #[test]
    fn a_refusal_costs_nothing_and_a_rest_never_gives_more_than_the_burst() {
        let mut buckets = Buckets::default();
        let rate = Rate::new(2, 1, 1);
        for _ in 0..10 {
            let _ = buckets.take(1, rate, 0);
        }
        assert_eq!(buckets.take(1, rate, 1_000), Ok(()));
        let mut passed = 0;
        for _ in 0..10 {
            passed += u32::from(buckets.take(1, rate, 1_000_000).is_ok());
        }
        assert_eq!(passed, 2);
    }

    #[test]
    fn full_buckets_are_forgotten() {
        let mut buckets = Buckets::default();
        for key in 0..10_000 {
            buckets
                .take(key, Rate::new(1, 1, 1), u64::from(key as u32) * 10)
                .unwrap();
        }
        assert!(buckets.full_at.len() < 2_000, "{}", buckets.full_at.len());
    }
}
