//! The conversation between two accounts.

use sha2::{Digest, Sha256};
use sotto_wire::ids::AccountId;

/// Id of the direct conversation of two accounts (of the note to self, when both are one):
/// `SHA-256("sotto/direct/v1" ‖ lower account ‖ higher account)`.
///
/// Both ends derive it, so that first messages crossing on the way meet in one conversation.
#[must_use]
pub fn conversation_id(one: &AccountId, other: &AccountId) -> [u8; 32] {
    let (low, high) = if one <= other {
        (one, other)
    } else {
        (other, one)
    };
    Sha256::new()
        .chain_update(b"sotto/direct/v1")
        .chain_update(low.as_bytes())
        .chain_update(high.as_bytes())
        .finalize()
        .into()
}
