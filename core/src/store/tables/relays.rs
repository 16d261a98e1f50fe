//! Relays that this device talks to.

use rusqlite::Row;
use sotto_wire::ids::{IncarnationId, RelayKey};

use super::value::{int, read_uint, uint};
use crate::store::{StoreError, Tx, View, params};

/// A relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Relay {
    pub id: i64,
    pub key: RelayKey,
    pub url: String,
    /// Place among our homes, from 1; 0 for a relay that is none of ours.
    pub home: i64,
    /// Until when a relay that was a home is still visited.
    pub leaving: Option<u64>,
    pub incarnation: Option<IncarnationId>,
    pub acked: u64,
    /// Our pre-keys must be published there.
    pub keys_dirty: bool,
    /// When it last found this database to be an old copy.
    pub stale_at: Option<u64>,
    /// When it has closed a connection of ours for a newer one.
    pub superseded: Vec<u64>,
}

const COLUMNS: &str =
    "id, key, url, home, leaving, incarnation, acked, keys_dirty, stale_at, superseded";

fn read(row: &Row<'_>) -> rusqlite::Result<Relay> {
    Ok(Relay {
        id: row.get("id")?,
        key: row.get::<_, [u8; 32]>("key")?.into(),
        url: row.get("url")?,
        home: row.get("home")?,
        leaving: row.get::<_, Option<i64>>("leaving")?.map(uint),
        incarnation: row
            .get::<_, Option<[u8; 16]>>("incarnation")?
            .map(IncarnationId::from),
        acked: read_uint(row, "acked")?,
        keys_dirty: row.get("keys_dirty")?,
        stale_at: row.get::<_, Option<i64>>("stale_at")?.map(uint),
        superseded: row
            .get::<_, String>("superseded")?
            .split_whitespace()
            .filter_map(|time| time.parse().ok())
            .collect(),
    })
}

/// The relay with this key, added or moved to this address.
pub(crate) fn upsert(tx: &mut Tx<'_>, key: &RelayKey, url: &str) -> Result<Relay, StoreError> {
    let known = tx.view().query_row(
        &format!("SELECT {COLUMNS} FROM relay WHERE key = ?1 AND url = ?2"),
        params![key.as_bytes(), url],
        read,
    )?;
    if let Some(known) = known {
        return Ok(known);
    }
    tx.query_row(
        &format!(
            "INSERT INTO relay (key, url, home, incarnation, acked) VALUES (?1, ?2, 0, NULL, 0)
             ON CONFLICT (key) DO UPDATE SET url = excluded.url RETURNING {COLUMNS}"
        ),
        params![key.as_bytes(), url],
        read,
    )?
    .ok_or_else(|| StoreError::bug("an upsert returned nothing"))
}

/// The relay with this key, added if it is not known. That it answers at another address is no
/// reason to believe that it has moved there.
pub(crate) fn ensure(tx: &mut Tx<'_>, key: &RelayKey, url: &str) -> Result<Relay, StoreError> {
    match by_key(tx, key)? {
        Some(known) => Ok(known),
        None => upsert(tx, key, url),
    }
}

pub(crate) fn by_key(view: &View<'_>, key: &RelayKey) -> Result<Option<Relay>, StoreError> {
    view.query_row(
        &format!("SELECT {COLUMNS} FROM relay WHERE key = ?1"),
        params![key.as_bytes()],
        read,
    )
}

pub(crate) fn get(view: &View<'_>, id: i64) -> Result<Option<Relay>, StoreError> {
    view.query_row(
        &format!("SELECT {COLUMNS} FROM relay WHERE id = ?1"),
        params![id],
        read,
    )
}

/// Our homes, first choice first.
pub(crate) fn homes(view: &View<'_>) -> Result<Vec<Relay>, StoreError> {
    view.query_all(
        &format!("SELECT {COLUMNS} FROM relay WHERE home > 0 ORDER BY home"),
        [],
        read,
    )
}

/// Relays that are to be visited although they are our homes no longer.
pub(crate) fn leaving(view: &View<'_>, now: u64) -> Result<Vec<Relay>, StoreError> {
    view.query_all(
        &format!("SELECT {COLUMNS} FROM relay WHERE leaving > ?1 ORDER BY id"),
        params![int(now)],
        read,
    )
}

/// Makes exactly these relays our homes, first choice first. Those that were are visited until
/// `leave_at`.
pub(crate) fn set_homes(tx: &mut Tx<'_>, ids: &[i64], leave_at: u64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE relay SET home = 0, leaving = ?1 WHERE home > 0",
        params![int(leave_at)],
    )?;
    for (place, id) in (1_i64..).zip(ids) {
        tx.execute(
            "UPDATE relay SET home = ?2, leaving = NULL WHERE id = ?1",
            params![id, place],
        )?;
    }
    Ok(())
}

/// All homes, present and former, are visited until then, and no longer as homes.
pub(crate) fn leave_all(tx: &mut Tx<'_>, leave_at: u64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE relay SET leaving = ?1 WHERE home > 0 OR leaving IS NOT NULL",
        params![int(leave_at)],
    )?;
    Ok(())
}

/// There is nothing more to be done at a relay that was a home.
pub(crate) fn left(tx: &mut Tx<'_>, key: &RelayKey) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE relay SET leaving = NULL WHERE key = ?1",
        params![key.as_bytes()],
    )?;
    Ok(())
}

/// What was committed of a relay's data set.
pub(crate) fn set_cursor(
    tx: &mut Tx<'_>,
    id: i64,
    incarnation: &IncarnationId,
    acked: u64,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE relay SET incarnation = ?2, acked = ?3 WHERE id = ?1",
        params![id, incarnation.as_bytes(), int(acked)],
    )?;
    Ok(())
}

/// Forgets how far this database had come everywhere: it is not the one that came so far.
pub(crate) fn forget_cursors(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.execute("UPDATE relay SET incarnation = NULL, acked = 0", [])?;
    Ok(())
}

/// Whether our pre-keys must be published at a relay.
pub(crate) fn set_keys_dirty(tx: &mut Tx<'_>, id: i64, dirty: bool) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE relay SET keys_dirty = ?2 WHERE id = ?1",
        params![id, dirty],
    )?;
    Ok(())
}

/// There are new signed keys: no relay has them.
pub(crate) fn all_keys_dirty(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.execute("UPDATE relay SET keys_dirty = 1", [])?;
    Ok(())
}

/// A relay has found this database to be an old copy.
pub(crate) fn set_stale(tx: &mut Tx<'_>, id: i64, at: u64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE relay SET stale_at = ?2 WHERE id = ?1",
        params![id, int(at)],
    )?;
    Ok(())
}

pub(crate) fn set_superseded(tx: &mut Tx<'_>, id: i64, times: &[u64]) -> Result<(), StoreError> {
    let text = times
        .iter()
        .map(u64::to_string)
        .collect::<Vec<_>>()
        .join(" ");
    tx.execute(
        "UPDATE relay SET superseded = ?2 WHERE id = ?1",
        params![id, text],
    )?;
    Ok(())
}
