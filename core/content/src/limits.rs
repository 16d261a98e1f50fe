//! Sizes that both ends of a conversation keep to.

/// Longest message text in bytes of UTF-8.
pub const MAX_TEXT: usize = 64 << 10;

/// Longest display name in bytes of UTF-8.
pub const MAX_NAME: usize = 128;

/// Longest that people say of themselves, in bytes of UTF-8.
pub const MAX_ABOUT: usize = 512;

/// Most mentions in a text.
pub const MAX_MENTIONS: usize = 100;

/// Most formatted ranges in a text.
pub const MAX_FORMATS: usize = 1_000;

/// Longest emoji in bytes of UTF-8: families and flags with their joiners.
pub const MAX_EMOJI: usize = 64;

/// Longest disappearing timer, in seconds: a year.
pub const MAX_TIMER: u32 = 366 * 24 * 60 * 60;
