//! Message text as it may travel.

use crate::limits::{MAX_NAME, MAX_TEXT};

/// Why a text is refused.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum TextError {
    /// Nothing but white space.
    #[error("there is no text")]
    Empty,
    /// More than the limit, in bytes of UTF-8.
    #[error("the text has {length} bytes; {limit} are the most")]
    TooLong {
        /// Its length.
        length: usize,
        /// The most there may be.
        limit: usize,
    },
}

/// Checks a message text before it is queued and after it was received.
///
/// # Errors
/// [`TextError`] if it is empty or longer than [`MAX_TEXT`].
pub fn check(body: &str) -> Result<(), TextError> {
    bounded(body, MAX_TEXT)
}

/// Checks a display name.
///
/// # Errors
/// [`TextError`] if it is empty or longer than [`MAX_NAME`].
pub fn check_name(name: &str) -> Result<(), TextError> {
    bounded(name, MAX_NAME)
}

fn bounded(text: &str, limit: usize) -> Result<(), TextError> {
    if text.trim().is_empty() {
        return Err(TextError::Empty);
    }
    if text.len() > limit {
        return Err(TextError::TooLong {
            length: text.len(),
            limit,
        });
    }
    Ok(())
}

/// A name as it may be shown: control characters and direction overrides taken out, cut at the
/// limit. For names that others chose, which must not be able to rearrange the screen.
#[must_use]
pub fn displayable_name(name: &str) -> String {
    let mut shown = String::new();
    for character in name.trim().chars() {
        let hostile = character.is_control()
            || matches!(character, '\u{061c}' | '\u{200b}' | '\u{2028}'..='\u{202e}' | '\u{2060}' | '\u{feff}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
        if hostile {
            continue;
        }
        if shown.len() + character.len_utf8() > MAX_NAME {
            break;
        }
        shown.push(character);
    }
    shown
}
