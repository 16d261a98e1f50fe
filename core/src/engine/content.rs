//! What an outgoing row says, built when it is sealed, from the state as it is then.

use prost::Message;
use sotto_content::proto::{
    Binding, Capabilities, Content, Order, Plaintext, Transcript, Void, content::Kind,
};
use sotto_wire::ids::{MailboxId, MessageId};

use super::{Context, EngineError, operations};
use crate::model::{MessageKind, Purpose};
use crate::store::Tx;
use crate::store::tables::messages::{self, MessageRow};
use crate::store::tables::outgoing::Outgoing;
use crate::store::tables::streams::{self, Stream};
use crate::store::tables::{conversations, profile};

/// The protocol that this client speaks.
pub(crate) const PROTOCOL: u32 = 1;

/// The plaintext of an outgoing row for one device.
pub(super) fn plaintext(
    tx: &mut Tx<'_>,
    cx: &Context,
    row: &Outgoing,
    mailbox: &MailboxId,
) -> Result<Vec<u8>, EngineError> {
    let content = content(tx, cx, row)?;
    Ok(Plaintext {
        binding: Some(binding(tx, cx, row, mailbox)?),
        content,
    }
    .encode_to_vec())
}

/// Who says this to whom.
pub(super) fn binding(
    tx: &mut Tx<'_>,
    cx: &Context,
    row: &Outgoing,
    mailbox: &MailboxId,
) -> Result<Binding, EngineError> {
    let profile = profile::load(tx)?.ok_or(EngineError::NoAccount)?;
    Ok(Binding {
        sender_account: cx.me.account.to_vec(),
        sender_mailbox: cx.me.mailbox.to_vec(),
        recipient_account: row.account.to_vec(),
        recipient_mailbox: mailbox.to_vec(),
        group: None,
        incarnation: profile.incarnation.to_vec(),
        message_id: row.message_id.to_vec(),
    })
}

fn content(tx: &mut Tx<'_>, cx: &Context, row: &Outgoing) -> Result<Vec<u8>, EngineError> {
    if !matches!(row.purpose, Purpose::Message | Purpose::Transcript) {
        return Ok(row.content.clone());
    }
    let answers = Content::decode(row.content.as_slice())
        .map(|content| content.answers)
        .unwrap_or_default();
    let Some(message) = row
        .message
        .map(|message| messages::get(tx, message))
        .transpose()?
        .flatten()
    else {
        // Deleted while it waited.
        let void = Void {
            message_id: row.message_id.to_vec(),
            envelope: answers.clone(),
            ..Void::default()
        };
        return Ok(Content {
            answers,
            kind: Some(Kind::Void(void)),
            ..Content::default()
        }
        .encode_to_vec());
    };
    let Some(said) = as_sent(tx, cx, &message)? else {
        return Ok(gone(&message, answers).encode_to_vec());
    };
    let content = match row.purpose {
        Purpose::Transcript => Content {
            answers,
            kind: Some(Kind::Transcript(Transcript {
                account: conversations::peer(tx, &message.conversation)?
                    .unwrap_or(cx.me.account)
                    .to_vec(),
                message_id: message.id.to_vec(),
                content: said.encode_to_vec(),
                sender_mailbox: cx.me.mailbox.to_vec(),
                incarnation: said
                    .order
                    .as_ref()
                    .map(|order| order.incarnation.clone())
                    .unwrap_or_default(),
            })),
            ..Content::default()
        },
        _ => Content { answers, ..said },
    };
    Ok(content.encode_to_vec())
}

/// What there is to say of an own message that is deleted: if it had a place, the place stays empty.
fn gone(message: &MessageRow, answers: Vec<u8>) -> Content {
    let placed = message.counter > 0;
    let void = Void {
        incarnation: if placed {
            message.incarnation.to_vec()
        } else {
            Vec::new()
        },
        conversation: if placed {
            message.conversation.to_vec()
        } else {
            Vec::new()
        },
        counter: message.counter,
        message_id: message.id.to_vec(),
        envelope: answers.clone(),
    };
    Content {
        answers,
        kind: Some(Kind::Void(void)),
        ..Content::default()
    }
}

/// An own message as it is said to everybody, or nothing if it is deleted: with its place, which it
/// gets when it is sealed for the first time, so that what is deleted before leaves no hole.
fn as_sent(
    tx: &mut Tx<'_>,
    cx: &Context,
    message: &MessageRow,
) -> Result<Option<Content>, EngineError> {
    if message.kind == MessageKind::Deleted {
        return Ok(None);
    }
    let mut content = Content::decode(message.content.as_slice())
        .map_err(|_| EngineError::Bug("an own message cannot be read"))?;
    if let Some(Kind::Edit(edit)) = &mut content.kind
        && !operations::fill(tx, edit)?
    {
        return Ok(None);
    }
    let (incarnation, counter) = place(tx, cx, message)?;
    let prev = messages::before_in_stream(
        tx,
        &message.conversation,
        &cx.me.mailbox,
        &incarnation,
        counter,
    )?;
    Ok(Some(Content {
        order: Some(Order {
            hlc: message.order_key,
            sent_at: message.sent_at,
            counter,
            prev: prev.map(|prev| prev.id.to_vec()).unwrap_or_default(),
            conversation: message.conversation.to_vec(),
            incarnation: incarnation.to_vec(),
        }),
        capabilities: Some(Capabilities {
            protocol: PROTOCOL,
            kinds: Vec::new(),
        }),
        ..content
    }))
}

fn place(
    tx: &mut Tx<'_>,
    cx: &Context,
    message: &MessageRow,
) -> Result<([u8; 8], u64), EngineError> {
    if message.counter > 0 {
        return Ok((message.incarnation, message.counter));
    }
    let incarnation = profile::load(tx)?
        .ok_or(EngineError::NoAccount)?
        .incarnation;
    let end = streams::get(tx, &message.conversation, &cx.me.mailbox, &incarnation)?;
    let counter = end.map_or(1, |end| end.highest + 1);
    messages::set_place(tx, message.row, &incarnation, counter)?;
    let end = Stream {
        highest: counter,
        last_id: message.id,
        last_key: message.order_key,
    };
    streams::put(
        tx,
        &message.conversation,
        &cx.me.mailbox,
        &incarnation,
        &end,
    )?;
    Ok((incarnation, counter))
}

/// The id of a content as its receiver remembers it.
pub(super) fn message_id(bytes: &[u8]) -> Result<MessageId, EngineError> {
    MessageId::try_from(bytes).map_err(|_| EngineError::Malformed)
}
