//! Where SQLite's complaints become ours.

use rusqlite::ErrorCode;
use rusqlite::ffi;

use crate::store::StoreError;

/// After these nobody knows what is on disk: the kernel may have dropped the dirty pages, and a
/// second flush would succeed without them.
const FLUSH_FAILED: [i32; 2] = [ffi::SQLITE_IOERR_FSYNC, ffi::SQLITE_IOERR_DIR_FSYNC];

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let code = error
            .sqlite_error()
            .map(|failure| (failure.code, failure.extended_code));
        match code {
            Some((_, extended)) if FLUSH_FAILED.contains(&extended) => {
                tracing::error!("the disk could not flush; stopping to lose nothing more");
                std::process::abort()
            }
            Some((ErrorCode::DiskFull, _)) => Self::Full,
            _ => Self::Engine(Box::new(error)),
        }
    }
}
