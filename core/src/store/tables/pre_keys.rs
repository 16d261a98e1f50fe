//! The private halves of our pre-keys, as libsignal's records, and what was done with them.
//!
//! Ids are given by the database and never used again, so that an old first message can never meet
//! a new key.

use sotto_wire::ids::MailboxId;

use super::value::int;
use crate::store::{StoreError, Tx, View, params};

/// Takes the next id of a one-time key; the record follows.
pub(crate) fn reserve_one_time(tx: &mut Tx<'_>, now: u64) -> Result<Option<u32>, StoreError> {
    tx.query_row(
        "INSERT INTO one_time_key (record, created_at) VALUES (x'', ?1) RETURNING id",
        params![int(now)],
        |row| row.get(0),
    )
}

/// Takes the next id of a signed key; the record follows.
pub(crate) fn reserve_signed(tx: &mut Tx<'_>, now: u64) -> Result<Option<u32>, StoreError> {
    tx.query_row(
        "INSERT INTO signed_key (record, created_at) VALUES (x'', ?1) RETURNING id",
        params![int(now)],
        |row| row.get(0),
    )
}

/// Takes the next id of a KEM key; the record follows.
pub(crate) fn reserve_kem(
    tx: &mut Tx<'_>,
    last_resort: bool,
    now: u64,
) -> Result<Option<u32>, StoreError> {
    tx.query_row(
        "INSERT INTO kem_key (record, last_resort, created_at) VALUES (x'', ?1, ?2) RETURNING id",
        params![last_resort, int(now)],
        |row| row.get(0),
    )
}

pub(crate) fn fill_one_time(tx: &mut Tx<'_>, id: u32, record: &[u8]) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE one_time_key SET record = ?2 WHERE id = ?1",
        params![id, record],
    )?;
    Ok(())
}

pub(crate) fn fill_signed(tx: &mut Tx<'_>, id: u32, record: &[u8]) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE signed_key SET record = ?2 WHERE id = ?1",
        params![id, record],
    )?;
    Ok(())
}

pub(crate) fn fill_kem(tx: &mut Tx<'_>, id: u32, record: &[u8]) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE kem_key SET record = ?2 WHERE id = ?1",
        params![id, record],
    )?;
    Ok(())
}

/// The newest signed key: its id and record.
pub(crate) fn last_signed(view: &View<'_>) -> Result<Option<(u32, Vec<u8>)>, StoreError> {
    view.query_row(
        "SELECT id, record FROM signed_key ORDER BY id DESC LIMIT 1",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// The newest KEM key of last resort: its id and record.
pub(crate) fn last_resort(view: &View<'_>) -> Result<Option<(u32, Vec<u8>)>, StoreError> {
    view.query_row(
        "SELECT id, record FROM kem_key WHERE last_resort = 1 ORDER BY id DESC LIMIT 1",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

pub(crate) fn one_time(view: &View<'_>, id: u32) -> Result<Option<Vec<u8>>, StoreError> {
    view.query_row(
        "SELECT record FROM one_time_key WHERE id = ?1",
        params![id],
        |row| row.get(0),
    )
}

pub(crate) fn signed(view: &View<'_>, id: u32) -> Result<Option<Vec<u8>>, StoreError> {
    view.query_row(
        "SELECT record FROM signed_key WHERE id = ?1",
        params![id],
        |row| row.get(0),
    )
}

pub(crate) fn kem(view: &View<'_>, id: u32) -> Result<Option<Vec<u8>>, StoreError> {
    view.query_row(
        "SELECT record FROM kem_key WHERE id = ?1",
        params![id],
        |row| row.get(0),
    )
}

/// Whether a KEM key is one of last resort; `None` if it is not here.
pub(crate) fn is_last_resort(view: &View<'_>, id: u32) -> Result<Option<bool>, StoreError> {
    view.query_row(
        "SELECT last_resort FROM kem_key WHERE id = ?1",
        params![id],
        |row| row.get(0),
    )
}

pub(crate) fn delete_one_time(tx: &mut Tx<'_>, id: u32) -> Result<(), StoreError> {
    tx.execute("DELETE FROM one_time_key WHERE id = ?1", params![id])?;
    Ok(())
}

pub(crate) fn delete_kem(tx: &mut Tx<'_>, id: u32) -> Result<(), StoreError> {
    tx.execute("DELETE FROM kem_key WHERE id = ?1", params![id])?;
    Ok(())
}

/// Deletes all private halves and what is remembered of their use.
pub(crate) fn delete_all(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM one_time_key",
        "DELETE FROM signed_key",
        "DELETE FROM kem_key",
        "DELETE FROM last_resort_use",
    ] {
        tx.execute(sql, [])?;
    }
    Ok(())
}

/// Deletes the private halves that were replaced at or before `before`: those older than the newest
/// signed key of that time.
pub(crate) fn delete_replaced(tx: &mut Tx<'_>, before: u64) -> Result<(), StoreError> {
    let Some(Some(replaced)) = tx.query_row(
        "SELECT max(created_at) FROM signed_key WHERE created_at <= ?1",
        params![int(before)],
        |row| row.get::<_, Option<i64>>(0),
    )?
    else {
        return Ok(());
    };
    for sql in [
        "DELETE FROM one_time_key WHERE created_at < ?1",
        "DELETE FROM kem_key WHERE created_at < ?1",
        "DELETE FROM signed_key WHERE created_at < ?1",
    ] {
        tx.execute(sql, params![replaced])?;
    }
    tx.execute(
        "DELETE FROM last_resort_use WHERE kem_id NOT IN (SELECT id FROM kem_key)",
        [],
    )?;
    Ok(())
}

/// Whether a first message with this base key has used this last-resort key.
pub(crate) fn last_resort_used(
    view: &View<'_>,
    kem_id: u32,
    signed_id: u32,
    base_key: &[u8],
) -> Result<bool, StoreError> {
    let found = view.query_row(
        "SELECT 1 FROM last_resort_use WHERE kem_id = ?1 AND signed_id = ?2 AND base_key = ?3",
        params![kem_id, signed_id, base_key],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// Remembers the use of a last-resort key; `false` if it was remembered before.
pub(crate) fn use_last_resort(
    tx: &mut Tx<'_>,
    kem_id: u32,
    signed_id: u32,
    base_key: &[u8],
    now: u64,
) -> Result<bool, StoreError> {
    let rows = tx.execute(
        "INSERT INTO last_resort_use (kem_id, signed_id, base_key, used_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO NOTHING",
        params![kem_id, signed_id, base_key, int(now)],
    )?;
    Ok(rows == 1)
}

/// Whether a device has started a session with this base key before, as far as is remembered.
pub(crate) fn is_known_first_message(
    view: &View<'_>,
    mailbox: &MailboxId,
    base_key: &[u8],
) -> Result<bool, StoreError> {
    let found = view.query_row(
        "SELECT 1 FROM first_message WHERE mailbox = ?1 AND base_key = ?2",
        params![mailbox.as_bytes(), base_key],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// How many sessions a device has started after a moment.
pub(crate) fn first_messages_after(
    view: &View<'_>,
    mailbox: &MailboxId,
    after: u64,
) -> Result<u32, StoreError> {
    let count = view.query_row(
        "SELECT count(*) FROM first_message WHERE mailbox = ?1 AND at > ?2",
        params![mailbox.as_bytes(), int(after)],
        |row| row.get(0),
    )?;
    Ok(count.unwrap_or(0))
}

/// Remembers that a device has started a session.
pub(crate) fn add_first_message(
    tx: &mut Tx<'_>,
    mailbox: &MailboxId,
    base_key: &[u8],
    now: u64,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO first_message (mailbox, base_key, at) VALUES (?1, ?2, ?3)",
        params![mailbox.as_bytes(), base_key, int(now)],
    )?;
    Ok(())
}

/// Forgets the sessions started before a moment.
pub(crate) fn delete_first_messages(tx: &mut Tx<'_>, before: u64) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM first_message WHERE at < ?1",
        params![int(before)],
    )?;
    Ok(())
}

/// The highest generation of signed keys that was seen of a device; `None` if it is unknown.
pub(crate) fn generation(view: &View<'_>, mailbox: &MailboxId) -> Result<Option<u64>, StoreError> {
    let found = view.query_row(
        "SELECT generation FROM device WHERE mailbox = ?1",
        params![mailbox.as_bytes()],
        |row| row.get(0),
    )?;
    Ok(found.map(super::value::uint))
}

/// Remembers the generation of signed keys of a device.
pub(crate) fn set_generation(
    tx: &mut Tx<'_>,
    mailbox: &MailboxId,
    generation: u64,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE device SET generation = ?2 WHERE mailbox = ?1",
        params![mailbox.as_bytes(), int(generation)],
    )?;
    Ok(())
}

/// When the newest signed key was made.
pub(crate) fn newest_signed(view: &View<'_>) -> Result<u64, StoreError> {
    Ok(view
        .query_row(
            "SELECT coalesce(max(created_at), 0) AS at FROM signed_key",
            [],
            |row| row.get::<_, i64>(0),
        )?
        .map_or(0, |at| u64::try_from(at).unwrap_or(0)))
}
