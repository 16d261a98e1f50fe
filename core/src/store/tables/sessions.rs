//! libsignal's records of pairwise sessions, one per device, and the sender keys of groups.

use sotto_wire::ids::MailboxId;

use crate::store::{StoreError, Tx, View, params};

/// The record of the sessions with a device.
pub(crate) fn load(view: &View<'_>, mailbox: &MailboxId) -> Result<Option<Vec<u8>>, StoreError> {
    view.query_row(
        "SELECT record FROM session WHERE mailbox = ?1",
        params![mailbox.as_bytes()],
        |row| row.get(0),
    )
}

/// Keeps a record in the place of the one before.
pub(crate) fn store(tx: &mut Tx<'_>, mailbox: &MailboxId, record: &[u8]) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO session (mailbox, record) VALUES (?1, ?2)
         ON CONFLICT (mailbox) DO UPDATE SET record = excluded.record",
        params![mailbox.as_bytes(), record],
    )?;
    Ok(())
}

/// Deletes the sessions with a device, and the sender keys that came from it.
pub(crate) fn delete(tx: &mut Tx<'_>, mailbox: &MailboxId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM session WHERE mailbox = ?1",
        params![mailbox.as_bytes()],
    )?;
    tx.execute(
        "DELETE FROM sender_key WHERE mailbox = ?1",
        params![mailbox.as_bytes()],
    )?;
    Ok(())
}

/// Deletes every session and the sender keys that this device made.
pub(crate) fn delete_all(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.execute("DELETE FROM session", [])?;
    tx.execute(
        "DELETE FROM sender_key WHERE mailbox = (SELECT mailbox FROM profile)",
        [],
    )?;
    Ok(())
}
