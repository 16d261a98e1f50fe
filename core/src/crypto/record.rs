//! What is inside libsignal's session record, as far as we must know it: which chains there are
//! and how far they have been walked, and the order of the states.
//!
//! The states themselves stay bytes: nothing here is ever encoded from a decoded state, so that no
//! field of libsignal's can get lost.

use libsignal_protocol::SessionRecord;
use prost::Message;

use super::border::{MAX_PQ_AHEAD, RatchetMessage};
use super::error::CryptoError;

/// Most archived states that are kept. libsignal keeps 40 and tries each of them.
pub(super) const MAX_ARCHIVED: usize = 4;

/// The session version with a post-quantum key agreement.
const VERSION: u32 = 4;

/// Mirror of `RecordStructure`, with both fields as bytes.
#[derive(Clone, PartialEq, Message)]
struct RecordStructure {
    #[prost(bytes = "vec", optional, tag = "1")]
    current: Option<Vec<u8>>,
    #[prost(bytes = "vec", repeated, tag = "2")]
    archived: Vec<Vec<u8>>,
}

/// Mirror of `SessionStructure`: the fields that the border asks for.
#[derive(Clone, PartialEq, Message)]
struct SessionStructure {
    #[prost(uint32, tag = "1")]
    version: u32,
    #[prost(bytes = "vec", tag = "3")]
    remote_identity: Vec<u8>,
    #[prost(message, repeated, tag = "7")]
    receiver_chains: Vec<ReceiverChain>,
    #[prost(bytes = "vec", tag = "13")]
    base_key: Vec<u8>,
    #[prost(bytes = "vec", tag = "15")]
    pq_ratchet: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
struct ReceiverChain {
    #[prost(bytes = "vec", tag = "1")]
    ratchet_key: Vec<u8>,
    #[prost(message, optional, tag = "3")]
    chain_key: Option<ChainKey>,
}

#[derive(Clone, PartialEq, Message)]
struct ChainKey {
    #[prost(uint32, tag = "1")]
    index: u32,
}

/// Mirror of SPQR's `PqRatchetState`.
#[derive(Clone, PartialEq, Message)]
struct PqState {
    #[prost(message, optional, tag = "2")]
    chain: Option<PqChain>,
}

#[derive(Clone, PartialEq, Message)]
struct PqChain {
    #[prost(uint64, tag = "2")]
    current_epoch: u64,
    #[prost(message, repeated, tag = "3")]
    links: Vec<PqEpoch>,
}

#[derive(Clone, PartialEq, Message)]
struct PqEpoch {
    #[prost(message, optional, tag = "2")]
    receiving: Option<PqDirection>,
}

#[derive(Clone, PartialEq, Message)]
struct PqDirection {
    #[prost(uint32, tag = "1")]
    counter: u32,
}

/// All states of the sessions with one device: the current one first, then the archived ones,
/// newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Record {
    states: Vec<Vec<u8>>,
}

impl Record {
    /// Reads what libsignal has encoded.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, CryptoError> {
        let record = RecordStructure::decode(bytes).map_err(|_| DAMAGED)?;
        Ok(Self {
            states: record.current.into_iter().chain(record.archived).collect(),
        })
    }

    /// As libsignal reads it, with no more archived states than are to be kept.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut states = self.states.iter().cloned();
        RecordStructure {
            current: states.next(),
            archived: states.take(MAX_ARCHIVED).collect(),
        }
        .encode_to_vec()
    }

    /// The states, decoded.
    pub(super) fn states(&self) -> Result<Vec<State>, CryptoError> {
        self.states
            .iter()
            .map(|bytes| State::decode(bytes))
            .collect()
    }

    /// A record of libsignal's that holds one of the states and nothing else.
    pub(super) fn alone(&self, index: usize) -> Result<SessionRecord, CryptoError> {
        let record = RecordStructure {
            current: self.states.get(index).cloned(),
            archived: Vec::new(),
        };
        Ok(SessionRecord::deserialize(&record.encode_to_vec())?)
    }

    /// The record after a message was opened by the state at `opened` (`None`: by a new session)
    /// which has become `current`: that state comes first, the one that was first is archived.
    pub(super) fn promote(
        &self,
        opened: Option<usize>,
        current: &SessionRecord,
    ) -> Result<Self, CryptoError> {
        let mut states = Self::decode(&current.serialize()?)?.states;
        for (index, state) in self.states.iter().enumerate() {
            if opened == Some(index) {
                continue;
            }
            states.push(if index == 0 {
                archived(self.alone(0)?)?
            } else {
                state.clone()
            });
        }
        Ok(Self { states })
    }
}

/// A state as libsignal archives it: without what it would still have to tell the peer.
fn archived(mut record: SessionRecord) -> Result<Vec<u8>, CryptoError> {
    record.archive_current_state()?;
    let bytes = record.serialize()?;
    RecordStructure::decode(bytes.as_slice())
        .map_err(|_| DAMAGED)?
        .archived
        .pop()
        .ok_or(DAMAGED)
}

/// One state of a session, decoded as far as the border needs it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct State {
    session: SessionStructure,
    pq: PqState,
}

impl State {
    fn decode(bytes: &[u8]) -> Result<Self, CryptoError> {
        let session = SessionStructure::decode(bytes).map_err(|_| DAMAGED)?;
        let pq = PqState::decode(session.pq_ratchet.as_slice()).map_err(|_| DAMAGED)?;
        Ok(Self { session, pq })
    }

    /// The identity key of the device at the other end.
    pub(super) fn remote_identity(&self) -> &[u8] {
        &self.session.remote_identity
    }

    /// Whether it is the session that a first message with this base key founded.
    pub(super) fn is_founded_by(&self, base_key: &[u8; 33]) -> bool {
        self.session.version == VERSION && self.session.base_key == base_key
    }

    /// Whether it has seen a message of this chain.
    pub(super) fn knows(&self, ratchet_key: &[u8; 33]) -> bool {
        self.chain(ratchet_key).is_some()
    }

    /// Whether libsignal would find this message's keys within `most` steps of its chain, and not
    /// too far along the post-quantum chain.
    pub(super) fn is_near(&self, message: &RatchetMessage, most: u32) -> bool {
        let chain = self.chain(&message.ratchet_key);
        let walked = chain
            .and_then(|chain| chain.chain_key.as_ref())
            .map_or(0, |key| key.index);
        let pq_walked = self.pq_walked(message.pq.epoch);
        message.counter.saturating_sub(walked) <= most
            && message.pq.index.saturating_sub(pq_walked) <= MAX_PQ_AHEAD
    }

    fn chain(&self, ratchet_key: &[u8; 33]) -> Option<&ReceiverChain> {
        self.session
            .receiver_chains
            .iter()
            .find(|chain| chain.ratchet_key == ratchet_key)
    }

    /// How far the post-quantum chain of an epoch has been walked; 0 where there is none yet.
    fn pq_walked(&self, epoch: u64) -> u32 {
        let Some(chain) = &self.pq.chain else {
            return 0;
        };
        let back = chain
            .current_epoch
            .checked_sub(epoch)
            .and_then(|back| usize::try_from(back).ok());
        back.and_then(|back| chain.links.iter().rev().nth(back))
            .and_then(|link| link.receiving.as_ref())
            .map_or(0, |direction| direction.counter)
    }
}

const DAMAGED: CryptoError = CryptoError::Bug("a stored record of libsignal is damaged");
