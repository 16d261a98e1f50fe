//! The lines of an export, version 1: one JSON object each. `docs/export.schema.json` is the same
//! for other programs, and a test compares the two.
//!
//! Ids are lower-case hexadecimal, moments are milliseconds since 1970.

use serde::{Deserialize, Serialize};

/// What the first line says it is.
pub(in crate::client) const FORMAT: &str = "sotto-export";
/// Rises when an older reader would misunderstand. Fields and lines may be added without.
pub(in crate::client) const VERSION: u32 = 1;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(in crate::client) enum Line {
    Header(Header),
    Contact(ContactLine),
    Conversation(ConversationLine),
    Message(Box<MessageLine>),
    State(StateLine),
    End(End),
}

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::client) struct Header {
    pub format: String,
    pub version: u32,
    /// Whose history it is.
    pub account: String,
    pub name: String,
    pub exported_at: u64,
    pub program: String,
    /// The one conversation that was exported; absent where everything was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
}

/// Another person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::client) struct ContactLine {
    pub account: String,
    /// Given here; empty: as they call themselves.
    pub name: String,
    /// What they call themselves.
    pub profile_name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    pub standing: Standing,
}

/// Where another person stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::client) enum Standing {
    Unknown,
    Request,
    Accepted,
    Blocked,
    Deleted,
}

/// A conversation. It stands before its messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::client) struct ConversationLine {
    pub id: String,
    pub kind: ConversationKind,
    /// The other account; the own one for the note to self.
    pub account: String,
    /// Seconds that messages are kept after reading; absent: for ever.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub timer: u64,
    /// What was being written.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub draft: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::client) enum ConversationKind {
    #[serde(rename = "self")]
    Own,
    Direct,
}

/// A message. (author, id) names it everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::client) struct MessageLine {
    pub conversation: String,
    pub author: String,
    /// The device that wrote it.
    pub device: String,
    pub id: String,
    /// Its place: messages stand by (order, author, counter). Decimal digits, because it is beyond
    /// what some readers of JSON take for a number.
    pub order: String,
    /// Of the device's database.
    pub incarnation: String,
    /// In what the device has said in this conversation; 0: was not sent yet.
    pub counter: u64,
    pub sent_at: u64,
    pub received_at: u64,
    pub kind: Kind,
    /// Of kind `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub formats: Vec<Format>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<Mention>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<Quote>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub forwarded: bool,
    /// Which edit `text` shows; absent: as first written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Edited>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub receipts: Vec<Receipt>,
    /// Of kind `timer`: what it was set to, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timer: Option<u32>,
    /// Seconds that it is kept after reading; absent: for ever.
    #[serde(default, skip_serializing_if = "is_zero_seconds")]
    pub expires_in: u32,
    /// When it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<u64>,
    /// It came here by an import.
    #[serde(default, skip_serializing_if = "is_false")]
    pub imported: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::client) enum Kind {
    Text,
    /// Its author has deleted it.
    Deleted,
    /// Somebody has set how long messages are kept.
    Timer,
    /// Of a kind that the exporting program did not know.
    Unknown,
}

/// A formatted range, counted in Unicode scalar values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::client) struct Format {
    pub start: u32,
    pub length: u32,
    pub style: Style,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::client) enum Style {
    Bold,
    Italic,
    Strike,
    Code,
    Spoiler,
}

/// Somebody named in the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::client) struct Mention {
    pub start: u32,
    pub length: u32,
    pub account: String,
}

/// The message that this one answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::client) struct Quote {
    pub author: String,
    pub id: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::client) struct Edited {
    pub version: u64,
    /// Zeros where it is not known any more.
    pub device: String,
    pub at: u64,
}

/// Of each account one: the highest (version, device) stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::client) struct Reaction {
    pub account: String,
    pub device: String,
    pub version: u64,
    /// Empty: taken back.
    pub emoji: String,
    pub at: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::client) struct Receipt {
    pub account: String,
    pub device: String,
    pub kind: ReceiptKind,
    pub at: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::client) enum ReceiptKind {
    Delivered,
    Read,
}

/// Something that the person has set or done: the highest (version, device) of a `what` stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::client) struct StateLine {
    #[serde(flatten)]
    pub what: What,
    pub version: u64,
    /// The own device that said so.
    pub device: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(in crate::client) enum What {
    /// What a device said in a conversation is read up to the counter `version`.
    Read {
        conversation: String,
        of_device: String,
        of_incarnation: String,
        at: u64,
    },
    /// The same, deleted on the own devices.
    Cleared {
        conversation: String,
        of_device: String,
        of_incarnation: String,
    },
    /// Makes no sound until then; 0: it does.
    Muted {
        conversation: String,
        until: u64,
    },
    /// Since when; 0: it is not.
    Archived {
        conversation: String,
        since: u64,
    },
    /// Since when; 0: it is not.
    Pinned {
        conversation: String,
        since: u64,
    },
    MarkedUnread {
        conversation: String,
        on: bool,
    },
    Notify {
        conversation: String,
        of: Notify,
    },
    /// A message was deleted on the own devices.
    Hidden {
        author: String,
        id: String,
    },
    /// A message was deleted by its author, or its time is over.
    Gone {
        author: String,
        id: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::client) enum Notify {
    Everything,
    Mentions,
    Nothing,
}

/// The last line: a file without it was cut off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::client) struct End {
    /// Lines before this one.
    pub lines: u64,
}

fn is_false(value: &bool) -> bool {
    !value
}

fn is_zero(value: &u64) -> bool {
    *value == 0
}

fn is_zero_seconds(value: &u32) -> bool {
    *value == 0
}
