//! Message text as it may travel.

use crate::limits::{MAX_ABOUT, MAX_EMOJI, MAX_FORMATS, MAX_MENTIONS, MAX_NAME, MAX_TEXT};
use crate::proto::Text;
use unicode_segmentation::UnicodeSegmentation as _;

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
    /// A mention or a format that does not lie in the text, or too many of them.
    #[error("a mention or a format does not lie in the text, or there are too many")]
    BadRange,
    /// A reaction that is not one emoji.
    #[error("a reaction is one emoji")]
    NotOneEmoji,
}

/// Styles of a formatted range.
pub mod style {
    /// **Bold**.
    pub const BOLD: u32 = 1;
    /// *Italic*.
    pub const ITALIC: u32 = 2;
    /// Struck through.
    pub const STRIKE: u32 = 3;
    /// Of one width.
    pub const CODE: u32 = 4;
    /// Hidden until it is touched.
    pub const SPOILER: u32 = 5;
}

/// Checks a text with its mentions and formats: ranges are not empty, count Unicode scalar values,
/// and lie inside the text. An unknown style is allowed and shown plain.
///
/// # Errors
/// [`TextError`].
pub fn check_rich(text: &Text) -> Result<(), TextError> {
    check(&text.body)?;
    if text.mentions.len() > MAX_MENTIONS || text.formats.len() > MAX_FORMATS {
        return Err(TextError::BadRange);
    }
    let length = text.body.chars().count();
    let lies_inside = |start: u32, count: u32| {
        let end = u64::from(start) + u64::from(count);
        count > 0 && usize::try_from(end).is_ok_and(|end| end <= length)
    };
    let mentions = text
        .mentions
        .iter()
        .all(|mention| lies_inside(mention.start, mention.length) && mention.account.len() == 32);
    let formats = text
        .formats
        .iter()
        .all(|format| lies_inside(format.start, format.length));
    if mentions && formats {
        Ok(())
    } else {
        Err(TextError::BadRange)
    }
}

/// Checks the emoji of a reaction: one grapheme cluster that is no plain letter, digit or space.
///
/// # Errors
/// [`TextError::NotOneEmoji`].
pub fn check_emoji(emoji: &str) -> Result<(), TextError> {
    let mut clusters = emoji.graphemes(true);
    let one = clusters.next().is_some() && clusters.next().is_none();
    let plain = emoji.chars().all(|character| {
        character.is_alphanumeric() || character.is_whitespace() || character.is_ascii_punctuation()
    });
    let hidden = emoji.chars().any(char::is_control);
    if one && !plain && !hidden && emoji.len() <= MAX_EMOJI {
        Ok(())
    } else {
        Err(TextError::NotOneEmoji)
    }
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

/// Checks what somebody says of themselves; empty for nothing.
///
/// # Errors
/// [`TextError::TooLong`].
pub fn check_about(about: &str) -> Result<(), TextError> {
    if about.trim().is_empty() {
        return Ok(());
    }
    bounded(about, MAX_ABOUT)
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
    displayable(name, MAX_NAME)
}

/// What somebody says of themselves, as it may be shown.
#[must_use]
pub fn displayable_about(about: &str) -> String {
    displayable(about, MAX_ABOUT)
}

fn displayable(text: &str, limit: usize) -> String {
    let mut shown = String::new();
    for character in text.trim().chars() {
        let hostile = character.is_control()
            || matches!(character, '\u{061c}' | '\u{200b}' | '\u{2028}'..='\u{202e}' | '\u{2060}' | '\u{feff}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
        if hostile {
            continue;
        }
        if shown.len() + character.len_utf8() > limit {
            break;
        }
        shown.push(character);
    }
    shown
}
