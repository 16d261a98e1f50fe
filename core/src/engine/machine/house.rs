//! Our own relays: the homes of the account, those that it has left, and those that it moves to.
//!
//! Every home is logged in to and its mail fetched; the first one puts the account's statements in
//! their order, the others are given what they lack.

use sotto_wire::ids::{Head, RelayKey};

use super::link::Link;
use super::{ConnId, ConnKind, Machine, Phase, RelayAddress};
use crate::clock::Now;
use crate::engine::{EngineError, account, routes};
use crate::store::tables::{chains, intents};

/// Our relays, as the store has them.
#[derive(Default)]
pub(super) struct House {
    /// Where the account lives, first choice first.
    pub homes: Vec<RelayAddress>,
    /// Where it has lived, or where it is to be told that it is closed.
    pub left: Vec<RelayAddress>,
    /// Where it is going to live.
    pub coming: Vec<RelayAddress>,
    /// Where statements are posted.
    pub sequencer: Option<RelayAddress>,
    /// Our head.
    pub head: Option<Head>,
}

/// One of our relays and how the connection to it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayStatus {
    /// Its address.
    pub url: String,
    /// Its key.
    pub key: Option<RelayKey>,
    /// Its place among the homes, from 1; `None` for one that is no home, or no longer.
    pub position: Option<u32>,
    /// The account has left it.
    pub former: bool,
    /// The device's connection to it.
    pub phase: Phase,
}

impl Machine {
    /// Reads from the store where we live.
    pub(super) fn look_at_house(&mut self, now: Now) {
        let Some(me) = self.me.clone() else {
            self.house = House::default();
            return;
        };
        let read: Result<House, EngineError> = self.store.read(|view| {
            let (left, coming) = routes::others(view, now)?;
            let (left, mut coming) = (addresses(left), addresses(coming));
            let mut homes = addresses(routes::own(view, &me.account)?);
            if chains::is_closed(view, &me.account)? {
                // It lives nowhere; relays are only told so.
                homes.clear();
                coming.clear();
            }
            let detour = intents::detour(view)?;
            let on_detour = homes.iter().chain(&coming);
            let mut on_detour = on_detour.filter(|relay| detour.is_some() && relay.key == detour);
            let sequencer = match detour {
                Some(_) => on_detour.next().cloned(),
                None => homes.first().cloned(),
            };
            Ok(House {
                sequencer,
                head: account::own_head(view, &me.account)?,
                homes,
                left,
                coming,
            })
        });
        match read {
            Ok(house) => self.house = house,
            Err(error) => tracing::warn!(code = error.code(), "our relays could not be read"),
        }
    }

    /// All relays that this device logs in to, first choice first.
    pub(super) fn own_relays(&self) -> Vec<RelayAddress> {
        let adding = self.adding.as_ref().and_then(super::Adding::moved_in);
        let house = &self.house;
        let mut all: Vec<RelayAddress> = Vec::new();
        for relay in house
            .homes
            .iter()
            .chain(&house.coming)
            .chain(adding.as_ref())
            .chain(self.hint.as_ref())
            .chain(&house.left)
        {
            if !all.iter().any(|known| known.url == relay.url) {
                all.push(relay.clone());
            }
        }
        all
    }

    /// Whether a relay of ours is one that we have left.
    pub(super) fn has_left(&self, url: &str) -> bool {
        let is_it = |relay: &RelayAddress| relay.url == url;
        self.house.left.iter().any(is_it)
            && !self.house.homes.iter().any(is_it)
            && !self.house.coming.iter().any(is_it)
    }

    /// Where the best connection to a home stands.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.house
            .homes
            .iter()
            .filter_map(|home| self.device_link(&home.url))
            .map(|(_, link)| link.phase())
            .max()
            .unwrap_or(Phase::Offline)
    }

    /// Whether all mail that waited at homes that can be reached is here, and nothing is under way.
    #[must_use]
    pub fn idle(&self) -> bool {
        let homes = &self.house.homes;
        self.phase() == Phase::Live
            && homes.iter().all(|home| {
                self.device_link(&home.url)
                    .is_some_and(|(_, link)| link.phase() == Phase::Live)
                    || self.has_failed(&home.url, ConnKind::Device)
            })
            && self.links.values().all(|link| {
                link.is_at_rest()
                    || (!link.is_ready() && self.has_failed(&link.relay.url, link.kind))
            })
    }

    /// Our relays, and how the connection to each is.
    pub fn relays(&mut self, now: Now) -> Vec<RelayStatus> {
        self.look_at_house(now);
        let status = |relay: &RelayAddress, position, former| RelayStatus {
            url: relay.url.clone(),
            key: relay.key,
            position,
            former,
            phase: self
                .device_link(&relay.url)
                .map_or(Phase::Offline, |(_, link)| link.phase()),
        };
        let house = &self.house;
        let homes = (1_u32..).zip(&house.homes);
        let homes = homes.map(|(place, relay)| status(relay, Some(place), false));
        let coming = house.coming.iter().map(|relay| status(relay, None, false));
        let left = house.left.iter().filter(|relay| self.has_left(&relay.url));
        let left = left.map(|relay| status(relay, None, true));
        homes.chain(coming).chain(left).collect()
    }

    /// Whether this process may seal: a home has seen a higher boot counter than any copy could
    /// have, and every other home has seen it too unless it cannot be reached. An old copy is
    /// found out by any relay that a newer one has logged in to.
    pub(super) fn online(&self, now: Now) -> bool {
        let homes = &self.house.homes;
        self.home_conn().is_some()
            && homes.iter().all(|home| match self.device_link(&home.url) {
                Some((_, link)) if link.is_ready() => true,
                Some((_, link)) => {
                    now.ms() >= link.grace_ends() || self.has_failed(&home.url, ConnKind::Device)
                }
                None => self.has_failed(&home.url, ConnKind::Device),
            })
    }

    /// This device's connection to a relay.
    pub(super) fn device_link(&self, url: &str) -> Option<(ConnId, &Link)> {
        self.links
            .iter()
            .find(|(_, link)| link.kind == ConnKind::Device && link.relay.url == url)
            .map(|(conn, link)| (*conn, link))
    }

    /// The first home that works.
    pub(super) fn home_conn(&self) -> Option<ConnId> {
        self.house
            .homes
            .iter()
            .filter_map(|home| self.device_link(&home.url))
            .find(|(_, link)| link.is_ready())
            .map(|(conn, _)| conn)
    }

    /// Its relay's key, for links that are given away.
    pub(super) fn working_home(&self) -> Option<RelayKey> {
        self.links.get(&self.home_conn()?)?.key()
    }

    /// All connections on which this device is logged in.
    pub(super) fn device_conns(&self) -> Vec<ConnId> {
        self.links
            .iter()
            .filter(|(_, link)| link.kind == ConnKind::Device && link.is_ready())
            .map(|(conn, _)| *conn)
            .collect()
    }
}

fn addresses(routes: Vec<routes::Route>) -> Vec<RelayAddress> {
    routes
        .into_iter()
        .map(|route| RelayAddress {
            url: route.url,
            key: Some(route.key),
        })
        .collect()
}
