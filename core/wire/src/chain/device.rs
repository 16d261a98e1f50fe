//! A device as its chain knows it.

use prost::Message;

use super::{Checks, Reason};
use crate::ids::{AccountId, MailboxId};
use crate::{proto, sign};

/// A device whose possession of both keys the chain has proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Made from the two keys.
    pub mailbox: MailboxId,
    /// Ed25519: signs statements and logins.
    pub signing_key: [u8; 32],
    /// libsignal's identity key, with its type byte.
    pub identity_key: [u8; 33],
    /// The seq of the statement that proved it.
    pub since: u32,
}

impl Device {
    /// Reads an entry whose proof is still to be seen. That its keys are points of their curves is
    /// not computed again where the entry was verified before: it costs as much as a signature.
    pub(super) fn from_entry(entry: &[u8], since: u32, checks: Checks) -> Result<Self, Reason> {
        let entry = proto::DeviceEntry::decode(entry).map_err(|_| Reason::Malformed)?;
        let (signing_key, identity_key) = match checks {
            Checks::All => (
                sign::check_signing_key(&entry.signing_key)?,
                sign::check_identity_key(&entry.identity_key)?,
            ),
            Checks::Replay => (length(&entry.signing_key)?, length(&entry.identity_key)?),
        };
        Ok(Self {
            mailbox: MailboxId::from_keys(&signing_key, &identity_key),
            signing_key,
            identity_key,
            since,
        })
    }

    /// Reads an entry and verifies both proofs; `account` is `None` in a genesis.
    pub(super) fn prove(
        proven: &proto::ProvenDevice,
        account: Option<&AccountId>,
        since: u32,
        checks: Checks,
    ) -> Result<Self, Reason> {
        let device = Self::from_entry(&proven.entry, since, checks)?;
        if checks == Checks::All {
            sign::verify_device_proof(
                &device.signing_key,
                account,
                &proven.entry,
                &proven.signing_proof,
            )
            .and_then(|()| {
                sign::verify_identity_proof(
                    &device.identity_key,
                    account,
                    &proven.entry,
                    &proven.identity_proof,
                )
            })
            .map_err(|_| Reason::BadProof)?;
        }
        Ok(device)
    }

    /// Whether the two share anything that belongs to one device only.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.mailbox == other.mailbox
            || self.signing_key == other.signing_key
            || self.identity_key == other.identity_key
    }
}

fn length<const N: usize>(key: &[u8]) -> Result<[u8; N], Reason> {
    key.try_into().map_err(|_| Reason::BadKey)
}
