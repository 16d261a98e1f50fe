//! What goes: a message that the person deletes on the own devices, a conversation, a message whose
//! time is over.

use prost::Message;
use sotto_content::proto::{Register, RegisterKind};
use sotto_wire::ids::{AccountId, MessageId};

use super::said::Said;
use super::{Context, EngineError, account, operations, reading, registers, settings};
use crate::clock::DAY;
use crate::store::tables::messages::{self, MessageRow};
use crate::store::tables::{expiry, gaps, registers as table, streams};
use crate::store::{Change, Tx, View};

/// Messages that go in one transaction when their time is over.
const BATCH: u64 = 500;
/// How long the text of an edit waits for its message.
const LOOSE_EDITS: u64 = 60 * DAY;
/// How an `EditState` begins that has a text: with the tag of field 1. Most have none.
const WITH_TEXT: u8 = 1 << 3 | 2;

/// Deletes a message on the own devices.
pub(crate) fn delete_for_me(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    row: i64,
) -> Result<(), EngineError> {
    account::exists(tx)?;
    let message = messages::get(tx, row)?
        .filter(|message| message.shown)
        .ok_or(EngineError::NoSuchMessage)?;
    bury_here(tx, cx, &message)
}

/// Deletes everything that was said in a conversation up to now, on the own devices. What is known
/// to be missing and comes later is shown.
pub(crate) fn clear(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    with: &AccountId,
) -> Result<(), EngineError> {
    account::exists(tx)?;
    let conversation = sotto_content::direct::conversation_id(&cx.me.account, with);
    for (device, incarnation, highest) in streams::of_conversation(tx, &conversation)? {
        let stream = (&device, &incarnation);
        let missing = gaps::first_missing(tx, &conversation, stream)?;
        let whole = missing.map_or(highest, |counter| counter - 1);
        for message in messages::of_stream(tx, &conversation, stream, highest)? {
            if message.counter > whole && message.shown {
                bury_here(tx, cx, &message)?;
            }
        }
        if whole > 0 {
            let key = reading::key(&conversation, &device, &incarnation);
            registers::write_max(tx, cx, RegisterKind::Cleared, key, whole, Vec::new())?;
        }
    }
    for message in messages::unsealed(tx, &conversation, &cx.me.mailbox)? {
        bury_here(tx, cx, &message)?;
    }
    settings::drop_draft(tx, cx, with)?;
    settings::clear_mark(tx, cx, with)
}

fn bury_here(tx: &mut Tx<'_>, cx: &mut Context, message: &MessageRow) -> Result<(), EngineError> {
    let key = registers::join(&message.author, &message.id);
    registers::write(tx, cx, RegisterKind::Tombstone, &key, vec![1])
}

/// Whether a message must not be shown when it comes: it was deleted before.
pub(super) fn is_gone(
    view: &View<'_>,
    said: &Said<'_>,
    incarnation: &[u8; 8],
) -> Result<bool, EngineError> {
    if operations::is_buried(view, &said.author, &said.id)?
        || is_buried_here(view, &said.author, &said.id)?
    {
        return Ok(true);
    }
    let key = reading::key(&said.conversation, &said.device, incarnation);
    let cleared = table::get(view, RegisterKind::Cleared as i32, &key)?;
    Ok(cleared.is_some_and(|cleared| said.place.counter <= cleared.version))
}

/// Whether the person has deleted a message on the own devices.
pub(super) fn is_buried_here(
    view: &View<'_>,
    author: &AccountId,
    id: &MessageId,
) -> Result<bool, EngineError> {
    let key = registers::join(author, id);
    Ok(table::get(view, RegisterKind::Tombstone as i32, &key)?.is_some())
}

/// Takes away what a tombstone names.
pub(super) fn project_tombstone(tx: &mut Tx<'_>, register: &Register) -> Result<(), EngineError> {
    let Some((author, id)) = registers::split(&register.key) else {
        return Ok(());
    };
    operations::forget_of(tx, &author, &id)?;
    match messages::by_id(tx, &author, &id)? {
        Some(message) => remove(tx, &message),
        None => Ok(()),
    }
}

/// Takes away what was said up to a mark.
pub(super) fn project_cleared(tx: &mut Tx<'_>, register: &Register) -> Result<(), EngineError> {
    let Some((conversation, device, incarnation)) = reading::split(&register.key) else {
        return Ok(());
    };
    let stream = (&device, &incarnation);
    for message in messages::of_stream(tx, &conversation, stream, register.version)? {
        // What was done to messages still has to reach the others.
        if !message.shown {
            continue;
        }
        operations::forget_of(tx, &message.author, &message.id)?;
        remove(tx, &message)?;
    }
    Ok(())
}

/// Takes away messages whose time is over; the rest of many with the next call.
pub(crate) fn expire(tx: &mut Tx<'_>, cx: &Context) -> Result<(), EngineError> {
    let over = expiry::expired(tx, cx.now.ms(), BATCH)?;
    for message in &over {
        // What is still said of it must find nothing to change.
        operations::bury(tx, message)?;
        remove(tx, message)?;
    }
    Ok(())
}

/// Takes away an own message that has left for nobody.
pub(super) fn take_back(tx: &mut Tx<'_>, message: &MessageRow) -> Result<(), EngineError> {
    operations::forget_of(tx, &message.author, &message.id)?;
    remove(tx, message)
}

/// Forgets the texts of edits whose messages never came.
pub(super) fn expire_loose_edits(tx: &mut Tx<'_>, cx: &Context) -> Result<(), EngineError> {
    let before = cx.now.ms().saturating_sub(LOOSE_EDITS);
    for register in table::with_first_byte(tx, RegisterKind::Edit as i32, WITH_TEXT)? {
        let state = sotto_content::proto::EditState::decode(register.value.as_slice());
        if state.is_ok_and(|state| state.text.is_some() && state.at < before) {
            table::forget(tx, RegisterKind::Edit as i32, &register.key)?;
        }
    }
    Ok(())
}

fn remove(tx: &mut Tx<'_>, message: &MessageRow) -> Result<(), EngineError> {
    messages::delete(tx, message.row)?;
    tx.changed(Change::MessageChanged {
        conversation: message.conversation,
        row: message.row,
    });
    tx.changed(Change::ConversationChanged {
        conversation: message.conversation,
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use sotto_content::proto::{EditState, Text};

    use super::*;

    #[test]
    fn an_edit_that_has_a_text_is_known_by_its_first_byte() {
        for at in [0, 1, u64::MAX] {
            let none = EditState { text: None, at };
            assert_ne!(none.encode_to_vec().first(), Some(&WITH_TEXT));
            for body in ["", "a"] {
                let text = Some(Text {
                    body: body.to_owned(),
                    ..Text::default()
                });
                let some = EditState { text, at };
                assert_eq!(some.encode_to_vec().first(), Some(&WITH_TEXT));
            }
        }
    }
}
