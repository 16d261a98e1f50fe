//! Finding what was said.

#[cfg(test)]
mod corpus;
mod find;
#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]
mod measure;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod pages;
#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
mod tests;
mod typed;
use serde::{Deserialize, Serialize};

use super::error::Error;
use super::handle::Client;
use super::message::Message;
use super::request::{Reply, Request};
use crate::model::terms::Feature;
use crate::store::View;
use crate::store::tables::messages;

pub(super) use find::find;

/// The most messages before or after another one that one call returns.
const MOST_AROUND: u32 = 500;

/// What is looked for. A message is found if all of it is so; what is empty is always so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchQuery {
    /// Each stands somewhere in the text, also inside a word, however it is written: case, accents
    /// and width do not count, and white space is one space. At most 16 of at most 1,000
    /// characters.
    pub words: Vec<String>,
    /// The conversation: its id, or whom it is with as in `from`; the account's own id or `me` for
    /// notes to oneself.
    pub conversation: Option<String>,
    /// Who wrote it: an account's id, `me`, or a name; of several people with one name each is
    /// meant.
    pub from: Option<String>,
    /// It stands in its conversation before this moment, in milliseconds since 1970.
    pub before: Option<u64>,
    /// It stands there at this moment or after it.
    pub after: Option<u64>,
    /// What it has besides words, all of these.
    pub has: Vec<Has>,
    /// What comes first.
    pub order: SearchOrder,
    /// The most hits on a page, at most 200; 0 for 30.
    pub limit: u32,
    /// [`SearchPage::next`] of the page before; with it the rest of the query must be as it was.
    pub cursor: Option<String>,
}

/// What a message has besides words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Has {
    /// An address of the web.
    Link,
    /// A file of any kind.
    File,
    /// A still picture.
    Image,
    /// A moving picture.
    Video,
    /// Sound, a voice message too.
    Audio,
}

impl Has {
    fn to_model(self) -> Feature {
        match self {
            Self::Link => Feature::Link,
            Self::File => Feature::File,
            Self::Image => Feature::Image,
            Self::Video => Feature::Video,
            Self::Audio => Feature::Audio,
        }
    }
}

/// In which order hits come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchOrder {
    /// Of the newest 250 hits first those in which every word stands as a word of its own, then
    /// the others, both newest first; then everything older, newest first.
    #[default]
    WholeWords,
    /// Newest first. For going from hit to hit in one conversation.
    Newest,
}

/// A page of hits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchPage {
    /// The hits, in order.
    pub hits: Vec<SearchHit>,
    /// Asks for the next page; `None` if this was the last.
    pub next: Option<String>,
    /// The index is being made anew, and older messages may be missing for a while.
    pub incomplete: bool,
}

/// A message that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchHit {
    /// The message.
    pub message: Message,
    /// Where the words stand in its text, in order, apart from each other; at most 1,000.
    pub highlights: Vec<TextRange>,
    /// Every word stands there as a word of its own.
    pub whole_words: bool,
}

/// A part of a text, counted in Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextRange {
    /// The first.
    pub start: u32,
    /// The one behind the last.
    pub end: u32,
}

impl SearchQuery {
    /// Reads what a person types: words and `"several words"`, and among them `from:Ana`,
    /// `in:"Book club"`, `before:2026-05-01`, `after:2026-05`, `has:link`. A day begins by the
    /// person's clock, which is `utc_offset` minutes ahead of UTC. `before` ends where the day,
    /// month or year begins, `after` begins there, so that `after:2026-05 before:2026-06` is May.
    /// Anything else with a colon is a word.
    ///
    /// # Errors
    /// [`Error::BadSearch`] for a filter with nothing behind it, a date that is none, an unknown
    /// `has:`, or a filter that stands there twice.
    pub fn typed(text: &str, utc_offset: i32) -> Result<Self, Error> {
        typed::read(text, utc_offset)
    }
}

impl Client {
    /// Looks through everything that was said and is not deleted.
    ///
    /// # Errors
    /// [`Error::BadSearch`] for a query that is too long or a cursor of another one,
    /// [`Error::NoSuchContact`] for a name that nobody has, [`Error::NoAccount`].
    pub fn search(&self, query: SearchQuery) -> Result<SearchPage, Error> {
        let Reply::Found(page) = self.ask(&Request::Search { query })? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(page)
    }

    /// A message with those that stand before and after it in its conversation, at most so many of
    /// each, oldest first.
    ///
    /// # Errors
    /// [`Error::NoSuchMessage`].
    pub fn messages_around(
        &self,
        row: i64,
        before: u32,
        after: u32,
    ) -> Result<Vec<Message>, Error> {
        let request = Request::MessagesAround { row, before, after };
        let Reply::Messages(messages) = self.ask(&request)? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(messages)
    }
}

pub(super) fn around(
    view: &View<'_>,
    row: i64,
    before: u32,
    after: u32,
) -> Result<Vec<Message>, Error> {
    let limits = [before, after].map(|limit| u64::from(limit.min(MOST_AROUND)));
    let rows = messages::around(view, row, limits[0], limits[1])?;
    if rows.is_empty() {
        return Err(Error::NoSuchMessage);
    }
    super::shown::some(view, &rows)
}
