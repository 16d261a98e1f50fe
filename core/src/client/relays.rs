//! Where the account lives.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::config::{Adapted, Keystore};
use super::devices;
use super::error::Error;
use super::events::ConnectionState;
use super::handle::Client;
use super::local::Local;
use super::request::{Reply, Request};
use crate::clock::Now;
use crate::engine::machine::{Outcome, RelayStatus};
use crate::engine::seal;
use crate::model::Standing;
use crate::runtime::{Deadline, Waited, forward};
use crate::store::keyslots::{KeySlotError, KeySlots};
use crate::store::{self, tables};

/// A relay that this device logs in to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relay {
    /// Its address.
    pub url: String,
    /// Its key, in hexadecimal: its name, whatever its address.
    pub key: String,
    /// The account lives there.
    pub home: bool,
    /// Its place among the homes, from 1: others write to the first that works.
    pub position: Option<u32>,
    /// The account has lived there; what still comes in there is fetched for 30 days.
    pub former: bool,
    /// How the connection to it is.
    pub connection: ConnectionState,
}

impl Client {
    /// The relays of the account: its homes in their order, those that it moves to, those that it
    /// has left.
    ///
    /// # Errors
    /// [`Error::Interrupted`].
    pub fn relays(&self) -> Result<Vec<Relay>, Error> {
        let Reply::Relays(relays) = self.ask(&Request::Relays)? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(relays)
    }

    /// Makes a relay one more home of the account, after those that there are. Whether that is so
    /// within the time; if not, it may still become so while the profile is open.
    ///
    /// # Errors
    /// [`Error::BadAddress`], [`Error::NotActive`], [`Error::NotAllowed`] (there are five already),
    /// [`Error::Unreachable`], [`Error::Refused`].
    pub fn add_relay(
        &self,
        url: String,
        token: Option<String>,
        timeout: Duration,
    ) -> Result<bool, Error> {
        self.yes(&Request::AddRelay {
            url,
            token,
            timeout,
        })
    }

    /// Takes a relay off the list of homes. Contacts follow by themselves; what still comes in
    /// there is fetched for 30 days. Whether the account's chain says so within the time; if not, it
    /// goes on by itself.
    ///
    /// # Errors
    /// [`Error::NotActive`]; by their codes `no_such_relay`, and `last_relay` for the only one.
    pub fn remove_relay(&self, url: String, timeout: Duration) -> Result<bool, Error> {
        self.yes(&Request::RemoveRelay { url, timeout })
    }

    /// The same for a relay that will never answer again. [`Client::remove_relay`] would wait for it
    /// for ever if it is the first home; this lets the next home take its part. If it does answer
    /// again and has taken a statement of another device meanwhile, only the recovery key decides
    /// which of them holds: this is for a person to decide.
    ///
    /// # Errors
    /// Those of [`Client::remove_relay`], and by its code `relay_answers`.
    pub fn abandon_relay(&self, url: String, timeout: Duration) -> Result<bool, Error> {
        self.yes(&Request::AbandonRelay { url, timeout })
    }

    /// Looks for the account where its own link says that it lives: for a device that was away while
    /// the account moved and whose relays are gone.
    ///
    /// # Errors
    /// [`Error::BadLink`], [`Error::NotAllowed`] for the link of another account.
    pub fn follow_account(&self, link: String) -> Result<(), Error> {
        self.ask(&Request::FollowAccount { link }).map(drop)
    }

    /// Closes the account for ever: its relays erase everything but its chain, its contacts are told,
    /// its devices stop. What is on this device stays to be read, until [`Client::delete_profile`].
    /// Whether all relays and contacts have been told within the time; if not, it goes on while the
    /// profile is open. Whether the account is closed, [`Client::me`] says.
    ///
    /// # Errors
    /// [`Error::NotActive`], [`Error::NotAllowed`].
    pub fn close_account(&self, timeout: Duration) -> Result<bool, Error> {
        self.yes(&Request::CloseAccount { timeout })
    }

    /// Deletes a profile that nobody has open from the disk, its keys first. Neither its relays nor
    /// anybody else hears of it: the account goes on without this device, which another one should
    /// remove, or [`Client::close_account`] comes before. `keystore` is the one that the profile was
    /// made with, if it was.
    ///
    /// # Errors
    /// [`Error::NoProfile`], [`Error::InUse`] while a client has it open, and those of the file
    /// system, after which it may be called again. [`Error::NoKey`] says that all is deleted but an
    /// entry of the keystore, which opens nothing any more.
    pub fn delete_profile(dir: String, keystore: Option<Arc<dyn Keystore>>) -> Result<(), Error> {
        let dir = Path::new(&dir);
        let entries = KeySlots::read(dir).map_or_else(|_| Vec::new(), |slots| slots.entries());
        store::erase(dir, &[forward::SOCKET])?;
        let Some(keystore) = keystore else {
            return Ok(());
        };
        let keystore = Adapted(keystore.as_ref());
        let delete = |entry: &String| store::keyslots::Keystore::delete(&keystore, entry);
        if entries.iter().all(|entry| delete(entry).is_ok()) {
            Ok(())
        } else {
            Err(KeySlotError::KeystoreUnavailable.into())
        }
    }
}

pub(super) fn relay(status: RelayStatus) -> Relay {
    Relay {
        url: status.url,
        key: status.key.map(|key| key.to_string()).unwrap_or_default(),
        home: status.position.is_some(),
        position: status.position,
        former: status.former,
        connection: status.phase.into(),
    }
}

pub(super) fn add(
    local: &Local,
    url: String,
    token: Option<String>,
    timeout: Duration,
) -> Result<bool, Error> {
    let board = local.board();
    board.forget_trouble();
    let mark = board.mark();
    let wanted = local.engine(move |engine, now| engine.add_home(&url, token, now))?;
    let answer = board.wait(timeout, |seen| {
        seen.outcomes_since(mark).find_map(|outcome| match outcome {
            Outcome::HomeAdded { url } if *url == wanted => Some(Ok(())),
            Outcome::HomeRefused { url, code, text } if *url == wanted => {
                Some(Err(match (code.as_str(), &seen.trouble) {
                    // The engine knows only that it could not connect.
                    ("unreachable", Some(trouble)) => trouble.clone().into(),
                    ("unreachable", None) => Error::Unreachable {
                        reason: text.clone(),
                    },
                    ("not_allowed", _) => Error::NotAllowed,
                    _ => Error::Refused {
                        refusal: code.clone(),
                        reason: text.clone(),
                    },
                }))
            }
            _ => None,
        })
    });
    match answer {
        Waited::Came(added) => added.map(|()| true),
        Waited::TimedOut => Ok(false),
        Waited::Ended => Err(Error::Interrupted),
    }
}

pub(super) fn close(local: &Local, timeout: Duration) -> Result<bool, Error> {
    let deadline = Deadline::after(timeout);
    let mark = local.board().mark();
    let intent = local.engine(|engine, now| engine.close_account(now))?;
    if !devices::wait_statement(local, mark, intent, timeout)? {
        return Ok(false);
    }
    let told = local
        .board()
        .wait(deadline.left(), |_| match local.read(all_told) {
            Ok(false) => None,
            told => Some(told),
        });
    match told {
        Waited::Came(told) => told,
        Waited::TimedOut => Ok(false),
        Waited::Ended => Err(Error::Interrupted),
    }
}

/// Whether everybody has heard that the account is closed.
fn all_told(view: &store::View<'_>) -> Result<bool, Error> {
    let profile = tables::profile::load(view)?.ok_or(Error::NoAccount)?;
    Ok(profile.standing == Standing::Closed
        && seal::open_accounts(view)?.is_empty()
        && tables::relays::leaving(view, Now::read().ms())?.is_empty())
}
