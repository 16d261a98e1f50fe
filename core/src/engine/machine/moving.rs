//! Moving house, and leaving for good: relays are added and taken off the list, an account is
//! closed.
//!
//! A relay is a home only after it has taken the account, let this device in and got its keys: who
//! reads the statement that names it finds everything there.

use sotto_content::link::ContactLink;
use sotto_wire::chain::Payload;
use sotto_wire::ids::RelayKey;

use super::{ConnKind, Effect, Machine, Outcome, RelayAddress};
use crate::clock::Now;
use crate::engine::homes::{self, Leaving};
use crate::engine::{EngineError, account, routes};

/// A relay that is to become a home. What is lost with the process is only that somebody waits: the
/// account may be known there, and nothing speaks of it.
pub(super) struct Adding {
    url: String,
    token: Option<String>,
    key: Option<RelayKey>,
    stage: Stage,
}

enum Stage {
    /// The relay is asked to take the account.
    Knocking,
    /// It has; this device logs in and publishes its keys.
    MovingIn,
    /// The statement that names it is on its way.
    Stated([u8; 16]),
}

impl Adding {
    /// The relay, once this device may log in there.
    pub fn moved_in(&self) -> Option<RelayAddress> {
        let knocking = matches!(self.stage, Stage::Knocking);
        (!knocking).then(|| RelayAddress {
            url: self.url.clone(),
            key: self.key,
        })
    }
}

impl Machine {
    /// Makes a relay one more home of the account. Ends with [`Outcome::HomeAdded`] or
    /// [`Outcome::HomeRefused`] of the address that is returned.
    ///
    /// # Errors
    /// [`EngineError::BadAddress`], [`EngineError::NotActive`].
    pub fn add_home(
        &mut self,
        url: &str,
        token: Option<String>,
        now: Now,
    ) -> Result<String, EngineError> {
        let url = routes::check_address(url)?;
        self.run(now, |tx, _| account::active(tx))?;
        self.look_at_house(now);
        if self.house.homes.iter().any(|home| home.url == url) {
            let added = Outcome::HomeAdded { url: url.clone() };
            self.effects.push(Effect::Settled(added));
            return Ok(url);
        }
        self.backoffs.remove(&(url.clone(), ConnKind::Anonymous));
        self.adding = Some(Adding {
            url: url.clone(),
            token,
            key: None,
            stage: Stage::Knocking,
        });
        Ok(url)
    }

    /// Looks for the account where its own link says that it lives: for a device whose relays are all
    /// gone while it was away.
    ///
    /// # Errors
    /// [`EngineError::Link`], [`EngineError::BadAddress`], [`EngineError::NotAllowed`] for the link
    /// of another account.
    pub fn follow_link(&mut self, link: &str) -> Result<(), EngineError> {
        let link = ContactLink::parse(link)?;
        let me = self.me.as_ref().ok_or(EngineError::NoAccount)?;
        if link.account != me.account {
            return Err(EngineError::NotAllowed);
        }
        self.hint = Some(RelayAddress {
            url: routes::check_address(&link.relay)?,
            key: Some(link.relay_key),
        });
        Ok(())
    }

    /// Takes a relay off the list of homes. Ends with an [`Outcome::Statement`].
    ///
    /// # Errors
    /// [`EngineError::NoSuchRelay`], [`EngineError::LastRelay`], [`EngineError::NotActive`].
    pub fn remove_home(&mut self, url: &str, now: Now) -> Result<[u8; 16], EngineError> {
        let url = url.to_owned();
        self.run(now, move |tx, cx| {
            homes::remove(tx, cx, &url, Leaving::Orderly)
        })
    }

    /// The same for a relay that will never answer again: its part, if it was the first home, is
    /// taken by the next one. Only a person can know that; if it does answer again and has taken a
    /// statement of another device meanwhile, the account has forked. Ends with an
    /// [`Outcome::Statement`].
    ///
    /// # Errors
    /// Those of [`Machine::remove_home`], and [`EngineError::RelayAnswers`].
    pub fn abandon_home(&mut self, url: &str, now: Now) -> Result<[u8; 16], EngineError> {
        let url = routes::check_address(url)?;
        if self
            .device_link(&url)
            .is_some_and(|(_, link)| link.is_ready())
        {
            return Err(EngineError::RelayAnswers);
        }
        self.run(now, move |tx, cx| {
            homes::remove(tx, cx, &url, Leaving::Dead)
        })
    }

    /// Closes the account for ever (but for its recovery key). Relays erase what they have of it,
    /// contacts are told. Ends with an [`Outcome::Statement`].
    ///
    /// # Errors
    /// [`EngineError::NotActive`], [`EngineError::NotAllowed`].
    pub fn close_account(&mut self, now: Now) -> Result<[u8; 16], EngineError> {
        self.run(now, |tx, cx| account::intend(tx, cx, &Payload::Close))
    }

    /// Takes the next step towards a new home.
    pub(super) fn pursue_adding(&mut self, now: Now) {
        let Some(adding) = &self.adding else { return };
        let url = adding.url.clone();
        match adding.stage {
            Stage::Knocking => {
                let relay = RelayAddress {
                    url: url.clone(),
                    key: None,
                };
                let Some(conn) = self.reach(relay, ConnKind::Anonymous, now) else {
                    return;
                };
                let key = self.links.get(&conn).and_then(|link| link.key());
                let ours = |relay: &&RelayAddress| relay.key == key && relay.url != url;
                if self.house.homes.iter().any(|home| ours(&home)) {
                    let text = "a home of the account has this key at another address";
                    return self.refuse_adding(&url, "relay_key", text);
                }
                let Some(adding) = &mut self.adding else {
                    return;
                };
                adding.key = key;
                let token = adding.token.clone();
                self.register(conn, token, now);
            }
            Stage::MovingIn => {
                if self.has_moved_in(&url) {
                    self.state_home(&url, now);
                }
            }
            Stage::Stated(_) => {}
        }
    }

    /// The relay has taken the account.
    pub(super) fn move_in(&mut self, url: &str) {
        if let Some(adding) = &mut self.adding
            && adding.url == url
            && matches!(adding.stage, Stage::Knocking)
        {
            adding.stage = Stage::MovingIn;
            self.backoffs.remove(&(url.to_owned(), ConnKind::Device));
        }
    }

    /// Whether a relay has our chain, our pre-keys and our delivery keys.
    fn has_moved_in(&self, url: &str) -> bool {
        self.device_link(url).is_some_and(|(_, link)| {
            link.is_ready()
                && !link.is_on_keys()
                && link.head == self.house.head
                && Some(link.stock.generation) == self.generation()
                && link.slots_held.is_some()
        })
    }

    fn state_home(&mut self, url: &str, now: Now) {
        let Some(key) = self.adding.as_ref().and_then(|adding| adding.key) else {
            return;
        };
        let address = url.to_owned();
        let stated = self.run(now, move |tx, cx| homes::add(tx, cx, &key, &address));
        match (stated, &mut self.adding) {
            (Ok(intent), Some(adding)) => {
                adding.stage = Stage::Stated(intent);
                // The statement may leave at once.
                self.look_at_house(now);
            }
            (Err(EngineError::Store(_)), _) | (Ok(_), None) => {}
            (Err(error), _) => {
                let text = error.to_string();
                self.end_adding(url, error.code(), &text);
            }
        }
    }

    /// The statement that names a new home is on the chain, or never will be.
    pub(super) fn home_stated(&mut self, intent: &[u8; 16], done: bool) {
        let stated = |adding: &Adding| matches!(adding.stage, Stage::Stated(own) if own == *intent);
        let Some(adding) = self.adding.take_if(|adding| stated(adding)) else {
            return;
        };
        if done {
            let added = Outcome::HomeAdded { url: adding.url };
            return self.effects.push(Effect::Settled(added));
        }
        let error = EngineError::NotAllowed;
        self.adding = Some(adding);
        if let Some(url) = self.adding.as_ref().map(|adding| adding.url.clone()) {
            self.end_adding(&url, error.code(), &error.to_string());
        }
    }

    /// A relay will not take the account, or cannot be asked. Whoever waits is told.
    pub(super) fn refuse_adding(&mut self, url: &str, code: &str, text: &str) {
        let knocking =
            |adding: &Adding| adding.url == url && matches!(adding.stage, Stage::Knocking);
        if self.adding.as_ref().is_some_and(knocking) {
            self.end_adding(url, code, text);
        }
    }

    fn end_adding(&mut self, url: &str, code: &str, text: &str) {
        self.adding = None;
        self.effects.push(Effect::Settled(Outcome::HomeRefused {
            url: url.to_owned(),
            code: code.to_owned(),
            text: text.to_owned(),
        }));
    }
}
