//! What a device signs about the pre-keys it publishes.

use crate::ids::MailboxId;
use crate::proto::SignedKeys;

/// Label of the device's Ed25519 signature over [`transcript`].
pub const LABEL: &[u8] = b"sotto/bundle/v1";

/// `mailbox ‖ u32 signed id ‖ signed key ‖ u32 last-resort id ‖ last-resort key ‖ u64 generation`.
///
/// The one-time keys are not covered: the relay hands out each once, and libsignal checks the
/// identity key's own signature on every KEM key.
#[must_use]
pub fn transcript(mailbox: &MailboxId, keys: &SignedKeys) -> Vec<u8> {
    [
        mailbox.as_bytes().as_slice(),
        &keys.signed_id.to_be_bytes(),
        &keys.signed_key,
        &keys.last_resort_id.to_be_bytes(),
        &keys.last_resort_key,
        &keys.generation.to_be_bytes(),
    ]
    .concat()
}
