//! Verified chains, the devices they ever held, and what relays have signed about them.

use rusqlite::Row;
use sotto_wire::ids::{AccountId, Head, MailboxId, RelayKey};
use sotto_wire::proto::SignedCheckpoint;

use super::value::{int, read_head, read_uint};
use crate::model::Freeze;
use crate::store::{StoreError, Tx, View, params};

/// A device that a verified chain holds or held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DeviceRow {
    pub mailbox: MailboxId,
    pub account: AccountId,
    pub signing_key: [u8; 32],
    pub identity_key: [u8; 33],
    pub active: bool,
    /// When something of it was last opened, to the minute.
    pub heard_at: u64,
}

fn read_device(row: &Row<'_>) -> rusqlite::Result<DeviceRow> {
    Ok(DeviceRow {
        mailbox: row.get::<_, [u8; 16]>("mailbox")?.into(),
        account: row.get::<_, [u8; 32]>("account")?.into(),
        signing_key: row.get("signing_key")?,
        identity_key: row.get("identity_key")?,
        active: row.get("active")?,
        heard_at: read_uint(row, "heard_at")?,
    })
}

/// Head and freeze of an account whose chain is known.
pub(crate) fn head(
    view: &View<'_>,
    account: &AccountId,
) -> Result<Option<(Head, Freeze)>, StoreError> {
    Ok(view
        .query_row(
            "SELECT epoch AS at_epoch, seq AS at_seq, hash AS at_hash, frozen FROM chain WHERE account = ?1",
            params![account.as_bytes()],
            |row| Ok((read_head(row, "at")?, Freeze::from_stored(row.get("frozen")?))),
        )?
        .and_then(|(head, freeze)| head.map(|head| (head, freeze))))
}

/// The active line, genesis first.
pub(crate) fn statements(view: &View<'_>, account: &AccountId) -> Result<Vec<Vec<u8>>, StoreError> {
    view.query_all(
        "SELECT bytes FROM statement WHERE account = ?1 AND void = 0 ORDER BY epoch, seq",
        params![account.as_bytes()],
        |row| row.get(0),
    )
}

/// Records a head. The freeze stays as it is.
pub(crate) fn set_head(
    tx: &mut Tx<'_>,
    account: &AccountId,
    head: &Head,
    closed: bool,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO chain (account, epoch, seq, hash, closed, frozen) VALUES (?1, ?2, ?3, ?4, ?5, 0)
         ON CONFLICT (account) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq, hash = excluded.hash,
             closed = excluded.closed",
        params![account.as_bytes(), head.epoch, head.seq, head.hash.as_bytes(), closed],
    )?;
    Ok(())
}

/// Whether the account is closed, as far as is known here.
pub(crate) fn is_closed(view: &View<'_>, account: &AccountId) -> Result<bool, StoreError> {
    let closed = view.query_row(
        "SELECT closed FROM chain WHERE account = ?1",
        params![account.as_bytes()],
        |row| row.get(0),
    )?;
    Ok(closed.unwrap_or(false))
}

pub(crate) fn set_freeze(
    tx: &mut Tx<'_>,
    account: &AccountId,
    freeze: Freeze,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE chain SET frozen = ?2 WHERE account = ?1",
        params![account.as_bytes(), freeze.to_stored()],
    )?;
    Ok(())
}

/// Records one statement of the active line.
pub(crate) fn add_statement(
    tx: &mut Tx<'_>,
    account: &AccountId,
    head: &Head,
    bytes: &[u8],
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO statement (account, epoch, seq, hash, bytes, void) VALUES (?1, ?2, ?3, ?4, ?5, 0)
         ON CONFLICT (account, epoch, seq, hash) DO UPDATE SET void = 0",
        params![account.as_bytes(), head.epoch, head.seq, head.hash.as_bytes(), bytes],
    )?;
    Ok(())
}

/// Takes back all statements that are not on a line with these (epoch, seq).
pub(crate) fn void_all(tx: &mut Tx<'_>, account: &AccountId) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE statement SET void = 1 WHERE account = ?1",
        params![account.as_bytes()],
    )?;
    Ok(())
}

/// Puts a statement back on the active line.
pub(crate) fn unvoid(tx: &mut Tx<'_>, account: &AccountId, head: &Head) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE statement SET void = 0 WHERE account = ?1 AND epoch = ?2 AND seq = ?3 AND hash = ?4",
        params![
            account.as_bytes(),
            head.epoch,
            head.seq,
            head.hash.as_bytes()
        ],
    )?;
    Ok(())
}

pub(crate) fn device(
    view: &View<'_>,
    mailbox: &MailboxId,
) -> Result<Option<DeviceRow>, StoreError> {
    view.query_row(
        "SELECT mailbox, account, signing_key, identity_key, active, heard_at FROM device WHERE mailbox = ?1",
        params![mailbox.as_bytes()],
        read_device,
    )
}

/// Active devices of an account, in the order of their mailboxes.
pub(crate) fn active_devices(
    view: &View<'_>,
    account: &AccountId,
) -> Result<Vec<DeviceRow>, StoreError> {
    view.query_all(
        "SELECT mailbox, account, signing_key, identity_key, active, heard_at FROM device
         WHERE account = ?1 AND active = 1 ORDER BY mailbox",
        params![account.as_bytes()],
        read_device,
    )
}

/// Whether one of these keys already belongs to another account.
pub(crate) fn keys_taken(view: &View<'_>, device: &DeviceRow) -> Result<bool, StoreError> {
    Ok(view
        .query_row(
            "SELECT 1 FROM device WHERE account != ?1 AND (mailbox = ?2 OR identity_key = ?3 OR signing_key = ?4)",
            params![
                device.account.as_bytes(),
                device.mailbox.as_bytes(),
                device.identity_key,
                device.signing_key
            ],
            |_| Ok(()),
        )?
        .is_some())
}

pub(crate) fn put_device(tx: &mut Tx<'_>, device: &DeviceRow) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO device (mailbox, account, signing_key, identity_key, active, generation)
         VALUES (?1, ?2, ?3, ?4, ?5, 0)
         ON CONFLICT (mailbox) DO UPDATE SET active = excluded.active",
        params![
            device.mailbox.as_bytes(),
            device.account.as_bytes(),
            device.signing_key,
            device.identity_key,
            device.active
        ],
    )?;
    Ok(())
}

/// Something of a device was opened.
pub(crate) fn heard(tx: &mut Tx<'_>, mailbox: &MailboxId, now: u64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE device SET heard_at = ?2 WHERE mailbox = ?1 AND heard_at < ?2 - 60000",
        params![mailbox.as_bytes(), int(now)],
    )?;
    Ok(())
}

/// The newest checkpoint of one relay for one account, and the hour it was signed.
pub(crate) fn checkpoint(
    view: &View<'_>,
    account: &AccountId,
    relay: &RelayKey,
) -> Result<Option<SignedCheckpoint>, StoreError> {
    view.query_row(
        "SELECT bytes, signature FROM checkpoint WHERE account = ?1 AND relay_key = ?2",
        params![account.as_bytes(), relay.as_bytes()],
        |row| {
            Ok(SignedCheckpoint {
                checkpoint: row.get(0)?,
                signature: row.get(1)?,
            })
        },
    )
}

pub(crate) fn put_checkpoint(
    tx: &mut Tx<'_>,
    account: &AccountId,
    relay: &RelayKey,
    signed: &SignedCheckpoint,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO checkpoint (account, relay_key, bytes, signature) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (account, relay_key) DO UPDATE SET bytes = excluded.bytes, signature = excluded.signature",
        params![account.as_bytes(), relay.as_bytes(), signed.checkpoint, signed.signature],
    )?;
    Ok(())
}

/// Keeps two words of one relay that cannot both be true.
pub(crate) fn put_evidence(
    tx: &mut Tx<'_>,
    account: &AccountId,
    relay: &RelayKey,
    first: &SignedCheckpoint,
    other: &SignedCheckpoint,
    at: u64,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO evidence (account, relay_key, first_bytes, first_signature, other_bytes, other_signature, seen_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            account.as_bytes(),
            relay.as_bytes(),
            first.checkpoint,
            first.signature,
            other.checkpoint,
            other.signature,
            int(at)
        ],
    )?;
    Ok(())
}

/// How often relays have contradicted themselves, for tests and diagnostics.
pub(crate) fn evidence_count(view: &View<'_>) -> Result<u64, StoreError> {
    Ok(view
        .query_row("SELECT count(*) AS n FROM evidence", [], |row| {
            read_uint(row, "n")
        })?
        .unwrap_or(0))
}
