//! The outermost layer: sealed sender.

use prost::Message;
use sotto_wire::size;

use super::key::{agreement_key, agreement_point};
use crate::crypto::error::Fault;

/// One recipient, for everything that is pairwise.
pub(in crate::crypto) const V1: u8 = 0x11;
/// One of many recipients, for sender keys. 0x23 is the form that is sent, never one that arrives.
pub(in crate::crypto) const V2: u8 = 0x22;

/// Where the ephemeral key of a version 2 begins behind the version byte: after the encrypted key
/// (32) and the tag (16).
const V2_EPHEMERAL: usize = 48;

/// Mirror of libsignal's `UnidentifiedSenderMessage`.
#[derive(Clone, PartialEq, Message)]
struct UnidentifiedSenderMessage {
    #[prost(bytes = "vec", optional, tag = "1")]
    ephemeral_public: Option<Vec<u8>>,
}

/// What kind of seal it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::crypto) enum Seal {
    /// For one recipient.
    One,
    /// For many.
    Many,
}

/// Refuses an envelope that is not of a size class, of an unknown version, or whose ephemeral key
/// must not be computed with.
pub(in crate::crypto) fn check(sealed: &[u8]) -> Result<Seal, Fault> {
    if !size::is_class(sealed.len()) {
        return Err(Fault::Malformed);
    }
    match sealed.split_first() {
        Some((&V1, rest)) => {
            let message = UnidentifiedSenderMessage::decode(rest).map_err(|_| Fault::Malformed)?;
            agreement_key(&message.ephemeral_public.ok_or(Fault::Malformed)?)?;
            Ok(Seal::One)
        }
        Some((&V2, rest)) => {
            let ephemeral = rest
                .get(V2_EPHEMERAL..V2_EPHEMERAL + 32)
                .ok_or(Fault::Malformed)?;
            agreement_point(ephemeral)?;
            Ok(Seal::Many)
        }
        _ => Err(Fault::Version),
    }
}
