//! One wrapping of the database key: AES-256-GCM under a 32-byte wrapping key.

use aes_gcm::aead::{AeadInOut as _, KeyInit as _};
use aes_gcm::{Aes256Gcm, Tag};
use zeroize::Zeroizing;

use crate::store::key::DatabaseKey;

/// Key and tag. The nonce is random; a wrapping key is used for one wrapping only.
pub(super) fn wrap(
    wrapping: &[u8; 32],
    nonce: &[u8; 12],
    associated_data: &[u8],
    key: &DatabaseKey,
) -> Option<[u8; 48]> {
    let mut bytes = Zeroizing::new(*key.expose());
    let tag = Aes256Gcm::new(wrapping.into())
        .encrypt_inout_detached(nonce.into(), associated_data, bytes.as_mut_slice().into())
        .ok()?;
    let mut wrapped = [0; 48];
    let (head, tail) = wrapped.split_at_mut(32);
    head.copy_from_slice(bytes.as_slice());
    tail.copy_from_slice(&tag);
    Some(wrapped)
}

/// The key, or `None` if anything differs from what was wrapped.
pub(super) fn unwrap(
    wrapping: &[u8; 32],
    nonce: &[u8; 12],
    associated_data: &[u8],
    wrapped: &[u8; 48],
) -> Option<DatabaseKey> {
    let (head, tag) = wrapped.split_first_chunk::<32>()?;
    let tag: &Tag = tag.try_into().ok()?;
    let mut bytes = Zeroizing::new(*head);
    Aes256Gcm::new(wrapping.into())
        .decrypt_inout_detached(
            nonce.into(),
            associated_data,
            bytes.as_mut_slice().into(),
            tag,
        )
        .ok()?;
    Some(DatabaseKey::from_bytes(*bytes))
}
