//! The devices of the own account.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sotto_wire::ids::RelayKey;

use super::contacts;
use super::error::Error;
use super::handle::Client;
use super::id;
use super::local::Local;
use super::profile::RelayInfo;
use super::request::{Reply, Request};
use crate::engine::machine::Outcome;
use crate::runtime::Waited;
use crate::store::View;
use crate::store::tables::{chains, profile};

/// A device of the own account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Its id, in hexadecimal.
    pub id: String,
    /// It is this one.
    pub this: bool,
}

impl Client {
    /// The active devices of the account, in the order of their ids.
    ///
    /// # Errors
    /// [`Error::NoAccount`].
    pub fn devices(&self) -> Result<Vec<Device>, Error> {
        let Reply::Devices(devices) = self.ask(&Request::Devices)? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(devices)
    }

    /// An invitation for a new device, to be given to [`Client::join_account`] there.
    ///
    /// # Errors
    /// [`Error::NoAccount`], [`Error::NotActive`].
    pub fn invite_device(&self) -> Result<String, Error> {
        let Reply::Text(invitation) = self.ask(&Request::InviteDevice)? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(invitation)
    }

    /// Makes this new profile a device that asks to join an account. The request that it gives is
    /// for [`Client::add_device`] on a device of the account.
    ///
    /// # Errors
    /// [`Error::BadLink`], [`Error::BadText`], [`Error::HasAccount`].
    pub fn join_account(&self, invitation: String, name: String) -> Result<String, Error> {
        let request = Request::JoinAccount { invitation, name };
        let Reply::Text(request) = self.ask(&request)? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(request)
    }

    /// Waits until this device belongs to its account; whether it does.
    ///
    /// # Errors
    /// [`Error::NoAccount`].
    pub fn wait_joined(&self, timeout: Duration) -> Result<bool, Error> {
        self.yes(&Request::WaitJoined { timeout })
    }

    /// Adds a device to the account, as it asked with [`Client::join_account`]. Whether the relay
    /// has taken it within the time; if not, it goes on by itself.
    ///
    /// # Errors
    /// [`Error::BadLink`], [`Error::NotActive`], [`Error::NotAllowed`].
    pub fn add_device(&self, request: String, timeout: Duration) -> Result<bool, Error> {
        self.yes(&Request::AddDevice { request, timeout })
    }

    /// Gives the account a new recovery key. Whether the relay has taken it within the time; if
    /// not, it goes on by itself.
    ///
    /// # Errors
    /// [`Error::NotActive`], [`Error::NotAllowed`].
    pub fn set_recovery(&self, timeout: Duration) -> Result<bool, Error> {
        self.yes(&Request::SetRecovery { timeout })
    }

    /// Moves the account to other home relays. Whether that has been taken within the time; if
    /// not, it goes on by itself.
    ///
    /// # Errors
    /// [`Error::BadAddress`], [`Error::NotActive`], [`Error::NotAllowed`].
    pub fn set_homes(&self, relays: Vec<RelayInfo>, timeout: Duration) -> Result<bool, Error> {
        self.yes(&Request::SetHomes { relays, timeout })
    }

    pub(super) fn yes(&self, request: &Request) -> Result<bool, Error> {
        let Reply::Yes(yes) = self.ask(request)? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(yes)
    }
}

pub(super) fn list(view: &View<'_>) -> Result<Vec<Device>, Error> {
    let account = contacts::own_account(view)?;
    let this = profile::load(view)?.map(|profile| profile.mailbox);
    let devices = chains::active_devices(view, &account)?.into_iter();
    Ok(devices
        .map(|device| Device {
            id: device.mailbox.to_string(),
            this: Some(device.mailbox) == this,
        })
        .collect())
}

/// Waits until the chain has a statement that was intended after `mark`.
pub(super) fn wait_statement(
    local: &Local,
    mark: u64,
    wanted: [u8; 16],
    timeout: Duration,
) -> Result<bool, Error> {
    let answer = local.board().wait(timeout, |seen| {
        seen.outcomes_since(mark).find_map(|outcome| match outcome {
            Outcome::Statement { intent, done } if *intent == wanted => Some(*done),
            _ => None,
        })
    });
    match answer {
        Waited::Came(true) => Ok(true),
        Waited::Came(false) => Err(Error::NotAllowed),
        Waited::TimedOut => Ok(false),
        Waited::Ended => Err(Error::Interrupted),
    }
}

/// Home relays as the engine takes them.
pub(super) fn homes(relays: Vec<RelayInfo>) -> Result<Vec<(String, RelayKey)>, Error> {
    relays
        .into_iter()
        .map(|relay| match id::from_hex(&relay.key) {
            Some(key) => Ok((relay.url, RelayKey::new(key))),
            None => Err(Error::BadAddress {
                reason: "a relay's key has 64 hexadecimal digits".to_owned(),
            }),
        })
        .collect()
}
