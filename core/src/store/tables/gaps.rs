//! Places known to be missing, while they heal.

use rusqlite::Row;
use sotto_wire::ids::{AccountId, EnvelopeId, MailboxId};

use super::value::{int, read_uint, uint};
use crate::store::{Change, StoreError, Tx, View, params};

/// One missing place: an envelope that could not be opened, or a counter that never came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gap {
    pub id: i64,
    pub account: AccountId,
    pub device: MailboxId,
    pub conversation: Option<[u8; 32]>,
    pub incarnation: Option<[u8; 8]>,
    pub counter: Option<u64>,
    pub envelope: Option<EnvelopeId>,
    /// `content::proto::retry_request::Reason`.
    pub reason: i32,
    pub ratchet_key: Option<[u8; 33]>,
    pub seen_at: u64,
    pub asked: u32,
    pub next_ask: u64,
}

/// A time for the next request that does not come: the place is not asked for any more.
pub(crate) const NEVER: u64 = u64::MAX >> 1;

const COLUMNS: &str =
    "id, account, device, conversation, incarnation, counter, envelope, reason, ratchet_key,
    seen_at, asked, next_ask";

fn read(row: &Row<'_>) -> rusqlite::Result<Gap> {
    Ok(Gap {
        id: row.get("id")?,
        account: row.get::<_, [u8; 32]>("account")?.into(),
        device: row.get::<_, [u8; 16]>("device")?.into(),
        conversation: row.get("conversation")?,
        incarnation: row.get("incarnation")?,
        counter: row.get::<_, Option<i64>>("counter")?.map(uint),
        envelope: row
            .get::<_, Option<[u8; 16]>>("envelope")?
            .map(EnvelopeId::from),
        reason: row.get("reason")?,
        ratchet_key: row.get("ratchet_key")?,
        seen_at: read_uint(row, "seen_at")?,
        asked: row.get("asked")?,
        next_ask: read_uint(row, "next_ask")?,
    })
}

/// Adds a gap (its `id` is not used) unless it is known.
pub(crate) fn add(tx: &mut Tx<'_>, gap: &Gap) -> Result<bool, StoreError> {
    let added = tx.execute(
        "INSERT INTO gap (account, device, conversation, incarnation, counter, envelope, reason, ratchet_key,
             seen_at, asked, next_ask)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING",
        params![
            gap.account.as_bytes(),
            gap.device.as_bytes(),
            gap.conversation,
            gap.incarnation,
            gap.counter.map(int),
            gap.envelope.map(|envelope| *envelope.as_bytes()),
            gap.reason,
            gap.ratchet_key,
            int(gap.seen_at),
            gap.asked,
            int(gap.next_ask)
        ],
    )?;
    if let Some(conversation) = gap.conversation {
        tx.changed(Change::ConversationChanged { conversation });
    }
    Ok(added > 0)
}

/// Gaps whose next request is due, oldest first.
pub(crate) fn due(view: &View<'_>, now: u64, limit: u64) -> Result<Vec<Gap>, StoreError> {
    view.query_all(
        &format!("SELECT {COLUMNS} FROM gap WHERE next_ask <= ?1 ORDER BY id LIMIT ?2"),
        params![int(now), int(limit)],
        read,
    )
}

/// Gaps of a conversation that are still asked for, by stream and counter; then envelopes of the
/// account it is with, of which nobody knows what is in them.
pub(crate) fn healing(
    view: &View<'_>,
    conversation: &[u8; 32],
    with: &AccountId,
) -> Result<Vec<Gap>, StoreError> {
    let mut gaps = view.query_all(
        &format!(
            "SELECT {COLUMNS} FROM gap WHERE conversation = ?1 AND next_ask < ?2
             ORDER BY device, incarnation, counter"
        ),
        params![conversation, int(NEVER)],
        read,
    )?;
    let mut unopened = view.query_all(
        &format!(
            "SELECT {COLUMNS} FROM gap WHERE conversation IS NULL AND account = ?1 AND next_ask < ?2
             ORDER BY id"
        ),
        params![with.as_bytes(), int(NEVER)],
        read,
    )?;
    gaps.append(&mut unopened);
    Ok(gaps)
}

/// When the next request is due.
pub(crate) fn next_due(view: &View<'_>) -> Result<Option<u64>, StoreError> {
    Ok(view
        .query_row("SELECT min(next_ask) FROM gap", [], |row| {
            row.get::<_, Option<i64>>(0)
        })?
        .flatten()
        .map(uint))
}

pub(crate) fn set_asked(
    tx: &mut Tx<'_>,
    id: i64,
    asked: u32,
    next_ask: u64,
) -> Result<(), StoreError> {
    let conversation = tx.query_row(
        "UPDATE gap SET asked = ?2, next_ask = ?3 WHERE id = ?1 RETURNING conversation",
        params![id, asked, int(next_ask)],
        |row| row.get(0),
    )?;
    // It is not shown any more.
    if let Some(Some(conversation)) = conversation.filter(|_| next_ask == NEVER) {
        tx.changed(Change::ConversationChanged { conversation });
    }
    Ok(())
}

/// The place has come, or will not.
pub(crate) fn heal_place(
    tx: &mut Tx<'_>,
    conversation: &[u8; 32],
    device: &MailboxId,
    incarnation: &[u8; 8],
    counter: u64,
) -> Result<bool, StoreError> {
    let healed = tx.execute(
        "DELETE FROM gap WHERE conversation = ?1 AND device = ?2 AND incarnation = ?3 AND counter = ?4",
        params![conversation, device.as_bytes(), incarnation, int(counter)],
    )?;
    if healed > 0 {
        tx.changed(Change::ConversationChanged {
            conversation: *conversation,
        });
    }
    Ok(healed > 0)
}

/// The envelope's content has come, or will not.
pub(crate) fn heal_envelope(tx: &mut Tx<'_>, envelope: &EnvelopeId) -> Result<bool, StoreError> {
    let healed = tx.query_row(
        "DELETE FROM gap WHERE envelope = ?1 RETURNING account",
        params![envelope.as_bytes()],
        |row| row.get(0),
    )?;
    if let Some(account) = healed {
        tx.changed(Change::ContactChanged { account });
    }
    Ok(healed.is_some())
}

/// Forgets the gaps of a device that is gone.
pub(crate) fn forget_device(tx: &mut Tx<'_>, device: &MailboxId) -> Result<(), StoreError> {
    let conversations = tx.query_all(
        "DELETE FROM gap WHERE device = ?1 RETURNING conversation",
        params![device.as_bytes()],
        |row| row.get::<_, Option<[u8; 32]>>(0),
    )?;
    for conversation in conversations.into_iter().flatten() {
        tx.changed(Change::ConversationChanged { conversation });
    }
    Ok(())
}

pub(crate) fn count(view: &View<'_>) -> Result<u64, StoreError> {
    Ok(view
        .query_row("SELECT count(*) AS n FROM gap", [], |row| {
            read_uint(row, "n")
        })?
        .unwrap_or(0))
}

/// The first place of a device's stream that is known to be missing.
pub(crate) fn first_missing(
    view: &View<'_>,
    conversation: &[u8; 32],
    (device, incarnation): (&MailboxId, &[u8; 8]),
) -> Result<Option<u64>, StoreError> {
    Ok(view
        .query_row(
            "SELECT min(counter) FROM gap WHERE conversation = ?1 AND device = ?2 AND incarnation = ?3",
            params![conversation, device.as_bytes(), incarnation],
            |row| row.get::<_, Option<i64>>(0),
        )?
        .flatten()
        .map(uint))
}
