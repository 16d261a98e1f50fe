//! How far each device's stream of messages was seen in each conversation.

use sotto_wire::ids::{MailboxId, MessageId};

use super::value::{int, read_uint};
use crate::store::{StoreError, Tx, View, params};

/// The end of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stream {
    /// Highest counter.
    pub highest: u64,
    /// Message there.
    pub last_id: MessageId,
    /// Order key there.
    pub last_key: u64,
}

pub(crate) fn get(
    view: &View<'_>,
    conversation: &[u8; 32],
    device: &MailboxId,
    incarnation: &[u8; 8],
) -> Result<Option<Stream>, StoreError> {
    view.query_row(
        "SELECT highest, last_id, last_key FROM stream
         WHERE conversation = ?1 AND device = ?2 AND incarnation = ?3",
        params![conversation, device.as_bytes(), incarnation],
        |row| {
            Ok(Stream {
                highest: read_uint(row, "highest")?,
                last_id: row.get::<_, [u8; 16]>("last_id")?.into(),
                last_key: read_uint(row, "last_key")?,
            })
        },
    )
}

pub(crate) fn put(
    tx: &mut Tx<'_>,
    conversation: &[u8; 32],
    device: &MailboxId,
    incarnation: &[u8; 8],
    stream: &Stream,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO stream (conversation, device, incarnation, highest, last_id, last_key)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (conversation, device, incarnation) DO UPDATE SET highest = excluded.highest,
             last_id = excluded.last_id, last_key = excluded.last_key",
        params![
            conversation,
            device.as_bytes(),
            incarnation,
            int(stream.highest),
            stream.last_id.as_bytes(),
            int(stream.last_key)
        ],
    )?;
    Ok(())
}

/// Device, incarnation and highest counter of each stream of a conversation.
pub(crate) fn of_conversation(
    view: &View<'_>,
    conversation: &[u8; 32],
) -> Result<Vec<(MailboxId, [u8; 8], u64)>, StoreError> {
    view.query_all(
        "SELECT device, incarnation, highest FROM stream WHERE conversation = ?1 ORDER BY device, incarnation",
        params![conversation],
        |row| {
            Ok((
                row.get::<_, [u8; 16]>("device")?.into(),
                row.get("incarnation")?,
                read_uint(row, "highest")?,
            ))
        },
    )
}
