//! Places known to be missing, while they heal.

use rusqlite::Row;
use sotto_wire::ids::{AccountId, EnvelopeId, MailboxId};

use super::value::{int, read_uint, uint};
use crate::store::{StoreError, Tx, View, params};

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
    tx.execute(
        "UPDATE gap SET asked = ?2, next_ask = ?3 WHERE id = ?1",
        params![id, asked, int(next_ask)],
    )?;
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
    Ok(healed > 0)
}

/// The envelope's content has come, or will not.
pub(crate) fn heal_envelope(tx: &mut Tx<'_>, envelope: &EnvelopeId) -> Result<bool, StoreError> {
    Ok(tx.execute(
        "DELETE FROM gap WHERE envelope = ?1",
        params![envelope.as_bytes()],
    )? > 0)
}

/// Forgets the gaps of a device that is gone.
pub(crate) fn forget_device(tx: &mut Tx<'_>, device: &MailboxId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM gap WHERE device = ?1",
        params![device.as_bytes()],
    )?;
    Ok(())
}

pub(crate) fn count(view: &View<'_>) -> Result<u64, StoreError> {
    Ok(view
        .query_row("SELECT count(*) AS n FROM gap", [], |row| {
            read_uint(row, "n")
        })?
        .unwrap_or(0))
}
