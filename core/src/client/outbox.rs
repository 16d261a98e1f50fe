//! What has not left yet, or will not by itself.

use serde::{Deserialize, Serialize};

use super::contacts;
use super::error::Error;
use super::handle::Client;
use super::request::{Reply, Request};
use crate::engine::safety;
use crate::model::{OutgoingState, Purpose};
use crate::store::View;
use crate::store::tables::{messages, outgoing};

/// Why a message waits for the person: see [`Contact::held`](super::Contact::held).
const HELD: &str = "held";

/// A message that no relay has yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxEntry {
    /// Its number, for [`Client::retry`].
    pub id: i64,
    /// The message's row.
    pub message: Option<i64>,
    /// Whom it is for, in hexadecimal.
    pub account: String,
    /// What they are called here.
    pub name: String,
    /// The text; `None` where only a newer version of the program can show it.
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
    for row in outgoing::unfinished(view)? {
        if row.purpose != Purpose::Message {
            continue;
        }
        let message = match row.message {
            Some(message) => messages::get(view, message)?,
            None => None,
        };
        entries.push(OutboxEntry {
            id: row.row,
            message: row.message,
            account: row.account.to_string(),
            name: contacts::name_of(view, &row.account)?,
            text: message.map(|message| message.body),
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

pub(super) fn summary(view: &View<'_>) -> Result<OutboxSummary, Error> {
    let mut summary = OutboxSummary::default();
    for row in outgoing::unfinished(view)? {
        match (row.purpose, row.state) {
            (Purpose::Message, OutgoingState::Failed) => summary.failed += 1,
            (Purpose::Message, _) => summary.waiting += 1,
            _ => {}
        }
    }
    Ok(summary)
}
