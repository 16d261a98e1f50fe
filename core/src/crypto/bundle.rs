//! Whether a bundle that a relay gives is the device's own.

use libsignal_protocol::{DeviceId, PreKeyBundle, PublicKey, kem};
use sotto_wire::bundle::{LABEL, transcript};
use sotto_wire::proto::{DeviceBundle, OneTimeKemKey, OneTimeKey, SignedKeys};
use sotto_wire::sign;

use super::border::{self, REGISTRATION};
use super::error::{CryptoError, Fault};
use super::peer::Peer;

/// A Kyber-1024 public key with its type byte, in bytes.
const KEM_KEY: usize = 1569;

/// Checks a bundle against the device that it should be of, and gives its generation and
/// libsignal's form of it. libsignal itself verifies the identity key's signatures on the signed
/// key and on the KEM key that is used.
pub(super) fn check(
    bundle: &DeviceBundle,
    peer: &Peer,
) -> Result<(u64, PreKeyBundle), CryptoError> {
    if bundle.mailbox != peer.mailbox.as_bytes() {
        return Err(Fault::BadBundle.into());
    }
    let keys = bundle.keys.as_ref().ok_or(Fault::BadBundle)?;
    sign::verify(
        &peer.signing_key,
        LABEL,
        &[&transcript(&peer.mailbox, keys)],
        &keys.signature,
    )
    .map_err(|_| Fault::BadBundle)?;
    let (kem_id, kem_key, kem_signature) = kem_part(keys, bundle.one_time_kem.as_ref())?;
    let bundle = PreKeyBundle::new(
        REGISTRATION,
        DeviceId::new(1).map_err(|_| CryptoError::Bug("1 is no device id"))?,
        bundle.one_time.as_ref().map(one_time).transpose()?,
        keys.signed_id.into(),
        curve_key(&keys.signed_key)?,
        keys.signed_signature.clone(),
        kem_id.into(),
        kem_key,
        kem_signature.to_vec(),
        peer.identity()?,
    )?;
    Ok((keys.generation, bundle))
}

fn one_time(key: &OneTimeKey) -> Result<(libsignal_protocol::PreKeyId, PublicKey), Fault> {
    Ok((key.id.into(), curve_key(&key.key)?))
}

/// The one-time KEM key, or else the one of last resort. Both must be well-formed.
fn kem_part<'a>(
    keys: &'a SignedKeys,
    one_time: Option<&'a OneTimeKemKey>,
) -> Result<(u32, kem::PublicKey, &'a [u8]), Fault> {
    let last_resort = kem_key(&keys.last_resort_key)?;
    Ok(match one_time {
        Some(key) => (key.id, kem_key(&key.key)?, &key.signature),
        None => (
            keys.last_resort_id,
            last_resort,
            &keys.last_resort_signature,
        ),
    })
}

fn curve_key(bytes: &[u8]) -> Result<PublicKey, Fault> {
    PublicKey::deserialize(&border::identity_key(bytes)?).map_err(|_| Fault::NotCanonical)
}

fn kem_key(bytes: &[u8]) -> Result<kem::PublicKey, Fault> {
    if bytes.len() != KEM_KEY {
        return Err(Fault::NotCanonical);
    }
    match kem::PublicKey::deserialize(bytes) {
        Ok(key) if key.key_type() == kem::KeyType::Kyber1024 => Ok(key),
        _ => Err(Fault::NotCanonical),
    }
}
