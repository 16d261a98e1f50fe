//! What ties the file to the database key: HKDF-SHA-256 (RFC 5869) with the database id as salt
//! gives a value to compare and a key for HMAC-SHA-256 over the file.

use hkdf::Hkdf;
use hkdf::hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::format::{Contents, Parsed};
use crate::store::key::DatabaseKey;

/// 16 bytes that only this key gives. They say nothing about the key, which is random.
pub(super) fn check(database_id: &[u8; 16], key: &DatabaseKey) -> [u8; 16] {
    derive(database_id, key, "sotto/keyslots/check/v1")
}

/// Whether this is the key that the file is about.
pub(super) fn is_key(contents: &Contents, key: &DatabaseKey) -> bool {
    check(&contents.database_id, key)
        .ct_eq(&contents.check)
        .into()
}

/// The MAC over everything that comes before it.
pub(super) fn mac(database_id: &[u8; 16], key: &DatabaseKey, covered: &[u8]) -> [u8; 32] {
    keyed(database_id, key, covered)
        .finalize()
        .into_bytes()
        .into()
}

/// Whether the file is as a holder of the key wrote it.
pub(super) fn is_genuine(parsed: &Parsed, key: &DatabaseKey) -> bool {
    keyed(&parsed.contents.database_id, key, &parsed.covered)
        .verify_slice(&parsed.mac)
        .is_ok()
}

fn keyed(database_id: &[u8; 16], key: &DatabaseKey, covered: &[u8]) -> Hmac<Sha256> {
    let mac_key = Zeroizing::new(derive::<64>(database_id, key, "sotto/keyslots/mac/v1"));
    let mut mac = Hmac::<Sha256>::new((&*mac_key).into());
    mac.update(covered);
    mac
}

fn derive<const N: usize>(database_id: &[u8; 16], key: &DatabaseKey, label: &str) -> [u8; N] {
    let mut out = [0; N];
    // HKDF refuses only lengths over 255 hashes.
    let derived =
        Hkdf::<Sha256>::new(Some(database_id), key.expose()).expand(label.as_bytes(), &mut out);
    debug_assert!(derived.is_ok());
    out
}
