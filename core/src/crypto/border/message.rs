//! libsignal's two pairwise messages, read before libsignal reads them.

use prost::Message;

use super::key::{agreement_key, identity_key};
use super::pq::{self, PqPlace};
use crate::crypto::error::Fault;

/// First byte of both messages: version 4 in both halves. Version 3 would be a session without
/// any post-quantum part.
const VERSION: u8 = 0x44;
/// Length of the MAC behind a ratchet message, in bytes.
const MAC: usize = 8;
/// A Kyber-1024 ciphertext with its type byte.
const KEM_CIPHERTEXT: usize = 1569;
/// The registration id of every device.
pub(in crate::crypto) const REGISTRATION: u32 = 1;

/// Mirror of libsignal's `SignalMessage`.
#[derive(Clone, PartialEq, Message)]
struct SignalMessage {
    #[prost(bytes = "vec", optional, tag = "1")]
    ratchet_key: Option<Vec<u8>>,
    #[prost(uint32, optional, tag = "2")]
    counter: Option<u32>,
    #[prost(bytes = "vec", optional, tag = "4")]
    ciphertext: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "5")]
    pq_ratchet: Option<Vec<u8>>,
}

/// Mirror of libsignal's `PreKeySignalMessage`.
#[derive(Clone, PartialEq, Message)]
struct PreKeySignalMessage {
    #[prost(uint32, optional, tag = "1")]
    pre_key_id: Option<u32>,
    #[prost(bytes = "vec", optional, tag = "2")]
    base_key: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "3")]
    identity_key: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "4")]
    message: Option<Vec<u8>>,
    #[prost(uint32, optional, tag = "5")]
    registration_id: Option<u32>,
    #[prost(uint32, optional, tag = "6")]
    signed_pre_key_id: Option<u32>,
    #[prost(uint32, optional, tag = "7")]
    kyber_pre_key_id: Option<u32>,
    #[prost(bytes = "vec", optional, tag = "8")]
    kyber_ciphertext: Option<Vec<u8>>,
}

/// The place of a message in its sender's chains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::crypto) struct RatchetMessage {
    /// Names the chain.
    pub ratchet_key: [u8; 33],
    /// Its number in the chain, from 0.
    pub counter: u32,
    /// Its place in the post-quantum chain.
    pub pq: PqPlace,
}

impl RatchetMessage {
    /// Reads a message of an existing session.
    pub(in crate::crypto) fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let body = body(bytes)?;
        let length = body.len().checked_sub(MAC).ok_or(Fault::Malformed)?;
        let body = body.get(..length).ok_or(Fault::Malformed)?;
        let message = SignalMessage::decode(body).map_err(|_| Fault::Malformed)?;
        if message.ciphertext.is_none() {
            return Err(Fault::Malformed);
        }
        Ok(Self {
            ratchet_key: agreement_key(&message.ratchet_key.ok_or(Fault::Malformed)?)?,
            counter: message.counter.ok_or(Fault::Malformed)?,
            pq: pq::parse(&message.pq_ratchet.unwrap_or_default())?,
        })
    }
}

/// A message that founds a session, or repeats what founds it until there is an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::crypto) struct FirstMessage {
    /// The sender's key for this one session; names the session.
    pub base_key: [u8; 33],
    /// The sender's identity key, as it says.
    pub identity_key: [u8; 33],
    /// Our signed pre-key.
    pub signed_id: u32,
    /// Our KEM pre-key.
    pub kem_id: u32,
    /// What is inside.
    pub message: RatchetMessage,
}

impl FirstMessage {
    /// Reads a first message.
    pub(in crate::crypto) fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let message = PreKeySignalMessage::decode(body(bytes)?).map_err(|_| Fault::Malformed)?;
        if message.registration_id != Some(REGISTRATION) {
            return Err(Fault::Malformed);
        }
        if message.kyber_ciphertext.map(|bytes| bytes.len()) != Some(KEM_CIPHERTEXT) {
            return Err(Fault::Malformed);
        }
        Ok(Self {
            base_key: identity_key(&message.base_key.ok_or(Fault::Malformed)?)?,
            identity_key: identity_key(&message.identity_key.ok_or(Fault::Malformed)?)?,
            signed_id: message.signed_pre_key_id.ok_or(Fault::Malformed)?,
            kem_id: message.kyber_pre_key_id.ok_or(Fault::Malformed)?,
            message: RatchetMessage::parse(&message.message.ok_or(Fault::Malformed)?)?,
        })
    }
}

fn body(bytes: &[u8]) -> Result<&[u8], Fault> {
    match bytes.split_first() {
        None => Err(Fault::Malformed),
        Some((&VERSION, body)) => Ok(body),
        Some(_) => Err(Fault::Version),
    }
}
