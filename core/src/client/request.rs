//! Everything that a client can be asked, as values: what one process forwards to another.
//!
//! On the socket each is one line of JSON: [`Ask`] there; then [`Answer`] back, once for a request,
//! again and again for a subscription. A process of another [`VERSION`] is refused, not guessed at.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contacts::{Contact, ContactStanding};
use super::conversation::{ConversationSettings, Notify};
use super::devices::Device;
use super::error::Error;
use super::events::{ConnectionState, Event};
use super::export::{ExportOptions, ExportReport};
use super::import::{ImportOptions, ImportReport};
use super::list::ConversationSummary;
use super::message::{Draft, Message};
use super::notices::Notice;
use super::outbox::OutboxEntry;
use super::privacy::Privacy;
use super::profile::{Me, RelayInfo};
use super::relays::Relay;
use super::safety::{Comparison, HowVerified, SafetyNumber};
use super::search::{SearchPage, SearchQuery};
use super::storage::StorageUse;
use super::timeline::{Query, Window};

/// Rises with every change of what is said on the socket.
pub(super) const VERSION: u32 = 3;

/// What is said on the socket.
#[derive(Serialize, Deserialize)]
pub(super) struct Ask {
    /// [`VERSION`] of the asking process.
    pub version: u32,
    /// What it asks; unreadable where the version is another.
    pub ask: Asked,
}

/// One exchange.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Asked {
    /// Answered once.
    Request(Request),
    /// Answered with every event until one side closes.
    Events,
}

/// What comes back.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(
    clippy::large_enum_variant,
    reason = "made once and taken apart at once"
)]
pub(super) enum Answer {
    /// It was done.
    Done(Reply),
    /// It was not.
    Failed(Error),
    /// Something has changed.
    Event(Box<Event>),
}

/// A request. Account ids are hexadecimal.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Request {
    GoOnline,
    NetworkChanged,
    Connection,
    WaitDrained {
        timeout: Duration,
    },
    Register {
        relay: String,
        name: String,
        token: Option<String>,
        timeout: Duration,
    },
    Me,
    SetName {
        name: String,
    },
    Link,
    RevokeLink,
    Contacts,
    FindContact {
        who: String,
    },
    AddContact {
        link: String,
    },
    SetStanding {
        account: String,
        standing: ContactStanding,
    },
    RenameContact {
        account: String,
        name: String,
    },
    SafetyNumber {
        account: String,
    },
    CompareCode {
        account: String,
        code: String,
    },
    SetVerified {
        account: String,
        how: Option<HowVerified>,
    },
    ContinueWith {
        account: String,
    },
    Myself,
    SetAbout {
        about: String,
    },
    Privacy,
    SetPrivacy {
        privacy: Privacy,
    },
    Send {
        account: String,
        draft: Draft,
    },
    Forward {
        account: String,
        row: i64,
    },
    React {
        row: i64,
        emoji: String,
    },
    Edit {
        row: i64,
        draft: Draft,
    },
    DeleteMessage {
        row: i64,
        everyone: bool,
    },
    Draft {
        account: String,
    },
    ConversationSettings {
        account: String,
    },
    Set {
        account: String,
        deed: Deed,
    },
    Message {
        row: i64,
    },
    History {
        account: String,
        limit: u32,
        before: Option<i64>,
    },
    Window {
        account: String,
        query: Query,
    },
    Summaries {
        only: Option<Vec<String>>,
    },
    MessagesAfter {
        row: i64,
        limit: u32,
    },
    MessagesAround {
        row: i64,
        before: u32,
        after: u32,
    },
    Search {
        query: SearchQuery,
    },
    HighestRow,
    WaitSent {
        row: i64,
        timeout: Duration,
    },
    Outbox,
    Retry {
        id: i64,
    },
    Notices {
        after: i64,
    },
    Devices,
    InviteDevice,
    JoinAccount {
        invitation: String,
        name: String,
    },
    WaitJoined {
        timeout: Duration,
    },
    AddDevice {
        request: String,
        timeout: Duration,
    },
    SetRecovery {
        timeout: Duration,
    },
    SetHomes {
        relays: Vec<RelayInfo>,
        timeout: Duration,
    },
    StorageUse,
    Diagnostics,
    Relays,
    AddRelay {
        url: String,
        token: Option<String>,
        timeout: Duration,
    },
    RemoveRelay {
        url: String,
        timeout: Duration,
    },
    AbandonRelay {
        url: String,
        timeout: Duration,
    },
    FollowAccount {
        link: String,
    },
    CloseAccount {
        timeout: Duration,
    },
    Export {
        options: ExportOptions,
    },
    Import {
        options: ImportOptions,
    },
}

/// What is done to a conversation as a whole. Doing one twice is the same as doing it once.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Deed {
    Read { up_to: Option<i64> },
    MarkUnread,
    Draft { draft: Draft },
    Timer { seconds: u32 },
    Mute { until: u64 },
    Notify { notify: Notify },
    Archive { on: bool },
    Pin { on: bool },
    Clear,
    Typing { active: bool },
}

impl Request {
    /// Whether doing it twice is the same as doing it once.
    pub fn is_repeatable(&self) -> bool {
        !matches!(
            self,
            Self::Register { .. }
                | Self::RevokeLink
                | Self::Send { .. }
                | Self::Forward { .. }
                | Self::Edit { .. }
                | Self::React { .. }
                | Self::Retry { .. }
                | Self::JoinAccount { .. }
                | Self::AddDevice { .. }
                | Self::SetRecovery { .. }
                | Self::Export { .. }
                | Self::SetHomes { .. }
                | Self::RemoveRelay { .. }
                | Self::AbandonRelay { .. }
                | Self::CloseAccount { .. }
        )
    }
}

/// What a request gives.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(
    clippy::large_enum_variant,
    reason = "made once and taken apart at once"
)]
pub(super) enum Reply {
    Nothing,
    Yes(bool),
    Number(i64),
    Text(String),
    Connection(ConnectionState),
    Me(Me),
    Contact(Contact),
    Contacts(Vec<Contact>),
    SafetyNumber(Box<SafetyNumber>),
    Comparison(Comparison),
    Message(Message),
    Messages(Vec<Message>),
    Found(SearchPage),
    Window(Box<Window>),
    Summaries(Vec<ConversationSummary>),
    Draft(Option<Draft>),
    ConversationSettings(ConversationSettings),
    Privacy(Privacy),
    Outbox(Vec<OutboxEntry>),
    Notices(Vec<Notice>),
    Devices(Vec<Device>),
    StorageUse(StorageUse),
    Relays(Vec<Relay>),
    Exported(ExportReport),
    Imported(ImportReport),
}
