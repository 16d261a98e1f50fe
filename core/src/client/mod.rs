//! What apps call: the only public floor of the core.
//!
//! A [`Client`] is one profile: an account's device, its encrypted database, and the engine that
//! keeps it in step with the world. Its methods block and may be called from any thread; handles
//! are shared behind an `Arc`, and everything else that goes in or out is an owned value, so that
//! the same surface serves Rust, a terminal and the bindings of other languages.
//!
//! - Reads come from the database, on one snapshot each.
//! - Commands are one transaction each, made by the engine. What a command promises is on the disk
//!   when it returns; what follows over the network goes on by itself, also after a restart.
//! - [`Client::subscribe`] tells what has changed, after the commit.
//! - One process has a profile open. Every other `Client` on it, in this process or another one,
//!   speaks to the first through a socket in the profile, and takes its place when it ends.
//!
//! This floor owns how things are shown and asked for, and what an error means to a person. It must
//! not decide: rules are the engine's.

mod config;
mod contacts;
mod conversation;
mod devices;
mod diagnostics;
mod diff;
mod error;
mod events;
mod export;
mod handle;
mod hub;
mod id;
mod import;
mod import_line;
mod list;
mod live;
mod local;
mod message;
mod notices;
mod outbox;
mod privacy;
mod profile;
mod relays;
mod remote;
mod request;
mod safety;
mod search;
mod seat;
mod service;
mod shown;
mod storage;
mod timeline;
mod wait;
mod words;

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
mod data_tests;
#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
mod export_tests;
#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
mod import_tests;
#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
mod tests;

pub(crate) use contacts::get as contact;
pub(crate) use conversation::settings_of;
pub(crate) use shown::all as show_all;

pub use config::{KeyKind, Keystore, KeystoreUnavailable, ProfileConfig, Unlock};
pub use contacts::{Contact, ContactStanding};
pub use conversation::{Conversation, ConversationSettings, Notify};
pub use devices::Device;
pub use error::{Error, ErrorClass};
pub use events::{ConnectionState, Event, Listener, Subscription};
pub use export::{ExportFormat, ExportOptions, ExportReport};
pub use handle::Client;
pub use import::{DamagedLine, ImportOptions, ImportReport};
pub use list::{
    ConversationFilter, ConversationKind, ConversationList, ConversationListDiff,
    ConversationListUpdate, ConversationListener, ConversationSet, ConversationSummary, Preview,
};
pub use message::{
    Direction, Draft, Format, Mention, Message, MessageKind, MessageState, Quote, Reaction, Style,
};
pub use notices::{Notice, NoticeKind};
pub use outbox::{OutboxEntry, OutboxKind, OutboxState, OutboxSummary};
pub use privacy::Privacy;
pub use profile::{DeviceStanding, Me, RelayInfo};
pub use relays::Relay;
pub use safety::{
    Comparison, ComparisonOutcome, HeadComparison, HowVerified, SafetyNumber, Verified,
    VerifiedState,
};
pub use search::{Has, SearchHit, SearchOrder, SearchPage, SearchQuery, TextRange};
pub use storage::{ConversationUse, StorageUse};
pub use timeline::{
    Gap, Timeline, TimelineAnchor, TimelineDiff, TimelineItem, TimelineKind, TimelineListener,
    TimelineOptions, TimelineUpdate,
};
