//! A durable content on its way into a conversation: it takes its place in the stream of the device
//! that said it, and shows what there is to see.

use sotto_content::proto::{Content, Order, RegisterKind, content::Kind};
use sotto_content::text;
use sotto_wire::ids::{AccountId, MailboxId, MessageId};

use super::{
    Context, EngineError, contacts, enqueue, gaps, operations, order, reading, registers, vanish,
};
use crate::clock::SECOND;
use crate::model::MessageKind;
use crate::store::tables::gaps as gap_rows;
use crate::store::tables::messages::{self, MessageRow};
use crate::store::tables::streams::{self, Stream};
use crate::store::{Change, Tx};

/// No device says more than this in a conversation.
const MAX_COUNTER: u64 = 1 << 48;

/// A durable content, and who says it where.
pub(super) struct Said<'a> {
    pub conversation: [u8; 32],
    pub with: AccountId,
    pub author: AccountId,
    pub device: MailboxId,
    pub id: MessageId,
    pub place: &'a Order,
    pub content: &'a Content,
    pub bytes: &'a [u8],
    pub show: bool,
}

impl Said<'_> {
    /// Gives it its place and does what it says; tells whether the person can see a new message.
    pub fn apply(&self, tx: &mut Tx<'_>, cx: &mut Context) -> Result<bool, EngineError> {
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
        let seen = self.seen()?;
        enqueue::ensure_conversation(tx, cx, &self.with)?;
        let order_key = self.order_key(tx, cx, &incarnation)?;
        self.advance(tx, cx, incarnation, order_key)?;
        order::merge(tx, cx, order_key)?;
        if !self.show {
            return Ok(false);
        }
        operations::receive(tx, cx, self)?;
        let Some((kind, body)) = seen else {
            return Ok(false);
        };
        if vanish::is_gone(tx, self, &incarnation)? {
            return Ok(false);
        }
        self.insert(tx, cx, incarnation, order_key, kind, body)?;
        Ok(true)
    }

    /// What there is to see of it.
    fn seen(&self) -> Result<Option<(MessageKind, String)>, EngineError> {
        Ok(match &self.content.kind {
            Some(Kind::Text(said)) => {
                text::check_rich(said).map_err(|_| EngineError::Malformed)?;
                Some((MessageKind::Text, said.body.clone()))
            }
            Some(Kind::Timer(_)) => Some((MessageKind::Timer, String::new())),
            Some(Kind::Reaction(_) | Kind::Edit(_) | Kind::Delete(_)) => None,
            // Kept as received, for a client that knows the kind.
            _ => Some((MessageKind::Unknown, String::new())),
        })
    }

    fn insert(
        &self,
        tx: &mut Tx<'_>,
        cx: &mut Context,
        incarnation: [u8; 8],
        order_key: u64,
        kind: MessageKind,
        body: String,
    ) -> Result<(), EngineError> {
        let own = cx.is_own(&self.author);
        let expires_in = match kind {
            MessageKind::Timer => 0,
            _ => self.content.expire_seconds,
        };
        let edited = match &self.content.kind {
            Some(Kind::Text(said)) => said.edited,
            _ => 0,
        };
        let counts = !own && matches!(kind, MessageKind::Text | MessageKind::Unknown);
        let unread = counts
            && !reading::is_read(
                tx,
                &self.conversation,
                (&self.device, &incarnation),
                self.place.counter,
            )?;
        // Who wrote it has read it.
        let read_at = if own {
            Some(self.place.sent_at.min(cx.now.ms()))
        } else {
            (!unread).then_some(cx.now.ms())
        };
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
                shown: true,
                unread,
                edited,
                expires_in,
                expires_at: read_at
                    .filter(|_| expires_in > 0)
                    .map(|at| at + u64::from(expires_in) * SECOND),
            },
        )?;
        operations::catch_up(tx, row)?;
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
        Ok(())
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
        let parent = order::parent(tx, &self.conversation, self.content)?;
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
