//! Other people.

use serde::{Deserialize, Serialize};
use sotto_content::direct::conversation_id;
use sotto_wire::ids::AccountId;

use super::error::Error;
use super::handle::Client;
use super::id::{self, hex};
use super::local::Local;
use super::request::{Reply, Request};
use super::safety::{self, Verified, VerifiedState};
use crate::model;
use crate::store::tables::{chains, contacts, profile};
use crate::store::{StoreError, View};

/// The shortest beginning of an id that is looked for.
const SHORTEST_BEGINNING: usize = 4;

/// Another person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The account's id, in hexadecimal.
    pub account: String,
    /// What they call themselves, or what they were renamed to. Nobody vouches for it.
    pub name: String,
    /// What they call themselves.
    pub profile_name: String,
    /// What they say of themselves; empty for nothing.
    pub about: String,
    /// Where they stand with us.
    pub standing: ContactStanding,
    /// The conversation with them, in hexadecimal.
    pub conversation: String,
    /// Whether the person has made sure that they are who they say.
    pub verified: Verified,
    /// They were verified, and their account was recovered: nothing leaves for them until the person
    /// has verified them again, or goes on without ([`Client::continue_with`]).
    pub held: bool,
    /// Their account is closed: nothing can be sent to it any more, and nothing comes from it.
    pub closed: bool,
}

/// Where another person stands with us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactStanding {
    /// They wrote; nothing is answered, not even by a receipt, until the person decides.
    Request,
    /// Talks with us.
    Accepted,
    /// Nothing of theirs is shown, nothing goes to them.
    Blocked,
    /// Taken off the list.
    Deleted,
}

impl ContactStanding {
    fn from_model(standing: model::ContactStanding) -> Option<Self> {
        match standing {
            model::ContactStanding::Unknown => None,
            model::ContactStanding::Request => Some(Self::Request),
            model::ContactStanding::Accepted => Some(Self::Accepted),
            model::ContactStanding::Blocked => Some(Self::Blocked),
            model::ContactStanding::Deleted => Some(Self::Deleted),
        }
    }

    pub(super) fn to_model(self) -> model::ContactStanding {
        match self {
            Self::Request => model::ContactStanding::Request,
            Self::Accepted => model::ContactStanding::Accepted,
            Self::Blocked => model::ContactStanding::Blocked,
            Self::Deleted => model::ContactStanding::Deleted,
        }
    }
}

impl Client {
    /// Everybody who is not deleted, by name.
    ///
    /// # Errors
    /// [`Error::NoAccount`].
    pub fn contacts(&self) -> Result<Vec<Contact>, Error> {
        let Reply::Contacts(contacts) = self.ask(&Request::Contacts)? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(contacts)
    }

    /// The one contact that is meant: by name, by id, or by the beginning of an id that no other
    /// contact shares.
    ///
    /// # Errors
    /// [`Error::NoSuchContact`], [`Error::AmbiguousContact`].
    pub fn find_contact(&self, who: String) -> Result<Contact, Error> {
        self.contact(&Request::FindContact { who })
    }

    /// Adds somebody by the link that they gave. Works offline.
    ///
    /// # Errors
    /// [`Error::BadLink`], [`Error::OwnLink`], [`Error::NoAccount`].
    pub fn add_contact(&self, link: String) -> Result<Contact, Error> {
        self.contact(&Request::AddContact { link })
    }

    /// Takes up a request: from now on both talk.
    ///
    /// # Errors
    /// [`Error::NoSuchContact`].
    pub fn accept_contact(&self, account: String) -> Result<Contact, Error> {
        self.set_standing(account, ContactStanding::Accepted)
    }

    /// Nothing of theirs is shown from now on, and nothing goes to them.
    ///
    /// # Errors
    /// [`Error::NoSuchContact`].
    pub fn block_contact(&self, account: String) -> Result<Contact, Error> {
        self.set_standing(account, ContactStanding::Blocked)
    }

    /// Takes a block back: both talk again.
    ///
    /// # Errors
    /// [`Error::NoSuchContact`].
    pub fn unblock_contact(&self, account: String) -> Result<Contact, Error> {
        self.set_standing(account, ContactStanding::Accepted)
    }

    /// Takes somebody off the list. If they write again, it is a request.
    ///
    /// # Errors
    /// [`Error::NoSuchContact`].
    pub fn delete_contact(&self, account: String) -> Result<Contact, Error> {
        self.set_standing(account, ContactStanding::Deleted)
    }

    /// Calls somebody by another name, here and on the own other devices.
    ///
    /// # Errors
    /// [`Error::NoSuchContact`], [`Error::BadText`].
    pub fn rename_contact(&self, account: String, name: String) -> Result<Contact, Error> {
        self.contact(&Request::RenameContact { account, name })
    }

    fn set_standing(&self, account: String, standing: ContactStanding) -> Result<Contact, Error> {
        self.contact(&Request::SetStanding { account, standing })
    }

    pub(super) fn contact(&self, request: &Request) -> Result<Contact, Error> {
        let Reply::Contact(contact) = self.ask(request)? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(contact)
    }
}

/// All that a person may see, deleted ones included.
fn known(view: &View<'_>) -> Result<Vec<Contact>, Error> {
    let me = own_account(view)?;
    let contacts = contacts::all(view)?.into_iter();
    contacts
        .filter_map(|row| shown(view, &me, row).transpose())
        .collect()
}

fn shown(
    view: &View<'_>,
    me: &AccountId,
    row: contacts::Contact,
) -> Result<Option<Contact>, Error> {
    let Some(standing) = ContactStanding::from_model(row.standing) else {
        return Ok(None);
    };
    let (verified, held) = safety::of(view, me, &row.account)?;
    Ok(Some(Contact {
        account: row.account.to_string(),
        name: row.shown_name().to_owned(),
        profile_name: row.profile_name,
        about: row.about,
        standing,
        conversation: hex(&conversation_id(me, &row.account)),
        verified,
        held,
        closed: chains::is_closed(view, &row.account)?,
    }))
}

/// The own account.
pub(super) fn own_account(view: &View<'_>) -> Result<AccountId, Error> {
    profile::load(view)?
        .and_then(|profile| profile.account)
        .ok_or(Error::NoAccount)
}

/// The person, as a contact of their own: whom the note to self is with.
pub(super) fn myself(view: &View<'_>) -> Result<Contact, Error> {
    let me = own_account(view)?;
    let profile = profile::load(view)?.ok_or(Error::NoAccount)?;
    let own = crate::engine::registers::own_profile(view)?;
    Ok(Contact {
        account: me.to_string(),
        name: profile.name.clone(),
        profile_name: profile.name,
        about: own.about,
        standing: ContactStanding::Accepted,
        verified: Verified {
            state: VerifiedState::No,
            since: None,
            changed: false,
        },
        held: false,
        closed: chains::is_closed(view, &me)?,
        conversation: hex(&conversation_id(&me, &me)),
    })
}

/// One contact; `None` for somebody who is not shown.
pub(crate) fn get(view: &View<'_>, account: &AccountId) -> Result<Option<Contact>, Error> {
    let me = own_account(view)?;
    match contacts::get(view, account)? {
        Some(row) => shown(view, &me, row),
        None => Ok(None),
    }
}

/// The same, where it must be there.
pub(super) fn expect(local: &Local, account: &AccountId) -> Result<Contact, Error> {
    local
        .read(|view| get(view, account))?
        .ok_or_else(|| Error::NoSuchContact {
            who: account.to_string(),
        })
}

pub(super) fn list(view: &View<'_>) -> Result<Vec<Contact>, Error> {
    let mut contacts = known(view)?;
    contacts.retain(|contact| contact.standing != ContactStanding::Deleted);
    Ok(contacts)
}

/// The name of an account for a person: a contact's, or the beginning of its id.
pub(super) fn name_of(view: &View<'_>, account: &AccountId) -> Result<String, StoreError> {
    let name = contacts::get(view, account)?.map(|contact| contact.shown_name().to_owned());
    Ok(displayed(&name.unwrap_or_default(), account))
}

/// The name of a contact, or the beginning of its id if it has none.
pub(super) fn displayed(name: &str, account: &AccountId) -> String {
    match name {
        "" => account.to_string().chars().take(8).collect(),
        name => name.to_owned(),
    }
}

pub(super) fn find(view: &View<'_>, who: &str) -> Result<Contact, Error> {
    // An id names one account whatever anybody is called, so that nobody can take the name of
    // somebody else's id.
    if let Ok(account) = id::account(who)
        && let Some(contact) = get(view, &account)?
    {
        return Ok(contact);
    }
    let all = known(view)?;
    if let Some(contact) = all
        .iter()
        .find(|contact| contact.account.eq_ignore_ascii_case(who))
    {
        return Ok(contact.clone());
    }
    let listed = || {
        all.iter()
            .filter(|contact| contact.standing != ContactStanding::Deleted)
    };
    let lower = who.to_lowercase();
    let exact = listed().filter(|contact| contact.name == who).collect();
    let folded = || {
        listed()
            .filter(|contact| contact.name.to_lowercase() == lower)
            .collect()
    };
    let beginning = || match who.len() {
        ..SHORTEST_BEGINNING => Vec::new(),
        _ => listed()
            .filter(|contact| contact.account.starts_with(&lower))
            .collect(),
    };
    let found: Vec<&Contact> = [exact, folded(), beginning()]
        .into_iter()
        .find(|found: &Vec<&Contact>| !found.is_empty())
        .unwrap_or_default();
    match found.as_slice() {
        [] => Err(Error::NoSuchContact {
            who: who.to_owned(),
        }),
        [one] => Ok((*one).clone()),
        several => Err(Error::AmbiguousContact {
            who: who.to_owned(),
            candidates: several
                .iter()
                .map(|contact| {
                    let beginning: String = contact.account.chars().take(12).collect();
                    format!("{} ({beginning})", contact.name)
                })
                .collect(),
        }),
    }
}

/// The account of a contact that is known, or our own, by its id.
pub(super) fn known_account(local: &Local, id: &str) -> Result<AccountId, Error> {
    let account = id::account(id)?;
    if local.read(own_account)? != account {
        expect(local, &account)?;
    }
    Ok(account)
}
