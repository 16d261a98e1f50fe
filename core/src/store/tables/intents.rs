//! Statements that this device means to make on its own chain.

use super::value::int;
use crate::store::{StoreError, Tx, View, params};

/// A statement that is meant to be made; its body is built anew on every head it is tried on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Intent {
    pub id: [u8; 16],
    pub kind: i32,
    pub payload: Vec<u8>,
}

pub(crate) fn add(tx: &mut Tx<'_>, intent: &Intent, at: u64) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO intent (id, kind, payload, created_at, state) VALUES (?1, ?2, ?3, ?4, 0)",
        params![intent.id, intent.kind, intent.payload, int(at)],
    )?;
    Ok(())
}

/// The oldest that is open.
pub(crate) fn next(view: &View<'_>) -> Result<Option<Intent>, StoreError> {
    view.query_row(
        "SELECT id, kind, payload FROM intent WHERE state = 0 ORDER BY created_at, id LIMIT 1",
        [],
        |row| {
            Ok(Intent {
                id: row.get(0)?,
                kind: row.get(1)?,
                payload: row.get(2)?,
            })
        },
    )
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
