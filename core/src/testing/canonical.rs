//! What all devices of an account have in common once nothing is on its way: rows of the tables that
//! hold it, without the columns that are a device's own.

use std::collections::BTreeMap;

use sotto_content::direct::conversation_id;
use sotto_wire::ids::{AccountId, MessageId};

use crate::engine::settings;
use crate::model::MessageKind;
use crate::store::tables::{messages, probe};
use crate::store::{Store, StoreError};

/// What can be switched for an account.
pub const SWITCHES: [&str; 4] = [
    settings::DELIVERED_RECEIPTS,
    settings::READ_RECEIPTS,
    settings::TYPING,
    settings::STRICT_PRIVACY,
];

/// A message that can be seen, as commands name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its row on this device.
    pub row: i64,
    /// Who wrote it.
    pub author: AccountId,
    /// Its id.
    pub id: MessageId,
    /// What it is.
    pub kind: MessageKind,
}

/// What can be seen of a direct conversation, in order.
pub fn timeline(store: &Store, with: &AccountId) -> Vec<Entry> {
    let Some((me, ..)) = super::me(store) else {
        return Vec::new();
    };
    let conversation = conversation_id(&me, with);
    let all = store.read::<_, StoreError>(|view| messages::last(view, &conversation, 1 << 40));
    let all = all.unwrap_or_default().into_iter();
    all.map(|message| Entry {
        row: message.row,
        author: message.author,
        id: message.id,
        kind: message.kind,
    })
    .collect()
}

/// A row as text, by column. Bytes are in hexadecimal.
pub type TableRow = BTreeMap<String, String>;

/// A part of the shared state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shared {
    /// Messages in the order of their conversations.
    Messages,
    /// What the recipients of own messages said of them.
    Receipts,
    /// Conversations and what the person has set for each.
    Conversations,
    /// Other people.
    Contacts,
    /// Registers of every kind.
    Registers,
    /// The own name.
    Profile,
}

impl Shared {
    /// Every part.
    pub const ALL: [Self; 6] = [
        Self::Messages,
        Self::Receipts,
        Self::Conversations,
        Self::Contacts,
        Self::Registers,
        Self::Profile,
    ];

    /// The rows in an order that is the same everywhere.
    fn query(self) -> &'static str {
        match self {
            Self::Messages => {
                // What nobody sees is kept only where it was said, to be sent again.
                "SELECT * FROM message WHERE shown = 1 ORDER BY conversation, order_key, author, counter, id"
            }
            // Of what was deleted nobody sees any.
            Self::Receipts => {
                "SELECT message.author, message.id, receipt.account, receipt.device, receipt.kind
                 FROM receipt JOIN message ON message.row = receipt.message WHERE message.kind <> 2
                 ORDER BY 1, 2, 3, 4, 5"
            }
            Self::Conversations => "SELECT * FROM conversation ORDER BY id",
            // Who is merely known of is never shown.
            Self::Contacts => "SELECT * FROM contact WHERE standing <> 0 ORDER BY account",
            Self::Registers => "SELECT * FROM register ORDER BY kind, key",
            Self::Profile => "SELECT name FROM profile",
        }
    }

    /// Columns that say something of this device alone. All others, those to come included, are
    /// the same on every own device.
    fn own(self) -> &'static [&'static str] {
        match self {
            // An own message is kept without its place where it was written, and with it elsewhere.
            Self::Messages => &["row", "received_at", "content"],
            Self::Contacts => &[
                "announced_epoch",
                "announced_seq",
                "announced_hash",
                "card_sent",
                "last_fetch",
                "view_epoch",
                "view_seq",
                "view_hash",
            ],
            Self::Receipts | Self::Conversations | Self::Registers | Self::Profile => &[],
        }
    }
}

/// One part of a device's shared state.
///
/// # Panics
/// Where the store cannot be read: two devices that cannot be read would be the same.
#[allow(clippy::panic, reason = "a test has to stop")]
pub fn shared(store: &Store, part: Shared) -> Vec<TableRow> {
    let rows = store.read::<_, StoreError>(|view| probe::rows(view, part.query()));
    let rows = rows.unwrap_or_else(|error| panic!("{part:?} cannot be read: {error}"));
    rows.into_iter()
        .map(|row| {
            row.into_iter()
                .filter(|(column, _)| !part.own().contains(&column.as_str()))
                .collect()
        })
        .collect()
}
