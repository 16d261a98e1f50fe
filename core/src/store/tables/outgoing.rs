//! What leaves: one row per content and recipient account.

use rusqlite::Row;
use sotto_wire::ids::{AccountId, MailboxId, MessageId};

use super::value::{int, read_uint, uint};
use crate::model::{OutgoingState, Purpose};
use crate::store::{StoreError, Tx, View, params};

/// An outgoing content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outgoing {
    pub row: i64,
    pub message_id: MessageId,
    pub account: AccountId,
    pub only_device: Option<MailboxId>,
    pub purpose: Purpose,
    pub message: Option<i64>,
    pub content: Vec<u8>,
    pub created_at: u64,
    pub not_before: u64,
    pub state: OutgoingState,
    pub attempts: u64,
    pub next_attempt: u64,
    pub reason: Option<String>,
}

const COLUMNS: &str =
    "row, message_id, account, only_device, purpose, message, content, created_at, not_before,
    state, attempts, next_attempt, reason";

fn read(row: &Row<'_>) -> rusqlite::Result<Outgoing> {
    Ok(Outgoing {
        row: row.get("row")?,
        message_id: row.get::<_, [u8; 16]>("message_id")?.into(),
        account: row.get::<_, [u8; 32]>("account")?.into(),
        only_device: row
            .get::<_, Option<[u8; 16]>>("only_device")?
            .map(MailboxId::from),
        purpose: Purpose::from_stored(row.get("purpose")?),
        message: row.get("message")?,
        content: row.get("content")?,
        created_at: read_uint(row, "created_at")?,
        not_before: read_uint(row, "not_before")?,
        state: OutgoingState::from_stored(row.get("state")?),
        attempts: read_uint(row, "attempts")?,
        next_attempt: read_uint(row, "next_attempt")?,
        reason: row.get("reason")?,
    })
}

/// Queues a content (its `row`, state and attempts are not used) and returns its row.
pub(crate) fn insert(tx: &mut Tx<'_>, new: &Outgoing) -> Result<i64, StoreError> {
    tx.execute(
        "INSERT INTO outgoing (message_id, account, only_device, purpose, message, content, created_at,
             not_before, state, attempts, next_attempt, reason)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0, ?8, NULL)",
        params![
            new.message_id.as_bytes(),
            new.account.as_bytes(),
            new.only_device.map(|device| *device.as_bytes()),
            new.purpose.to_stored(),
            new.message,
            new.content,
            int(new.created_at),
            int(new.not_before),
        ],
    )?;
    Ok(tx.last_insert_rowid())
}

pub(crate) fn get(view: &View<'_>, row: i64) -> Result<Option<Outgoing>, StoreError> {
    view.query_row(
        &format!("SELECT {COLUMNS} FROM outgoing WHERE row = ?1"),
        params![row],
        read,
    )
}

/// Accounts that something is waiting for.
pub(crate) fn open_accounts(view: &View<'_>) -> Result<Vec<AccountId>, StoreError> {
    view.query_all(
        "SELECT DISTINCT account FROM outgoing WHERE state = 0 ORDER BY account",
        [],
        |row| Ok(row.get::<_, [u8; 32]>(0)?.into()),
    )
}

/// The first waiting contents of one account, in order.
pub(crate) fn open_of(
    view: &View<'_>,
    account: &AccountId,
    limit: u64,
) -> Result<Vec<Outgoing>, StoreError> {
    view.query_all(
        &format!(
            "SELECT {COLUMNS} FROM outgoing WHERE account = ?1 AND state = 0 ORDER BY row LIMIT ?2"
        ),
        params![account.as_bytes(), int(limit)],
        read,
    )
}

/// All of one purpose that is not accepted, oldest first, for the person to see.
pub(crate) fn unfinished(view: &View<'_>, purpose: Purpose) -> Result<Vec<Outgoing>, StoreError> {
    view.query_all(
        &format!("SELECT {COLUMNS} FROM outgoing {UNFINISHED} ORDER BY row"),
        params![purpose.to_stored()],
        read,
    )
}

/// All that is not accepted, whatever it is for.
pub(crate) fn all_unfinished(view: &View<'_>) -> Result<Vec<Outgoing>, StoreError> {
    view.query_all(
        &format!("SELECT {COLUMNS} FROM outgoing WHERE state <> 1 ORDER BY row"),
        [],
        read,
    )
}

/// How many of one purpose wait, and how many have failed.
pub(crate) fn count_unfinished(
    view: &View<'_>,
    purpose: Purpose,
) -> Result<(u64, u64), StoreError> {
    let counted = view.query_row(
        &format!(
            "SELECT count(*) FILTER (WHERE state = 0) AS waiting,
                 count(*) FILTER (WHERE state = 2) AS failed FROM outgoing {UNFINISHED}"
        ),
        params![purpose.to_stored()],
        |row| Ok((read_uint(row, "waiting")?, read_uint(row, "failed")?)),
    )?;
    Ok(counted.unwrap_or_default())
}

const UNFINISHED: &str = "WHERE purpose = ?1 AND state <> 1";

/// The content that carries a message to an account, if it is still there.
pub(crate) fn by_message_id(
    view: &View<'_>,
    account: &AccountId,
    id: &MessageId,
) -> Result<Option<Outgoing>, StoreError> {
    view.query_row(
        &format!("SELECT {COLUMNS} FROM outgoing WHERE account = ?1 AND message_id = ?2 ORDER BY row LIMIT 1"),
        params![account.as_bytes(), id.as_bytes()],
        read,
    )
}

/// State, reason and row of an outgoing content.
pub(crate) type Stand = (OutgoingState, Option<String>, i64);

/// How the content that carries a message to its conversation stands.
pub(crate) fn state_of_message(view: &View<'_>, message: i64) -> Result<Option<Stand>, StoreError> {
    view.query_row(
        "SELECT state, reason, row FROM outgoing WHERE message = ?1 AND purpose = ?2 AND only_device IS NULL",
        params![message, Purpose::Message.to_stored()],
        |row| Ok((OutgoingState::from_stored(row.get(0)?), row.get(1)?, row.get(2)?)),
    )
}

/// Counts an attempt and sets when the next may be.
pub(crate) fn set_attempt(
    tx: &mut Tx<'_>,
    row: i64,
    attempts: u64,
    next: u64,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE outgoing SET attempts = ?2, next_attempt = ?3 WHERE row = ?1",
        params![row, int(attempts), int(next)],
    )?;
    Ok(())
}

pub(crate) fn set_state(
    tx: &mut Tx<'_>,
    row: i64,
    state: OutgoingState,
    reason: Option<&str>,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE outgoing SET state = ?2, reason = ?3 WHERE row = ?1",
        params![row, state.to_stored(), reason],
    )?;
    Ok(())
}

/// Contents of an account that have failed for this reason, in order.
pub(crate) fn failed_of(
    view: &View<'_>,
    account: &AccountId,
    reason: &str,
) -> Result<Vec<Outgoing>, StoreError> {
    view.query_all(
        &format!("SELECT {COLUMNS} FROM outgoing {FAILED}"),
        params![account.as_bytes(), reason],
        read,
    )
}

const FAILED: &str = "WHERE account = ?1 AND state = 2 AND reason = ?2 ORDER BY row";

/// Opens what is accepted but for one device: it can be sealed for now.
pub(crate) fn reopen_for_device(tx: &mut Tx<'_>, device: &MailboxId) -> Result<usize, StoreError> {
    tx.execute(
        "UPDATE outgoing SET state = 0, attempts = 0, next_attempt = 0 WHERE state = 1
             AND row IN (SELECT outgoing FROM delivery WHERE mailbox = ?1 AND state = 0)",
        params![device.as_bytes()],
    )
}

/// Opens one failed content again.
pub(crate) fn reopen(tx: &mut Tx<'_>, row: i64) -> Result<bool, StoreError> {
    let opened = tx.execute(
        "UPDATE outgoing SET state = 0, reason = NULL, attempts = 0, next_attempt = 0 WHERE row = ?1 AND state = 2",
        params![row],
    )?;
    Ok(opened > 0)
}

/// Everything waiting may be tried now: the network is back.
pub(crate) fn hurry(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.execute("UPDATE outgoing SET next_attempt = not_before WHERE state = 0 AND next_attempt > not_before", [])?;
    Ok(())
}

/// When the next waiting content may be tried.
pub(crate) fn next_due(view: &View<'_>, after: u64) -> Result<Option<u64>, StoreError> {
    Ok(view
        .query_row(
            "SELECT min(max(next_attempt, not_before)) FROM outgoing
             WHERE state = 0 AND max(next_attempt, not_before) > ?1",
            params![int(after)],
            |row| row.get::<_, Option<i64>>(0),
        )?
        .flatten()
        .map(uint))
}

/// Forgets what is waiting for an account.
pub(crate) fn forget_open(tx: &mut Tx<'_>, account: &AccountId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM outgoing WHERE account = ?1 AND state = 0",
        params![account.as_bytes()],
    )?;
    Ok(())
}

/// Forgets finished contents that nobody will ask for again.
pub(crate) fn expire(tx: &mut Tx<'_>, before: u64) -> Result<(), StoreError> {
    tx.execute(EXPIRE, params![int(before)])?;
    Ok(())
}

const EXPIRE: &str = "DELETE FROM outgoing WHERE state = 1 AND created_at < ?1";

/// Forgets that the person typed, where that was queued before a time and has not left.
pub(crate) fn forget_typing(
    tx: &mut Tx<'_>,
    account: &AccountId,
    before: u64,
) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM outgoing WHERE account = ?1 AND state = 0 AND purpose = ?2 AND created_at < ?3",
        params![account.as_bytes(), Purpose::Typing.to_stored(), int(before)],
    )?;
    Ok(())
}

/// Forgets one content.
pub(crate) fn delete(tx: &mut Tx<'_>, row: i64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM outgoing WHERE row = ?1", params![row])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tables::plan;

    #[test]
    fn what_has_left_is_not_read_to_find_what_has_not() {
        let plan = plan::of(&format!(
            "SELECT row FROM outgoing {UNFINISHED} ORDER BY row"
        ));
        assert!(plan.contains("outgoing_unfinished (purpose=?)"), "{plan}");
        assert!(!plan.contains("B-TREE"), "{plan}");
        let plan = plan::of(&format!("SELECT row FROM outgoing {FAILED}"));
        assert!(plan.contains("outgoing_failed"), "{plan}");
        let plan = plan::of(EXPIRE);
        assert!(plan.contains("outgoing_finished (created_at<?)"), "{plan}");
    }
}
