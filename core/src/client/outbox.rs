//! What has not left yet, or will not by itself.

use prost::Message as _;
use serde::{Deserialize, Serialize};
use sotto_content::proto::{Content, Target, content::Kind};
use sotto_wire::ids::{AccountId, MessageId};

use super::contacts;
use super::error::Error;
use super::handle::Client;
use super::request::{Reply, Request};
use crate::engine::safety;
use crate::model::{OutgoingState, Purpose};
use crate::store::View;
use crate::store::tables::messages::{self, MessageRow};
use crate::store::tables::outgoing;

/// Why a message waits for the person: see [`Contact::held`](super::Contact::held).
const HELD: &str = "held";

/// Something that was said, or done to a message, and that no relay has yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxEntry {
    /// Its number, for [`Client::retry`].
    pub id: i64,
    /// What it is.
    pub kind: OutboxKind,
    /// The row of the message that it is, or that it is done to; `None` if that is gone.
    pub message: Option<i64>,
    /// Whom it is for, in hexadecimal.
    pub account: String,
    /// What they are called here.
    pub name: String,
    /// The text of a message or an edit as it is now, the emoji of a reaction.
    pub text: Option<String>,
    /// Whether it waits or has failed.
    pub state: OutboxState,
    /// How often it was tried.
    pub attempts: u64,
    /// When it is tried next, in milliseconds since 1970; of a failed one the last plan.
    pub next_attempt: u64,
    /// When it was queued, in milliseconds since 1970.
    pub queued_at: u64,
    /// Why it failed, or why the last try did; `held` where it waits for
    /// [`Client::continue_with`].
    pub reason: Option<String>,
}

/// What an entry of the outbox is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutboxKind {
    /// A message.
    Message,
    /// A reaction, or that it is taken back.
    Reaction,
    /// Another text.
    Edit,
    /// A deletion for everybody.
    Deletion,
    /// Another time that messages are kept.
    Timer,
}

/// How a message in the outbox stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutboxState {
    /// It leaves by itself when it can.
    Waiting,
    /// It stays until it is retried.
    Failed,
}

/// How many messages the outbox has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxSummary {
    /// Those that leave by themselves.
    pub waiting: u64,
    /// Those that have failed.
    pub failed: u64,
}

impl Client {
    /// Messages that no relay has yet, oldest first.
    ///
    /// # Errors
    /// Those of the store.
    pub fn outbox(&self) -> Result<Vec<OutboxEntry>, Error> {
        let Reply::Outbox(entries) = self.ask(&Request::Outbox)? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(entries)
    }

    /// Tries a failed message again.
    ///
    /// # Errors
    /// [`Error::NoSuchEntry`] if none has this number or it has not failed.
    pub fn retry(&self, id: i64) -> Result<(), Error> {
        self.ask(&Request::Retry { id }).map(drop)
    }
}

pub(super) fn list(view: &View<'_>) -> Result<Vec<OutboxEntry>, Error> {
    let mut entries = Vec::new();
    for row in outgoing::unfinished(view, Purpose::Message)? {
        let said = match row.message {
            Some(message) => messages::get(view, message)?,
            None => None,
        };
        let (kind, message, text) = match said {
            Some(said) => about(view, said)?,
            None => (OutboxKind::Message, None, None),
        };
        entries.push(OutboxEntry {
            id: row.row,
            kind,
            message,
            account: row.account.to_string(),
            name: contacts::name_of(view, &row.account)?,
            text,
            state: match row.state {
                OutgoingState::Failed => OutboxState::Failed,
                OutgoingState::Open | OutgoingState::Accepted => OutboxState::Waiting,
            },
            attempts: row.attempts,
            next_attempt: row.next_attempt,
            queued_at: row.created_at,
            reason: match row.state {
                OutgoingState::Open if safety::is_held(view, &row.account)? => {
                    Some(HELD.to_owned())
                }
                _ => row.reason,
            },
        });
    }
    Ok(entries)
}

/// What a content in the outbox is, which message it is about, and what it says.
fn about(
    view: &View<'_>,
    row: MessageRow,
) -> Result<(OutboxKind, Option<i64>, Option<String>), Error> {
    let target = |target: &Option<Target>| -> Result<Option<MessageRow>, Error> {
        let Some(target) = target else {
            return Ok(None);
        };
        let (Ok(author), Ok(id)) = (
            AccountId::try_from(target.author.as_slice()),
            MessageId::try_from(target.message_id.as_slice()),
        ) else {
            return Ok(None);
        };
        Ok(messages::by_id(view, &author, &id)?)
    };
    let content = Content::decode(row.content.as_slice()).unwrap_or_default();
    Ok(match content.kind {
        Some(Kind::Reaction(reaction)) => {
            let target = target(&reaction.target)?.map(|message| message.row);
            (OutboxKind::Reaction, target, Some(reaction.emoji))
        }
        Some(Kind::Edit(edit)) => {
            let target = target(&edit.target)?;
            let at = target.as_ref().map(|message| message.row);
            (OutboxKind::Edit, at, target.map(|message| message.body))
        }
        Some(Kind::Delete(delete)) => {
            let target = target(&delete.target)?.map(|message| message.row);
            (OutboxKind::Deletion, target, None)
        }
        Some(Kind::Timer(_)) => (OutboxKind::Timer, Some(row.row), None),
        _ => {
            let text = Some(row.body).filter(|text| !text.is_empty());
            (OutboxKind::Message, Some(row.row), text)
        }
    })
}

pub(super) fn summary(view: &View<'_>) -> Result<OutboxSummary, Error> {
    let (waiting, failed) = outgoing::count_unfinished(view, Purpose::Message)?;
    Ok(OutboxSummary { waiting, failed })
}
