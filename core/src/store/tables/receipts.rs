//! Delivered and read: what others told us, and what we owe them.

use sotto_wire::ids::{AccountId, MailboxId, MessageId};

use super::value::{int, read_uint, uint};
use crate::store::{StoreError, Tx, View, params};

/// Records a receipt; false if it was known.
pub(crate) fn add(
    tx: &mut Tx<'_>,
    message: i64,
    (account, device): (&AccountId, &MailboxId),
    kind: i32,
    at: u64,
) -> Result<bool, StoreError> {
    let added = tx.execute(
        "INSERT INTO receipt (message, account, device, kind, at) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
        params![message, account.as_bytes(), device.as_bytes(), kind, int(at)],
    )?;
    Ok(added > 0)
}

/// Keeps a receipt whose message is not here yet, unless the account has `limit` of them already.
pub(crate) fn keep_early(
    tx: &mut Tx<'_>,
    id: &MessageId,
    (account, device): (&AccountId, &MailboxId),
    kind: i32,
    at: u64,
    limit: u64,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO receipt_early (message_id, account, device, kind, at) SELECT ?1, ?2, ?3, ?4, ?5
         WHERE (SELECT count(*) FROM receipt_early WHERE account = ?2) < ?6 ON CONFLICT DO NOTHING",
        params![
            id.as_bytes(),
            account.as_bytes(),
            device.as_bytes(),
            kind,
            int(at),
            int(limit)
        ],
    )?;
    Ok(())
}

/// Takes the receipts of an account that came before their message.
pub(crate) fn take_early(
    tx: &mut Tx<'_>,
    id: &MessageId,
    account: &AccountId,
) -> Result<Vec<(MailboxId, i32, u64)>, StoreError> {
    tx.query_all(
        "DELETE FROM receipt_early WHERE message_id = ?1 AND account = ?2 RETURNING device, kind, at",
        params![id.as_bytes(), account.as_bytes()],
        |row| {
            Ok((
                row.get::<_, [u8; 16]>("device")?.into(),
                row.get("kind")?,
                read_uint(row, "at")?,
            ))
        },
    )
}

/// Forgets receipts whose message never came.
pub(crate) fn expire_early(tx: &mut Tx<'_>, before: u64) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM receipt_early WHERE at < ?1",
        params![int(before)],
    )?;
    Ok(())
}

/// The highest kind of receipt for a message, and when the first of that kind came.
pub(crate) fn highest(view: &View<'_>, message: i64) -> Result<Option<(i32, u64)>, StoreError> {
    view.query_row(
        "SELECT kind, min(at) AS at FROM receipt WHERE message = ?1 GROUP BY kind ORDER BY kind DESC LIMIT 1",
        params![message],
        |row| Ok((row.get("kind")?, read_uint(row, "at")?)),
    )
}

/// When the first receipt of each kind came: delivered, read.
pub(crate) fn times(view: &View<'_>, message: i64) -> Result<[Option<u64>; 2], StoreError> {
    let found = view.query_row(
        "SELECT min(iif(kind = 1, at, NULL)), min(iif(kind >= 2, at, NULL)) FROM receipt WHERE message = ?1",
        params![message],
        |row| Ok([row.get::<_, Option<i64>>(0)?, row.get(1)?]),
    )?;
    Ok(found.unwrap_or_default().map(|at| at.map(uint)))
}

/// Every receipt for a message: account, device, kind, moment.
pub(crate) fn of(
    view: &View<'_>,
    message: i64,
) -> Result<Vec<(AccountId, MailboxId, i32, u64)>, StoreError> {
    view.query_all(
        "SELECT account, device, kind, at FROM receipt WHERE message = ?1 ORDER BY account, device, kind",
        params![message],
        |row| {
            Ok((
                row.get::<_, [u8; 32]>("account")?.into(),
                row.get::<_, [u8; 16]>("device")?.into(),
                row.get("kind")?,
                read_uint(row, "at")?,
            ))
        },
    )
}

/// Owes a receipt from a time on.
pub(crate) fn owe(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &MessageId,
    kind: i32,
    due_at: u64,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO receipt_due (account, message_id, kind, due_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        params![account.as_bytes(), id.as_bytes(), kind, int(due_at)],
    )?;
    Ok(())
}

/// A sibling has sent it.
pub(crate) fn settle(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &MessageId,
) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM receipt_due WHERE account = ?1 AND message_id = ?2",
        params![account.as_bytes(), id.as_bytes()],
    )?;
    Ok(())
}

/// Accounts that a receipt is due to.
pub(crate) fn due_accounts(view: &View<'_>, now: u64) -> Result<Vec<AccountId>, StoreError> {
    view.query_all(
        "SELECT DISTINCT account FROM receipt_due WHERE due_at <= ?1 ORDER BY account",
        params![int(now)],
        |row| Ok(row.get::<_, [u8; 32]>(0)?.into()),
    )
}

/// Takes all receipts owed to an account, due or not: they leave together. At most `limit`.
pub(crate) fn take(
    tx: &mut Tx<'_>,
    account: &AccountId,
    limit: u64,
) -> Result<Vec<(MessageId, i32)>, StoreError> {
    tx.query_all(
        "DELETE FROM receipt_due WHERE (account, message_id, kind) IN
             (SELECT account, message_id, kind FROM receipt_due WHERE account = ?1 ORDER BY due_at LIMIT ?2)
         RETURNING message_id, kind",
        params![account.as_bytes(), int(limit)],
        |row| Ok((row.get::<_, [u8; 16]>(0)?.into(), row.get(1)?)),
    )
}

/// When the next receipt is due.
pub(crate) fn next_due(view: &View<'_>) -> Result<Option<u64>, StoreError> {
    Ok(view
        .query_row("SELECT min(due_at) FROM receipt_due", [], |row| {
            row.get::<_, Option<i64>>(0)
        })?
        .flatten()
        .map(uint))
}
