//! What is to be done now: which connections there should be, and which lanes can move.

use std::collections::BTreeSet;

use sotto_wire::ids::AccountId;

use super::link::Link;
use super::{ConnId, ConnKind, Machine, RelayAddress};
use crate::clock::Now;
use crate::engine::{EngineError, housekeeping, seal, settle, vanish};
use crate::model::{ContactStanding, Standing};
use crate::store::tables::{contacts, expiry, outgoing, parked};

impl Machine {
    pub(super) fn schedule(&mut self, now: Now) {
        self.look_at_house(now);
        self.drop_dead_links(now);
        self.let_messages_go(now);
        if self.me.is_none() {
            return self.found(now);
        }
        match self.standing() {
            Some(Standing::Unregistered) => self.reach_home(now),
            Some(Standing::Joining) => self.join(now),
            Some(Standing::Active) => self.act(now),
            Some(Standing::Closed) => self.wind_up(now),
            Some(Standing::Cloned | Standing::Removed) | None => self.close_all(now),
        }
    }

    /// When [`Machine::handle`] should be called again, in milliseconds since the Unix epoch.
    #[must_use]
    pub fn next_wake(&self, now: Now) -> Option<u64> {
        let deadlines = self.links.values().filter_map(Link::deadline);
        let backoffs = self.backoffs.values().map(|backoff| backoff.until);
        let lanes = self.lanes.values().flat_map(|lane| {
            lane.waiting
                .values()
                .map(|waiting| waiting.until)
                .chain(lane.shunned())
                .chain([lane.fetch_after, lane.not_before])
        });
        let own = self
            .links
            .values()
            .filter(|link| link.kind == ConnKind::Device);
        let own = own.flat_map(|link| [link.grace_ends(), link.chain_after, link.audit_at]);
        let stored: Result<Vec<u64>, EngineError> = self.store.read(|view| {
            let due = housekeeping::next_due(view)?
                .map(|at| if self.online(now) { at } else { u64::MAX });
            Ok(outgoing::next_due(view, now.ms())?
                .into_iter()
                .chain(due)
                .chain(expiry::next_expiry(view)?)
                .collect())
        });
        // What is due already waits for an event, not for the clock; except where the store failed.
        let stored = stored.unwrap_or_else(|_| vec![now.ms() + crate::clock::SECOND]);
        let overdue = |at: &u64| *at > now.ms();
        let timers = deadlines
            .chain(backoffs)
            .chain(lanes)
            .chain(own)
            .chain([self.intent_after])
            .filter(overdue);
        let soon = |at: u64| at.max(now.ms() + 1);
        timers
            .chain(stored.into_iter().map(soon))
            .filter(|at| *at < u64::MAX >> 1)
            .min()
    }

    fn found(&mut self, now: Now) {
        if let Some(founding) = &self.founding {
            let relay = RelayAddress {
                url: founding.url.clone(),
                key: None,
            };
            self.reach(relay, ConnKind::Anonymous, now);
        }
    }

    fn reach_home(&mut self, now: Now) {
        if let Some(home) = self.house.homes.first().cloned() {
            self.reach(home, ConnKind::Anonymous, now);
        }
    }

    /// A device that waits to be added looks at the account's chain until it is.
    fn join(&mut self, now: Now) {
        let Some(account) = self.me.as_ref().map(|me| me.account) else {
            return;
        };
        if let Some(conn) = self.reach_account(account, now) {
            let lane = self.lane(&account);
            if !lane.in_flight && now.ms() >= lane.fetch_after {
                self.fetch_chain(account, conn, now);
            }
        }
    }

    fn act(&mut self, now: Now) {
        self.pursue_adding(now);
        self.attend_relays(now);
        if self.own_chain_wanted {
            self.look_at_own_chain(now);
        }
        self.bring_chains(now);
        self.post_intent(now);
        let (true, Some(home)) = (self.online(now), self.home_conn()) else {
            return;
        };
        self.keep_house(now);
        self.move_lanes(Some(home), now);
        self.fetch_wanted(now);
    }

    /// Messages whose time is over go, whether or not there is a network.
    fn let_messages_go(&mut self, now: Now) {
        let due: Result<_, EngineError> = self.store.read(|view| Ok(expiry::next_expiry(view)?));
        if self.me.is_some() && due.is_ok_and(|due| due.is_some_and(|at| at <= now.ms())) {
            self.attempt(now, |tx, cx| vanish::expire(tx, cx));
        }
    }

    /// The account is closed: its relays and its contacts are told, and then there is peace.
    fn wind_up(&mut self, now: Now) {
        self.settle_intents(now);
        self.attend_relays(now);
        self.bring_chains(now);
        if !self.proven {
            // This process cannot know whether it runs on an old copy: no relay tells a closed
            // account.
            self.attempt(now, |tx, _| settle::keep_sealed(tx));
        }
        self.move_lanes(None, now);
        let open: Result<Vec<AccountId>, EngineError> = self.store.read(seal::open_accounts);
        if self.house.left.is_empty() && open.is_ok_and(|open| open.is_empty()) {
            self.close_all(now);
        }
    }

    /// Logs in to every relay of ours; where one does not know us, it is told first.
    fn attend_relays(&mut self, now: Now) {
        self.leave_strange_relays(now);
        for relay in self.own_relays() {
            if self.unknown_at.contains(&relay.url) {
                if let Some(conn) = self.reach(relay, ConnKind::Anonymous, now) {
                    self.register(conn, None, now);
                }
            } else {
                self.reach(relay, ConnKind::Device, now);
            }
        }
    }

    fn keep_house(&mut self, now: Now) {
        let due: Result<_, EngineError> = self.store.read(housekeeping::next_due);
        if due.is_ok_and(|due| due.is_some_and(|at| at <= now.ms())) {
            self.attempt(now, housekeeping::due);
        }
    }

    fn look_at_own_chain(&mut self, now: Now) {
        let Some(account) = self.me.as_ref().map(|me| me.account) else {
            return;
        };
        let lane = self.lane(&account);
        if lane.in_flight || now.ms() < lane.fetch_after {
            return;
        }
        let logged_in = self.device_conns();
        if logged_in.is_empty()
            && let Some(conn) = self.reach_account(account, now)
        {
            self.fetch_chain(account, conn, now);
        }
        // Any of them may be the one that is behind.
        for conn in logged_in {
            self.fetch_chain(account, conn, now);
        }
    }

    fn move_lanes(&mut self, home: Option<ConnId>, now: Now) {
        let open: Result<Vec<AccountId>, EngineError> = self.store.read(seal::open_accounts);
        let waited = self.lanes.iter().filter(|(_, lane)| lane.has_waited(now));
        let waited: Vec<AccountId> = waited.map(|(account, _)| *account).collect();
        let all: BTreeSet<AccountId> = open.unwrap_or_default().into_iter().chain(waited).collect();
        for account in all {
            let lane = self.lane(&account);
            if lane.in_flight || now.ms() < lane.not_before {
                continue;
            }
            let conn = if self.is_own(&account) {
                home
            } else {
                self.reach_account(account, now)
            };
            if let Some(conn) = conn {
                self.step(account, conn, now);
            }
        }
    }

    /// Chains that parked envelopes, or the person, wait for.
    fn fetch_wanted(&mut self, now: Now) {
        let accounts: Result<Vec<AccountId>, EngineError> =
            self.store.read(|view| Ok(parked::accounts(view)?));
        let wanted = self.lanes.iter().filter(|(_, lane)| lane.chain_wanted);
        let wanted: Vec<AccountId> = wanted.map(|(account, _)| *account).collect();
        let all: BTreeSet<AccountId> = accounts
            .unwrap_or_default()
            .into_iter()
            .chain(wanted)
            .collect();
        for account in all {
            if self.is_own(&account) {
                // At once: nothing else may happen here for a long time.
                self.own_chain_wanted = true;
                self.look_at_own_chain(now);
                continue;
            }
            // Nobody but a contact makes us connect to a relay of their choice.
            if !self.is_contact(&account) {
                continue;
            }
            let lane = self.lane(&account);
            if lane.in_flight || now.ms() < lane.fetch_after.max(lane.not_before) {
                continue;
            }
            if let Some(conn) = self.reach_account(account, now) {
                self.fetch_chain(account, conn, now);
            }
        }
    }

    fn is_contact(&self, account: &AccountId) -> bool {
        let contact: Result<_, EngineError> =
            self.store.read(|view| Ok(contacts::get(view, account)?));
        contact.is_ok_and(|contact| {
            contact.is_some_and(|contact| contact.standing == ContactStanding::Accepted)
        })
    }
}
