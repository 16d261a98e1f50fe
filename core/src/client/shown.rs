//! Messages as they are shown, read on one snapshot.
//!
//! What several of them have in common is looked up once: what people are called, whom a
//! conversation is with, what is switched on.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use prost::Message as _;
use sotto_content::proto::{self, Content, content::Kind};
use sotto_wire::ids::{AccountId, MessageId};

use super::contacts;
use super::error::Error;
use super::id::hex;
use super::message::{
    Direction, Message, MessageKind, MessageState, Quote, Reaction, formats, mentions, snippet,
};
use crate::engine::{operations, settings};
use crate::model::{self, ContactStanding, OutgoingState};
use crate::store::tables::messages::MessageRow;
use crate::store::tables::{
    self, conversations, deliveries, messages, outgoing, profile, receipts,
};
use crate::store::{StoreError, View};

/// Characters of a quoted text.
const SNIPPET: usize = 200;

pub(super) fn after(view: &View<'_>, row: i64, limit: u64) -> Result<Vec<Message>, Error> {
    let rows = messages::arrived_after(view, row, limit)?;
    all(view, rows)
}

pub(super) fn get(view: &View<'_>, row: i64) -> Result<Option<Message>, Error> {
    let row = messages::get(view, row)?.filter(|row| row.shown);
    Ok(all(view, row.into_iter().collect())?.pop())
}

/// Those of some rows that there are to see, in this order.
pub(super) fn some(view: &View<'_>, rows: &[i64]) -> Result<Vec<Message>, Error> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let rows = rows.iter().map(|row| messages::get(view, *row));
    let rows: Result<Vec<_>, _> = rows.filter_map(Result::transpose).collect();
    let mut rows = rows?;
    rows.retain(|row| row.shown);
    all(view, rows)
}

pub(crate) fn all(view: &View<'_>, rows: Vec<MessageRow>) -> Result<Vec<Message>, Error> {
    let Some(profile) = profile::load(view)? else {
        return Err(Error::NoAccount);
    };
    let known = Known {
        view,
        profile,
        people: RefCell::default(),
        peers: RefCell::default(),
        told: OnceCell::new(),
    };
    rows.into_iter().map(|row| known.show(row)).collect()
}

/// What is known of people and conversations on one snapshot.
struct Known<'a> {
    view: &'a View<'a>,
    profile: profile::Profile,
    people: RefCell<HashMap<AccountId, Person>>,
    peers: RefCell<HashMap<[u8; 32], Option<AccountId>>>,
    told: OnceCell<bool>,
}

/// What somebody is called, and whether they ask to be accepted.
#[derive(Clone)]
struct Person {
    name: String,
    asks: bool,
}

impl Known<'_> {
    fn person(&self, account: &AccountId) -> Result<Person, StoreError> {
        match self.people.borrow_mut().entry(*account) {
            Entry::Occupied(known) => Ok(known.get().clone()),
            Entry::Vacant(unknown) => {
                let contact = tables::contacts::get(self.view, account)?;
                let asks = contact
                    .as_ref()
                    .is_some_and(|contact| contact.standing == ContactStanding::Request);
                let name = contact.as_ref().map_or("", |contact| contact.shown_name());
                let name = contacts::displayed(name, account);
                Ok(unknown.insert(Person { name, asks }).clone())
            }
        }
    }

    fn called(&self, account: &AccountId) -> Result<String, StoreError> {
        if self.profile.account == Some(*account) {
            Ok(self.profile.name.clone())
        } else {
            Ok(self.person(account)?.name)
        }
    }

    fn peer(&self, conversation: &[u8; 32]) -> Result<Option<AccountId>, StoreError> {
        match self.peers.borrow_mut().entry(*conversation) {
            Entry::Occupied(known) => Ok(*known.get()),
            Entry::Vacant(unknown) => {
                Ok(*unknown.insert(conversations::peer(self.view, conversation)?))
            }
        }
    }

    /// Whether the person is told that others have read something.
    fn is_told(&self) -> Result<bool, Error> {
        match self.told.get() {
            Some(told) => Ok(*told),
            None => {
                let told = settings::is_on(self.view, settings::READ_RECEIPTS)?;
                Ok(*self.told.get_or_init(|| told))
            }
        }
    }

    fn show(&self, row: MessageRow) -> Result<Message, Error> {
        let (view, profile) = (self.view, &self.profile);
        let direction = if profile.account != Some(row.author) {
            Direction::Received
        } else if row.device == profile.mailbox {
            Direction::SentHere
        } else {
            Direction::SentElsewhere
        };
        let called = |account: &AccountId| self.called(account);
        let peer = self.peer(&row.conversation)?.unwrap_or(row.author);
        let stand = match direction {
            Direction::Received => Stand::of(MessageState::Received),
            _ => self.own_state(&row, peer == row.author)?,
        };
        let request = direction == Direction::Received && self.person(&row.author)?.asks;
        let content = Content::decode(row.content.as_slice()).unwrap_or_default();
        let (said, timer) = match content.kind {
            Some(Kind::Text(text)) => (text, None),
            Some(Kind::Timer(timer)) => (proto::Text::default(), Some(timer.seconds)),
            _ => (proto::Text::default(), None),
        };
        let kind = match row.kind {
            model::MessageKind::Text => MessageKind::Text,
            model::MessageKind::Deleted => MessageKind::Deleted,
            model::MessageKind::Timer => MessageKind::Timer,
            model::MessageKind::Operation | model::MessageKind::Unknown => MessageKind::Unknown,
        };
        let mut reactions = Vec::new();
        for reaction in operations::reactions(view, &row.author, &row.id)? {
            reactions.push(Reaction {
                emoji: reaction.emoji,
                name: called(&reaction.account)?,
                own: profile.account == Some(reaction.account),
                account: reaction.account.to_string(),
                at: reaction.at,
            });
        }
        Ok(Message {
            row: row.row,
            id: row.id.to_string(),
            conversation: hex(&row.conversation),
            account: peer.to_string(),
            author: row.author.to_string(),
            author_name: called(&row.author)?,
            direction,
            kind,
            formats: formats(&said),
            mentions: mentions(&said, called)?,
            quote: said
                .quote
                .as_ref()
                .map(|quote| quoted(view, &row.conversation, quote, called))
                .transpose()?
                .flatten(),
            forwarded: said.forwarded,
            edited: row.edited > 0,
            reactions,
            timer,
            expires_in: row.expires_in,
            expires_at: row.expires_at,
            unread: row.unread,
            imported: messages::source(view, row.row)? == model::Source::Imported,
            text: (kind == MessageKind::Text).then_some(row.body),
            sent_at: row.sent_at,
            received_at: row.received_at,
            state: stand.state,
            reason: stand.reason,
            delivered_at: stand.delivered_at,
            read_at: stand.read_at,
            request,
        })
    }

    /// How far an own message has come, from its receipts or from the queue. What is written to
    /// oneself has come as far as it can.
    fn own_state(&self, row: &MessageRow, to_self: bool) -> Result<Stand, Error> {
        let view = self.view;
        if to_self {
            return Ok(Stand::of(MessageState::Read));
        }
        let [delivered_at, read_at] = receipts::times(view, row.row)?;
        // Who does not say it is not told it. It is kept as it came, so that all own devices hold the same.
        let told = self.is_told()?;
        let (delivered_at, read_at) = (delivered_at.or(read_at), read_at.filter(|_| told));
        if delivered_at.is_some() || read_at.is_some() {
            let state = match read_at {
                Some(_) => MessageState::Read,
                None => MessageState::Delivered,
            };
            return Ok(Stand {
                delivered_at,
                read_at,
                ..Stand::of(state)
            });
        }
        Ok(match outgoing::state_of_message(view, row.row)? {
            Some((OutgoingState::Failed, reason, _)) => Stand {
                reason,
                ..Stand::of(MessageState::Failed)
            },
            Some((OutgoingState::Open, _, job)) if !deliveries::any_accepted(view, job)? => {
                Stand::of(MessageState::Queued)
            }
            // Its row in the queue was finished, or is on the device that sent it.
            _ => Stand::of(MessageState::Sent),
        })
    }
}

/// What a message answers, as it is now: deleted or edited like the message itself.
fn quoted(
    view: &View<'_>,
    conversation: &[u8; 32],
    quote: &proto::Quote,
    called: impl Fn(&AccountId) -> Result<String, StoreError>,
) -> Result<Option<Quote>, Error> {
    let (Ok(author), Ok(id)) = (
        AccountId::try_from(quote.author.as_slice()),
        MessageId::try_from(quote.message_id.as_slice()),
    ) else {
        return Ok(None);
    };
    let row = messages::by_id(view, &author, &id)?
        .filter(|row| row.shown && row.conversation == *conversation);
    let text = row
        .as_ref()
        .filter(|row| row.kind == model::MessageKind::Text)
        .map(|row| {
            let content = Content::decode(row.content.as_slice()).unwrap_or_default();
            let formats = match content.kind {
                Some(Kind::Text(said)) => formats(&said),
                _ => Vec::new(),
            };
            snippet(&row.body, &formats, SNIPPET)
        });
    Ok(Some(Quote {
        author: author.to_string(),
        author_name: called(&author)?,
        id: id.to_string(),
        row: row.map(|row| row.row),
        text,
    }))
}

/// How far an own message has come.
struct Stand {
    state: MessageState,
    reason: Option<String>,
    delivered_at: Option<u64>,
    read_at: Option<u64>,
}

impl Stand {
    fn of(state: MessageState) -> Self {
        Self {
            state,
            reason: None,
            delivered_at: None,
            read_at: None,
        }
    }
}
