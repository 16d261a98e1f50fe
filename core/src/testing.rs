//! A door for the project's own tests: the engine without threads and sockets, on a real store.
//!
//! Not part of the public interface; nothing here is stable.

mod canonical;
pub mod floor;

use std::path::Path;
use std::sync::Arc;

use sotto_wire::ids::{AccountId, MailboxId, MessageId};

pub use crate::clock::Now;
pub use crate::engine::EngineError;
pub use crate::engine::machine::{
    ConnId, ConnKind, Effect, Input, Machine, Outcome, Phase, RelayAddress, RelayStatus,
};
pub use crate::model::{
    Comparison, ContactStanding, Freeze, HeadComparison, HowVerified, MessageKind, MessageState,
    NoticeKind, OutgoingState, Purpose, Standing, Verification,
};
pub use crate::random::Random;
mod past;
pub use past::{Past, generate};

pub use crate::store::{Change, DatabaseKey, Store, StoreError, Subscription, Tx, View};

pub use canonical::{Entry, SWITCHES, Shared, TableRow, shared, timeline};

use crate::crypto;
use crate::engine::{account, safety};
use crate::store::tables::{
    chains, contacts, conversations, gaps, messages, notices, outgoing, parked, probe, profile,
    receipts,
};

/// A message as one device holds it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// Place in the conversation.
    pub order_key: u64,
    /// Who wrote it.
    pub author: AccountId,
    /// Place in its device's stream.
    pub counter: u64,
    /// Its id.
    pub id: MessageId,
    /// The text.
    pub body: String,
    /// Highest receipt: 0 none, 1 delivered, 2 read.
    pub receipt: i32,
}

/// Creates or opens the store of a test device, with a key made of the seed.
///
/// # Errors
/// As [`Store::create`] and [`Store::open`].
pub fn store(dir: &Path, key: [u8; 32]) -> Result<Arc<Store>, StoreError> {
    let key = DatabaseKey::from_bytes(key);
    let store = if crate::store::exists(dir) {
        Store::open(dir, &key)?
    } else {
        Store::create(dir, &key)?
    };
    Ok(Arc::new(store))
}

/// What stands under the seal of an envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inside {
    /// The device that the certificate names.
    pub sender: MailboxId,
    /// What the message is.
    pub kind: InsideKind,
    /// libsignal's message.
    pub contents: Vec<u8>,
}

/// What a message under a seal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InsideKind {
    /// Of a session.
    Session,
    /// Founds one.
    First,
    /// Not of a session between two devices.
    Other,
}

/// Opens the seal of an envelope for this profile, and leaves the ratchet closed.
pub fn look_inside(store: &Store, sealed: &[u8]) -> Option<Inside> {
    let me = store.read(account::load).ok()??;
    let unsealed = crypto::unseal(&me.keys, sealed).ok()?;
    let kind = match unsealed.shape {
        crypto::Shape::Whisper => InsideKind::Session,
        crypto::Shape::PreKey => InsideKind::First,
        crypto::Shape::Plaintext | crypto::Shape::SenderKey => InsideKind::Other,
    };
    Some(Inside {
        sender: unsealed.sender,
        kind,
        contents: unsealed.contents,
    })
}

/// Who a profile is.
pub fn me(store: &Store) -> Option<(AccountId, MailboxId, Standing)> {
    let profile = store.read::<_, StoreError>(profile::load).ok()??;
    Some((profile.account?, profile.mailbox, profile.standing))
}

/// What a profile calls itself.
pub fn own_name(store: &Store) -> String {
    let profile = store.read::<_, StoreError>(profile::load);
    profile
        .ok()
        .flatten()
        .map(|profile| profile.name)
        .unwrap_or_default()
}

/// The incarnation of a profile's database.
pub fn incarnation(store: &Store) -> Option<[u8; 8]> {
    Some(
        store
            .read::<_, StoreError>(profile::load)
            .ok()??
            .incarnation,
    )
}

/// A conversation as an app shows it, in order; the note to self where `with` is ourselves.
pub fn shown(store: &Store, with: &AccountId) -> Vec<crate::client::Message> {
    let Some((me, ..)) = me(store) else {
        return Vec::new();
    };
    let conversation = sotto_content::direct::conversation_id(&me, with);
    let read = store.read(|view| {
        let rows = messages::last(view, &conversation, 1 << 40)?;
        crate::client::show_all(view, rows)
    });
    read.unwrap_or_default()
}

/// What is set for a conversation, and its draft.
pub fn set_for(
    store: &Store,
    with: &AccountId,
) -> Option<(crate::client::ConversationSettings, String)> {
    let (me, ..) = me(store)?;
    let conversation = sotto_content::direct::conversation_id(&me, with);
    store
        .read::<_, crate::client::Error>(|view| {
            let set = crate::client::settings_of(view, with)?;
            let draft = conversations::settings(view, &conversation)?.draft;
            Ok((set, draft))
        })
        .ok()
}

/// A contact as an app shows it.
pub fn contact(store: &Store, account: &AccountId) -> Option<crate::client::Contact> {
    store
        .read(|view| crate::client::contact(view, account))
        .ok()
        .flatten()
}

/// What the database is made of: the statement of every table and index, by name.
pub fn schema(store: &Store) -> Vec<(String, String)> {
    let all = |view: &View<'_>| {
        view.query_all(
            "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    };
    store.read::<_, StoreError>(all).unwrap_or_default()
}

/// How many registers there are.
pub fn registers(store: &Store) -> i64 {
    let count =
        |view: &View<'_>| view.query_row("SELECT count(*) FROM register", [], |row| row.get(0));
    store
        .read::<_, StoreError>(count)
        .ok()
        .flatten()
        .unwrap_or(-1)
}

/// The tables in which a text stands, in whatever column.
///
/// # Errors
/// Those of the store.
pub fn holders(store: &Store, text: &str) -> Result<Vec<String>, StoreError> {
    store.read(|view| probe::holders(view, text))
}

/// Switches of the account, by the names that [`Machine::switch`] takes.
pub mod switches {
    pub use crate::engine::settings::{DELIVERED_RECEIPTS, READ_RECEIPTS, STRICT_PRIVACY, TYPING};
}

/// A direct conversation, in order.
pub fn history(store: &Store, with: &AccountId) -> Vec<Line> {
    let Some((me, ..)) = me(store) else {
        return Vec::new();
    };
    let conversation = sotto_content::direct::conversation_id(&me, with);
    store
        .read::<_, StoreError>(|view| {
            messages::last(view, &conversation, 1 << 40)?
                .into_iter()
                // Who heard of a deletion first has no place where the message was.
                .filter(|message| message.kind != crate::model::MessageKind::Deleted)
                .map(|message| {
                    Ok(Line {
                        order_key: message.order_key,
                        author: message.author,
                        counter: message.counter,
                        id: message.id,
                        receipt: receipts::highest(view, message.row)?.map_or(0, |(kind, _)| kind),
                        body: message.body,
                    })
                })
                .collect()
        })
        .unwrap_or_default()
}

/// What waits or has failed: recipient, purpose, state, reason.
pub fn outbox(store: &Store) -> Vec<(AccountId, Purpose, OutgoingState, Option<String>)> {
    store
        .read::<_, StoreError>(outgoing::all_unfinished)
        .unwrap_or_default()
        .into_iter()
        .map(|row| (row.account, row.purpose, row.state, row.reason))
        .collect()
}

/// What has failed and can be retried, by its row in the outbox.
pub fn failed(store: &Store) -> Vec<i64> {
    let all = store
        .read::<_, StoreError>(outgoing::all_unfinished)
        .unwrap_or_default();
    all.into_iter()
        .filter(|row| row.state == OutgoingState::Failed)
        .map(|row| row.row)
        .collect()
}

/// Places that are healing, and envelopes that wait for a chain.
pub fn open_ends(store: &Store) -> (u64, usize) {
    let gaps = store.read::<_, StoreError>(gaps::count).unwrap_or(u64::MAX);
    let parked = store
        .read::<_, StoreError>(parked::accounts)
        .map_or(usize::MAX, |all| all.len());
    (gaps, parked)
}

/// Whose envelopes wait for a chain.
pub fn parked_accounts(store: &Store) -> Vec<AccountId> {
    store
        .read::<_, StoreError>(parked::accounts)
        .unwrap_or_default()
}

/// Where the own account lives.
pub fn homes(store: &Store) -> Vec<String> {
    let all = store
        .read::<_, StoreError>(crate::store::tables::relays::homes)
        .unwrap_or_default();
    all.into_iter().map(|relay| relay.url).collect()
}

/// Notices, oldest first.
pub fn notices(store: &Store) -> Vec<NoticeKind> {
    let all = store
        .read::<_, StoreError>(|view| notices::after(view, 0))
        .unwrap_or_default();
    all.into_iter().map(|notice| notice.kind).collect()
}

/// Where a contact stands.
pub fn standing(store: &Store, account: &AccountId) -> Option<ContactStanding> {
    store
        .read::<_, StoreError>(|view| contacts::get(view, account))
        .ok()?
        .map(|contact| contact.standing)
}

/// Digits, line of the heads and code of the safety number with an account.
pub fn safety_number(
    store: &Store,
    account: &AccountId,
) -> Option<(String, Option<String>, String)> {
    let (me, ..) = me(store)?;
    let number = store.read(|view| safety::number(view, &me, account)).ok()?;
    Some((number.digits, number.heads, number.code))
}

/// What comes of the code on the screen of an account's owner.
///
/// # Errors
/// [`EngineError::Link`].
pub fn compare_code(
    store: &Store,
    account: &AccountId,
    code: &str,
) -> Result<Comparison, EngineError> {
    let (me, ..) = me(store).ok_or(EngineError::NoAccount)?;
    store.read(|view| safety::compare(view, &me, account, code))
}

/// How sure the person is of an account, whether a chain has gone on since, and whether what waits
/// for it is held back.
pub fn verified(store: &Store, account: &AccountId) -> Option<(Verification, bool, bool)> {
    let (me, ..) = me(store)?;
    let verified = store
        .read(|view| safety::verified(view, &me, account))
        .ok()?;
    Some((verified.state, verified.changed, verified.held))
}

/// An account's freeze and number of active devices, if its chain is known.
pub fn chain(store: &Store, account: &AccountId) -> Option<(Freeze, usize)> {
    store
        .read::<_, StoreError>(|view| {
            let head = chains::head(view, account)?;
            let devices = chains::active_devices(view, account)?.len();
            Ok(head.map(|(_, freeze)| (freeze, devices)))
        })
        .ok()?
}

/// The statements of an account's chain, as this profile holds them.
pub fn statements(store: &Store, account: &AccountId) -> Vec<Vec<u8>> {
    store
        .read::<_, StoreError>(|view| chains::statements(view, account))
        .unwrap_or_default()
}

/// The secret of the account's recovery key, where this profile has it.
pub fn recovery_secret(store: &Store) -> Option<[u8; 32]> {
    let seed = store.read::<_, StoreError>(profile::recovery_seed).ok()??;
    let recovery = crypto::Recovery::from_seed(&seed.try_into().ok()?).ok()?;
    Some(recovery.signer().to_bytes())
}

/// Pairs of signed words of a relay that contradict each other.
pub fn evidence(store: &Store) -> u64 {
    store
        .read::<_, StoreError>(chains::evidence_count)
        .unwrap_or(u64::MAX)
}

/// Envelopes that are parked: bytes of all, and rows of accounts that are not accepted.
pub fn parked(store: &Store) -> (u64, u64) {
    store
        .read::<_, StoreError>(parked::usage_of_all)
        .unwrap_or((u64::MAX, u64::MAX))
}

/// Lets the database grow by so many pages and no more, as a disk that is nearly full does; `None`
/// gives it its room back.
///
/// # Errors
/// As [`Store::write`].
pub fn limit_disk(store: &Store, pages: Option<i64>) -> Result<(), StoreError> {
    store.write(move |tx| match pages {
        Some(pages) => probe::leave_room_for(tx, pages),
        None => probe::leave_room(tx),
    })
}
