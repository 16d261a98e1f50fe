//! Statements that this device means to make on its own chain.

use rusqlite::Row;
use sotto_wire::ids::RelayKey;

use super::value::int;
use crate::store::{StoreError, Tx, View, params};

/// A statement that is meant to be made; its body is built anew on every head it is tried on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Intent {
    pub id: [u8; 16],
    pub kind: i32,
    pub payload: Vec<u8>,
    /// Of a `home` statement: the relays that it was made from.
    pub base: Option<Vec<u8>>,
    /// Where it is posted instead of at the first home.
    pub via: Option<RelayKey>,
}

const COLUMNS: &str = "id, kind, payload, base, via";

fn read(row: &Row<'_>) -> rusqlite::Result<Intent> {
    Ok(Intent {
        id: row.get("id")?,
        kind: row.get("kind")?,
        payload: row.get("payload")?,
        base: row.get("base")?,
        via: row.get::<_, Option<[u8; 32]>>("via")?.map(RelayKey::from),
    })
}

pub(crate) fn add(tx: &mut Tx<'_>, intent: &Intent, at: u64) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO intent (id, kind, payload, base, via, created_at, state)
         VALUES (?1, ?2, ?3, ?4, ?5, (SELECT max(?6, coalesce(max(created_at), 0) + 1) FROM intent), 0)",
        params![
            intent.id,
            intent.kind,
            intent.payload,
            intent.base,
            intent.via.map(|via| *via.as_bytes()),
            int(at)
        ],
    )?;
    Ok(())
}

/// The oldest that is open.
pub(crate) fn next(view: &View<'_>) -> Result<Option<Intent>, StoreError> {
    view.query_row(
        &format!("SELECT {COLUMNS} FROM intent WHERE state = 0 ORDER BY created_at, id LIMIT 1"),
        [],
        read,
    )
}

/// All of one kind that are open, oldest first.
pub(crate) fn open_of(view: &View<'_>, kind: i32) -> Result<Vec<Intent>, StoreError> {
    view.query_all(
        &format!(
            "SELECT {COLUMNS} FROM intent WHERE state = 0 AND kind = ?1 ORDER BY created_at, id"
        ),
        params![kind],
        read,
    )
}

/// Where all that is open is to be posted, if not at the first home.
pub(crate) fn detour(view: &View<'_>) -> Result<Option<RelayKey>, StoreError> {
    let via = view.query_row(
        "SELECT via FROM intent WHERE state = 0 AND via IS NOT NULL ORDER BY created_at DESC, id LIMIT 1",
        [],
        |row| row.get::<_, [u8; 32]>(0),
    )?;
    Ok(via.map(RelayKey::from))
}

/// Whether one of this kind is open.
pub(crate) fn is_open(view: &View<'_>, kind: i32) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM intent WHERE state = 0 AND kind = ?1";
    Ok(view.query_row(sql, params![kind], |_| Ok(()))?.is_some())
}

/// Ends an intent: done, or void because the chain no longer allows it.
pub(crate) fn finish(tx: &mut Tx<'_>, id: &[u8; 16], done: bool) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE intent SET state = ?2 WHERE id = ?1",
        params![id, if done { 1 } else { 2 }],
    )?;
    Ok(())
}
