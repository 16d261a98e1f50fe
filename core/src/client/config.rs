//! Which profile, and what opens it.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::error::Error;
use super::handle::Client;
use crate::store::keyslots::{self, KeySlotError, KeySlots, SlotKind};

/// Which profile a [`super::Client`] opens, and how.
#[derive(Clone, Debug)]
pub struct ProfileConfig {
    /// The profile's folder.
    pub dir: String,
    /// What opens it.
    pub unlock: Unlock,
    /// Makes the profile if it is not there; otherwise that is [`super::Error::NoProfile`].
    pub create: bool,
    /// Connects at once, and whenever there is something to do. Without it nothing leaves the
    /// machine before [`super::Client::go_online`].
    pub online: bool,
}

/// What opens a profile. A new profile gets one key slot of this kind.
#[derive(Clone)]
pub enum Unlock {
    /// A passphrase, byte by byte as it is.
    Passphrase {
        /// The passphrase.
        passphrase: String,
    },
    /// A random key in the file `key` of the profile, which only its owner can read. It keeps the
    /// database from those who get hold of one file only.
    KeyFile,
    /// A random key in the keystore of the operating system.
    Keystore {
        /// That keystore; the application brings it.
        keystore: Arc<dyn Keystore>,
    },
}

impl fmt::Debug for Unlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passphrase { .. } => "Passphrase(..)",
            Self::KeyFile => "KeyFile",
            Self::Keystore { .. } => "Keystore(..)",
        })
    }
}

/// A kind of key that opens a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// [`Unlock::Passphrase`].
    Passphrase,
    /// [`Unlock::KeyFile`].
    KeyFile,
    /// [`Unlock::Keystore`].
    Keystore,
}

impl Client {
    /// What opens the profile in a folder, before it is opened; nothing where there is none.
    ///
    /// # Errors
    /// Those of a damaged file.
    pub fn keys_of(dir: String) -> Result<Vec<KeyKind>, Error> {
        let slots = match KeySlots::read(Path::new(&dir)) {
            Ok(slots) => slots.slots(),
            Err(KeySlotError::Missing) => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        let kinds = slots.into_iter().map(|slot| match slot.kind {
            SlotKind::OsKeystore => KeyKind::Keystore,
            SlotKind::Passphrase => KeyKind::Passphrase,
            SlotKind::KeyFile => KeyKind::KeyFile,
        });
        Ok(kinds.collect())
    }
}

/// Where the operating system keeps secrets: a keychain, a secret service.
pub trait Keystore: Send + Sync {
    /// The secret of an entry, or `None` if the keystore answers and has none.
    ///
    /// # Errors
    /// The keystore does not answer, or refuses.
    fn get(&self, id: String) -> Result<Option<Vec<u8>>, KeystoreUnavailable>;

    /// Keeps a secret (32 bytes) under an id, replacing what was there.
    ///
    /// # Errors
    /// The keystore does not answer, or refuses.
    fn set(&self, id: String, secret: Vec<u8>) -> Result<(), KeystoreUnavailable>;

    /// Forgets an entry; that there is none is fine.
    ///
    /// # Errors
    /// The keystore does not answer, or refuses.
    fn delete(&self, id: String) -> Result<(), KeystoreUnavailable>;
}

/// The keystore does not answer, is locked, or refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the keystore of the system is not available")]
pub struct KeystoreUnavailable;

/// An application's keystore, as the key slots want it.
pub(super) struct Adapted<'a>(pub &'a dyn Keystore);

impl keyslots::Keystore for Adapted<'_> {
    fn get(&self, id: &str) -> Result<Option<Zeroizing<Vec<u8>>>, keyslots::KeystoreUnavailable> {
        match self.0.get(id.to_owned()) {
            Ok(secret) => Ok(secret.map(Zeroizing::new)),
            Err(KeystoreUnavailable) => Err(keyslots::KeystoreUnavailable),
        }
    }

    fn set(&self, id: &str, secret: &[u8]) -> Result<(), keyslots::KeystoreUnavailable> {
        self.0
            .set(id.to_owned(), secret.to_vec())
            .map_err(|KeystoreUnavailable| keyslots::KeystoreUnavailable)
    }

    fn delete(&self, id: &str) -> Result<(), keyslots::KeystoreUnavailable> {
        self.0
            .delete(id.to_owned())
            .map_err(|KeystoreUnavailable| keyslots::KeystoreUnavailable)
    }
}
