//! Who this device is.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::error::Error;
use super::handle::Client;
use super::local::Local;
use super::request::{Reply, Request};
use super::wait;
use crate::engine::machine::Outcome;
use crate::engine::registers;
use crate::model::Standing;
use crate::runtime::Waited;
use crate::store::View;
use crate::store::tables;

/// This device and its account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The account's id, in hexadecimal; `None` while this device has yet to learn it.
    pub account: Option<String>,
    /// The device's id, in hexadecimal.
    pub device: String,
    /// What others call this account.
    pub name: String,
    /// What the person says of themselves; empty for nothing.
    pub about: String,
    /// Where this device stands with its account.
    pub standing: DeviceStanding,
    /// The account's home relays.
    pub relays: Vec<RelayInfo>,
    /// The link to give to somebody, once the account is registered.
    pub link: Option<String>,
}

/// A relay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelayInfo {
    /// Its address.
    pub url: String,
    /// Its key, in hexadecimal: its name, whatever its address.
    pub key: String,
}

/// Where a device stands with its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceStanding {
    /// Made, but no relay knows it yet.
    Unregistered,
    /// Waits for another device to add it.
    Joining,
    /// Sends and receives.
    Active,
    /// Another copy of this database is in use; nothing leaves any more.
    Cloned,
    /// The account has removed it.
    Removed,
    /// The account is closed.
    Closed,
}

impl From<Standing> for DeviceStanding {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Unregistered => Self::Unregistered,
            Standing::Joining => Self::Joining,
            Standing::Active => Self::Active,
            Standing::Cloned => Self::Cloned,
            Standing::Removed => Self::Removed,
            Standing::Closed => Self::Closed,
        }
    }
}

impl Client {
    /// Makes an account and registers it at a relay. Returns when the relay knows it and has its
    /// keys, so that others can write at once. After a failure nothing of it is left.
    ///
    /// # Errors
    /// [`Error::BadAddress`], [`Error::BadText`], [`Error::HasAccount`],
    /// [`Error::Unreachable`], [`Error::Refused`], [`Error::TimedOut`].
    pub fn register(
        &self,
        relay: String,
        name: String,
        token: Option<String>,
        timeout: Duration,
    ) -> Result<Me, Error> {
        self.go_online();
        let request = Request::Register {
            relay,
            name,
            token,
            timeout,
        };
        let Reply::Me(me) = self.ask(&request)? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(me)
    }

    /// This device and its account. Works offline.
    ///
    /// # Errors
    /// [`Error::NoAccount`].
    pub fn me(&self) -> Result<Me, Error> {
        let Reply::Me(me) = self.ask(&Request::Me)? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(me)
    }

    /// Changes what others call this account.
    ///
    /// # Errors
    /// [`Error::BadText`], [`Error::NoAccount`].
    pub fn set_name(&self, name: String) -> Result<(), Error> {
        self.ask(&Request::SetName { name }).map(drop)
    }

    /// Changes what the person says of themselves; empty for nothing.
    ///
    /// # Errors
    /// [`Error::BadText`], [`Error::NoAccount`].
    pub fn set_about(&self, about: String) -> Result<(), Error> {
        self.ask(&Request::SetAbout { about }).map(drop)
    }

    /// The link to give to somebody. It stays the same until it is revoked.
    ///
    /// # Errors
    /// [`Error::NoAccount`], [`Error::NotActive`].
    pub fn link(&self) -> Result<String, Error> {
        let Reply::Text(link) = self.ask(&Request::Link)? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(link)
    }

    /// Makes the link useless to those who have not used it yet; the next one is a new one.
    ///
    /// # Errors
    /// [`Error::NoAccount`], [`Error::NotActive`].
    pub fn revoke_link(&self) -> Result<(), Error> {
        self.ask(&Request::RevokeLink).map(drop)
    }
}

pub(super) fn me(local: &Local) -> Result<Me, Error> {
    let mut me = local.read(me_without_link)?;
    if me.standing == DeviceStanding::Active {
        me.link = Some(local.engine(|engine, now| engine.contact_link(now))?);
    }
    Ok(me)
}

pub(super) fn me_without_link(view: &View<'_>) -> Result<Me, Error> {
    let profile = tables::profile::load(view)?.ok_or(Error::NoAccount)?;
    let relays = tables::relays::homes(view)?.into_iter();
    Ok(Me {
        account: profile.account.map(|account| account.to_string()),
        device: profile.mailbox.to_string(),
        name: profile.name,
        about: registers::own_profile(view)?.about,
        standing: profile.standing.into(),
        relays: relays
            .map(|relay| RelayInfo {
                url: relay.url,
                key: relay.key.to_string(),
            })
            .collect(),
        link: None,
    })
}

pub(super) fn register(
    local: &Local,
    relay: String,
    name: String,
    token: Option<String>,
    timeout: Duration,
) -> Result<Me, Error> {
    let board = local.board();
    board.forget_trouble();
    let mark = board.mark();
    local.engine(move |engine, now| engine.begin_registration(&relay, &name, token, now))?;
    let answer = board.wait(timeout, |seen| {
        // The engine knows only that it could not connect; a person wants to know why.
        if let Some(trouble) = &seen.trouble {
            return Some(Err(trouble.clone().into()));
        }
        seen.outcomes_since(mark).find_map(|outcome| match outcome {
            Outcome::Registered => Some(Ok(())),
            Outcome::RegistrationFailed { code, text } => Some(Err(Error::Refused {
                refusal: code.clone(),
                reason: text.clone(),
            })),
            Outcome::Statement { .. } | Outcome::HomeAdded { .. } | Outcome::HomeRefused { .. } => {
                None
            }
        })
    });
    match answer {
        Waited::Came(registered) => registered?,
        Waited::TimedOut => return Err(Error::TimedOut),
        Waited::Ended => return Err(Error::Interrupted),
    }
    // The link is made before the keys are published, so that it works when this returns. That they
    // are not published in time is no failure: it is made good whenever the profile is open.
    let me = me(local)?;
    wait::drained(local, timeout)?;
    Ok(me)
}
