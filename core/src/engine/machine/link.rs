//! One connection and what was asked on it.

use std::collections::BTreeMap;

use sotto_wire::ids::{AccountId, MailboxId, RelayKey};
use sotto_wire::proto::PublishKeys;

use super::{ConnKind, RelayAddress};
use crate::clock::{HOUR, MINUTE, Now, SECOND};
use crate::random::Random;

/// An answer that takes longer will not come: the connection is dead.
const PATIENCE: u64 = 30 * SECOND;
/// An anonymous connection is left after this, so that what goes over it is not one person's day.
const MAX_AGE: u64 = 10 * MINUTE;
const MAX_SENDS: u64 = 200;
/// A device logs in anew after this: pre-keys are filled up, and the boot counter rises.
const MAX_LOGIN_AGE: u64 = 12 * HOUR;
/// The longest pause before connecting again.
const MAX_PAUSE: u64 = 60 * SECOND;

/// A request that has no answer yet.
#[derive(Debug)]
pub(super) enum Pending {
    Register,
    Login,
    Put {
        account: AccountId,
        outgoing: i64,
        mailboxes: Vec<MailboxId>,
    },
    Chain {
        account: AccountId,
    },
    Bundles {
        account: AccountId,
        mailboxes: Vec<MailboxId>,
    },
    Publish(Box<PublishKeys>),
    Slots,
    Append {
        intent: Option<[u8; 16]>,
    },
}

/// How far a connection has come.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Opening,
    Greeting,
    LoggingIn { client_nonce: [u8; 32], boot: u64 },
    Ready,
}

pub(super) struct Link {
    pub relay: RelayAddress,
    pub kind: ConnKind,
    pub stage: Stage,
    pub nonce: [u8; 32],
    pub pending: BTreeMap<u64, (Pending, u64)>,
    next_request: u64,
    opened_at: u64,
    sends: u64,
}

impl Link {
    pub fn new(relay: RelayAddress, kind: ConnKind, now: Now) -> Self {
        Self {
            relay,
            kind,
            stage: Stage::Opening,
            nonce: [0; 32],
            pending: BTreeMap::new(),
            next_request: 1,
            opened_at: now.ms(),
            sends: 0,
        }
    }

    /// The relay's key, once it has greeted.
    pub fn key(&self) -> Option<RelayKey> {
        self.relay.key
    }

    pub fn is_ready(&self) -> bool {
        self.stage == Stage::Ready
    }

    pub fn is_busy(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Whether nothing is awaited of it, not even that it opens.
    pub fn is_at_rest(&self) -> bool {
        self.is_ready() && !self.is_busy()
    }

    /// Notes a request and gives it its number.
    pub fn ask(&mut self, pending: Pending, now: Now) -> u64 {
        let request = self.next_request;
        self.next_request += 1;
        self.sends += 1;
        self.pending.insert(request, (pending, now.ms() + PATIENCE));
        request
    }

    /// Whether an answer is overdue, or a connection stuck on its way.
    pub fn is_dead(&self, now: Now) -> bool {
        let stuck = !self.is_ready() && now.ms() >= self.opened_at + PATIENCE;
        stuck
            || self
                .pending
                .values()
                .any(|(_, deadline)| *deadline <= now.ms())
    }

    /// When [`Link::is_dead`], or for an anonymous one [`Link::is_worn`], may change.
    pub fn deadline(&self) -> Option<u64> {
        let stuck = (!self.is_ready()).then_some(self.opened_at + PATIENCE);
        let worn = (self.kind == ConnKind::Anonymous).then_some(self.opened_at + MAX_AGE);
        self.pending
            .values()
            .map(|(_, deadline)| *deadline)
            .chain(stuck)
            .chain(worn)
            .min()
    }

    /// Whether a connection has served its time.
    pub fn is_worn(&self, now: Now) -> bool {
        let age = now.ms().saturating_sub(self.opened_at);
        match self.kind {
            ConnKind::Anonymous => self.sends >= MAX_SENDS || age >= MAX_AGE,
            ConnKind::Device => age >= MAX_LOGIN_AGE,
        }
    }
}

/// When a relay may be tried again.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
    pub until: u64,
}

impl Backoff {
    /// 1, 2, 4 … 60 s with full jitter.
    pub fn failed(&mut self, random: &mut Random, now: Now) {
        let ceiling = (SECOND << self.failures.min(6)).min(MAX_PAUSE);
        self.failures += 1;
        self.until = now.ms() + random.below(ceiling);
    }
}
