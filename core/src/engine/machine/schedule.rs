//! What is to be done now: which connections there should be, and which lanes can move.

use std::collections::BTreeSet;

use sotto_wire::ids::AccountId;

use super::link::Link;
use super::{ConnId, ConnKind, Effect, Machine, RelayAddress};
use crate::clock::Now;
use crate::engine::{EngineError, housekeeping, routes, seal, vanish};
use crate::model::{ContactStanding, Standing};
use crate::store::tables::{contacts, messages, outgoing, parked};

impl Machine {
    pub(super) fn schedule(&mut self, now: Now) {
        self.drop_dead_links(now);
        self.let_messages_go(now);
        if self.me.is_none() {
            return self.found(now);
        }
        match self.standing() {
            Some(Standing::Unregistered) => self.reach_home(now),
            Some(Standing::Joining) => self.join(now),
            Some(Standing::Active) => self.act(now),
            Some(Standing::Cloned | Standing::Removed | Standing::Closed) | None => {
                self.close_all(now)
            }
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
                .chain([lane.fetch_after, lane.not_before])
        });
        let stored: Result<Vec<u64>, EngineError> = self.store.read(|view| {
            let due =
                housekeeping::next_due(view)?.map(|at| if self.online() { at } else { u64::MAX });
            Ok(outgoing::next_due(view, now.ms())?
                .into_iter()
                .chain(due)
                .chain(messages::next_expiry(view)?)
                .collect())
        });
        // What is due already waits for an event, not for the clock; except where the store failed.
        let stored = stored.unwrap_or_else(|_| vec![now.ms() + crate::clock::SECOND]);
        let overdue = |at: &u64| *at > now.ms();
        let timers = deadlines
            .chain(backoffs)
            .chain(lanes)
            .chain([self.intent_after])
            .filter(overdue);
        let soon = |at: u64| at.max(now.ms() + 1);
        timers
            .chain(stored.into_iter().map(soon))
            .filter(|at| *at < u64::MAX >> 1)
            .min()
    }

    /// Whether this process may seal: it has shown the relay a higher boot counter than any copy.
    pub(super) fn online(&self) -> bool {
        self.device_link().is_some_and(|(_, link)| link.is_ready())
    }

    pub(super) fn device_link(&self) -> Option<(ConnId, &Link)> {
        self.links
            .iter()
            .find(|(_, link)| link.kind == ConnKind::Device)
            .map(|(conn, link)| (*conn, link))
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
        if let Some(home) = self.home() {
            self.reach(home, ConnKind::Anonymous, now);
        }
    }

    /// A device that waits to be added looks at the account's chain until it is.
    fn join(&mut self, now: Now) {
        let Some(home) = self.home() else { return };
        let Some(account) = self.me.as_ref().map(|me| me.account) else {
            return;
        };
        if let Some(conn) = self.reach(home, ConnKind::Anonymous, now) {
            let lane = self.lane(&account);
            if !lane.in_flight && now.ms() >= lane.fetch_after {
                self.fetch_chain(account, conn, now);
            }
        }
    }

    fn act(&mut self, now: Now) {
        let Some(home) = self.home() else { return };
        if self.unknown_at_relay {
            self.reach(home, ConnKind::Anonymous, now);
            return;
        }
        self.leave_former_homes(&home.url, now);
        let device = self.reach(home.clone(), ConnKind::Device, now);
        if self.own_chain_wanted
            && let Some(conn) = device.or_else(|| self.reach(home, ConnKind::Anonymous, now))
        {
            self.look_at_own_chain(conn, now);
        }
        let Some(device) = device else { return };
        self.keep_house(now);
        self.post_intent(device, now);
        self.move_lanes(device, now);
        self.fetch_wanted(now);
    }

    /// Messages whose time is over go, whether or not there is a network.
    fn let_messages_go(&mut self, now: Now) {
        let due: Result<_, EngineError> = self.store.read(|view| Ok(messages::next_expiry(view)?));
        if self.me.is_some() && due.is_ok_and(|due| due.is_some_and(|at| at <= now.ms())) {
            self.attempt(now, |tx, cx| vanish::expire(tx, cx));
        }
    }

    fn keep_house(&mut self, now: Now) {
        let due: Result<_, EngineError> = self.store.read(housekeeping::next_due);
        if due.is_ok_and(|due| due.is_some_and(|at| at <= now.ms())) {
            self.attempt(now, housekeeping::due);
        }
    }

    /// The account has moved house: this device logs in at the new one.
    fn leave_former_homes(&mut self, home: &str, now: Now) {
        let former = |link: &Link| link.kind == ConnKind::Device && link.relay.url != home;
        let left: Vec<ConnId> = self
            .links
            .iter()
            .filter(|(_, link)| former(link))
            .map(|(conn, _)| *conn)
            .collect();
        for conn in left {
            self.drop_link(conn, now);
        }
    }

    fn look_at_own_chain(&mut self, conn: ConnId, now: Now) {
        let Some(account) = self.me.as_ref().map(|me| me.account) else {
            return;
        };
        let lane = self.lane(&account);
        if !lane.in_flight && now.ms() >= lane.fetch_after {
            self.fetch_chain(account, conn, now);
        }
    }

    fn move_lanes(&mut self, device: ConnId, now: Now) {
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
                Some(device)
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
                self.own_chain_wanted = true;
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

    /// A ready connection to the relay where an account gets its mail: the first that it names.
    fn reach_account(&mut self, account: AccountId, now: Now) -> Option<ConnId> {
        let relay = self.routes(&account).into_iter().next()?;
        self.reach(relay, ConnKind::Anonymous, now)
    }

    fn is_contact(&self, account: &AccountId) -> bool {
        let contact: Result<_, EngineError> =
            self.store.read(|view| Ok(contacts::get(view, account)?));
        contact.is_ok_and(|contact| {
            contact.is_some_and(|contact| contact.standing == ContactStanding::Accepted)
        })
    }

    fn home(&self) -> Option<RelayAddress> {
        self.routes(&self.me.as_ref()?.account).into_iter().next()
    }

    pub(super) fn routes(&self, account: &AccountId) -> Vec<RelayAddress> {
        let routes: Result<Vec<_>, EngineError> = self.store.read(|view| routes::of(view, account));
        let routes = routes.unwrap_or_default().into_iter();
        routes
            .map(|route| RelayAddress {
                url: route.url,
                key: Some(route.key),
            })
            .collect()
    }

    /// The ready connection of this kind to a relay; if there is none, one is begun when it may be.
    fn reach(&mut self, relay: RelayAddress, kind: ConnKind, now: Now) -> Option<ConnId> {
        let found = self
            .links
            .iter()
            .find(|(_, link)| link.kind == kind && link.relay.url == relay.url);
        if let Some((conn, link)) = found {
            let (conn, ready, worn) =
                (*conn, link.is_ready(), link.is_worn(now) && !link.is_busy());
            if worn {
                self.leave(conn);
                return self.reach(relay, kind, now);
            }
            return ready.then_some(conn);
        }
        if self
            .backoffs
            .get(&(relay.url.clone(), kind))
            .is_some_and(|backoff| now.ms() < backoff.until)
        {
            return None;
        }
        let conn = ConnId(self.next_conn);
        self.next_conn += 1;
        self.links.insert(conn, Link::new(relay.clone(), kind, now));
        self.effects.push(Effect::Connect { conn, relay, kind });
        None
    }

    /// Ends connections that answer no more, and anonymous ones that have served their time.
    fn drop_dead_links(&mut self, now: Now) {
        let dead = |link: &Link| link.is_dead(now);
        let worn =
            |link: &Link| link.kind == ConnKind::Anonymous && link.is_worn(now) && !link.is_busy();
        let all: Vec<(ConnId, bool)> = self
            .links
            .iter()
            .filter(|(_, link)| dead(link) || worn(link))
            .map(|(conn, link)| (*conn, dead(link)))
            .collect();
        for (conn, dead) in all {
            if dead {
                self.drop_link(conn, now);
            } else {
                self.leave(conn);
            }
        }
    }

    /// Ends a connection that did nothing wrong.
    fn leave(&mut self, conn: ConnId) {
        self.effects.push(Effect::Close { conn });
        self.links.remove(&conn);
    }

    fn close_all(&mut self, now: Now) {
        let all: Vec<ConnId> = self.links.keys().copied().collect();
        for conn in all {
            self.drop_link(conn, now);
        }
        self.backoffs.clear();
    }
}
