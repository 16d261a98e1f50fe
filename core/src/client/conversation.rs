//! What was said.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sotto_content::direct::conversation_id;
use sotto_wire::ids::AccountId;

use super::contacts::{self, Contact, ContactStanding};
use super::error::Error;
use super::handle::Client;
use super::id::hex;
use super::request::{Reply, Request};
use super::seat::Inner;
use crate::model::{MessageKind, OutgoingState};
use crate::store::tables::messages::MessageRow;
use crate::store::tables::{
    conversations, deliveries, messages, outgoing, pages, profile, receipts,
};
use crate::store::{StoreError, View};

/// The most messages that one call returns.
const MOST: u32 = 10_000;

/// One message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its number in this database: it rises in the order in which messages came to be here, and is
    /// never used again.
    pub row: i64,
    /// Its id, in hexadecimal, the same for everybody who has it.
    pub id: String,
    /// The conversation's id, in hexadecimal.
    pub conversation: String,
    /// The other account of the conversation, in hexadecimal.
    pub account: String,
    /// The account that wrote it, in hexadecimal.
    pub author: String,
    /// What its author is called here.
    pub author_name: String,
    /// Which way it went.
    pub direction: Direction,
    /// The text; `None` where only a newer version of the program can show it.
    pub text: Option<String>,
    /// When it was sent, by its sender's clock, in milliseconds since 1970.
    pub sent_at: u64,
    /// When it came to be here, in milliseconds since 1970.
    pub received_at: u64,
    /// How far it has come.
    pub state: MessageState,
    /// Why it failed, if it did.
    pub reason: Option<String>,
    /// Its author has not been accepted yet.
    pub request: bool,
}

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From somebody else.
    Received,
    /// From here.
    SentHere,
    /// From another device of this account.
    SentElsewhere,
}

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// Somebody else's.
    Received,
    /// On this device only.
    Queued,
    /// A relay holds it for the recipient.
    Sent,
    /// A device of the recipient has it.
    Delivered,
    /// The recipient has read it.
    Read,
    /// It will not be sent unless it is retried.
    Failed,
}

/// The conversation with one contact.
pub struct Conversation {
    client: Client,
    contact: Contact,
}

impl Conversation {
    /// Whom it is with, as it was when this handle was made.
    #[must_use]
    pub fn contact(&self) -> Contact {
        self.contact.clone()
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    pub(super) fn id(&self) -> &str {
        &self.contact.conversation
    }

    pub(super) fn account(&self) -> &str {
        &self.contact.account
    }

    /// Queues a text. It is on the disk when this returns, and leaves by itself.
    ///
    /// # Errors
    /// [`Error::BadText`], [`Error::Blocked`], [`Error::NotActive`], [`Error::NoSuchContact`].
    pub fn send(&self, text: String) -> Result<Message, Error> {
        let account = self.contact.account.clone();
        self.client.message(&Request::Send { account, text })
    }

    /// The last messages, or the last before one, oldest first.
    ///
    /// # Errors
    /// Those of the store.
    pub fn history(&self, limit: u32, before: Option<i64>) -> Result<Vec<Message>, Error> {
        let account = self.contact.account.clone();
        self.client.messages(&Request::History {
            account,
            limit,
            before,
        })
    }
}

impl fmt::Debug for Conversation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Conversation(..)")
    }
}

impl Client {
    /// The conversation with a contact, who is meant as in [`Client::find_contact`].
    ///
    /// # Errors
    /// [`Error::NoSuchContact`], [`Error::AmbiguousContact`].
    pub fn conversation(&self, who: String) -> Result<Arc<Conversation>, Error> {
        Ok(Arc::new(Conversation {
            contact: self.find_contact(who)?,
            client: self.another(),
        }))
    }

    /// One message by its row.
    ///
    /// # Errors
    /// [`Error::NoSuchEntry`].
    pub fn message_at(&self, row: i64) -> Result<Message, Error> {
        self.message(&Request::Message { row })
    }

    /// Messages that came to be here after a row, in the order of their rows. For those who must
    /// miss nothing: keep the last row that was dealt with, and ask again after every event.
    ///
    /// # Errors
    /// Those of the store.
    pub fn messages_after(&self, row: i64, limit: u32) -> Result<Vec<Message>, Error> {
        self.messages(&Request::MessagesAfter { row, limit })
    }

    /// The highest row there is, 0 for none.
    ///
    /// # Errors
    /// Those of the store.
    pub fn highest_row(&self) -> Result<i64, Error> {
        let Reply::Number(row) = self.ask(&Request::HighestRow)? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(row)
    }

    /// Waits until a relay has a message, or it has failed; gives how far it is in the end, also if
    /// the time was not enough.
    ///
    /// # Errors
    /// [`Error::NoSuchEntry`].
    pub fn wait_sent(&self, row: i64, timeout: Duration) -> Result<Message, Error> {
        self.message(&Request::WaitSent { row, timeout })
    }

    fn message(&self, request: &Request) -> Result<Message, Error> {
        let Reply::Message(message) = self.ask(request)? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(message)
    }

    fn messages(&self, request: &Request) -> Result<Vec<Message>, Error> {
        let Reply::Messages(messages) = self.ask(request)? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(messages)
    }

    fn another(&self) -> Client {
        Client::over(Arc::<Inner>::clone(self.inner()))
    }
}

pub(super) fn history(
    view: &View<'_>,
    account: &AccountId,
    limit: u32,
    before: Option<i64>,
) -> Result<Vec<Message>, Error> {
    let me = contacts::own_account(view)?;
    let conversation = conversation_id(&me, account);
    let limit = u64::from(limit.min(MOST));
    let rows = match before {
        None => messages::last(view, &conversation, limit)?,
        Some(before) => {
            let place = pages::place_of(view, &conversation, before)?.ok_or(Error::NoSuchEntry)?;
            pages::before(view, &conversation, &place, limit)?
        }
    };
    show_all(view, rows)
}

pub(super) fn after(view: &View<'_>, row: i64, limit: u32) -> Result<Vec<Message>, Error> {
    let rows = messages::arrived_after(view, row, u64::from(limit.min(MOST)))?;
    show_all(view, rows)
}

pub(super) fn get(view: &View<'_>, row: i64) -> Result<Option<Message>, Error> {
    let row = messages::get(view, row)?;
    Ok(show_all(view, row.into_iter().collect())?.pop())
}

pub(super) fn show_all(view: &View<'_>, rows: Vec<MessageRow>) -> Result<Vec<Message>, Error> {
    let Some(profile) = profile::load(view)? else {
        return Err(Error::NoAccount);
    };
    rows.into_iter()
        .map(|row| Ok(show(view, &profile, row)?))
        .collect()
}

fn show(
    view: &View<'_>,
    profile: &profile::Profile,
    row: MessageRow,
) -> Result<Message, StoreError> {
    let direction = if profile.account != Some(row.author) {
        Direction::Received
    } else if row.device == profile.mailbox {
        Direction::SentHere
    } else {
        Direction::SentElsewhere
    };
    let peer = conversations::peer(view, &row.conversation)?.unwrap_or(row.author);
    let (state, reason) = match direction {
        Direction::Received => (MessageState::Received, None),
        _ => own_state(view, row.row)?,
    };
    let author_name = match direction {
        Direction::Received => contacts::name_of(view, &row.author)?,
        _ => profile.name.clone(),
    };
    let request = direction == Direction::Received
        && contacts::get(view, &row.author)
            .ok()
            .flatten()
            .is_some_and(|contact| contact.standing == ContactStanding::Request);
    Ok(Message {
        row: row.row,
        id: row.id.to_string(),
        conversation: hex(&row.conversation),
        account: peer.to_string(),
        author: row.author.to_string(),
        author_name,
        direction,
        text: (row.kind == MessageKind::Text).then_some(row.body),
        sent_at: row.sent_at,
        received_at: row.received_at,
        state,
        reason,
        request,
    })
}

/// How far an own message has come, from its receipts or from the queue.
fn own_state(view: &View<'_>, row: i64) -> Result<(MessageState, Option<String>), StoreError> {
    match receipts::highest(view, row)? {
        Some((2.., _)) => return Ok((MessageState::Read, None)),
        Some((1, _)) => return Ok((MessageState::Delivered, None)),
        _ => {}
    }
    Ok(match outgoing::state_of_message(view, row)? {
        Some((OutgoingState::Failed, reason, _)) => (MessageState::Failed, reason),
        Some((OutgoingState::Accepted, ..)) => (MessageState::Sent, None),
        Some((OutgoingState::Open, _, job)) if deliveries::any_accepted(view, job)? => {
            (MessageState::Sent, None)
        }
        Some((OutgoingState::Open, ..)) => (MessageState::Queued, None),
        // Its row in the queue was finished long ago, or is on the device that sent it.
        None => (MessageState::Sent, None),
    })
}
