//! From a passphrase to a wrapping key: Argon2id (RFC 9106).

use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

use super::error::KeySlotError;

/// What a guess costs. Stored in the slot, so that later versions may raise it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassphraseParams {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// A hostile file must not be able to exhaust the machine.
const MOST_MEMORY_KIB: u32 = 1024 * 1024;
const MOST_PASSES: u32 = 64;
const MOST_LANES: u32 = 16;

impl PassphraseParams {
    /// 64 MiB, 3 passes, 1 lane: what every new slot of a person should have.
    pub fn recommended() -> Self {
        Self {
            memory_kib: 64 * 1024,
            passes: 3,
            lanes: 1,
        }
    }

    /// Any parameters that the function can have: less than recommended is for tests only.
    ///
    /// # Errors
    /// [`KeySlotError::BadParameters`] for less than 8 KiB a lane, no pass, no lane, or more than
    /// 1 GiB, 64 passes or 16 lanes.
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, KeySlotError> {
        let possible = (1..=MOST_LANES).contains(&lanes)
            && (1..=MOST_PASSES).contains(&passes)
            && memory_kib <= MOST_MEMORY_KIB
            && memory_kib / 8 >= lanes;
        if possible {
            Ok(Self {
                memory_kib,
                passes,
                lanes,
            })
        } else {
            Err(KeySlotError::BadParameters)
        }
    }

    /// Memory in KiB, passes, lanes.
    pub(super) fn numbers(&self) -> [u32; 3] {
        [self.memory_kib, self.passes, self.lanes]
    }

    /// The wrapping key. The bytes of the passphrase are taken as they are.
    pub(super) fn derive(
        &self,
        passphrase: &[u8],
        salt: &[u8; 16],
    ) -> Result<Zeroizing<[u8; 32]>, KeySlotError> {
        let mut key = Zeroizing::new([0; 32]);
        Params::new(self.memory_kib, self.passes, self.lanes, Some(key.len()))
            .and_then(|params| {
                Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(
                    passphrase,
                    salt,
                    key.as_mut_slice(),
                )
            })
            .map_err(|_| KeySlotError::BadParameters)?;
        Ok(key)
    }
}
