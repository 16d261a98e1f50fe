//! A window over a conversation, which stays true by itself.
//!
//! A conversation may hold a million messages; an app shows fifty. [`Conversation::timeline`] opens
//! a window of messages, gaps and notices around a point, tells a listener what is in it, and from
//! then on what differs. The window moves by [`Timeline::page_back`] and the like, and drops what is
//! far away. What it costs does not depend on how long the conversation is.

mod follow;
mod gaps;
mod window;

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
mod tests;

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::conversation::Conversation;
use super::diff::Entry;
use super::error::Error;
use super::live::Watch;
use super::message::Message;
use super::notices::Notice;
use super::request::{Reply, Request};
use follow::Command;

pub(super) use window::{Query, Window, read};

/// How a timeline begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineOptions {
    /// How many messages it begins with; 60 is a good number. From 1 to 1,000.
    pub size: u32,
    /// How many messages it holds at most: paging further drops those at the far end. At least
    /// twice `size`, at most 4,000.
    pub most: u32,
    /// Where it begins.
    pub anchor: TimelineAnchor,
}

impl Default for TimelineOptions {
    fn default() -> Self {
        Self {
            size: 60,
            most: 400,
            anchor: TimelineAnchor::Newest,
        }
    }
}

/// A point in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimelineAnchor {
    /// The end.
    Newest,
    /// The first message that is unread; the end if there is none.
    FirstUnread,
    /// A message.
    Message {
        /// Its row.
        row: i64,
    },
    /// The first message at or after a time; the end if there is none.
    Date {
        /// In milliseconds since 1970.
        ms: u64,
    },
}

/// Something in a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineItem {
    /// Its id: it stays the same, and is in the timeline once.
    pub id: String,
    /// Differs whenever anything that is shown differs. It says nothing else, and a number of
    /// JavaScript can hold it.
    pub revision: u64,
    /// What it is.
    pub kind: TimelineKind,
}

impl Entry for TimelineItem {
    fn id(&self) -> &str {
        &self.id
    }

    fn revision(&self) -> u64 {
        self.revision
    }
}

/// What something in a timeline is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "most items are messages")]
pub enum TimelineKind {
    /// A message.
    Message {
        /// It.
        message: Message,
    },
    /// Messages that are missing here and have been asked for; it goes when they have come.
    Gap {
        /// It.
        gap: Gap,
    },
    /// Something that the person should know.
    Notice {
        /// It.
        notice: Notice,
    },
}

/// Messages that are missing while they heal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The account that wrote them, in hexadecimal.
    pub author: String,
    /// What it is called here.
    pub author_name: String,
    /// How many.
    pub missing: u32,
    /// When that was noticed, in milliseconds since 1970.
    pub since: u64,
}

/// How a timeline differs from what its listener was told last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineUpdate {
    /// What to do with the list, one after the other; may be empty.
    pub diffs: Vec<TimelineDiff>,
    /// There is nothing older than what is in the window.
    pub at_start: bool,
    /// The window ends with the newest; what is new comes in by itself.
    pub at_end: bool,
    /// How many messages are newer than the window; 1,000 may be more.
    pub newer: u32,
    /// How many messages of the conversation are unread.
    pub unread: u32,
    /// The item of the first message that is unread now, whether or not it is in the window.
    pub first_unread: Option<String>,
    /// The item of the first message that was unread when the timeline was opened: the line between
    /// read and new stays there while the person reads.
    pub unread_line: Option<String>,
    /// The item to show: after a jump what was looked for, at the beginning the anchor.
    pub focus: Option<String>,
}

/// A change of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimelineDiff {
    /// The list is another one.
    Reset {
        /// All of it, oldest first.
        items: Vec<TimelineItem>,
    },
    /// A part of the list is another one.
    Splice {
        /// Where, in the list as the diffs before have left it.
        index: u32,
        /// How many items go from there.
        removed: u32,
        /// The items that come in their place.
        inserted: Vec<TimelineItem>,
    },
}

/// Whoever shows a timeline.
pub trait TimelineListener: Send + Sync {
    /// Called with one update after the other, the first of which is a reset, on a thread of this
    /// timeline. It may call the timeline and the client. While it takes its time, changes gather
    /// and come together. A panic is logged and otherwise without effect.
    fn on_update(&self, update: TimelineUpdate);
}

/// Any function will do.
impl<F: Fn(TimelineUpdate) + Send + Sync> TimelineListener for F {
    fn on_update(&self, update: TimelineUpdate) {
        self(update);
    }
}

/// A window over a conversation. Its methods return at once; each is followed by exactly one update,
/// also if nothing differs. Dropping it, or [`Timeline::close`], ends it; an update that is under way
/// still ends.
#[must_use = "dropping a timeline closes it"]
pub struct Timeline {
    conversation: Arc<Conversation>,
    watch: Watch<Command>,
}

impl Timeline {
    /// Adds older messages, at most `count` and half of the most that the window holds.
    pub fn page_back(&self, count: u32) {
        self.watch.desk().order(Command::Back(count));
    }

    /// Adds newer messages, at most `count` and half of the most that the window holds.
    pub fn page_forward(&self, count: u32) {
        self.watch.desk().order(Command::Forward(count));
    }

    /// Goes to a message. Where the window holds it already, only the focus says so.
    ///
    /// # Errors
    /// [`Error::NoSuchMessage`] if it is not one of this conversation.
    pub fn jump_to_message(&self, row: i64) -> Result<(), Error> {
        let message = self.conversation.client().message_at(row)?;
        if message.conversation != self.conversation.id() {
            return Err(Error::NoSuchMessage);
        }
        self.jump(TimelineAnchor::Message { row });
        Ok(())
    }

    /// Goes to the first message at or after a time, in milliseconds since 1970.
    pub fn jump_to_date(&self, ms: u64) {
        self.jump(TimelineAnchor::Date { ms });
    }

    /// Goes to the end.
    pub fn jump_to_newest(&self) {
        self.jump(TimelineAnchor::Newest);
    }

    /// Ends it: nothing is told from now on.
    pub fn close(&self) {
        self.watch.close();
    }

    fn jump(&self, anchor: TimelineAnchor) {
        self.watch.desk().order(Command::Jump(anchor));
    }
}

impl fmt::Debug for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Timeline(..)")
    }
}

impl Conversation {
    /// Opens a timeline. Its listener is told what is in it first, then what differs.
    ///
    /// # Errors
    /// [`Error::NoSuchMessage`] if the message that it begins at is not one of this conversation.
    pub fn timeline(
        self: &Arc<Self>,
        listener: Arc<dyn TimelineListener>,
        options: TimelineOptions,
    ) -> Result<Arc<Timeline>, Error> {
        let watch = follow::start(self, listener, &options)?;
        Ok(Arc::new(Timeline {
            conversation: Arc::clone(self),
            watch,
        }))
    }
}

/// Asks for a window, whoever has the profile.
fn ask(client: &super::seat::Inner, account: &str, query: Query) -> Result<Window, Error> {
    let request = Request::Window {
        account: account.to_owned(),
        query,
    };
    let Reply::Window(window) = client.ask(&request)? else {
        return Err(Error::bug("another reply was expected"));
    };
    Ok(*window)
}
