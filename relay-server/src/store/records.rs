//! The shapes that cross the seam between the relay and an engine.

use sotto_wire::delivery::SlotId;
use sotto_wire::ids::{AccountId, EnvelopeId, Head, MailboxId};
use sotto_wire::proto::{Lane, OneTimeKemKey, OneTimeKey, SignedKeys};

use super::Day;

/// One put: items for mailboxes of one account, with what they share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutRecord {
    /// One per mailbox.
    pub items: Vec<ItemRecord>,
    /// Follows every item's header; may be empty.
    pub body: Vec<u8>,
    /// The envelopes are deleted when this day begins.
    pub expires: Day,
}

/// One recipient of a put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemRecord {
    /// Whose.
    pub mailbox: MailboxId,
    /// The idempotency key.
    pub envelope: EnvelopeId,
    /// What this recipient gets before the body.
    pub header: Vec<u8>,
    /// Under which quota.
    pub lane: Lane,
}

/// What became of a put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Appended {
    /// Durable. Per item its sequence number, or `None` if it was there before.
    Stored(Vec<Option<u64>>),
    /// The lane's share of a mailbox is used up; nothing is stored.
    Full,
    /// A mailbox does not exist or was removed; nothing is stored.
    NoMailbox,
}

/// A stored envelope, as it is delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Dense per mailbox, from 1.
    pub seq: u64,
    /// The sender's id for it.
    pub id: EnvelopeId,
    /// Header ‖ body.
    pub sealed: Vec<u8>,
    /// How it came in.
    pub lane: Lane,
}

/// How much to read at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageLimit {
    /// At most so many envelopes.
    pub envelopes: usize,
    /// At most so many bytes, but always the first envelope if there is one.
    pub bytes: usize,
}

/// Consecutive envelopes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Oldest first.
    pub envelopes: Vec<Envelope>,
    /// Whether another follows.
    pub more: bool,
}

/// Where a mailbox stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Everything up to here was acknowledged.
    pub acked: u64,
    /// The highest sequence number ever given out.
    pub last: u64,
}

/// How much of one lane may wait in one mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// Envelopes.
    pub envelopes: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// The quotas of the four lanes. By default 100,000 envelopes and 512 MiB in all, half of it for
/// the account's own devices, so that no stranger can silence them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Quotas {
    /// From devices of the same account.
    pub siblings: Quota,
    /// From holders of the delivery secret.
    pub contacts: Quota,
    /// From holders of a link.
    pub links: Quota,
    /// From other accounts that have logged in.
    pub strangers: Quota,
}

impl Default for Quotas {
    fn default() -> Self {
        const MIB: u64 = 1 << 20;
        Self {
            siblings: Quota {
                envelopes: 50_000,
                bytes: 256 * MIB,
            },
            contacts: Quota {
                envelopes: 40_000,
                bytes: 192 * MIB,
            },
            links: Quota {
                envelopes: 9_900,
                bytes: 56 * MIB,
            },
            strangers: Quota {
                envelopes: 100,
                bytes: 8 * MIB,
            },
        }
    }
}

/// What is known of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRecord {
    /// Encoded statements in the order they were accepted, void ones included.
    pub statements: Vec<Vec<u8>>,
    /// Whether it was closed here.
    pub closed: bool,
    /// The encoded `SetSlots`, if any.
    pub slots: Option<Vec<u8>>,
    /// Since which day a slot has been retiring.
    pub retired: Vec<(SlotId, Day)>,
}

/// A device as the chain names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceRecord {
    /// Its mailbox.
    pub mailbox: MailboxId,
    /// libsignal's identity key: no two accounts may have the same.
    pub identity_key: [u8; 33],
}

/// A verified change of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainChange {
    /// Whose.
    pub account: AccountId,
    /// The head that the change was verified on; `None`: the account is new.
    pub expected: Option<Head>,
    /// Encoded statements to append.
    pub statements: Vec<Vec<u8>>,
    /// The head afterwards.
    pub head: Head,
    /// Every device that is active afterwards.
    pub devices: Vec<DeviceRecord>,
    /// Whether the account is closed afterwards.
    pub closed: bool,
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainChanged {
    /// Durable; these mailboxes are no more.
    Done {
        /// Devices that were active before and are not now.
        removed: Vec<MailboxId>,
    },
    /// The head is another.
    Conflict,
    /// A mailbox or an identity key belongs to another account.
    Taken,
}

/// What became of a boot counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Boot {
    /// Durable.
    Raised,
    /// Not above this stored one.
    Stale(u64),
    /// The device is gone.
    Gone,
}

/// Keys that a device publishes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Publication {
    /// New signed keys, if any.
    pub keys: Option<SignedKeys>,
    /// Elliptic-curve keys.
    pub one_time: Vec<OneTimeKey>,
    /// KEM keys.
    pub one_time_kem: Vec<OneTimeKemKey>,
    /// Forget the one-time keys published before.
    pub replace: bool,
    /// At most so many one-time keys of a kind are kept.
    pub at_most: u32,
}

/// What became of a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// Durable.
    Done,
    /// A higher generation of signed keys is stored.
    Outdated,
    /// There would be too many one-time keys.
    TooMany,
    /// The device is gone.
    Gone,
}

/// What is left of a device's keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyStock {
    /// One-time elliptic-curve keys.
    pub one_time: u32,
    /// One-time KEM keys.
    pub one_time_kem: u32,
    /// Generation of the signed keys, 0 for none.
    pub generation: u64,
}
