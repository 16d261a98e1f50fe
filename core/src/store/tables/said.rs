//! Messages for tests of searching, without a conversation around them.

use super::messages::{self, MessageRow};
use super::value::uint;
use super::{conversations, search};
use crate::model::{ConversationKind, MessageKind};
use crate::store::{StoreError, Tx, params};

/// Says a text as somebody would, and returns its row.
pub(crate) fn say(
    tx: &mut Tx<'_>,
    (conversation, author): ([u8; 32], [u8; 32]),
    order_key: u64,
    body: &str,
) -> Result<i64, StoreError> {
    conversations::ensure(tx, &conversation, ConversationKind::Direct, None)?;
    let number = messages::highest_row(tx)? + 1;
    let mut id = [0; 16];
    id[..8].copy_from_slice(&number.to_le_bytes());
    let said = MessageRow {
        row: 0,
        conversation,
        author: author.into(),
        device: [3; 16].into(),
        id: id.into(),
        order_key,
        incarnation: [4; 8],
        counter: uint(number),
        sent_at: order_key >> 16,
        received_at: order_key >> 16,
        kind: MessageKind::Text,
        body: body.to_owned(),
        content: Vec::new(),
        shown: true,
        unread: false,
        edited: 0,
        expires_in: 0,
        expires_at: None,
    };
    messages::insert(tx, &said)
}

/// Deletes a message.
pub(crate) fn unsay(tx: &mut Tx<'_>, row: i64) -> Result<(), StoreError> {
    search::remove(tx, row)?;
    tx.execute("DELETE FROM message WHERE row = ?1", params![row])?;
    Ok(())
}
