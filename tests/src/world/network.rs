//! The network: events in time, and weather.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use rand_chacha::ChaCha20Rng;
use rand09::Rng;
use sotto_core::testing::{ConnId, ConnKind};
use sotto_relay::local::ConnectionId;

use super::{DeviceId, RelayId};

/// How bad the network is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weather {
    /// Latency of a frame in milliseconds, from and to.
    pub latency: (u64, u64),
    /// Chance that a frame is lost, and its connection with it, per thousand.
    pub cut: u32,
    /// Chance that a connection cannot be made, per thousand.
    pub refuse: u32,
    /// Chance that a delivery comes twice, per thousand.
    pub double: u32,
}

impl Weather {
    /// A local network.
    pub const FAIR: Self = Self {
        latency: (1, 5),
        cut: 0,
        refuse: 0,
        double: 0,
    };
    /// A train in the mountains.
    pub const FOUL: Self = Self {
        latency: (5, 1500),
        cut: 60,
        refuse: 200,
        double: 200,
    };

    pub(super) fn cuts(&self, rng: &mut ChaCha20Rng) -> bool {
        rng.random_range(0..1000) < self.cut
    }

    pub(super) fn refuses(&self, rng: &mut ChaCha20Rng) -> bool {
        rng.random_range(0..1000) < self.refuse
    }

    pub(super) fn doubles(&self, rng: &mut ChaCha20Rng) -> bool {
        rng.random_range(0..1000) < self.double
    }
}

/// One connection as the network sees it. Each direction keeps its order.
pub struct Pipe {
    pub(super) relay: RelayId,
    pub(super) at_relay: ConnectionId,
    pub(super) up_at: u64,
    pub(super) down_at: u64,
}

/// Something that is going to happen.
pub(super) enum Event {
    Wake(DeviceId, u64),
    /// To a connection of a device in one of its lives: a process that was started anew names its
    /// connections from the beginning, and what was on its way to the one before it is lost.
    To {
        device: DeviceId,
        life: u32,
        conn: ConnId,
        what: Travelling,
    },
}

/// What is on its way.
pub(super) enum Travelling {
    Connect { url: String, kind: ConnKind },
    Up(Vec<u8>),
    Down(Vec<u8>),
    Gone(Option<u16>),
}

/// What is going to happen, in order.
pub(super) struct Network {
    pub weather: Weather,
    times: BinaryHeap<Reverse<(u64, u64)>>,
    events: BTreeMap<u64, Event>,
    next: u64,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            weather: Weather::FAIR,
            times: BinaryHeap::new(),
            events: BTreeMap::new(),
            next: 0,
        }
    }
}

impl Network {
    pub fn push(&mut self, at: u64, event: Event) {
        self.times.push(Reverse((at, self.next)));
        self.events.insert(self.next, event);
        self.next += 1;
    }

    pub fn pop(&mut self) -> Option<(u64, Event)> {
        let Reverse((at, id)) = self.times.pop()?;
        Some((at, self.events.remove(&id).expect("each event once")))
    }

    pub fn next_at(&self) -> Option<u64> {
        self.times.peek().map(|Reverse((at, _))| *at)
    }

    pub fn latency(&self, rng: &mut ChaCha20Rng) -> u64 {
        let (from, to) = self.weather.latency;
        rng.random_range(from..=to)
    }
}
