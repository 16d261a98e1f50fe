//! What can go wrong with the key slots.

use thiserror::Error;

use crate::store::error::{Class, StoreError};

/// An error of the key slots. Its text holds no data of the person.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeySlotError {
    /// The profile has no key slots.
    #[error("this profile has no key slots")]
    Missing,
    /// No passphrase slot opens with this passphrase (or the slot is damaged: they look alike).
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// The keystore of the operating system does not answer.
    #[error("the keystore of the system is not available")]
    KeystoreUnavailable,
    /// The keystore answers but has no entry for this profile, or the key file is gone.
    #[error("the key that opens this profile is not where it was kept")]
    KeyMissing,
    /// The profile has no slot of this kind or with this id.
    #[error("there is no such key slot")]
    NoSuchSlot,
    /// A second slot where only one can be, a key file for example.
    #[error("there is such a key slot already")]
    SlotExists,
    /// A profile with no slot could never be opened again.
    #[error("the last key slot cannot be removed")]
    LastSlot,
    /// There are [`super::MOST_SLOTS`] already.
    #[error("there are too many key slots")]
    TooManySlots,
    /// The key that was given is not the one that the slots wrap.
    #[error("the key does not belong to these key slots")]
    WrongKey,
    /// The file is damaged, or somebody changed it.
    #[error("the key slots are damaged")]
    Damaged,
    /// A later version of the program wrote the file.
    #[error("the key slots have format {found}: update the program")]
    NewerFormat {
        /// The format of the file.
        found: u8,
    },
    /// Parameters that the password function cannot have, or that would exhaust the machine.
    #[error("unusable parameters for a passphrase")]
    BadParameters,
    /// The file could not be read or written, or the profile is in use.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl KeySlotError {
    /// What a caller can do about it.
    pub fn class(&self) -> Class {
        match self {
            Self::KeystoreUnavailable => Class::Transient,
            Self::WrongPassphrase | Self::Damaged => Class::Security,
            Self::Missing
            | Self::KeyMissing
            | Self::NoSuchSlot
            | Self::SlotExists
            | Self::LastSlot
            | Self::TooManySlots
            | Self::NewerFormat { .. } => Class::Permanent,
            Self::WrongKey | Self::BadParameters => Class::Bug,
            Self::Store(error) => error.class(),
        }
    }

    /// A name for logs, scripts and tests. It never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "keyslots_missing",
            Self::WrongPassphrase => "keyslots_wrong_passphrase",
            Self::KeystoreUnavailable => "keyslots_keystore_unavailable",
            Self::KeyMissing => "keyslots_key_missing",
            Self::NoSuchSlot => "keyslots_no_such_slot",
            Self::SlotExists => "keyslots_slot_exists",
            Self::LastSlot => "keyslots_last_slot",
            Self::TooManySlots => "keyslots_too_many_slots",
            Self::WrongKey => "keyslots_wrong_key",
            Self::Damaged => "keyslots_damaged",
            Self::NewerFormat { .. } => "keyslots_newer_format",
            Self::BadParameters => "keyslots_bad_parameters",
            Self::Store(error) => error.code(),
        }
    }
}
