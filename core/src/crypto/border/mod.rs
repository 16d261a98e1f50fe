//! The border: what is refused before libsignal sees a byte of it (security rules, section 1).
//!
//! libsignal checks a message's MAC last. Before that it walks chains for as many steps as the
//! message asks for, computes with whatever keys it names, and stops the program at some malformed
//! inputs. So everything is parsed here first, with mirrors of libsignal's own messages, and
//! measured against the states that are stored. Owns no secret and changes nothing.

pub(super) mod key;
mod message;
mod pq;
mod sealed;

pub(super) use key::identity_key;
pub(super) use message::{FirstMessage, REGISTRATION, RatchetMessage};
pub(super) use sealed::{Seal, check as check_sealed};

/// How many steps a message may ask of a chain. Each costs libsignal a copy of all keys that it
/// holds of that chain.
pub(super) const MAX_AHEAD: u32 = 1_000;

/// How many steps a chain that is new may ask of an archived state. The cost of a walk grows with
/// its square, and there are four of them.
pub(super) const MAX_AHEAD_ARCHIVED: u32 = 250;

/// How many steps it may ask of the post-quantum chain, which runs on while the others turn. They
/// are cheap, a key derivation each.
pub(super) const MAX_PQ_AHEAD: u32 = 2_000;
