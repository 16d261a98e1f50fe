//! Envelopes that wait for their sender's chain.

use rusqlite::Row;
use sotto_wire::ids::{AccountId, EnvelopeId, MailboxId};

use super::value::{int, read_uint};
use crate::store::{StoreError, Tx, View, params};

/// A parked envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parked {
    pub row: i64,
    pub account: AccountId,
    pub mailbox: MailboxId,
    pub epoch: u32,
    pub seq: u32,
    pub envelope: EnvelopeId,
    pub sealed: Vec<u8>,
    pub lane: i32,
    pub received_at: u64,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Parked> {
    Ok(Parked {
        row: row.get("row")?,
        account: row.get::<_, [u8; 32]>("account")?.into(),
        mailbox: row.get::<_, [u8; 16]>("mailbox")?.into(),
        epoch: row.get("epoch")?,
        seq: row.get("seq")?,
        envelope: row.get::<_, [u8; 16]>("envelope")?.into(),
        sealed: row.get("sealed")?,
        lane: row.get("lane")?,
        received_at: read_uint(row, "received_at")?,
    })
}

pub(crate) fn add(tx: &mut Tx<'_>, parked: &Parked) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO parked (account, mailbox, epoch, seq, envelope, sealed, lane, received_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            parked.account.as_bytes(),
            parked.mailbox.as_bytes(),
            parked.epoch,
            parked.seq,
            parked.envelope.as_bytes(),
            parked.sealed,
            parked.lane,
            int(parked.received_at)
        ],
    )?;
    Ok(())
}

/// Those of one account, in the order in which they came.
pub(crate) fn of(view: &View<'_>, account: &AccountId) -> Result<Vec<Parked>, StoreError> {
    view.query_all(
        "SELECT row, account, mailbox, epoch, seq, envelope, sealed, lane, received_at FROM parked
         WHERE account = ?1 ORDER BY row",
        params![account.as_bytes()],
        read,
    )
}

/// Takes a row out; false if it was not there any more.
pub(crate) fn remove(tx: &mut Tx<'_>, row: i64) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM parked WHERE row = ?1", params![row])? > 0)
}

/// Accounts with something parked.
pub(crate) fn accounts(view: &View<'_>) -> Result<Vec<AccountId>, StoreError> {
    view.query_all(
        "SELECT DISTINCT account FROM parked ORDER BY account",
        [],
        |row| Ok(row.get::<_, [u8; 32]>(0)?.into()),
    )
}

/// Rows and bytes of one account.
pub(crate) fn usage(view: &View<'_>, account: &AccountId) -> Result<(u64, u64), StoreError> {
    Ok(view
        .query_row(
            "SELECT count(*) AS n, coalesce(sum(length(sealed)), 0) AS bytes FROM parked WHERE account = ?1",
            params![account.as_bytes()],
            |row| Ok((read_uint(row, "n")?, read_uint(row, "bytes")?)),
        )?
        .unwrap_or((0, 0)))
}

/// Bytes of all, and rows of accounts that are not accepted contacts.
pub(crate) fn usage_of_all(view: &View<'_>) -> Result<(u64, u64), StoreError> {
    Ok(view
        .query_row(
            "SELECT coalesce(sum(length(sealed)), 0) AS bytes,
                 coalesce(sum(NOT EXISTS (
                     SELECT 1 FROM contact WHERE contact.account = parked.account AND contact.standing = 2)), 0) AS n
             FROM parked",
            [],
            |row| Ok((read_uint(row, "bytes")?, read_uint(row, "n")?)),
        )?
        .unwrap_or((0, 0)))
}

pub(crate) fn expire(tx: &mut Tx<'_>, before: u64) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM parked WHERE received_at < ?1",
        params![int(before)],
    )?;
    Ok(())
}
