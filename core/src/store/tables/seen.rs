//! What was processed: by the hash of the sealed bytes, and by author and message id.

use sotto_wire::ids::{AccountId, MessageId};

use super::value::int;
use crate::store::{StoreError, Tx, View, params};

/// Whether these very bytes were processed.
pub(crate) fn bytes(view: &View<'_>, hash: &[u8; 32]) -> Result<bool, StoreError> {
    Ok(view
        .query_row("SELECT 1 FROM seen WHERE hash = ?1", params![hash], |_| {
            Ok(())
        })?
        .is_some())
}

pub(crate) fn add_bytes(tx: &mut Tx<'_>, hash: &[u8; 32], at: u64) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO seen (hash, at) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        params![hash, int(at)],
    )?;
    Ok(())
}

/// Records that a content is applied; false if it was before.
pub(crate) fn apply(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &MessageId,
    at: u64,
) -> Result<bool, StoreError> {
    let added = tx.execute(
        "INSERT INTO applied (account, message_id, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        params![account.as_bytes(), id.as_bytes(), int(at)],
    )?;
    Ok(added > 0)
}

/// Forgets hashes of before a time. What was applied is never forgotten.
pub(crate) fn expire(tx: &mut Tx<'_>, before: u64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM seen WHERE at < ?1", params![int(before)])?;
    Ok(())
}
