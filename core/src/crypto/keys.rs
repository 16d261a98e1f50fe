//! The two key pairs of a device.

use std::fmt;

use ed25519_dalek::SigningKey;
use libsignal_protocol::{IdentityKeyPair, PrivateKey};
use prost::Message;
use sotto_wire::ids::{AccountId, MailboxId};
use sotto_wire::proto::{DeviceEntry, ProvenDevice};
use sotto_wire::sign;
use zeroize::Zeroizing;

use super::error::CryptoError;
use crate::random::Random;

/// What makes this device this device: libsignal's identity key and an Ed25519 signing key, both
/// made here and shared with nobody, not even with the account's other devices.
pub struct DeviceKeys {
    identity_secret: Zeroizing<[u8; 32]>,
    identity_key: [u8; 33],
    signer: SigningKey,
    mailbox: MailboxId,
}

impl DeviceKeys {
    /// Makes a new device.
    ///
    /// # Errors
    /// None that can happen: a random X25519 key always has a public half.
    pub fn generate(random: &mut Random) -> Result<Self, CryptoError> {
        let identity: Zeroizing<[u8; 32]> = Zeroizing::new(random.bytes());
        let signing: Zeroizing<[u8; 32]> = Zeroizing::new(random.bytes());
        Self::from_secrets(identity.as_slice(), signing.as_slice())
    }

    /// The device that [`Self::secrets`] describes.
    ///
    /// # Errors
    /// [`CryptoError::Bug`] if the secrets are not 32 bytes each.
    pub fn from_secrets(identity: &[u8], signing: &[u8]) -> Result<Self, CryptoError> {
        let damaged = CryptoError::Bug("stored device keys are damaged");
        // libsignal clamps the key; keeping its form makes `secrets` stable.
        let private = PrivateKey::deserialize(identity).map_err(|_| damaged.clone())?;
        let identity_secret = Zeroizing::new(private.serialize());
        let public = private.public_key().map_err(|_| damaged.clone())?;
        let identity_key: [u8; 33] = public
            .serialize()
            .as_ref()
            .try_into()
            .map_err(|_| damaged.clone())?;
        let signing: Zeroizing<[u8; 32]> =
            Zeroizing::new(signing.try_into().map_err(|_| damaged.clone())?);
        let signer = SigningKey::from_bytes(&signing);
        let mailbox = MailboxId::from_keys(&signer.verifying_key().to_bytes(), &identity_key);
        let identity_secret =
            Zeroizing::new(identity_secret.as_slice().try_into().map_err(|_| damaged)?);
        Ok(Self {
            identity_secret,
            identity_key,
            signer,
            mailbox,
        })
    }

    /// The secrets as they are stored: identity key, signing key, 32 bytes each.
    #[must_use]
    pub fn secrets(&self) -> (Zeroizing<Vec<u8>>, Zeroizing<[u8; 32]>) {
        (
            Zeroizing::new(self.identity_secret.to_vec()),
            Zeroizing::new(self.signer.to_bytes()),
        )
    }

    /// The id that both public keys give this device.
    #[must_use]
    pub fn mailbox(&self) -> MailboxId {
        self.mailbox
    }

    /// libsignal's identity key, 33 bytes of type 5.
    #[must_use]
    pub fn identity_key(&self) -> [u8; 33] {
        self.identity_key
    }

    /// The Ed25519 public key.
    #[must_use]
    pub fn signing_key(&self) -> [u8; 32] {
        self.signer.verifying_key().to_bytes()
    }

    /// For chain statements, logins and bundles.
    #[must_use]
    pub fn signer(&self) -> &SigningKey {
        &self.signer
    }

    /// The device's entry for a chain with the proofs that it holds both keys (security rules,
    /// section 2). `account` is `None` in a genesis.
    ///
    /// # Errors
    /// [`CryptoError::Bug`] if libsignal cannot sign.
    pub fn prove(
        &self,
        account: Option<&AccountId>,
        random: &mut Random,
    ) -> Result<ProvenDevice, CryptoError> {
        let entry = DeviceEntry {
            signing_key: self.signing_key().to_vec(),
            identity_key: self.identity_key.to_vec(),
        }
        .encode_to_vec();
        let signing_proof = sign::prove_device(&self.signer, account, &entry).to_vec();
        let transcript = sign::identity_proof_transcript(account, &entry);
        let identity_proof = self.identity_sign(&transcript, random)?;
        Ok(ProvenDevice {
            entry,
            signing_proof,
            identity_proof,
        })
    }

    /// An XEdDSA signature of the identity key. What is signed is either libsignal's (a pre-key,
    /// which begins with its type) or begins with 32 × 0xFF, so neither can pass for the other.
    pub(super) fn identity_sign(
        &self,
        message: &[u8],
        random: &mut Random,
    ) -> Result<Vec<u8>, CryptoError> {
        let signature = self
            .identity_pair()?
            .private_key()
            .calculate_signature(message, random);
        Ok(signature
            .map_err(|_| CryptoError::Bug("libsignal cannot sign"))?
            .into_vec())
    }

    /// For libsignal, made anew each time: its type is `Copy` and forgets nothing.
    pub(super) fn identity_pair(&self) -> Result<IdentityKeyPair, CryptoError> {
        let damaged = CryptoError::Bug("stored device keys are damaged");
        let private = PrivateKey::deserialize(self.identity_secret.as_slice())
            .map_err(|_| damaged.clone())?;
        IdentityKeyPair::try_from(private).map_err(|_| damaged)
    }
}

impl fmt::Debug for DeviceKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceKeys")
            .field("mailbox", &self.mailbox)
            .finish_non_exhaustive()
    }
}
