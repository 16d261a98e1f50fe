//! How things look: as JSON for programs, as text for people.

mod json;
mod safe;
mod text;
mod time;
mod words;

pub use json::*;
pub use safe::{beginning, on_a_line, printable, remark};
pub use text::{body, message_line, snippet};
pub use time::{clock, day, in_short, in_words, roughly, span, time, utc_offset};
pub use words::*;
