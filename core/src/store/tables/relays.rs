//! Relays that this device talks to.

use rusqlite::Row;
use sotto_wire::ids::{IncarnationId, RelayKey};

use super::value::{int, read_uint};
use crate::store::{StoreError, Tx, View, params};

/// A relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Relay {
    pub id: i64,
    pub key: RelayKey,
    pub url: String,
    pub home: bool,
    pub incarnation: Option<IncarnationId>,
    pub acked: u64,
}

const COLUMNS: &str = "id, key, url, home, incarnation, acked";

fn read(row: &Row<'_>) -> rusqlite::Result<Relay> {
    Ok(Relay {
        id: row.get("id")?,
        key: row.get::<_, [u8; 32]>("key")?.into(),
        url: row.get("url")?,
        home: row.get("home")?,
        incarnation: row
            .get::<_, Option<[u8; 16]>>("incarnation")?
            .map(IncarnationId::from),
        acked: read_uint(row, "acked")?,
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

pub(crate) fn get(view: &View<'_>, id: i64) -> Result<Option<Relay>, StoreError> {
    view.query_row(
        &format!("SELECT {COLUMNS} FROM relay WHERE id = ?1"),
        params![id],
        read,
    )
}

pub(crate) fn homes(view: &View<'_>) -> Result<Vec<Relay>, StoreError> {
    view.query_all(
        &format!("SELECT {COLUMNS} FROM relay WHERE home = 1 ORDER BY id"),
        [],
        read,
    )
}

/// Makes exactly these relays our homes.
pub(crate) fn set_homes(tx: &mut Tx<'_>, ids: &[i64]) -> Result<(), StoreError> {
    tx.execute("UPDATE relay SET home = 0 WHERE home = 1", [])?;
    for id in ids {
        tx.execute("UPDATE relay SET home = 1 WHERE id = ?1", params![id])?;
    }
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
