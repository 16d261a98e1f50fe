//! Which rate applies to whom.

use std::sync::{Mutex, PoisonError};

use sotto_wire::delivery::SlotId;
use sotto_wire::ids::{AccountId, MailboxId};
use sotto_wire::proto::Lane;

use crate::config::Limits;
use crate::now::Now;
use crate::rate::{Buckets, Rate, TooFast};

/// Where a connection comes from, as coarse as rates need it. Never stored, never logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Peer {
    /// This machine: exempt from rates.
    Loopback,
    /// An IPv4 address, or the first 64 bits of an IPv6 address.
    Prefix([u8; 8]),
}

impl Peer {
    /// The peer at an address.
    #[must_use]
    pub fn from_address(address: std::net::IpAddr) -> Self {
        use std::net::IpAddr;
        match address.to_canonical() {
            address if address.is_loopback() => Self::Loopback,
            IpAddr::V4(v4) => {
                let [a, b, c, d] = v4.octets();
                Self::Prefix([0, 0, 0, 0, a, b, c, d])
            }
            IpAddr::V6(v6) => {
                let [a, b, c, d, e, f, g, h, ..] = v6.octets();
                Self::Prefix([a, b, c, d, e, f, g, h])
            }
        }
    }
}

/// Who asks for somebody's chain or keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reader {
    Slot(SlotId),
    Account(AccountId),
}

/// Something that is limited, and for whom it is counted.
pub(crate) enum Use {
    Connect,
    Register,
    AnonymousPut,
    AnonymousAppend,
    MailboxPut {
        mailbox: MailboxId,
        lane: Lane,
        retiring: bool,
    },
    StrangerPut(AccountId),
    Bundles(Reader, AccountId),
    ChainRead(Reader, AccountId),
    ChainAppend(AccountId),
    Publish(MailboxId),
}

#[derive(Default)]
struct All {
    connect: Buckets<Peer>,
    register: Buckets<Peer>,
    anonymous_put: Buckets<Peer>,
    anonymous_append: Buckets<Peer>,
    mailbox_put: Buckets<(MailboxId, i32, bool)>,
    stranger_put: Buckets<AccountId>,
    bundles: Buckets<(Reader, AccountId)>,
    chain_read: Buckets<(Reader, AccountId)>,
    chain_append: Buckets<AccountId>,
    publish: Buckets<MailboxId>,
}

/// All the buckets of a relay.
pub(crate) struct Meters {
    limits: Limits,
    all: Mutex<All>,
}

/// A retiring slot gets this fraction of the rate.
const RETIRING_FRACTION: u32 = 20;

impl Meters {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            all: Mutex::default(),
        }
    }

    /// Counts one use by `peer`.
    pub(crate) fn take(&self, peer: Peer, what: Use, now: Now) -> Result<(), TooFast> {
        if peer == Peer::Loopback {
            return Ok(());
        }
        let limits = &self.limits;
        let at = now.monotonic_ms;
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        match what {
            Use::Connect => all.connect.take(peer, limits.connect, at),
            Use::Register => all.register.take(peer, limits.register, at),
            Use::AnonymousPut => all.anonymous_put.take(peer, limits.anonymous_put, at),
            Use::AnonymousAppend => all.anonymous_append.take(peer, limits.anonymous_append, at),
            Use::MailboxPut {
                mailbox,
                lane,
                retiring,
            } => {
                let rate: Rate = limits.mailbox_put;
                let rate = if retiring {
                    rate.divided(RETIRING_FRACTION)
                } else {
                    rate
                };
                all.mailbox_put
                    .take((mailbox, lane as i32, retiring), rate, at)
            }
            Use::StrangerPut(account) => all.stranger_put.take(account, limits.stranger_put, at),
            Use::Bundles(reader, account) => {
                all.bundles.take((reader, account), limits.bundles, at)
            }
            Use::ChainRead(reader, account) => {
                all.chain_read
                    .take((reader, account), limits.chain_read, at)
            }
            Use::ChainAppend(account) => all.chain_append.take(account, limits.chain_append, at),
            Use::Publish(mailbox) => all.publish.take(mailbox, limits.publish, at),
        }
    }
}
