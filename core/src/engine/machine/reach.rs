//! Connections: which there are, which are begun, and which are ended.

use sotto_wire::ids::AccountId;

use super::link::{Link, Patience};
use super::{ConnId, ConnKind, Effect, Machine, RelayAddress};
use crate::clock::Now;
use crate::engine::{EngineError, routes};

impl Machine {
    /// The ready connection of this kind to a relay; if there is none, one is begun when it may be.
    pub(super) fn reach(
        &mut self,
        relay: RelayAddress,
        kind: ConnKind,
        now: Now,
    ) -> Option<ConnId> {
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

    /// Whether the latest attempt to reach a relay has failed. Nothing waits for the next one.
    pub(super) fn has_failed(&self, url: &str, kind: ConnKind) -> bool {
        self.backoffs.contains_key(&(url.to_owned(), kind))
    }

    /// How long the pauses before a relay is tried again may become.
    pub(super) fn patience(&self, url: &str) -> Patience {
        if self.has_left(url) {
            Patience::Long
        } else {
            Patience::Short
        }
    }

    /// A ready connection to a relay where an account gets its mail: the first that it names and
    /// that works.
    pub(super) fn reach_account(&mut self, account: AccountId, now: Now) -> Option<ConnId> {
        for relay in self.routes(&account) {
            if self.lane(&account).shuns(relay.key.as_ref(), now) {
                continue;
            }
            let url = relay.url.clone();
            if let Some(conn) = self.reach(relay, ConnKind::Anonymous, now) {
                return Some(conn);
            }
            if !self.has_failed(&url, ConnKind::Anonymous) {
                // It is on its way.
                return None;
            }
        }
        None
    }

    /// A relay would not do what we need for an account: the account's next one is asked, if there
    /// is one that was not asked yet. False where all have refused.
    pub(super) fn turn_to_next(
        &mut self,
        account: &AccountId,
        conn: ConnId,
        pause: u64,
        now: Now,
    ) -> bool {
        let Some(refusing) = self.links.get(&conn).and_then(Link::key) else {
            return false;
        };
        let others = self.routes(account);
        let lane = self.lane(account);
        lane.shun(refusing, now.ms() + pause);
        let left = others
            .iter()
            .any(|relay| !lane.shuns(relay.key.as_ref(), now));
        if !left {
            lane.forgive();
        }
        left
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

    /// Ends this device's connections to relays that are not, or no longer, ours.
    pub(super) fn leave_strange_relays(&mut self, now: Now) {
        let ours = self.own_relays();
        let strange = |link: &Link| {
            link.kind == ConnKind::Device && !ours.iter().any(|relay| relay.url == link.relay.url)
        };
        let all: Vec<ConnId> = self
            .links
            .iter()
            .filter(|(_, link)| strange(link))
            .map(|(conn, _)| *conn)
            .collect();
        for conn in all {
            self.drop_link(conn, now);
        }
    }

    /// Ends connections that answer no more, and anonymous ones that have served their time.
    pub(super) fn drop_dead_links(&mut self, now: Now) {
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

    pub(super) fn close_all(&mut self, now: Now) {
        let all: Vec<ConnId> = self.links.keys().copied().collect();
        for conn in all {
            self.drop_link(conn, now);
        }
        self.backoffs.clear();
    }
}
