//! Somebody could not open what we sent, or never got it: it is rebuilt from the present state.

use prost::Message;
use sotto_content::proto::{
    Content, Missing, RetryRequest, Void, content::Kind, retry_request::Reason,
};
use sotto_wire::ids::{AccountId, EnvelopeId, MailboxId};

use super::envelope::{Sender, check_binding};
use super::{Context, EngineError, cards, contacts, content, enqueue};
use crate::clock::HOUR;
use crate::crypto;
use crate::model::{NoticeKind, Purpose};
use crate::store::Tx;
use crate::store::tables::{conversations, deliveries, messages, notices, outgoing, quotas, seen};

/// Answers to requests about one envelope.
const MAX_OF_ENVELOPE: u32 = 3;
/// Answers to one device in an hour.
const MAX_OF_DEVICE: u64 = 30;
/// Places that one request may name.
const MAX_PLACES: u64 = 20;

/// Answers a retry request, if the one who asks may.
pub(super) fn answer(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    sender: &Sender,
    body: &[u8],
) -> Result<(), EngineError> {
    let request = RetryRequest::decode(body).map_err(|_| EngineError::Malformed)?;
    let binding = request.binding.as_ref().ok_or(EngineError::Forged)?;
    check_binding(cx, sender, binding)?;
    let id = content::message_id(&binding.message_id)?;
    if !contacts::is_accepted(tx, cx, &sender.account)?
        || !seen::apply(tx, &sender.account, &id, cx.now.ms())?
    {
        return Ok(());
    }
    let device = sender.peer.mailbox;
    let hour = cx.now.ms() / HOUR;
    if !quotas::take(
        tx,
        "retry_device",
        device.as_bytes(),
        hour,
        1,
        MAX_OF_DEVICE,
    )? {
        return Ok(());
    }
    if let Some(missing) = &request.missing {
        return answer_places(tx, cx, sender, missing);
    }
    let Ok(envelope) = EnvelopeId::try_from(request.envelope.as_slice()) else {
        return Ok(());
    };
    let Some(sent) = deliveries::logged(tx, &envelope)? else {
        return Ok(());
    };
    if sent.mailbox != device || sent.account != sender.account || sent.answered >= MAX_OF_ENVELOPE
    {
        return Ok(());
    }
    deliveries::count_answer(tx, &envelope)?;
    if resets(tx, &request, &device, hour)? {
        crypto::forget_session(tx, &device)?;
        notices::add(
            tx,
            Some(&sender.account),
            NoticeKind::SessionReset,
            cx.now.ms(),
        )?;
    }
    rebuild(tx, cx, &sender.account, &device, &sent, &envelope)
}

/// A session is made anew only if the request speaks of the chain that we send on now, and once an
/// hour at most: otherwise old requests could be used to keep a session from ever settling.
fn resets(
    tx: &mut Tx<'_>,
    request: &RetryRequest,
    device: &MailboxId,
    hour: u64,
) -> Result<bool, EngineError> {
    if request.reason() == Reason::Missing {
        return Ok(false);
    }
    let Ok(key) = request.ratchet_key.as_slice().try_into() else {
        return Ok(false);
    };
    Ok(crypto::ratchet_key_matches(tx, device, key)?
        && quotas::take(tx, "session_reset", device.as_bytes(), hour, 1, 1)?)
}

fn rebuild(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    to: &AccountId,
    device: &MailboxId,
    sent: &deliveries::Sent,
    envelope: &EnvelopeId,
) -> Result<(), EngineError> {
    let answers = envelope.to_vec();
    let row = outgoing::by_message_id(tx, to, &sent.message_id)?;
    match row.as_ref().map(|row| row.purpose) {
        Some(Purpose::Message) => {
            let own = cx.me.account;
            match messages::said_by_id(tx, &own, &sent.message_id)? {
                Some(message) => enqueue::again(tx, cx, to, &message, device, answers),
                None => void(tx, cx, to, device, void_of(answers)),
            }
        }
        Some(Purpose::Transcript) => match row.and_then(|row| row.message) {
            Some(message) => enqueue::transcript(tx, cx, message, Some(device), answers),
            None => void(tx, cx, to, device, void_of(answers)),
        },
        Some(Purpose::Card) => match cards::content(tx)? {
            Some(card) => {
                let card = Content { answers, ..card };
                enqueue::control(tx, cx, to, Purpose::Card, &card, Some(device), 0)
            }
            None => Ok(()),
        },
        Some(purpose @ (Purpose::Receipt | Purpose::ChainPush | Purpose::Registers)) => {
            let kept = row.map(|row| row.content).unwrap_or_default();
            let kept = Content::decode(kept.as_slice()).unwrap_or_default();
            enqueue::control(
                tx,
                cx,
                to,
                purpose,
                &Content { answers, ..kept },
                Some(device),
                0,
            )
        }
        Some(Purpose::RetryRequest | Purpose::Void | Purpose::Typing) | None => {
            void(tx, cx, to, device, void_of(answers))
        }
    }
}

fn answer_places(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    sender: &Sender,
    missing: &Missing,
) -> Result<(), EngineError> {
    let (Ok(conversation), Ok(incarnation)) = (
        <[u8; 32]>::try_from(missing.conversation.as_slice()),
        <[u8; 8]>::try_from(missing.incarnation.as_slice()),
    ) else {
        return Ok(());
    };
    let peer = conversations::peer(tx, &conversation)?;
    let sibling = cx.is_own(&sender.account);
    if !sibling && peer != Some(sender.account) {
        return Ok(());
    }
    let last = missing
        .last
        .min(missing.first.saturating_add(MAX_PLACES - 1));
    let (me, device) = (cx.me.mailbox, sender.peer.mailbox);
    for counter in missing.first..=last {
        let message = messages::in_stream(tx, &conversation, &me, &incarnation, counter)?;
        if let Some(message) = &message
            && !deliveries::was_for(tx, message.row, &device)?
        {
            // A device that was added later asks its siblings for what was before.
            continue;
        }
        match message {
            Some(message) if sibling => {
                enqueue::transcript(tx, cx, message.row, Some(&device), Vec::new())?
            }
            Some(message) => {
                enqueue::again(tx, cx, &sender.account, &message, &device, Vec::new())?
            }
            None => {
                let place = Void {
                    incarnation: incarnation.to_vec(),
                    conversation: conversation.to_vec(),
                    counter,
                    ..Void::default()
                };
                void(tx, cx, &sender.account, &device, place)?;
            }
        }
    }
    Ok(())
}

/// The content of an envelope will not come.
fn void_of(envelope: Vec<u8>) -> Void {
    Void {
        envelope,
        ..Void::default()
    }
}

fn void(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    to: &AccountId,
    device: &MailboxId,
    void: Void,
) -> Result<(), EngineError> {
    let answers = void.envelope.clone();
    let content = Content {
        answers,
        kind: Some(Kind::Void(void)),
        ..Content::default()
    };
    enqueue::control(tx, cx, to, Purpose::Void, &content, Some(device), 0)
}
