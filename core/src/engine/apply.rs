//! What a content does to this database, once it is certain who said it to us.

use prost::Message;
use sotto_content::direct::conversation_id;
use sotto_content::proto::{
    Binding, ChainPush, Content, Transcript, Void, content::Kind, receipt::Kind as ReceiptKind,
};
use sotto_wire::ids::{AccountId, EnvelopeId, MessageId};

use super::deliver::Delivered;
use super::envelope::Sender;
use super::said::Said;
use super::{
    Context, EngineError, cards, chains, contacts, content as sent, parking, receipts, registers,
    typing,
};
use crate::model::ContactStanding;
use crate::store::tables::{gaps as gap_rows, seen};
use crate::store::{Change, Tx};

/// Applies a content once, whatever way and however often it comes.
pub(super) fn content(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    envelope: &Delivered,
    sender: &Sender,
    binding: &Binding,
    bytes: &[u8],
) -> Result<(), EngineError> {
    let content = Content::decode(bytes).map_err(|_| EngineError::Malformed)?;
    let id = sent::message_id(&binding.message_id)?;
    if let Some(Kind::Typing(typing)) = &content.kind {
        return typing::receive(tx, cx, sender, typing);
    }
    gap_rows::heal_envelope(tx, &envelope.id)?;
    if let Ok(answered) = EnvelopeId::try_from(content.answers.as_slice()) {
        gap_rows::heal_envelope(tx, &answered)?;
    }
    if !seen::apply(tx, &sender.account, &id, cx.now.ms())? {
        return Ok(());
    }
    if cx.is_own(&sender.account) {
        from_sibling(tx, cx, sender, &content)
    } else {
        from_other(tx, cx, sender, &id, &content, bytes)
    }
}

fn from_other(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    sender: &Sender,
    id: &MessageId,
    content: &Content,
    bytes: &[u8],
) -> Result<(), EngineError> {
    let mut contact = contacts::get_or_unknown(tx, &sender.account)?;
    let blocked = contact.standing == ContactStanding::Blocked;
    match &content.kind {
        // Also of somebody who is blocked: it is the way to them once they are not.
        Some(Kind::Card(card)) => cards::receive(tx, &mut contact, card),
        Some(Kind::Receipt(receipt)) if !blocked => {
            let from = (&sender.account, &sender.peer.mailbox);
            receipts::receive(tx, cx, from, receipt)
        }
        Some(Kind::ChainPush(push)) => chain_push(tx, cx, sender, push),
        Some(Kind::Void(void)) => heal(tx, sender, void),
        // Only own devices may say these.
        Some(Kind::Transcript(_) | Kind::Registers(_)) => Err(EngineError::Forged),
        Some(Kind::Receipt(_)) => Ok(()),
        // A kind that is not acted on yet, or not known at all, is kept if it has a place.
        _ => {
            let Some(place) = &content.order else {
                return Ok(());
            };
            let conversation = conversation_id(&cx.me.account, &sender.account);
            let said = Said {
                conversation,
                with: sender.account,
                author: sender.account,
                device: sender.peer.mailbox,
                id: *id,
                place,
                content,
                bytes,
                show: !blocked,
            };
            let seen = said.apply(tx, cx)?;
            if seen {
                contacts::request(tx, &mut contact)?;
            }
            if seen && !matches!(content.kind, Some(Kind::Timer(_))) {
                receipts::owe(tx, cx, &sender.account, id, ReceiptKind::Delivered)?;
            }
            Ok(())
        }
    }
}

fn from_sibling(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    sender: &Sender,
    content: &Content,
) -> Result<(), EngineError> {
    match &content.kind {
        Some(Kind::Registers(registers)) => registers::receive(tx, cx, &registers.registers),
        Some(Kind::Transcript(transcript)) => own_message(tx, cx, sender, transcript),
        Some(Kind::ChainPush(push)) => chain_push(tx, cx, sender, push),
        Some(Kind::Void(void)) => heal(tx, sender, void),
        _ => Ok(()),
    }
}

/// What another own device said to somebody.
fn own_message(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    sender: &Sender,
    transcript: &Transcript,
) -> Result<(), EngineError> {
    let with =
        AccountId::try_from(transcript.account.as_slice()).map_err(|_| EngineError::Malformed)?;
    let id = sent::message_id(&transcript.message_id)?;
    if transcript.sender_mailbox != sender.peer.mailbox.as_bytes() {
        return Err(EngineError::Forged);
    }
    let content =
        Content::decode(transcript.content.as_slice()).map_err(|_| EngineError::Malformed)?;
    let Some(place) = &content.order else {
        return Ok(());
    };
    let me = cx.me.account;
    if !seen::apply(tx, &me, &id, cx.now.ms())? {
        return Ok(());
    }
    let said = Said {
        conversation: conversation_id(&me, &with),
        with,
        author: me,
        device: sender.peer.mailbox,
        id,
        place,
        content: &content,
        bytes: &transcript.content,
        show: true,
    };
    said.apply(tx, cx)?;
    receipts::catch_up(tx, cx, &with, &id)
}

fn chain_push(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    sender: &Sender,
    push: &ChainPush,
) -> Result<(), EngineError> {
    if push.account != sender.account.as_bytes() {
        return Err(EngineError::Forged);
    }
    if chains::learn(tx, cx, &sender.account, &push.statements)? == chains::Learned::Advanced {
        parking::reopen(tx, cx, &sender.account)?;
    }
    Ok(())
}

/// What was missing will not come.
fn heal(tx: &mut Tx<'_>, sender: &Sender, void: &Void) -> Result<(), EngineError> {
    if let Ok(envelope) = EnvelopeId::try_from(void.envelope.as_slice()) {
        gap_rows::heal_envelope(tx, &envelope)?;
    }
    if let (Ok(conversation), Ok(incarnation)) = (
        <[u8; 32]>::try_from(void.conversation.as_slice()),
        <[u8; 8]>::try_from(void.incarnation.as_slice()),
    ) {
        gap_rows::heal_place(
            tx,
            &conversation,
            &sender.peer.mailbox,
            &incarnation,
            void.counter,
        )?;
        tx.changed(Change::ConversationChanged { conversation });
    }
    Ok(())
}
