//! What a conversation is made of.

use super::stored;

/// What kind of conversation.
#[allow(
    dead_code,
    reason = "the schema knows groups and channels before the engine does"
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConversationKind {
    /// Note to self.
    Own,
    /// Between two accounts.
    Direct,
    /// Many accounts.
    Group,
    /// Few write, many read.
    Channel,
}

stored!(ConversationKind, Channel, { Own = 0, Direct = 1, Group = 2, Channel = 3 });

/// What kind of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// Text.
    Text,
    /// Its author has deleted it for everybody.
    Deleted,
    /// Somebody has set how long messages are kept.
    Timer,
    /// A reaction, an edit, a deletion on its way; not shown by itself.
    Operation,
    /// Of a kind that only a newer client shows; kept as received.
    Unknown,
}

stored!(MessageKind, Unknown, { Text = 1, Deleted = 2, Timer = 3, Operation = 4, Unknown = 0 });

/// How a message came to be in this database.
#[allow(
    dead_code,
    reason = "the schema knows the history of siblings before the engine does"
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Said here, or received.
    Direct,
    /// From an export. Nothing vouches for it, and it is never sent again.
    Imported,
    /// From an own device's history.
    Sibling,
}

stored!(Source, Imported, { Direct = 0, Imported = 1, Sibling = 2 });

/// Which messages of a conversation the person wants to be told of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Notify {
    /// Every one.
    #[default]
    Everything,
    /// Those that mention the person.
    Mentions,
    /// None.
    Nothing,
}

stored!(Notify, Everything, { Everything = 0, Mentions = 1, Nothing = 2 });

/// How far an own message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MessageState {
    /// Someone else's.
    Received,
    /// On this device only.
    Queued,
    /// A relay holds it for every device of the recipient that can be reached.
    Sent,
    /// A device of the recipient has it.
    Delivered,
    /// The recipient has read it.
    Read,
    /// It will not be sent without the person's doing.
    Failed,
}
