//! What the recovery words stand for.

use std::fmt;

use ed25519_dalek::SigningKey;
use hkdf::Hkdf;
use libsignal_protocol::PrivateKey;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::error::CryptoError;
use crate::random::Random;

const SIGN_LABEL: &[u8] = b"sotto/recovery/sign/v1";
const BACKUP_LABEL: &[u8] = b"sotto/recovery/backup/v1";

/// The account's recovery: a 32-byte seed, and the two keys that labelled HKDF-SHA-256 (RFC 5869,
/// no salt) makes of it. The Ed25519 key outranks every device of the chain; the X25519 key opens
/// backups. The seed holds neither account nor relay and does not unlock the database.
pub struct Recovery {
    seed: Zeroizing<[u8; 32]>,
    signer: SigningKey,
    backup: Zeroizing<[u8; 32]>,
}

impl Recovery {
    /// A new seed.
    ///
    /// # Errors
    /// None that can happen.
    pub fn generate(random: &mut Random) -> Result<Self, CryptoError> {
        Self::from_seed(&random.bytes())
    }

    /// The recovery that a seed stands for.
    ///
    /// # Errors
    /// None that can happen: both keys are shorter than what HKDF can give.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, CryptoError> {
        let signing = derive(seed, SIGN_LABEL)?;
        Ok(Self {
            seed: Zeroizing::new(*seed),
            signer: SigningKey::from_bytes(&signing),
            backup: derive(seed, BACKUP_LABEL)?,
        })
    }

    /// The seed, which the words spell out.
    #[must_use]
    pub fn seed(&self) -> &[u8; 32] {
        &self.seed
    }

    /// The recovery key.
    #[must_use]
    pub fn signer(&self) -> &SigningKey {
        &self.signer
    }

    /// The Ed25519 public key that genesis names.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.signer.verifying_key().to_bytes()
    }

    /// The X25519 public key that backups are encrypted to.
    ///
    /// # Errors
    /// None that can happen.
    pub fn backup_public(&self) -> Result<[u8; 32], CryptoError> {
        PrivateKey::deserialize(self.backup.as_slice())
            .and_then(|private| private.public_key())
            .ok()
            .and_then(|public| public.public_key_bytes().try_into().ok())
            .ok_or(CryptoError::Bug("a derived key has no public half"))
    }
}

impl fmt::Debug for Recovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recovery(…)")
    }
}

fn derive(seed: &[u8; 32], label: &[u8]) -> Result<Zeroizing<[u8; 32]>, CryptoError> {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(None, seed)
        .expand(label, key.as_mut_slice())
        .map_err(|_| CryptoError::Bug("HKDF gives no 32 bytes"))?;
    Ok(key)
}
