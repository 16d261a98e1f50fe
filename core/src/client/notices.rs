//! What a person should know.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::contacts;
use super::error::Error;
use super::handle::Client;
use super::request::{Reply, Request};
use super::words::{self, Sentence};
use crate::model;
use crate::store::View;
use crate::store::tables::{notices, profile};

/// Something that a person should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Its number; it rises.
    pub id: i64,
    /// What it says.
    pub kind: NoticeKind,
    /// The account that it is about, in hexadecimal; `None` for this profile itself.
    pub account: Option<String>,
    /// What that account is called here; `None` for the own one.
    pub name: Option<String>,
    /// Names the sentence in `text`, for those who show another language. It never changes.
    pub code: String,
    /// What stands in the sentence: `name`, where it speaks of somebody.
    pub args: HashMap<String, String>,
    /// The notice as an English sentence.
    pub text: String,
    /// When, in milliseconds since 1970.
    pub at: u64,
}

/// What a notice says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// An account has a new device.
    DeviceAdded,
    /// An account has lost a device.
    DeviceRemoved,
    /// An account was recovered with its recovery key.
    Recovered,
    /// Two statements of an account claim one place; nothing is sealed to it.
    Fork,
    /// A relay has contradicted its own signed word.
    RelayContradicts,
    /// An envelope did not say of itself what its chain says; it was dropped.
    Forged,
    /// This database was an old copy; it has healed itself.
    RestoredCopy,
    /// Another copy of this database is in use.
    Cloned,
    /// This device was removed from its account.
    Removed,
    /// A newer version of the program is needed to read an account's chain.
    UpdateNeeded,
    /// The person found that a contact is who they say.
    Verified,
    /// The person took that back.
    Unverified,
    /// A verified contact's account was recovered: what the person found no longer holds.
    VerificationLost,
    /// The second line of a verified contact's safety number has changed, and not by a change of
    /// devices.
    SafetyNumberChanged,
    /// A device could not read what was sent, and the session with it was made anew.
    SessionReset,
    /// An account was closed: nothing can be sent to it, and nothing comes from it.
    AccountClosed,
    /// Something that only a newer version of the program can tell.
    Other,
}

impl From<model::NoticeKind> for NoticeKind {
    fn from(kind: model::NoticeKind) -> Self {
        match kind {
            model::NoticeKind::DeviceAdded => Self::DeviceAdded,
            model::NoticeKind::DeviceRemoved => Self::DeviceRemoved,
            model::NoticeKind::Recovered => Self::Recovered,
            model::NoticeKind::Fork => Self::Fork,
            model::NoticeKind::RelayContradicts => Self::RelayContradicts,
            model::NoticeKind::Forged => Self::Forged,
            model::NoticeKind::RestoredCopy => Self::RestoredCopy,
            model::NoticeKind::Cloned => Self::Cloned,
            model::NoticeKind::Removed => Self::Removed,
            model::NoticeKind::UpdateNeeded => Self::UpdateNeeded,
            model::NoticeKind::Verified => Self::Verified,
            model::NoticeKind::Unverified => Self::Unverified,
            model::NoticeKind::VerificationLost => Self::VerificationLost,
            model::NoticeKind::SafetyNumberChanged => Self::SafetyNumberChanged,
            model::NoticeKind::SessionReset => Self::SessionReset,
            model::NoticeKind::AccountClosed => Self::AccountClosed,
            model::NoticeKind::Other => Self::Other,
        }
    }
}

impl Client {
    /// Notices after a number (0 for all), oldest first.
    ///
    /// # Errors
    /// Those of the store.
    pub fn notices(&self, after: i64) -> Result<Vec<Notice>, Error> {
        let Reply::Notices(notices) = self.ask(&Request::Notices { after })? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(notices)
    }
}

pub(super) fn after(view: &View<'_>, id: i64) -> Result<Vec<Notice>, Error> {
    notices::after(view, id)?
        .into_iter()
        .map(|row| show(view, row))
        .collect()
}

pub(super) fn show(view: &View<'_>, row: notices::Notice) -> Result<Notice, Error> {
    let me = profile::load(view)?.and_then(|profile| profile.account);
    let name = match &row.account {
        Some(account) if Some(*account) != me => Some(contacts::name_of(view, account)?),
        _ => None,
    };
    let kind = row.kind.into();
    let Sentence { code, args, text } = words::say(kind, name.as_deref());
    Ok(Notice {
        id: row.id,
        kind,
        account: row.account.map(|account| account.to_string()),
        name,
        code,
        args,
        text,
        at: row.at,
    })
}
