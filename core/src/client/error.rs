//! What an error means to whoever called, in one table.

use serde::{Deserialize, Serialize};

use crate::engine::EngineError;
use crate::net::NetError;
use crate::runtime::Ended;
use crate::store::keyslots::KeySlotError;
use crate::store::{Class, StoreError};

/// Why a call failed. `Display` is a sentence for a person, [`Error::code`] a name for programs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Error {
    /// There is no profile in the folder.
    #[error("there is no profile in this folder; `register` makes one")]
    NoProfile,
    /// The passphrase does not open the profile.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// The profile has no key slot of the kind that was tried.
    #[error("this profile is not opened this way: it was made with another kind of key")]
    OtherKey,
    /// The keystore does not answer, or the key is not where it was kept.
    #[error("the key of this profile cannot be had: {reason}")]
    NoKey {
        /// What is the matter.
        reason: String,
    },
    /// Another process has the profile open and does not take commands.
    #[error("another process has this profile open and does not answer")]
    InUse,
    /// Another version of the program has the profile open.
    #[error("another version of the program has this profile open; end it first")]
    OtherVersion,
    /// The process that has the profile open ended before it answered; whether it did what was
    /// asked is not known.
    #[error(
        "the process that has this profile open ended before it answered; look before you repeat it"
    )]
    Interrupted,
    /// The client was closed.
    #[error("this client was closed")]
    Closed,
    /// There is no account in the profile.
    #[error("this profile has no account yet; `register` makes one")]
    NoAccount,
    /// There is an account in the profile already.
    #[error("this profile has an account already")]
    HasAccount,
    /// Nobody has this name or id.
    #[error("there is no contact called {who:?}")]
    NoSuchContact {
        /// What was asked for.
        who: String,
    },
    /// Several contacts have this name, or an id that begins so.
    #[error("{who:?} is not one contact but several: {}", candidates.join(", "))]
    AmbiguousContact {
        /// What was asked for.
        who: String,
        /// Each as name and beginning of the id.
        candidates: Vec<String>,
    },
    /// The contact is blocked.
    #[error("this contact is blocked; unblock it first")]
    Blocked,
    /// A link that is none, or damaged, or of another kind.
    #[error("{reason}")]
    BadLink {
        /// What is the matter.
        reason: String,
    },
    /// One's own link.
    #[error("this is your own link; give it to somebody else")]
    OwnLink,
    /// An address that is no relay's.
    #[error("{reason}")]
    BadAddress {
        /// What is the matter.
        reason: String,
    },
    /// A text or a name that is empty or too long.
    #[error("{reason}")]
    BadText {
        /// What is the matter.
        reason: String,
    },
    /// Something that cannot be looked for.
    #[error("{reason}")]
    BadSearch {
        /// What is the matter.
        reason: String,
    },
    /// There is no failed message with this number.
    #[error("there is no failed message with this number")]
    NoSuchEntry,
    /// There is no such message here.
    #[error("there is no such message")]
    NoSuchMessage,
    /// This cannot be done to this message: it is somebody else's, deleted, or of another kind.
    #[error("this cannot be done to this message")]
    CannotChange,
    /// This device does not, or does no longer, belong to its account.
    #[error("this device does not belong to its account (any more)")]
    NotActive,
    /// The account's chain does not allow it.
    #[error("the account does not allow this")]
    NotAllowed,
    /// The relay cannot be reached.
    #[error("the relay cannot be reached: {reason}")]
    Unreachable {
        /// What is the matter.
        reason: String,
    },
    /// The relay refuses.
    #[error("the relay refuses: {reason} ({refusal})")]
    Refused {
        /// The relay's code.
        refusal: String,
        /// What it says.
        reason: String,
    },
    /// There is no such conversation.
    #[error("there is no conversation {id:?}")]
    NoSuchConversation {
        /// What was asked for.
        id: String,
    },
    /// There is a file of this name.
    #[error("there is a file already: {path}")]
    FileExists {
        /// Its path.
        path: String,
    },
    /// A file cannot be read or written.
    #[error("{reason}")]
    File {
        /// What is the matter, and with which file.
        reason: String,
    },
    /// A file that no history can be taken from.
    #[error("this is no history that can be taken over: {reason}")]
    NotAnExport {
        /// What is the matter.
        reason: String,
    },
    /// An export of somebody else.
    #[error("this is the history of another account; only its own can be taken over")]
    OtherAccount,
    /// An export with lines that cannot be read. Nothing was taken over.
    #[error(
        "the file is damaged: line {line}: {reason} ({lines} damaged lines); nothing was taken over"
    )]
    DamagedExport {
        /// The first damaged line, from 1.
        line: u64,
        /// What is the matter with it.
        reason: String,
        /// How many lines are damaged.
        lines: u64,
    },
    /// It did not happen in time; it may still happen.
    #[error("it did not happen in time")]
    TimedOut,
    /// Anything else, by its code.
    #[error("{reason}")]
    Other {
        /// The code.
        code: String,
        /// What can be done about it.
        class: ErrorClass,
        /// What is the matter.
        reason: String,
    },
}

/// What can be done about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorClass {
    /// The same call may succeed later, unchanged.
    Transient,
    /// Only a person, or another version of the program, can help.
    Permanent,
    /// A rule of security refused it.
    Security,
    /// The program is wrong.
    Bug,
}

impl Error {
    /// The table: a name that never changes, and what can be done.
    fn entry(&self) -> (&str, ErrorClass) {
        use ErrorClass::{Permanent, Security, Transient};
        match self {
            Self::NoProfile => ("no_profile", Permanent),
            Self::WrongPassphrase => ("wrong_passphrase", Security),
            Self::OtherKey => ("other_key", Permanent),
            Self::NoKey { .. } => ("no_key", Permanent),
            Self::InUse => ("in_use", Transient),
            Self::OtherVersion => ("other_version", Permanent),
            Self::Interrupted => ("interrupted", Transient),
            Self::Closed => ("closed", Permanent),
            Self::NoAccount => ("no_account", Permanent),
            Self::HasAccount => ("has_account", Permanent),
            Self::NoSuchContact { .. } => ("no_such_contact", Permanent),
            Self::AmbiguousContact { .. } => ("ambiguous_contact", Permanent),
            Self::Blocked => ("blocked", Permanent),
            Self::BadLink { .. } => ("bad_link", Permanent),
            Self::OwnLink => ("own_link", Permanent),
            Self::BadAddress { .. } => ("bad_address", Permanent),
            Self::BadText { .. } => ("bad_text", Permanent),
            Self::BadSearch { .. } => ("bad_search", Permanent),
            Self::NoSuchEntry => ("no_such_entry", Permanent),
            Self::NoSuchMessage => ("no_such_message", Permanent),
            Self::CannotChange => ("cannot_change", Permanent),
            Self::NotActive => ("not_active", Permanent),
            Self::NotAllowed => ("not_allowed", Permanent),
            Self::Unreachable { .. } => ("unreachable", Transient),
            Self::Refused { .. } => ("refused", Permanent),
            Self::NoSuchConversation { .. } => ("no_such_conversation", Permanent),
            Self::FileExists { .. } => ("file_exists", Permanent),
            Self::File { .. } => ("file", Permanent),
            Self::NotAnExport { .. } => ("not_an_export", Permanent),
            Self::OtherAccount => ("other_account", Permanent),
            Self::DamagedExport { .. } => ("damaged_export", Permanent),
            Self::TimedOut => ("timed_out", Transient),
            Self::Other { code, class, .. } => (code, *class),
        }
    }

    /// A name for programs. It never changes.
    #[must_use]
    pub fn code(&self) -> String {
        self.entry().0.to_owned()
    }

    /// What can be done about it.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        self.entry().1
    }

    pub(super) fn bug(reason: &str) -> Self {
        Self::Other {
            code: "client_bug".to_owned(),
            class: ErrorClass::Bug,
            reason: format!("bug: {reason}"),
        }
    }
}

impl From<Class> for ErrorClass {
    fn from(class: Class) -> Self {
        match class {
            Class::Transient => Self::Transient,
            Class::Permanent => Self::Permanent,
            Class::Security => Self::Security,
            Class::Bug => Self::Bug,
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Missing => Self::NoProfile,
            StoreError::InUse => Self::InUse,
            other => Self::Other {
                code: other.code().to_owned(),
                class: other.class().into(),
                reason: other.to_string(),
            },
        }
    }
}

impl From<KeySlotError> for Error {
    fn from(error: KeySlotError) -> Self {
        match error {
            KeySlotError::Store(error) => error.into(),
            KeySlotError::WrongPassphrase => Self::WrongPassphrase,
            KeySlotError::NoSuchSlot => Self::OtherKey,
            KeySlotError::KeystoreUnavailable | KeySlotError::KeyMissing => Self::NoKey {
                reason: error.to_string(),
            },
            other => Self::Other {
                code: other.code().to_owned(),
                class: other.class().into(),
                reason: other.to_string(),
            },
        }
    }
}

impl From<EngineError> for Error {
    fn from(error: EngineError) -> Self {
        let reason = error.to_string();
        match error {
            EngineError::Store(error) => error.into(),
            EngineError::NoAccount => Self::NoAccount,
            EngineError::HasAccount => Self::HasAccount,
            EngineError::NoSuchContact => Self::NoSuchContact { who: String::new() },
            EngineError::Blocked => Self::Blocked,
            EngineError::OwnLink => Self::OwnLink,
            EngineError::BadAddress => Self::BadAddress { reason },
            EngineError::Link(_) => Self::BadLink { reason },
            EngineError::Text(_) => Self::BadText { reason },
            EngineError::NotActive => Self::NotActive,
            EngineError::NotAllowed => Self::NotAllowed,
            EngineError::NoSuchEntry => Self::NoSuchEntry,
            EngineError::NoSuchMessage => Self::NoSuchMessage,
            EngineError::CannotChange => Self::CannotChange,
            other => Self::Other {
                code: other.code().to_owned(),
                class: other.class().into(),
                reason,
            },
        }
    }
}

impl From<NetError> for Error {
    fn from(error: NetError) -> Self {
        let reason = error.to_string();
        match error {
            NetError::BadAddress | NetError::NotLoopback => Self::BadAddress { reason },
            _ => Self::Unreachable { reason },
        }
    }
}

impl From<Ended> for Error {
    fn from(_: Ended) -> Self {
        Self::Interrupted
    }
}
