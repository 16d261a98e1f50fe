//! The border: what is refused before libsignal sees a byte of it (security rules, section 1).
//!
//! libsignal checks a message's MAC last. Before that it walks chains for as many steps as the
//! message asks for, computes with whatever keys it names, and stops the program at some malformed
//! inputs. So everything is parsed here first, with mirrors of libsignal's own messages, and
//! measured against the states that are stored. Owns no secret and changes nothing.

mod key;
mod message;
mod pq;
mod sealed;

pub(super) use key::{agreement_key, identity_key};
pub(super) use message::{FirstMessage, REGISTRATION, RatchetMessage};
pub(super) use sealed::{Seal, check as check_sealed};

/// How many steps a message may ask of a chain.
pub(super) const MAX_AHEAD: u32 = 1_000;
