//! What can go wrong below the relay's rules.

use std::path::PathBuf;

/// An engine could not do what was asked; nothing has changed unless the method says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full. Reading, acknowledging and deleting still work.
    #[error("the disk is full")]
    Full,
    /// The data was written by a newer version.
    #[error("the data has schema {found}, this version knows up to {known}; use the newer version")]
    Newer {
        /// The schema of the data.
        found: u32,
        /// The newest schema of this build.
        known: u32,
    },
    /// Another process has the data open.
    #[error("another relay uses {0}")]
    InUse(PathBuf),
    /// The linked engine has a known fault that loses data.
    #[error("the linked SQLite {0} is too old to keep data safe")]
    UnsafeEngine(String),
    /// A file beside the database cannot be used.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// What was read makes no sense.
    #[error("the stored data is damaged: {0}")]
    Damaged(&'static str),
    /// The engine's own complaint; it may be gone the next time.
    #[error("the store is unavailable: {0}")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
}
