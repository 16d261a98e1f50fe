//! A relay's signed word on what an account's head is. Two that contradict are evidence.

use ed25519_dalek::SigningKey;
use prost::Message;

use crate::ids::{AccountId, BadLength, Head, RelayKey};
use crate::proto;
use crate::sign::{self, BadSignature};

/// Label of the relay's signature.
pub const LABEL: &[u8] = b"sotto/checkpoint/v1";

/// A checkpoint whose signature was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The relay that signed it.
    pub relay: RelayKey,
    /// The account it speaks of.
    pub account: AccountId,
    /// The head that the relay held.
    pub head: Head,
    /// When: hours since the Unix epoch.
    pub hour: u64,
}

/// Why a checkpoint is refused.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum CheckpointError {
    /// Not a checkpoint.
    #[error("malformed checkpoint")]
    Malformed,
    /// Signed by somebody else, or for another relay.
    #[error("checkpoint signature does not verify")]
    Signature,
}

impl From<BadLength> for CheckpointError {
    fn from(_: BadLength) -> Self {
        Self::Malformed
    }
}

impl From<BadSignature> for CheckpointError {
    fn from(_: BadSignature) -> Self {
        Self::Signature
    }
}

impl Checkpoint {
    /// Signs this checkpoint with the relay's key.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> proto::SignedCheckpoint {
        let checkpoint = proto::Checkpoint {
            relay_key: self.relay.as_bytes().to_vec(),
            account: self.account.as_bytes().to_vec(),
            head: Some(self.head.into()),
            hour: self.hour,
        }
        .encode_to_vec();
        let signature = sign::sign(key, LABEL, &[&checkpoint]).to_vec();
        proto::SignedCheckpoint {
            checkpoint,
            signature,
        }
    }

    /// Verifies what a relay sent.
    ///
    /// # Errors
    /// [`CheckpointError`] if it is malformed or not signed by `relay`.
    pub fn verify(
        signed: &proto::SignedCheckpoint,
        relay: &RelayKey,
    ) -> Result<Self, CheckpointError> {
        sign::verify(
            relay.as_bytes(),
            LABEL,
            &[&signed.checkpoint],
            &signed.signature,
        )?;
        let inner = proto::Checkpoint::decode(signed.checkpoint.as_slice())
            .map_err(|_| CheckpointError::Malformed)?;
        let named = RelayKey::try_from(inner.relay_key.as_slice())?;
        if named != *relay {
            return Err(CheckpointError::Signature);
        }
        Ok(Self {
            relay: named,
            account: AccountId::try_from(inner.account.as_slice())?,
            head: Head::try_from(inner.head.ok_or(CheckpointError::Malformed)?)?,
            hour: inner.hour,
        })
    }

    /// Whether both are signed by one relay and cannot both be true: one account, one (epoch, seq),
    /// two hashes; or a later hour with a lower head.
    #[must_use]
    pub fn contradicts(&self, other: &Self) -> bool {
        if self.relay != other.relay || self.account != other.account {
            return false;
        }
        let same_place = (self.head.epoch, self.head.seq) == (other.head.epoch, other.head.seq);
        let (earlier, later) = if self.hour <= other.hour {
            (self, other)
        } else {
            (other, self)
        };
        (same_place && self.head.hash != other.head.hash)
            || (earlier.hour < later.hour && later.head < earlier.head)
    }
}
