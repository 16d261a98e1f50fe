//! Bounded doings, counted inside windows of time.

use super::value::{int, uint};
use crate::store::{StoreError, Tx, View, params};

/// Uses `amount` of a quota if no more than `limit` is used in this window; says whether it was.
pub(crate) fn take(
    tx: &mut Tx<'_>,
    name: &str,
    key: &[u8],
    window: u64,
    amount: u64,
    limit: u64,
) -> Result<bool, StoreError> {
    let used = used(tx.view(), name, key, window)?;
    if used.saturating_add(amount) > limit {
        return Ok(false);
    }
    tx.execute(
        "DELETE FROM quota WHERE name = ?1 AND window < ?2",
        params![name, int(window.saturating_sub(48))],
    )?;
    tx.execute(
        "INSERT INTO quota (name, key, window, used) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (name, key, window) DO UPDATE SET used = excluded.used",
        params![name, key, int(window), int(used + amount)],
    )?;
    Ok(true)
}

/// What is used of a quota in a window.
pub(crate) fn used(
    view: &View<'_>,
    name: &str,
    key: &[u8],
    window: u64,
) -> Result<u64, StoreError> {
    Ok(view
        .query_row(
            "SELECT used FROM quota WHERE name = ?1 AND key = ?2 AND window = ?3",
            params![name, key, int(window)],
            |row| row.get(0),
        )?
        .map_or(0, uint))
}
