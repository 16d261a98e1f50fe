//! The sizes a sealed envelope may have, so that its length tells little.

/// Lengths in bytes that a sealed envelope (`header ‖ body`) may have, exactly.
pub const CLASSES: [usize; 5] = [1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10];

/// The largest sealed envelope in bytes.
pub const MAX_SEALED: usize = 256 << 10;

/// The largest frame in bytes that either side reads: the largest envelope for each of an account's
/// devices fits.
pub const MAX_FRAME: usize = 4 << 20;

/// Whether a sealed envelope of this length may travel.
#[must_use]
pub fn is_class(len: usize) -> bool {
    CLASSES.contains(&len)
}

/// The smallest class that holds `len` bytes.
#[must_use]
pub fn class_for(len: usize) -> Option<usize> {
    CLASSES.into_iter().find(|class| len <= *class)
}
