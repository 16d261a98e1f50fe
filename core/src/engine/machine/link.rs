//! One connection and what was asked on it.

use std::collections::BTreeMap;

use sotto_wire::ids::{AccountId, Head, MailboxId, RelayKey};
use sotto_wire::proto::PublishKeys;

use super::{ConnKind, Phase, RelayAddress};
use crate::clock::{HOUR, MINUTE, Now, SECOND};
use crate::engine::keys::Stock;
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
/// The same for a relay that has nothing to give but old mail, or that has refused the account.
const LONG_PAUSE: u64 = HOUR;
/// How often a relay is asked for news of our own chain while a connection lasts.
const AUDIT: u64 = HOUR;
/// A home that has not let us in for so long is not waited for before something is sealed.
const GRACE: u64 = 5 * SECOND;

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
    Close,
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
    /// Of a device's connection: the mail that waited has come.
    pub drained: bool,
    /// Digest of the delivery keys that the relay was last given.
    pub slots_held: Option<Vec<u8>>,
    /// What the relay holds of our pre-keys.
    pub stock: Stock,
    /// The head of our own chain there, as far as is known.
    pub head: Option<Head>,
    /// When the relay may be given, or asked for, statements of our own chain again.
    pub chain_after: u64,
    /// When the relay is next asked whether there is anything new on it: it does not tell by itself.
    pub audit_at: u64,
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
            drained: false,
            slots_held: None,
            stock: Stock::default(),
            head: None,
            chain_after: 0,
            audit_at: now.ms() + AUDIT,
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

    /// Where a device's connection stands.
    pub fn phase(&self) -> Phase {
        match (self.is_ready(), self.drained) {
            (false, _) => Phase::Connecting,
            (true, false) => Phase::Draining,
            (true, true) => Phase::Live,
        }
    }

    /// Whether it is time to ask for news of our own chain; if so, the next time is set.
    pub fn is_audit_due(&mut self, now: Now) -> bool {
        let due = now.ms() >= self.audit_at;
        if due {
            self.audit_at = now.ms() + AUDIT;
        }
        due
    }

    /// When it is no longer waited for.
    pub fn grace_ends(&self) -> u64 {
        self.opened_at + GRACE
    }

    /// Whether statements of our own chain are on their way, either way.
    pub fn is_on_chain(&self) -> bool {
        self.pending
            .values()
            .any(|(pending, _)| matches!(pending, Pending::Append { .. } | Pending::Chain { .. }))
    }

    /// Whether pre-keys or delivery keys are on their way.
    pub fn is_on_keys(&self) -> bool {
        self.pending
            .values()
            .any(|(pending, _)| matches!(pending, Pending::Publish(_) | Pending::Slots))
    }

    /// Whether this device is being made known.
    pub fn is_registering(&self) -> bool {
        self.pending
            .values()
            .any(|(pending, _)| matches!(pending, Pending::Register))
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

/// How long the pauses may become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patience {
    Short,
    Long,
}

impl Backoff {
    /// 1, 2, 4 … 60 s with full jitter; up to an hour where there is no hurry.
    pub fn failed(&mut self, patience: Patience, random: &mut Random, now: Now) {
        let longest = match patience {
            Patience::Short => MAX_PAUSE,
            Patience::Long => LONG_PAUSE,
        };
        let ceiling = (SECOND << self.failures.min(12)).min(longest);
        self.failures = self.failures.saturating_add(1);
        self.until = now.ms() + random.below(ceiling);
    }

    /// It makes no sense to try again soon.
    pub fn refused(&mut self, now: Now) {
        self.until = self.until.max(now.ms() + LONG_PAUSE);
    }
}
