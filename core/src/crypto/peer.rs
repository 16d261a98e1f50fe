//! The other device, as the verified chain names it.

use libsignal_protocol::{DeviceId, IdentityKey, ProtocolAddress};
use sotto_wire::ids::{AccountId, MailboxId};

use super::error::{CryptoError, Fault};
use crate::store::View;
use crate::store::tables::chains;

/// A device of somebody (or a sibling), taken from a verified chain and from nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// The account that the device belongs to.
    pub account: AccountId,
    /// The device.
    pub mailbox: MailboxId,
    /// libsignal's identity key: type byte and X25519 key.
    pub identity_key: [u8; 33],
    /// Its Ed25519 key.
    pub signing_key: [u8; 32],
}

impl Peer {
    /// Refuses a device that the verified chain does not hold as active with exactly this key.
    pub(super) fn require_active(&self, view: &View<'_>) -> Result<(), CryptoError> {
        match chains::device(view, &self.mailbox)? {
            Some(device) if device.active && device.identity_key == self.identity_key => Ok(()),
            _ => Err(Fault::Untrusted.into()),
        }
    }

    pub(super) fn identity(&self) -> Result<IdentityKey, CryptoError> {
        IdentityKey::decode(&self.identity_key).map_err(|_| Fault::NotCanonical.into())
    }
}

/// libsignal's name of a device: its UUID and device 1, there are no others.
pub(super) fn address(mailbox: &MailboxId) -> Result<ProtocolAddress, CryptoError> {
    let device = DeviceId::new(1).map_err(|_| CryptoError::Bug("1 is no device id"))?;
    Ok(ProtocolAddress::new(mailbox.to_uuid_string(), device))
}

/// The device that an address of ours names.
pub(super) fn mailbox(address: &ProtocolAddress) -> Result<MailboxId, CryptoError> {
    MailboxId::from_uuid_string(address.name())
        .ok_or(CryptoError::Bug("an address that is no mailbox"))
}
