//! What the person has read. A mark stands in the stream of each device that wrote, and only moves
//! ahead: what comes late from another device stays unread, whatever its place in the conversation.

use std::collections::BTreeMap;

use sotto_content::proto::{Register, RegisterKind, receipt::Kind as ReceiptKind};
use sotto_wire::ids::{AccountId, MailboxId};

use super::{Context, EngineError, receipts, registers, settings};
use crate::store::tables::messages::{self, MessageRow};
use crate::store::tables::registers as table;
use crate::store::{Change, Tx, View};

/// Marks a conversation as read up to a message, and everything in it if `up_to` is `None`.
pub(crate) fn mark(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    with: &AccountId,
    up_to: Option<i64>,
) -> Result<(), EngineError> {
    let conversation = sotto_content::direct::conversation_id(&cx.me.account, with);
    let until = match up_to {
        None => u64::MAX,
        Some(row) => {
            let message = messages::get(tx, row)?
                .filter(|message| message.conversation == conversation)
                .ok_or(EngineError::NoSuchMessage)?;
            message.order_key
        }
    };
    let unread = messages::unread_up_to(tx, &conversation, until)?;
    let mut marks: BTreeMap<(MailboxId, [u8; 8]), u64> = BTreeMap::new();
    for message in &unread {
        let mark = marks
            .entry((message.device, message.incarnation))
            .or_default();
        *mark = message.counter.max(*mark);
    }
    for ((device, incarnation), counter) in marks {
        let key = key(&conversation, &device, &incarnation);
        let value = cx.now.ms().to_be_bytes().to_vec();
        registers::write_max(tx, cx, RegisterKind::Read, key, counter, value)?;
    }
    tell_author(tx, cx, with, &unread)?;
    settings::clear_mark(tx, cx, with)
}

/// Only the device that the person reads on says so.
fn tell_author(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    with: &AccountId,
    read: &[MessageRow],
) -> Result<(), EngineError> {
    if cx.is_own(with) || !settings::is_on(tx, settings::READ_RECEIPTS)? {
        return Ok(());
    }
    for message in read {
        receipts::owe(tx, cx, with, &message.id, ReceiptKind::Read)?;
    }
    Ok(())
}

/// Shows what a mark says.
pub(super) fn project(tx: &mut Tx<'_>, register: &Register) -> Result<(), EngineError> {
    let Some((conversation, device, incarnation)) = split(&register.key) else {
        return Ok(());
    };
    let at = register
        .value
        .as_slice()
        .try_into()
        .map_or(0, u64::from_be_bytes);
    let rows = messages::set_read(
        tx,
        &conversation,
        (&device, &incarnation),
        register.version,
        at,
    )?;
    for row in rows {
        tx.changed(Change::MessageChanged { conversation, row });
    }
    tx.changed(Change::ConversationChanged { conversation });
    Ok(())
}

/// Whether a place is marked as read already.
pub(super) fn is_read(
    view: &View<'_>,
    conversation: &[u8; 32],
    (device, incarnation): (&MailboxId, &[u8; 8]),
    counter: u64,
) -> Result<bool, EngineError> {
    let key = key(conversation, device, incarnation);
    let mark = table::get(view, RegisterKind::Read as i32, &key)?;
    Ok(mark.is_some_and(|mark| counter <= mark.version))
}

/// `conversation ‖ device ‖ incarnation`.
pub(super) fn key(conversation: &[u8; 32], device: &MailboxId, incarnation: &[u8; 8]) -> Vec<u8> {
    [
        conversation.as_slice(),
        device.as_bytes(),
        incarnation.as_slice(),
    ]
    .concat()
}

/// The parts of such a key.
pub(super) fn split(key: &[u8]) -> Option<([u8; 32], MailboxId, [u8; 8])> {
    let (conversation, rest) = key.split_at_checked(32)?;
    let (device, incarnation) = rest.split_at_checked(16)?;
    Some((
        conversation.try_into().ok()?,
        device.try_into().ok()?,
        incarnation.try_into().ok()?,
    ))
}
