//! One process per profile.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

use super::error::StoreError;
use super::files;

/// An exclusive advisory lock on the profile, held until it is dropped or its process ends,
/// however it ends.
#[derive(Debug)]
pub(super) struct ProfileLock {
    _file: File,
}

impl ProfileLock {
    /// Takes the lock of an existing folder without waiting.
    pub fn take(dir: &Path) -> Result<Self, StoreError> {
        let file = files::private()
            .create(true)
            .truncate(false)
            .open(dir.join(files::LOCK))
            .map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => StoreError::Missing,
                _ => StoreError::from_io("opening the lock file", &error),
            })?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse),
            Err(TryLockError::Error(error)) => {
                Err(StoreError::from_io("locking the profile", &error))
            }
        }
    }
}
