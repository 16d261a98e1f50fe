//! The hybrid logical clock and the place of a message in its conversation.
//!
//! A clock value is `milliseconds << 16 | logical` (Kulkarni et al., "Logical Physical Clocks",
//! 2014). What others say of their time is clamped before it means anything here.

use super::{Context, EngineError};
use crate::clock::{DAY, MINUTE, Now};
use crate::store::Tx;
use crate::store::tables::profile;

/// How far somebody else's clock may pull ours ahead.
const PULL: u64 = 5 * MINUTE;
/// How far in the future a message may stand.
const AHEAD: u64 = DAY;

/// The clock value of a moment.
pub(super) fn at(ms: u64) -> u64 {
    ms << 16
}

/// The next value of our clock.
pub(super) fn tick(tx: &mut Tx<'_>, cx: &Context) -> Result<u64, EngineError> {
    let next = (profile::hlc(tx)? + 1).max(at(cx.now.ms()));
    profile::set_hlc(tx, next)?;
    Ok(next)
}

/// Lets a clamped value that was received pull our clock, by a little.
pub(super) fn merge(tx: &mut Tx<'_>, cx: &Context, key: u64) -> Result<(), EngineError> {
    let pulled = key.min(at(cx.now.ms() + PULL));
    if pulled > profile::hlc(tx)? {
        profile::set_hlc(tx, pulled)?;
    }
    Ok(())
}

/// The place of a received message: not before what it follows, not more than a day ahead.
///
/// `floor` is the highest of the keys that it must stand behind: its device's previous message,
/// its parent. Where both bounds cannot be kept, the floor wins.
pub(super) fn clamp(hlc: u64, floor: Option<u64>, received: Now) -> u64 {
    let low = floor.map_or(0, |key| key.saturating_add(1));
    let high = at(received.ms() + AHEAD).max(low);
    hlc.clamp(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_never_stands_before_what_it_follows() {
        let now = Now(1_000_000);
        assert_eq!(clamp(at(5), Some(at(900_000)), now), at(900_000) + 1);
        assert_eq!(clamp(at(950_000), Some(at(900_000)), now), at(950_000));
        assert_eq!(clamp(at(950_000), None, now), at(950_000));
    }

    #[test]
    fn a_clock_years_ahead_is_held_to_a_day() {
        let now = Now(1_000_000);
        assert_eq!(clamp(u64::MAX, None, now), at(1_000_000 + DAY));
        let floor = at(1_000_000 + 2 * DAY);
        assert_eq!(clamp(u64::MAX, Some(floor), now), floor + 1);
    }
}
