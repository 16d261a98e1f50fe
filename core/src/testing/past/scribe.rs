//! Writes one message after the other.

use std::sync::Arc;

use prost::Message as _;
use sotto_content::proto::{
    Content, EditState, Order, Quote, ReactionState, Register, RegisterKind, Text, content::Kind,
};
use sotto_wire::ids::{AccountId, MessageId};

use super::words::{self, Said};
use super::{Past, Talk};
use crate::clock::{DAY, SECOND};
use crate::engine::{EngineError, Me};
use crate::model::{MessageKind, OutgoingState, Purpose, Source};
use crate::random::Random;
use crate::store::Tx;
use crate::store::tables::messages::{self, MessageRow};
use crate::store::tables::outgoing::{self, Outgoing};
use crate::store::tables::{profile, receipts, registers};

/// How long the queue remembers what has left, in days.
const QUEUE: u64 = 60;
/// Of what was said last, how much may be unread.
const NEW: u32 = 1_500;

/// Writes one message after the other.
pub(super) struct Scribe {
    me: Arc<Me>,
    random: Random,
    talks: Vec<Talk>,
    past: Past,
    begin: u64,
    /// With whom is talked now, how many messages more, and who spoke last.
    now: (usize, u64, bool),
}

impl Scribe {
    pub fn new(me: Arc<Me>, random: Random, talks: Vec<Talk>, past: Past) -> Self {
        Self {
            me,
            random,
            talks,
            past,
            begin: past.end.saturating_sub(past.days * DAY),
            now: (0, 0, false),
        }
    }

    pub fn begin(&mut self, tx: &mut Tx<'_>) -> Result<(), EngineError> {
        self.talks.iter().try_for_each(|talk| talk.begin(tx))
    }

    pub fn end(mut self, tx: &mut Tx<'_>) -> Result<(), EngineError> {
        if !self.past.lived {
            return Ok(());
        }
        for (number, talk) in (0..).zip(&mut self.talks) {
            talk.set(number, self.past.end);
            talk.end(tx, &self.me)?;
        }
        profile::raise_lamport(tx, 1)?;
        Ok(())
    }

    pub fn write(&mut self, tx: &mut Tx<'_>, number: u32) -> Result<(), EngineError> {
        let span = self.past.end - self.begin;
        let at = self.begin + span * u64::from(number + 1) / u64::from(self.past.messages);
        let said = match self.past.lived {
            true => words::said(&mut self.random),
            false => Said::plain(words::few(&mut self.random)),
        };
        let id = MessageId::from(self.random.bytes());
        let (index, is_own) = match self.past.lived {
            true => self.who(number),
            false => self.anybody(),
        };
        let me = self.me.account;
        let talk = self
            .talks
            .get_mut(index)
            .ok_or(EngineError::Bug("nobody to talk to"))?;
        let [own, theirs] = &mut talk.counters;
        let counter = if is_own { own } else { theirs };
        *counter += 1;
        let author = if is_own { me } else { talk.peer };
        let quote = (said.answers && !talk.recent.is_empty())
            .then(|| {
                talk.recent
                    .get(usize::from(id.as_bytes()[0]) % talk.recent.len())
            })
            .flatten()
            .map(|(author, id)| Quote {
                author: author.to_vec(),
                message_id: id.to_vec(),
            });
        let content = Content {
            order: Some(Order {
                hlc: at << 16,
                sent_at: at,
                counter: *counter,
                conversation: talk.conversation.to_vec(),
                incarnation: vec![1; 8],
                ..Order::default()
            }),
            kind: Some(Kind::Text(Text {
                body: said.body.clone(),
                formats: said.formats,
                quote,
                forwarded: said.forwarded,
                edited: u64::from(said.edited),
                ..Text::default()
            })),
            ..Content::default()
        };
        let is_new = self.past.lived && number + NEW >= self.past.messages;
        let mut message = MessageRow {
            row: 0,
            conversation: talk.conversation,
            author,
            device: if is_own { self.me.mailbox } else { talk.device },
            id,
            order_key: at << 16,
            incarnation: [1; 8],
            counter: *counter,
            sent_at: at,
            received_at: at,
            kind: MessageKind::Text,
            body: said.body,
            content: content.encode_to_vec(),
            shown: true,
            unread: is_new && !is_own && index % 8 == 3,
            edited: u64::from(said.edited),
            expires_in: 0,
            expires_at: None,
        };
        if said.deleted {
            message.kind = MessageKind::Deleted;
            message.body.clear();
            message.content.clear();
            (message.edited, message.unread) = (0, false);
        }
        let row = messages::insert_from(tx, &message, Source::Direct)?;
        if is_own {
            let is_recent = at + QUEUE * DAY > self.past.end;
            // Nobody hears what they do not want to hear, and some of it is still under way.
            left(tx, talk, row, &message, (is_recent, is_new))?;
        }
        done_to(tx, &message, (&me, talk), said.reaction)?;
        talk.heard(is_own, author, id, message.order_key);
        Ok(())
    }

    /// Who speaks, where nobody lives.
    fn anybody(&mut self) -> (usize, bool) {
        let is_own = self.random.below(2) == 0;
        let count = u64::try_from(self.talks.len()).unwrap_or(1);
        // A fifth is said to one; of the others the first have more than the last.
        let index = match self.random.below(5) {
            0 => 0,
            _ => self.random.below(count).min(self.random.below(count)),
        };
        (usize::try_from(index).unwrap_or(0), is_own)
    }

    /// Who speaks: people say a few things to each other, one after the other. Everybody has said
    /// something once.
    fn who(&mut self, number: u32) -> (usize, bool) {
        let count = u64::try_from(self.talks.len()).unwrap_or(1);
        let (mut index, mut more, mut is_own) = self.now;
        if u64::from(number) < count {
            return (usize::try_from(number).unwrap_or(0), false);
        }
        if more == 0 {
            // A tenth is said to one; of the others the first have far more than the last.
            let next = match self.random.below(10) {
                0 => 0,
                _ => (0..3).map(|_| self.random.below(count)).min().unwrap_or(0),
            };
            index = usize::try_from(next).unwrap_or(0);
            more = 1 + self.random.below(9);
            is_own = self.random.below(2) == 0;
        } else if self.random.below(3) > 0 {
            is_own = !is_own;
        }
        // Who is not accepted is not written to.
        let is_one_sided = self.talks.get(index).is_some_and(Talk::is_one_sided);
        self.now = (index, more - 1, is_own);
        (index, is_own && !is_one_sided)
    }
}

/// What an own message leaves behind besides itself.
fn left(
    tx: &mut Tx<'_>,
    talk: &Talk,
    row: i64,
    message: &MessageRow,
    (is_recent, is_new): (bool, bool),
) -> Result<(), EngineError> {
    let from = (&talk.peer, &talk.device);
    // Of what is new, some was not read and some has not come.
    let came = if is_new {
        message.id.as_bytes()[1] % 8
    } else {
        2
    };
    if came > 0 {
        receipts::add(tx, row, from, 1, message.sent_at + SECOND)?;
    }
    if came > 1 {
        receipts::add(tx, row, from, 2, message.sent_at + 60 * SECOND)?;
    }
    if is_recent {
        let job = outgoing::insert(
            tx,
            &Outgoing {
                row: 0,
                message_id: message.id,
                account: talk.peer,
                only_device: None,
                purpose: Purpose::Message,
                message: Some(row),
                content: message.content.clone(),
                created_at: message.sent_at,
                not_before: message.sent_at,
                state: OutgoingState::Open,
                attempts: 0,
                next_attempt: 0,
                reason: None,
            },
        )?;
        outgoing::set_state(tx, job, OutgoingState::Accepted, None)?;
    }
    Ok(())
}

/// What was done to a message later.
fn done_to(
    tx: &mut Tx<'_>,
    message: &MessageRow,
    (me, talk): (&AccountId, &Talk),
    reaction: Option<&str>,
) -> Result<(), EngineError> {
    let key = [message.author.as_bytes().as_slice(), message.id.as_bytes()].concat();
    let at = message.sent_at + 30 * SECOND;
    let register = |kind: RegisterKind, key: Vec<u8>, value: Vec<u8>| Register {
        kind: kind as u32,
        key,
        version: 1,
        device: message.device.to_vec(),
        value,
    };
    if message.kind == MessageKind::Deleted {
        registers::put(tx, &register(RegisterKind::Deleted, key, vec![1]))?;
        return Ok(());
    }
    if message.edited > 0 {
        let state = EditState { text: None, at };
        registers::put(
            tx,
            &register(RegisterKind::Edit, key.clone(), state.encode_to_vec()),
        )?;
    }
    if let Some(emoji) = reaction {
        let who = if message.author == *me {
            talk.peer
        } else {
            *me
        };
        let state = ReactionState {
            emoji: emoji.to_owned(),
            at,
        };
        let key = [key.as_slice(), who.as_bytes()].concat();
        registers::put(
            tx,
            &register(RegisterKind::Reaction, key, state.encode_to_vec()),
        )?;
    }
    Ok(())
}
