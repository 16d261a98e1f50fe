//! Sizes that both ends of a conversation keep to.

/// Longest message text in bytes of UTF-8.
pub const MAX_TEXT: usize = 64 << 10;

/// Longest display name in bytes of UTF-8.
pub const MAX_NAME: usize = 128;
