//! The keystore of the desktop, over the Secret Service protocol. What the window and the terminal
//! share: a profile that one has made opens in the other.

pub mod bus;

use std::sync::Arc;

use keyring_core::api::CredentialStoreApi as _;
use keyring_core::{Entry, Error};
use sotto_core::client::{Keystore, KeystoreUnavailable};
use zbus_secret_service_keyring_store::Store;

/// Under this name the keys are found in the keystore's own window.
const SERVICE: &str = "sotto";

/// The keystore, if a desktop offers one. It may ask the person to unlock it.
#[must_use]
pub fn find() -> Option<Arc<dyn Keystore>> {
    // Without a session bus there is nobody to ask, and looking for one would take its time.
    if !bus::is_there() {
        return None;
    }
    let store = Store::new().ok()?;
    Some(Arc::new(SecretService(store)))
}

struct SecretService(Arc<Store>);

impl SecretService {
    fn entry(&self, id: &str) -> Result<Entry, KeystoreUnavailable> {
        self.0
            .build(SERVICE, id, None)
            .map_err(|_| KeystoreUnavailable)
    }
}

impl Keystore for SecretService {
    fn get(&self, id: String) -> Result<Option<Vec<u8>>, KeystoreUnavailable> {
        match self.entry(&id)?.get_secret() {
            Ok(secret) => Ok(Some(secret)),
            Err(Error::NoEntry) => Ok(None),
            Err(_) => Err(KeystoreUnavailable),
        }
    }

    fn set(&self, id: String, secret: Vec<u8>) -> Result<(), KeystoreUnavailable> {
        self.entry(&id)?
            .set_secret(&secret)
            .map_err(|_| KeystoreUnavailable)
    }

    fn delete(&self, id: String) -> Result<(), KeystoreUnavailable> {
        match self.entry(&id)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(_) => Err(KeystoreUnavailable),
        }
    }
}
