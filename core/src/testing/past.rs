//! A profile with a long past, made without anybody having said anything.
//!
//! What it is made of is settled by its seed alone: times, keys and texts are the same each time.

use std::path::Path;
use std::sync::Arc;

use ed25519_dalek::SigningKey;
use prost::Message as _;
use sotto_content::direct::conversation_id;
use sotto_content::proto::{Content, Order, Text, content::Kind};
use sotto_wire::ids::{AccountId, MailboxId, MessageId};

use crate::clock::{DAY, Now, SECOND};
use crate::engine::{EngineError, Me, account};
use crate::model::{
    ContactStanding, ConversationKind, MessageKind, OutgoingState, Purpose, Standing,
};
use crate::random::Random;
use crate::store::keyslots::{KeySlots, NewSlot};
use crate::store::tables::contacts::{self, Contact};
use crate::store::tables::messages::{self, MessageRow};
use crate::store::tables::outgoing::{self, Outgoing};
use crate::store::tables::{conversations, probe, profile, receipts};
use crate::store::{DatabaseKey, Store, Tx};

/// Messages in one transaction.
const BATCH: u32 = 20_000;
/// How long the queue remembers what has left, in days.
const QUEUE: u64 = 60;

const WORDS: [&str; 24] = [
    "tomorrow",
    "the",
    "boat",
    "is",
    "late",
    "again",
    "bring",
    "bread",
    "and",
    "a",
    "lamp",
    "grüße",
    "we",
    "meet",
    "at",
    "seven",
    "near",
    "old",
    "harbour",
    "если",
    "можешь",
    "yes",
    "no",
    "🙂",
];

/// How much past.
#[derive(Clone, Copy, Debug)]
pub struct Past {
    /// Settles everything else.
    pub seed: u64,
    /// How many conversations; the first one has the most messages, the last one the fewest.
    pub conversations: u32,
    /// How many messages in all of them together.
    pub messages: u32,
    /// When the last one was said, in milliseconds since 1970.
    pub end: u64,
    /// Over how many days they are spread.
    pub days: u64,
}

/// Somebody that was talked with.
struct Talk {
    conversation: [u8; 32],
    peer: AccountId,
    device: MailboxId,
    /// The last counters: of this device, of theirs.
    counters: [u64; 2],
}

/// Makes a profile that a key file opens, with an account that no relay knows. The folder must not
/// be a profile yet.
///
/// # Errors
/// Those of the store.
pub fn generate(dir: &Path, past: &Past) -> Result<(), EngineError> {
    let mut random = Random::seeded(past.seed);
    let key = DatabaseKey::from_bytes(random.bytes());
    let mut fill = |bytes: &mut [u8]| rand09::RngCore::fill_bytes(&mut random, bytes);
    KeySlots::create(dir, &key, &[NewSlot::KeyFile], &mut fill)
        .map_err(|_| EngineError::Bug("no key file"))?;
    let store = Store::create(dir, &key)?;
    let begin = past.end.saturating_sub(past.days * DAY);
    let birth = random.fork();
    let relay = SigningKey::from_bytes(&random.bytes()).verifying_key();
    let me = store.write(move |tx| {
        probe::keep_many_pages(tx)?;
        let relay = (&relay.to_bytes().into(), "http://127.0.0.1:9");
        let me = account::birth(tx, birth, Now(begin), "Ada", relay)?;
        profile::set_standing(tx, Standing::Active)?;
        Ok::<_, EngineError>(me)
    })?;
    let mut talks = Vec::new();
    for number in 0..past.conversations {
        let talk = Talk::new(&me, &mut random);
        let (id, peer) = (talk.conversation, talk.peer);
        store.write(move |tx| begin_talk(tx, &id, &peer, &format!("Friend {number:03}")))?;
        talks.push(talk);
    }
    let mut scribe = Scribe {
        me,
        random,
        talks,
        past: *past,
        begin,
    };
    let mut next = 0;
    while next < past.messages {
        let end = past.messages.min(next + BATCH);
        scribe = store.write(move |tx| {
            (next..end).try_for_each(|number| scribe.write(tx, number))?;
            Ok::<_, EngineError>(scribe)
        })?;
        next = end;
    }
    store.checkpoint()?;
    Ok(())
}

fn begin_talk(
    tx: &mut Tx<'_>,
    conversation: &[u8; 32],
    peer: &AccountId,
    name: &str,
) -> Result<(), EngineError> {
    let contact = Contact {
        standing: ContactStanding::Accepted,
        name: name.to_owned(),
        ..Contact::unknown(*peer)
    };
    contacts::put(tx, &contact)?;
    conversations::ensure(tx, conversation, ConversationKind::Direct, Some(peer))?;
    Ok(())
}

impl Talk {
    fn new(me: &Me, random: &mut Random) -> Self {
        let peer = AccountId::new(random.bytes());
        Self {
            conversation: conversation_id(&me.account, &peer),
            peer,
            device: random.bytes().into(),
            counters: [0, 0],
        }
    }
}

/// Writes one message after the other.
struct Scribe {
    me: Arc<Me>,
    random: Random,
    talks: Vec<Talk>,
    past: Past,
    begin: u64,
}

impl Scribe {
    fn write(&mut self, tx: &mut Tx<'_>, number: u32) -> Result<(), EngineError> {
        let span = self.past.end - self.begin;
        let at = self.begin + span * u64::from(number + 1) / u64::from(self.past.messages);
        let body = self.text();
        let id = MessageId::from(self.random.bytes());
        let is_own = self.random.below(2) == 0;
        let count = u64::try_from(self.talks.len()).unwrap_or(1);
        // A fifth is said to one; of the others the first have more than the last.
        let index = match self.random.below(5) {
            0 => 0,
            _ => self.random.below(count).min(self.random.below(count)),
        };
        let index = usize::try_from(index).unwrap_or(0);
        let talk = self
            .talks
            .get_mut(index)
            .ok_or(EngineError::Bug("nobody to talk to"))?;
        let [own, theirs] = &mut talk.counters;
        let counter = if is_own { own } else { theirs };
        *counter += 1;
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
                body: body.clone(),
                ..Text::default()
            })),
            ..Content::default()
        };
        let message = MessageRow {
            row: 0,
            conversation: talk.conversation,
            author: if is_own { self.me.account } else { talk.peer },
            device: if is_own { self.me.mailbox } else { talk.device },
            id,
            order_key: at << 16,
            incarnation: [1; 8],
            counter: *counter,
            sent_at: at,
            received_at: at,
            kind: MessageKind::Text,
            body,
            content: content.encode_to_vec(),
            shown: true,
            unread: false,
            edited: 0,
            expires_in: 0,
            expires_at: None,
        };
        let row = messages::insert(tx, &message)?;
        if is_own {
            said(tx, talk, row, &message, at + QUEUE * DAY > self.past.end)?;
        }
        Ok(())
    }

    fn text(&mut self) -> String {
        let most = if self.random.below(10) == 0 { 60 } else { 12 };
        let words: Vec<&str> = (0..=self.random.below(most))
            .filter_map(|_| {
                let word = self.random.below(24);
                WORDS.get(usize::try_from(word).ok()?).copied()
            })
            .collect();
        words.join(" ")
    }
}

/// What an own message leaves behind besides itself.
fn said(
    tx: &mut Tx<'_>,
    talk: &Talk,
    row: i64,
    message: &MessageRow,
    is_recent: bool,
) -> Result<(), EngineError> {
    let from = (&talk.peer, &talk.device);
    receipts::add(tx, row, from, 1, message.sent_at + SECOND)?;
    receipts::add(tx, row, from, 2, message.sent_at + 60 * SECOND)?;
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
