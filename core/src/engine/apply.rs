//! What a content does to this database, once it is certain who said it to us.

use prost::Message;
use sotto_content::direct::conversation_id;
use sotto_content::proto::{
    Binding, ChainPush, Content, Order, RegisterKind, Transcript, Void, content::Kind,
};
use sotto_content::text;
use sotto_wire::ids::{AccountId, EnvelopeId, MailboxId, MessageId};

use super::deliver::Delivered;
use super::envelope::Sender;
use super::{
    Context, EngineError, cards, chains, contacts, content as sent, enqueue, gaps, order, parking,
    receipts, registers,
};
use crate::model::{ContactStanding, MessageKind};
use crate::store::tables::messages::{self, MessageRow};
use crate::store::tables::streams::{self, Stream};
use crate::store::tables::{gaps as gap_rows, seen};
use crate::store::{Change, Tx};

/// No device says more than this in a conversation.
const MAX_COUNTER: u64 = 1 << 48;

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
        Some(Kind::Card(card)) if !blocked => cards::receive(tx, &mut contact, card),
        Some(Kind::Receipt(receipt)) if !blocked => {
            let from = (&sender.account, &sender.peer.mailbox);
            receipts::receive(tx, cx, from, receipt)
        }
        Some(Kind::ChainPush(push)) => chain_push(tx, cx, sender, push),
        Some(Kind::Void(void)) => heal(tx, sender, void),
        // Only own devices may say these.
        Some(Kind::Transcript(_) | Kind::Registers(_)) => Err(EngineError::Forged),
        Some(Kind::Card(_) | Kind::Receipt(_)) => Ok(()),
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
            if said.insert(tx, cx)? {
                contacts::request(tx, &mut contact)?;
                receipts::owe(tx, cx, &sender.account, id)?;
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
    said.insert(tx, cx)?;
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

/// A durable content on its way into a conversation.
struct Said<'a> {
    conversation: [u8; 32],
    with: AccountId,
    author: AccountId,
    device: MailboxId,
    id: MessageId,
    place: &'a Order,
    content: &'a Content,
    bytes: &'a [u8],
    show: bool,
}

impl Said<'_> {
    /// Gives it its place and stores it; says whether the person can see something new.
    fn insert(&self, tx: &mut Tx<'_>, cx: &mut Context) -> Result<bool, EngineError> {
        if self.place.conversation != self.conversation {
            return Err(EngineError::Forged);
        }
        if self.place.counter == 0 || self.place.counter > MAX_COUNTER {
            return Err(EngineError::Malformed);
        }
        let incarnation: [u8; 8] = self
            .place
            .incarnation
            .as_slice()
            .try_into()
            .map_err(|_| EngineError::Malformed)?;
        let (kind, body) = match &self.content.kind {
            Some(Kind::Text(said)) => {
                text::check(&said.body).map_err(|_| EngineError::Malformed)?;
                (MessageKind::Text, said.body.clone())
            }
            // Kept as received, for a client that knows the kind.
            _ => (MessageKind::Unknown, String::new()),
        };
        enqueue::ensure_conversation(tx, cx, &self.with)?;
        let order_key = self.order_key(tx, cx, &incarnation)?;
        self.advance(tx, cx, incarnation, order_key)?;
        order::merge(tx, cx, order_key)?;
        if !self.show {
            return Ok(false);
        }
        let row = messages::insert(
            tx,
            &MessageRow {
                row: 0,
                conversation: self.conversation,
                author: self.author,
                device: self.device,
                id: self.id,
                order_key,
                incarnation,
                counter: self.place.counter,
                sent_at: self.place.sent_at,
                received_at: cx.now.ms(),
                kind,
                body,
                content: self.bytes.to_vec(),
            },
        )?;
        tx.changed(Change::MessageChanged {
            conversation: self.conversation,
            row,
        });
        tx.changed(Change::ConversationChanged {
            conversation: self.conversation,
        });
        if order_key != self.place.hlc {
            // Own devices that were away clamp by another moment; the lowest place is everybody's.
            let entry = (
                registers::join(&self.author, &self.id),
                order_key.to_be_bytes().to_vec(),
            );
            registers::tell_once(tx, cx, RegisterKind::Order, vec![entry])?;
        }
        Ok(true)
    }

    fn order_key(
        &self,
        tx: &mut Tx<'_>,
        cx: &Context,
        incarnation: &[u8; 8],
    ) -> Result<u64, EngineError> {
        let previous = messages::before_in_stream(
            tx,
            &self.conversation,
            &self.device,
            incarnation,
            self.place.counter,
        )?
        .map(|message| message.order_key);
        let parent = match &self.content.kind {
            Some(Kind::Text(said)) => match &said.quote {
                Some(quote) => match (
                    quote.author.as_slice().try_into(),
                    quote.message_id.as_slice().try_into(),
                ) {
                    (Ok(author), Ok(id)) => messages::by_id(tx, &author, &id)?
                        .filter(|parent| parent.conversation == self.conversation)
                        .map(|parent| parent.order_key),
                    _ => None,
                },
                None => None,
            },
            _ => None,
        };
        Ok(order::clamp(self.place.hlc, previous.max(parent), cx.now))
    }

    /// Moves the stream of the sending device on, and notices what it left out.
    fn advance(
        &self,
        tx: &mut Tx<'_>,
        cx: &mut Context,
        incarnation: [u8; 8],
        last_key: u64,
    ) -> Result<(), EngineError> {
        let counter = self.place.counter;
        gap_rows::heal_place(tx, &self.conversation, &self.device, &incarnation, counter)?;
        let known = streams::get(tx, &self.conversation, &self.device, &incarnation)?;
        let highest = known.as_ref().map_or(counter, |stream| stream.highest);
        if counter > highest + 1 {
            let from = (&self.author, &self.device);
            let span = (highest + 1, counter - 1);
            // A stranger is asked for nothing; what is missing shows when it is accepted and writes on.
            if contacts::is_accepted(tx, cx, &self.author)? {
                gaps::missing(tx, cx, from, self.conversation, incarnation, span)?;
            }
        }
        if known.is_none() || counter > highest {
            let end = Stream {
                highest: counter,
                last_id: self.id,
                last_key,
            };
            streams::put(tx, &self.conversation, &self.device, &incarnation, &end)?;
        }
        Ok(())
    }
}
