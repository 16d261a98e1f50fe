//! What time it is: the only place of the program that asks.

use std::time::Instant;

use jiff::Timestamp;

/// For spans.
#[allow(
    clippy::disallowed_methods,
    reason = "this is the door through which time comes in"
)]
pub fn instant() -> Instant {
    Instant::now()
}

/// For people, in milliseconds since 1970.
pub fn now() -> u64 {
    u64::try_from(Timestamp::now().as_millisecond()).unwrap_or(0)
}
