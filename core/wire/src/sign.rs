//! Signatures, strictly: Ed25519 with a label in front of everything that is signed, and the two
//! proofs that a device makes of its keys.
//!
//! A signature that one implementation accepts and another refuses would split an account, so
//! there is one way to verify: RFC 8032 with canonical encodings only and neither small-order keys
//! nor small-order commitments (`verify_strict`).

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use libsignal_core::curve::PublicKey;

use crate::ids::AccountId;

/// Label of a device's proof of possession.
pub const DEVICE_LABEL: &[u8] = b"sotto/device/v1";

/// A signature does not hold: wrong, of another length, or under a key that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not hold")]
pub struct BadSignature;

/// A public key is malformed, not canonical or of small order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the public key is malformed or weak")]
pub struct BadKey;

/// Signs label ‖ parts. A label ends in its version and no label is the beginning of another, so
/// what is signed for one purpose means nothing for the next.
#[must_use]
pub fn sign(secret: &SigningKey, label: &[u8], parts: &[&[u8]]) -> [u8; 64] {
    secret.sign(&join(label, parts)).to_bytes()
}

/// Verifies an Ed25519 signature over label ‖ parts.
///
/// # Errors
/// [`BadSignature`], for whatever reason; nothing is told apart.
pub fn verify(
    key: &[u8; 32],
    label: &[u8],
    parts: &[&[u8]],
    signature: &[u8],
) -> Result<(), BadSignature> {
    let key = verifying_key(key).map_err(|BadKey| BadSignature)?;
    let signature = Signature::from_slice(signature).map_err(|_| BadSignature)?;
    key.verify_strict(&join(label, parts), &signature)
        .map_err(|_| BadSignature)
}

/// Reads an Ed25519 public key that may be relied on later.
///
/// # Errors
/// [`BadKey`] unless the key has 32 bytes, is the canonical encoding of a point, and is not of
/// small order.
pub fn check_signing_key(bytes: &[u8]) -> Result<[u8; 32], BadKey> {
    let bytes: [u8; 32] = bytes.try_into().map_err(|_| BadKey)?;
    verifying_key(&bytes)?;
    Ok(bytes)
}

fn verifying_key(bytes: &[u8; 32]) -> Result<VerifyingKey, BadKey> {
    let key = VerifyingKey::from_bytes(bytes).map_err(|_| BadKey)?;
    // dalek decodes y >= p as well; such a key would have two spellings.
    let canonical = key.to_edwards().compress().to_bytes() == *bytes;
    if !canonical || key.is_weak() {
        return Err(BadKey);
    }
    Ok(key)
}

/// Reads a libsignal identity key.
///
/// # Errors
/// [`BadKey`] unless the key has exactly 33 bytes (libsignal itself lets garbage follow), is of
/// type 5, canonical, and in the prime-order group.
pub fn check_identity_key(bytes: &[u8]) -> Result<[u8; 33], BadKey> {
    let bytes: [u8; 33] = bytes.try_into().map_err(|_| BadKey)?;
    identity_key(&bytes)?;
    Ok(bytes)
}

fn identity_key(bytes: &[u8; 33]) -> Result<PublicKey, BadKey> {
    let key = PublicKey::deserialize(bytes).map_err(|_| BadKey)?;
    if !key.is_canonical() {
        return Err(BadKey);
    }
    Ok(key)
}

/// What a device signs with its Ed25519 key to prove that it holds it:
/// "sotto/device/v1" ‖ account id, or 32 zeros in a genesis ‖ the entry's bytes.
#[must_use]
pub fn device_proof_transcript(account: Option<&AccountId>, entry: &[u8]) -> Vec<u8> {
    let account = account.map_or([0; 32], |id| *id.as_bytes());
    join(DEVICE_LABEL, &[&account, entry])
}

/// What a device signs with its libsignal identity key: 32 × 0xFF, then the same. No key and no
/// message of libsignal begins so, which keeps the two uses of that key apart.
#[must_use]
pub fn identity_proof_transcript(account: Option<&AccountId>, entry: &[u8]) -> Vec<u8> {
    let mut transcript = vec![0xff; 32];
    transcript.extend(device_proof_transcript(account, entry));
    transcript
}

/// Signs the device proof; the identity proof is made where the identity key lives.
#[must_use]
pub fn prove_device(secret: &SigningKey, account: Option<&AccountId>, entry: &[u8]) -> [u8; 64] {
    sign(secret, &device_proof_transcript(account, entry), &[])
}

/// Verifies the proof of the Ed25519 key.
///
/// # Errors
/// [`BadSignature`].
pub fn verify_device_proof(
    signing_key: &[u8; 32],
    account: Option<&AccountId>,
    entry: &[u8],
    proof: &[u8],
) -> Result<(), BadSignature> {
    verify(
        signing_key,
        &device_proof_transcript(account, entry),
        &[],
        proof,
    )
}

/// Verifies the proof of the identity key (XEdDSA).
///
/// # Errors
/// [`BadSignature`].
pub fn verify_identity_proof(
    key: &[u8; 33],
    account: Option<&AccountId>,
    entry: &[u8],
    proof: &[u8],
) -> Result<(), BadSignature> {
    let key = identity_key(key).map_err(|BadKey| BadSignature)?;
    if key.verify_signature(&identity_proof_transcript(account, entry), proof) {
        Ok(())
    } else {
        Err(BadSignature)
    }
}

fn join(label: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut message = label.to_vec();
    for part in parts {
        message.extend_from_slice(part);
    }
    message
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
mod tests {
    use libsignal_core::curve::KeyPair;
    use rand_chacha::ChaCha20Rng;
    use rand09::SeedableRng;

    use super::*;

    /// Every Ed25519 encoding of a point of order 1, 2, 4 or 8 with y < p.
    const SMALL_ORDER: [&str; 6] = [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    ];

    fn from_hex(text: &str) -> Vec<u8> {
        (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
            .collect()
    }

    #[test]
    fn a_signature_holds_for_its_label_parts_and_key_only() {
        let secret = SigningKey::from_bytes(&[7; 32]);
        let key = secret.verifying_key().to_bytes();
        let signature = sign(&secret, b"sotto/a/v1", &[b"one", b"two"]);
        assert_eq!(
            verify(&key, b"sotto/a/v1", &[b"onetwo"], &signature),
            Ok(())
        );
        let other = SigningKey::from_bytes(&[8; 32]).verifying_key().to_bytes();
        for (key, label, part, signature) in [
            (&other, b"sotto/a/v1", b"onetwo", &signature[..]),
            (&key, b"sotto/b/v1", b"onetwo", &signature[..]),
            (&key, b"sotto/a/v1", b"onetwx", &signature[..]),
            (&key, b"sotto/a/v1", b"onetwo", &signature[..63]),
            (&key, b"sotto/a/v1", b"onetwo", &[0; 64]),
        ] {
            assert_eq!(verify(key, label, &[part], signature), Err(BadSignature));
        }
    }

    #[test]
    fn small_order_keys_forge_nothing() {
        for text in SMALL_ORDER {
            let key = from_hex(text);
            assert_eq!(check_signing_key(&key), Err(BadKey), "{text}");
            // R = A, s = 0 satisfies the equation for a small-order key of fitting order.
            let mut forged = key.clone();
            forged.extend([0; 32]);
            let key = key.try_into().unwrap();
            assert_eq!(verify(&key, b"l", &[], &forged), Err(BadSignature));
        }
    }

    /// The holder of a key can make a signature whose commitment R is of small order. Verifiers
    /// that differ about such signatures would differ about a chain.
    #[test]
    fn a_commitment_of_small_order_is_refused() {
        use sha2::{Digest, Sha512};
        let secret = SigningKey::from_bytes(&[7; 32]);
        let key = secret.verifying_key();
        let mut commitment = [0; 32];
        commitment[0] = 1;
        let challenge = Sha512::new()
            .chain_update(commitment)
            .chain_update(key.as_bytes())
            .chain_update(b"l")
            .finalize();
        let scalar = secret.to_scalar();
        let mut reduced = scalar - scalar;
        for byte in challenge.iter().rev() {
            for bit in (0..8).rev() {
                reduced += reduced;
                if byte >> bit & 1 == 1 {
                    reduced += scalar;
                }
            }
        }
        // `reduced` is challenge times secret, which is what s has to be when R is the identity.
        let signature = [commitment, reduced.to_bytes()].concat();
        let lax = ed25519_dalek::Verifier::verify(
            &key,
            b"l",
            &Signature::from_slice(&signature).unwrap(),
        );
        assert!(lax.is_ok(), "the signature satisfies the equation");
        assert_eq!(
            verify(key.as_bytes(), b"l", &[], &signature),
            Err(BadSignature)
        );
    }

    #[test]
    fn a_key_has_one_spelling_and_one_length() {
        // y = p + 3 is on the curve whenever y = 3 is; the second spelling is refused.
        let mut three = [0; 32];
        three[0] = 3;
        let mut spelled_again = [0xff; 32];
        spelled_again[0] = 0xed + 3;
        spelled_again[31] = 0x7f;
        assert!(check_signing_key(&three).is_ok());
        assert_eq!(check_signing_key(&spelled_again), Err(BadKey));
        assert_eq!(check_signing_key(&[1; 31]), Err(BadKey));
    }

    #[test]
    fn identity_keys_are_33_canonical_bytes_of_type_5() {
        let mut random = ChaCha20Rng::seed_from_u64(1);
        let good = KeyPair::generate(&mut random).public_key.serialize();
        assert!(check_identity_key(&good).is_ok());
        let mut longer = good.to_vec();
        longer.push(0);
        let mut typed = good.to_vec();
        typed[0] = 6;
        let mut high = good.to_vec();
        high[32] |= 0x80;
        let mut bad = vec![longer, typed, high, good[..32].to_vec()];
        for low in [0, 1] {
            let mut key = vec![0; 33];
            key[0] = 5;
            key[1] = low;
            bad.push(key);
        }
        for key in bad {
            assert_eq!(check_identity_key(&key), Err(BadKey), "{key:?}");
        }
    }

    #[test]
    fn both_proofs_bind_account_and_entry() {
        let mut random = ChaCha20Rng::seed_from_u64(2);
        let secret = SigningKey::from_bytes(&[7; 32]);
        let signing_key = secret.verifying_key().to_bytes();
        let identity = KeyPair::generate(&mut random);
        let identity_key = check_identity_key(&identity.public_key.serialize()).unwrap();
        let account = AccountId::new([9; 32]);

        let proof = prove_device(&secret, Some(&account), b"entry");
        let identity_proof = identity
            .calculate_signature(
                &identity_proof_transcript(Some(&account), b"entry"),
                &mut random,
            )
            .unwrap();
        let both = |account: Option<&AccountId>, entry: &[u8]| {
            (
                verify_device_proof(&signing_key, account, entry, &proof).is_ok(),
                verify_identity_proof(&identity_key, account, entry, &identity_proof).is_ok(),
            )
        };
        assert_eq!(both(Some(&account), b"entry"), (true, true));
        assert_eq!(both(None, b"entry"), (false, false));
        assert_eq!(both(Some(&account), b"entrx"), (false, false));
    }

    #[test]
    fn a_genesis_proof_is_over_zeros() {
        let zeros = AccountId::new([0; 32]);
        assert_eq!(
            device_proof_transcript(None, b"e"),
            device_proof_transcript(Some(&zeros), b"e")
        );
        let transcript = identity_proof_transcript(None, b"e");
        assert_eq!(&transcript[..32], &[0xff; 32]);
        assert_eq!(&transcript[32..47], b"sotto/device/v1");
        assert_eq!(transcript.len(), 32 + 15 + 32 + 1);
    }
}
