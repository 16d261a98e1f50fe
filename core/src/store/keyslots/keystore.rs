//! The keystore of the operating system, as the slots see it.

use thiserror::Error;
use zeroize::Zeroizing;

/// Where the operating system keeps secrets: a keychain, a secret service. The application
/// brings it; the core has no such code.
pub trait Keystore {
    /// The secret of an entry, or `None` if the keystore answers and has none.
    ///
    /// # Errors
    /// The keystore does not answer, or refuses.
    fn get(&self, id: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeystoreUnavailable>;

    /// Keeps a secret (32 bytes) under an id, replacing what was there.
    ///
    /// # Errors
    /// The keystore does not answer, or refuses.
    fn set(&self, id: &str, secret: &[u8]) -> Result<(), KeystoreUnavailable>;

    /// Forgets an entry; that there is none is fine.
    ///
    /// # Errors
    /// The keystore does not answer, or refuses.
    fn delete(&self, id: &str) -> Result<(), KeystoreUnavailable>;
}

/// The keystore does not answer, is locked, or refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the keystore of the system is not available")]
pub struct KeystoreUnavailable;
