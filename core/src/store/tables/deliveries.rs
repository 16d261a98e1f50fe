//! One outgoing content and one device, and the log of what was sealed for whom.

use rusqlite::Row;
use sotto_wire::ids::{AccountId, EnvelopeId, Head, MailboxId, MessageId};

use super::value::{int, read_head};
use crate::model::DeliveryState;
use crate::store::{StoreError, Tx, View, params};

/// Where a content stands with one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Delivery {
    pub outgoing: i64,
    pub mailbox: MailboxId,
    pub state: DeliveryState,
    pub envelope: Option<EnvelopeId>,
    pub sealed: Option<Vec<u8>>,
    pub head: Option<Head>,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    Ok(Delivery {
        outgoing: row.get("outgoing")?,
        mailbox: row.get::<_, [u8; 16]>("mailbox")?.into(),
        state: DeliveryState::from_stored(row.get("state")?),
        envelope: row
            .get::<_, Option<[u8; 16]>>("envelope")?
            .map(EnvelopeId::from),
        sealed: row.get("sealed")?,
        head: read_head(row, "head")?,
    })
}

pub(crate) fn of(view: &View<'_>, outgoing: i64) -> Result<Vec<Delivery>, StoreError> {
    view.query_all(
        "SELECT outgoing, mailbox, state, envelope, sealed, head_epoch, head_seq, head_hash FROM delivery
         WHERE outgoing = ?1 ORDER BY mailbox",
        params![outgoing],
        read,
    )
}

/// Makes sure that a device has its row.
pub(crate) fn ensure(
    tx: &mut Tx<'_>,
    outgoing: i64,
    mailbox: &MailboxId,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO delivery (outgoing, mailbox, state) VALUES (?1, ?2, 0) ON CONFLICT DO NOTHING",
        params![outgoing, mailbox.as_bytes()],
    )?;
    Ok(())
}

/// Keeps the sealed bytes: they, and no others, will be sent.
pub(crate) fn set_sealed(
    tx: &mut Tx<'_>,
    outgoing: i64,
    mailbox: &MailboxId,
    envelope: &EnvelopeId,
    sealed: &[u8],
    head: &Head,
    at: u64,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE delivery SET state = 1, envelope = ?3, sealed = ?4, head_epoch = ?5, head_seq = ?6,
             head_hash = ?7, sealed_at = ?8
         WHERE outgoing = ?1 AND mailbox = ?2 AND state = 0",
        params![
            outgoing,
            mailbox.as_bytes(),
            envelope.as_bytes(),
            sealed,
            head.epoch,
            head.seq,
            head.hash.as_bytes(),
            int(at)
        ],
    )?;
    Ok(())
}

/// Ends a delivery; its bytes are not needed any more.
pub(crate) fn finish(
    tx: &mut Tx<'_>,
    outgoing: i64,
    mailbox: &MailboxId,
    state: DeliveryState,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE delivery SET state = ?3, sealed = NULL WHERE outgoing = ?1 AND mailbox = ?2 AND state IN (0, 1)",
        params![outgoing, mailbox.as_bytes(), state.to_stored()],
    )?;
    Ok(())
}

/// Nothing sealed so far may leave: back to the start, to be sealed anew under new ids.
pub(crate) fn unseal_all(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE delivery SET state = 0, envelope = NULL, sealed = NULL, head_epoch = NULL, head_seq = NULL,
             head_hash = NULL, sealed_at = NULL
         WHERE state = 1",
        [],
    )?;
    Ok(())
}

/// The same, for what was sealed for one device in sessions that are gone.
pub(crate) fn drop_device(tx: &mut Tx<'_>, mailbox: &MailboxId) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE delivery SET state = 3, sealed = NULL WHERE mailbox = ?1 AND state IN (0, 1)",
        params![mailbox.as_bytes()],
    )?;
    Ok(())
}

/// Whether some device of the recipient has been reached and none waits with sealed bytes.
pub(crate) fn any_accepted(view: &View<'_>, outgoing: i64) -> Result<bool, StoreError> {
    Ok(view
        .query_row(
            "SELECT 1 FROM delivery WHERE outgoing = ?1 AND state = 2
             AND NOT EXISTS (SELECT 1 FROM delivery WHERE outgoing = ?1 AND state = 1)",
            params![outgoing],
            |_| Ok(()),
        )?
        .is_some())
}

/// Whether a message was meant for a device when it was sent.
pub(crate) fn was_for(
    view: &View<'_>,
    message: i64,
    mailbox: &MailboxId,
) -> Result<bool, StoreError> {
    Ok(view
        .query_row(
            "SELECT 1 FROM delivery JOIN outgoing ON outgoing.row = delivery.outgoing
             WHERE outgoing.message = ?1 AND delivery.mailbox = ?2",
            params![message, mailbox.as_bytes()],
            |_| Ok(()),
        )?
        .is_some())
}

/// What an envelope of ours carried, and to which mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    pub message_id: MessageId,
    pub account: AccountId,
    pub mailbox: MailboxId,
    pub answered: u32,
}

pub(crate) fn log(
    tx: &mut Tx<'_>,
    envelope: &EnvelopeId,
    message_id: &MessageId,
    account: &AccountId,
    mailbox: &MailboxId,
    at: u64,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO send_log (envelope, message_id, account, mailbox, sent_at, answered)
         VALUES (?1, ?2, ?3, ?4, ?5, 0)",
        params![
            envelope.as_bytes(),
            message_id.as_bytes(),
            account.as_bytes(),
            mailbox.as_bytes(),
            int(at)
        ],
    )?;
    Ok(())
}

pub(crate) fn logged(view: &View<'_>, envelope: &EnvelopeId) -> Result<Option<Sent>, StoreError> {
    view.query_row(
        "SELECT message_id, account, mailbox, answered FROM send_log WHERE envelope = ?1",
        params![envelope.as_bytes()],
        |row| {
            Ok(Sent {
                message_id: row.get::<_, [u8; 16]>("message_id")?.into(),
                account: row.get::<_, [u8; 32]>("account")?.into(),
                mailbox: row.get::<_, [u8; 16]>("mailbox")?.into(),
                answered: row.get("answered")?,
            })
        },
    )
}

pub(crate) fn count_answer(tx: &mut Tx<'_>, envelope: &EnvelopeId) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE send_log SET answered = answered + 1 WHERE envelope = ?1",
        params![envelope.as_bytes()],
    )?;
    Ok(())
}

/// Forgets what was sent before a time.
pub(crate) fn expire_log(tx: &mut Tx<'_>, before: u64) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM send_log WHERE sent_at < ?1",
        params![int(before)],
    )?;
    Ok(())
}
