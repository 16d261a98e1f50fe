//! When the past was that the tools of the tests make and measure.

/// When the last message was said, in milliseconds since 1970: the morning of 1 September 2026.
pub const END: u64 = 1_788_249_600_000;

/// How many days before that the first one was.
pub const DAYS: u64 = 3 * 365;
