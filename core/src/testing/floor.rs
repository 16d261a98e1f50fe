//! The crypto floor alone, so that a test can set it against another library.

use std::fmt::Debug;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sotto_content::header;
use sotto_content::proto::SealedHeader;
use sotto_wire::ids::{AccountId, MailboxId};
use sotto_wire::proto::{DeviceBundle, PublishKeys};

use crate::clock::Now;
use crate::crypto::{
    self, CryptoError, DeviceKeys, Peer, forget_session, open, pre_keys, seal, start_session,
    unseal,
};
use crate::random::Random;
use crate::store::tables::chains::{self, DeviceRow};
use crate::store::{DatabaseKey, Store, Tx};

/// A device of which nothing works but its keys and sessions.
pub struct Floor {
    store: Store,
    keys: Arc<DeviceKeys>,
    seed: u64,
    draws: AtomicU64,
    now: Now,
}

/// A device as its chain would name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its account.
    pub account: [u8; 32],
    /// Ed25519.
    pub signing_key: [u8; 32],
    /// libsignal's: type byte and X25519 key.
    pub identity_key: [u8; 33],
}

impl Device {
    fn peer(&self) -> Peer {
        Peer {
            account: AccountId::new(self.account),
            mailbox: MailboxId::from_keys(&self.signing_key, &self.identity_key),
            identity_key: self.identity_key,
            signing_key: self.signing_key,
        }
    }
}

impl Floor {
    /// A new device with a database in this folder, at an hour that does not move.
    ///
    /// # Errors
    /// What the floor or the store says, in words.
    pub fn new(dir: &Path, seed: u64, now: Now) -> Result<Self, String> {
        let keys = DeviceKeys::generate(&mut Random::seeded(seed)).map_err(said)?;
        Ok(Self {
            store: Store::create(dir, &DatabaseKey::from_bytes([7; 32])).map_err(said)?,
            keys: Arc::new(keys),
            seed,
            draws: AtomicU64::new(0),
            now,
        })
    }

    /// This device.
    pub fn device(&self) -> Device {
        Device {
            account: [1; 32],
            signing_key: self.keys.signing_key(),
            identity_key: self.keys.identity_key(),
        }
    }

    /// Takes a device up as if its chain had been verified.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn meet(&self, other: &Device) -> Result<(), String> {
        let peer = other.peer();
        let row = DeviceRow {
            mailbox: peer.mailbox,
            account: peer.account,
            signing_key: peer.signing_key,
            identity_key: peer.identity_key,
            active: true,
            heard_at: 0,
        };
        self.write(move |tx, _, _| Ok(chains::put_device(tx, &row)?))
    }

    /// A generation of pre-keys to publish.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn publish(&self, generation: u64) -> Result<PublishKeys, String> {
        let now = self.now;
        self.write(move |tx, random, keys| pre_keys::generate(tx, random, keys, generation, now))
    }

    /// Founds a session from a bundle.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn start(&self, other: &Device, bundle: DeviceBundle) -> Result<(), String> {
        let (peer, now) = (other.peer(), self.now);
        self.write(move |tx, random, keys| start_session(tx, random, keys, &peer, &bundle, now))
    }

    /// Forgets the session with a device.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn forget(&self, other: &Device) -> Result<(), String> {
        let peer = other.peer();
        self.write(move |tx, _, _| forget_session(tx, &peer.mailbox))
    }

    /// Encrypts and seals.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn seal(&self, other: &Device, text: &[u8]) -> Result<Vec<u8>, String> {
        let (peer, now, text) = (other.peer(), self.now, text.to_vec());
        let header = SealedHeader {
            version: header::VERSION,
            account: self.device().account.to_vec(),
            ..Default::default()
        };
        self.write(move |tx, random, keys| seal(tx, random, keys, &peer, &header, &text, now))
    }

    /// Opens seal and ratchet.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn open(&self, other: &Device, sealed: &[u8]) -> Result<Vec<u8>, String> {
        let (peer, now) = (other.peer(), self.now);
        let envelope = unseal(&self.keys, sealed).map_err(said)?;
        self.write(move |tx, random, keys| open(tx, random, keys, &envelope, &peer, now))
    }

    /// Whether an envelope founds a session.
    pub fn is_first(&self, sealed: &[u8]) -> bool {
        unseal(&self.keys, sealed).is_ok_and(|inside| inside.shape == crypto::Shape::PreKey)
    }

    fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>, &mut Random, &DeviceKeys) -> Result<T, CryptoError>
        + Send
        + 'static,
    ) -> Result<T, String> {
        let draw = self.draws.fetch_add(1, Ordering::Relaxed);
        let mut random = Random::seeded(self.seed << 32 | draw);
        let keys = Arc::clone(&self.keys);
        let answer = self.store.write(move |tx| work(tx, &mut random, &keys));
        answer.map_err(said)
    }
}

fn said(error: impl Debug) -> String {
    format!("{error:?}")
}
