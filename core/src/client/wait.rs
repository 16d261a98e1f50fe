//! Waiting until something is so.

use std::time::Duration;

use super::error::Error;
use super::handle::Client;
use super::local::Local;
use super::message::{Message, MessageState};
use super::request::{Reply, Request};
use crate::model::Standing;
use crate::runtime::{Deadline, Waited};
use crate::store::{StoreError, View, tables};

impl Client {
    /// Waits until everything that waited at the relay has come, and everything of ours that can
    /// leave now has left. Whether that is so.
    ///
    /// # Errors
    /// [`Error::Interrupted`].
    pub fn wait_drained(&self, timeout: Duration) -> Result<bool, Error> {
        let Reply::Yes(drained) = self.ask(&Request::WaitDrained { timeout })? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(drained)
    }
}

/// How long what was just received may still cause something to leave: receipts, which wait up to
/// two seconds on purpose so that their time tells nothing.
const AFTERMATH: Duration = Duration::from_secs(3);

pub(super) fn drained(local: &Local, timeout: Duration) -> Result<bool, Error> {
    let deadline = Deadline::after(timeout);
    let board = local.board();
    match board.wait(timeout, |seen| seen.idle.then_some(())) {
        Waited::Came(()) => {}
        Waited::TimedOut => return Ok(false),
        Waited::Ended => return Err(Error::Interrupted),
    }
    // What waits for a relay that is down must not be waited for here.
    let aftermath = deadline.left().min(AFTERMATH);
    let quiet = board.wait(aftermath, |seen| match local.read(has_due) {
        Ok(true) => None,
        Ok(false) => seen.idle.then_some(Ok(())),
        Err(error) => Some(Err(error.into())),
    });
    match quiet {
        Waited::Came(quiet) => quiet.map(|()| true),
        Waited::TimedOut => Ok(true),
        Waited::Ended => Err(Error::Interrupted),
    }
}

/// Whether anything is to leave now or soon.
fn has_due(view: &View<'_>) -> Result<bool, StoreError> {
    Ok(!tables::outgoing::open_accounts(view)?.is_empty()
        || tables::receipts::next_due(view)?.is_some())
}

pub(super) fn sent(local: &Local, row: i64, timeout: Duration) -> Result<Message, Error> {
    let answer = local.board().wait(timeout, |_| match local.message(row) {
        Ok(message) if message.state <= MessageState::Queued => None,
        settled => Some(settled),
    });
    match answer {
        Waited::Came(message) => message,
        Waited::TimedOut => local.message(row),
        Waited::Ended => Err(Error::Interrupted),
    }
}

pub(super) fn joined(local: &Local, timeout: Duration) -> Result<bool, Error> {
    let answer = local
        .board()
        .wait(timeout, |_| match local.read(tables::profile::load) {
            Ok(Some(profile)) => match profile.standing {
                Standing::Active => Some(Ok(true)),
                Standing::Joining | Standing::Unregistered => None,
                Standing::Cloned | Standing::Removed | Standing::Closed => {
                    Some(Err(Error::NotActive))
                }
            },
            Ok(None) => Some(Err(Error::NoAccount)),
            Err(error) => Some(Err(error.into())),
        });
    match answer {
        Waited::Came(answer) => answer,
        Waited::TimedOut => Ok(false),
        Waited::Ended => Err(Error::Interrupted),
    }
}
