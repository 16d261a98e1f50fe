//! What a person or a program tells the engine to do. Each command is one transaction; call
//! [`Machine::handle`] with [`Input::Tick`](super::Input::Tick) afterwards.

use sotto_content::link::ContactLink;
use sotto_content::proto::Text;
use sotto_content::text;
use sotto_wire::chain::{HomeRelay, Payload};
use sotto_wire::ids::{AccountId, RelayKey};

use super::{Founding, Machine};
use crate::clock::Now;
use crate::engine::enqueue::Writing;
use crate::engine::{EngineError, account, cards, contacts, routes, safety, settle};
use crate::model::{ContactStanding, HowVerified, Standing};

impl Machine {
    /// Founds an account at a relay. Ends with an [`Outcome`](super::Outcome).
    ///
    /// # Errors
    /// [`EngineError::HasAccount`], [`EngineError::BadAddress`], [`EngineError::Text`].
    pub fn begin_registration(
        &mut self,
        url: &str,
        name: &str,
        token: Option<String>,
        _now: Now,
    ) -> Result<(), EngineError> {
        text::check_name(name)?;
        let url = routes::check_address(url)?;
        if self.me.is_some() && self.standing() != Some(Standing::Unregistered) {
            return Err(EngineError::HasAccount);
        }
        self.founding = Some(Founding {
            url,
            name: name.to_owned(),
            token,
        });
        self.backoffs.clear();
        Ok(())
    }

    /// Makes this profile a device that asks to join an account; returns its request, for a device
    /// that belongs to the account already.
    ///
    /// # Errors
    /// [`EngineError::HasAccount`], [`EngineError::Link`], [`EngineError::Text`].
    pub fn prepare_device(
        &mut self,
        invitation: &str,
        name: &str,
        _now: Now,
    ) -> Result<String, EngineError> {
        let (invitation, name, random) =
            (invitation.to_owned(), name.to_owned(), self.random.fork());
        let (me, request) = self
            .store
            .write(move |tx| account::join(tx, random, &invitation, &name))?;
        self.me = Some(me);
        Ok(request)
    }

    /// An invitation for a new device.
    ///
    /// # Errors
    /// [`EngineError::NoAccount`], [`EngineError::Store`].
    pub fn invite_device(&mut self, now: Now) -> Result<String, EngineError> {
        let home = self.working_home();
        let invitation = self.run(now, move |tx, cx| account::invite(tx, cx, home.as_ref()))?;
        self.sync_slots_if_changed(now);
        Ok(invitation)
    }

    /// Adds the device that made this request. Ends with an [`Outcome`](super::Outcome).
    ///
    /// # Errors
    /// [`EngineError::Link`], [`EngineError::NotAllowed`], [`EngineError::NotActive`].
    pub fn add_device(&mut self, request: &str, now: Now) -> Result<[u8; 16], EngineError> {
        let request = request.to_owned();
        self.run(now, move |tx, cx| account::add_device(tx, cx, &request))
    }

    /// Gives the account a new recovery key. Ends with an [`Outcome`](super::Outcome).
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] where this device does not hold the present one.
    pub fn set_recovery(&mut self, now: Now) -> Result<[u8; 16], EngineError> {
        self.run(now, account::set_recovery)
    }

    /// Names the relays where the account lives, first choice first. Ends with an
    /// [`Outcome`](super::Outcome).
    ///
    /// # Errors
    /// [`EngineError::BadAddress`], [`EngineError::NotAllowed`].
    pub fn set_homes(
        &mut self,
        homes: Vec<(String, RelayKey)>,
        now: Now,
    ) -> Result<[u8; 16], EngineError> {
        let homes = homes
            .into_iter()
            .map(|(url, relay_key)| {
                Ok(HomeRelay {
                    url: routes::check_address(&url)?,
                    relay_key,
                })
            })
            .collect::<Result<Vec<_>, EngineError>>()?;
        self.run(now, move |tx, cx| {
            account::intend(tx, cx, &Payload::Home(homes))
        })
    }

    /// The link by which others add this account.
    ///
    /// # Errors
    /// [`EngineError::NoAccount`], [`EngineError::Store`].
    pub fn contact_link(&mut self, now: Now) -> Result<String, EngineError> {
        let home = self.working_home();
        let link = self.run(now, move |tx, cx| account::own_link(tx, cx, home.as_ref()))?;
        self.sync_slots_if_changed(now);
        Ok(link.to_text())
    }

    /// Revokes every link that was given away; the next one is new.
    ///
    /// # Errors
    /// [`EngineError::NoAccount`], [`EngineError::Store`].
    pub fn revoke_link(&mut self, now: Now) -> Result<(), EngineError> {
        self.run(now, account::revoke_links)?;
        self.sync_slots_if_changed(now);
        Ok(())
    }

    /// Adds whoever made a link.
    ///
    /// # Errors
    /// [`EngineError::Link`], [`EngineError::OwnLink`], [`EngineError::BadAddress`].
    pub fn add_contact(&mut self, link: &str, now: Now) -> Result<AccountId, EngineError> {
        let link = ContactLink::parse(link)?;
        let account = self.run(now, move |tx, cx| contacts::add_link(tx, cx, &link))?;
        self.lanes.remove(&account);
        Ok(account)
    }

    /// Accepts, blocks, unblocks (by accepting) or takes off the list.
    ///
    /// # Errors
    /// [`EngineError::NoSuchContact`], [`EngineError::Store`].
    pub fn set_standing(
        &mut self,
        account: &AccountId,
        standing: ContactStanding,
        now: Now,
    ) -> Result<(), EngineError> {
        let account = *account;
        self.run(now, move |tx, cx| {
            contacts::set_standing(tx, cx, &account, standing)
        })?;
        self.sync_slots_if_changed(now);
        Ok(())
    }

    /// Gives a contact another name here.
    ///
    /// # Errors
    /// [`EngineError::NoSuchContact`], [`EngineError::Text`].
    pub fn rename_contact(
        &mut self,
        account: &AccountId,
        name: &str,
        now: Now,
    ) -> Result<(), EngineError> {
        let (account, name) = (*account, name.to_owned());
        self.run(now, move |tx, cx| contacts::rename(tx, cx, &account, &name))
    }

    /// Writes down how the person made sure of a contact; `None` takes it back.
    ///
    /// # Errors
    /// [`EngineError::NoSuchContact`], [`EngineError::NotSame`], [`EngineError::ChainUnknown`],
    /// [`EngineError::Link`].
    pub fn set_verified(
        &mut self,
        account: &AccountId,
        how: Option<HowVerified>,
        now: Now,
    ) -> Result<(), EngineError> {
        let account = *account;
        self.run(now, move |tx, cx| {
            safety::set_verified(tx, cx, &account, how.as_ref())
        })
    }

    /// Fetches a contact's chain, or the own one, as soon as there is a network.
    pub fn look_up(&mut self, account: &AccountId) {
        if self.is_own(account) {
            self.own_chain_wanted = true;
        } else {
            self.lane(account).chain_wanted = true;
        }
    }

    /// Lets go what waits for a contact that was verified before their account was recovered.
    ///
    /// # Errors
    /// [`EngineError::NoSuchContact`], [`EngineError::Store`].
    pub fn continue_with(&mut self, account: &AccountId, now: Now) -> Result<(), EngineError> {
        let account = *account;
        self.run(now, move |tx, cx| safety::continue_with(tx, cx, &account))
    }

    /// Changes the own name; contacts are told.
    ///
    /// # Errors
    /// [`EngineError::Text`], [`EngineError::Store`].
    pub fn set_name(&mut self, name: &str, now: Now) -> Result<(), EngineError> {
        let name = name.to_owned();
        self.run(now, move |tx, cx| {
            cards::set_profile(tx, cx, Some(&name), None)
        })
    }

    /// Changes what the person says of themselves; contacts are told.
    ///
    /// # Errors
    /// [`EngineError::Text`], [`EngineError::Store`].
    pub fn set_about(&mut self, about: &str, now: Now) -> Result<(), EngineError> {
        let about = about.to_owned();
        self.run(now, move |tx, cx| {
            cards::set_profile(tx, cx, None, Some(&about))
        })
    }

    /// Queues a text; returns its row in the history. Works without a network.
    ///
    /// # Errors
    /// [`EngineError::NoSuchContact`], [`EngineError::Blocked`], [`EngineError::Text`],
    /// [`EngineError::NotActive`], [`EngineError::Store`].
    pub fn send_text(
        &mut self,
        account: &AccountId,
        text: &str,
        now: Now,
    ) -> Result<i64, EngineError> {
        let text = Text {
            body: text.to_owned(),
            ..Text::default()
        };
        let answers = None;
        self.write(account, Writing { text, answers }, now)
    }

    /// Tries a failed entry of the outbox again.
    ///
    /// # Errors
    /// [`EngineError::NoSuchEntry`], [`EngineError::Store`].
    pub fn retry(&mut self, outgoing: i64, now: Now) -> Result<(), EngineError> {
        let account = self.run(now, move |tx, _| settle::retry(tx, outgoing))?;
        self.lane(&account).hurry();
        Ok(())
    }
}
