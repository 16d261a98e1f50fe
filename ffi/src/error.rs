//! Why a call failed.

use sotto_core::client::{self, ErrorClass};

/// Why a call failed. Which of the four it is says what can be done; `code` is a name for programs
/// that never changes, `reason` a sentence for a person.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Error)]
pub enum Error {
    /// The same call may succeed later, unchanged.
    Transient {
        /// A name for programs.
        code: String,
        /// A sentence for a person.
        reason: String,
    },
    /// Only a person, or another version of the program, can help.
    Permanent {
        /// A name for programs.
        code: String,
        /// A sentence for a person.
        reason: String,
    },
    /// A rule of security refused it.
    Security {
        /// A name for programs.
        code: String,
        /// A sentence for a person.
        reason: String,
    },
    /// The program is wrong.
    Bug {
        /// A name for programs.
        code: String,
        /// A sentence for a person.
        reason: String,
    },
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Self::Transient { reason, .. }
        | Self::Permanent { reason, .. }
        | Self::Security { reason, .. }
        | Self::Bug { reason, .. }) = self;
        f.write_str(reason)
    }
}

impl std::error::Error for Error {}

impl From<client::Error> for Error {
    fn from(error: client::Error) -> Self {
        let (code, reason) = (error.code(), error.to_string());
        match error.class() {
            ErrorClass::Transient => Self::Transient { code, reason },
            ErrorClass::Permanent => Self::Permanent { code, reason },
            ErrorClass::Security => Self::Security { code, reason },
            ErrorClass::Bug => Self::Bug { code, reason },
        }
    }
}

/// A listener threw. It is told the next event all the same.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Error)]
pub enum ListenerFailed {
    /// Whatever it was.
    Failed {
        /// What the other language says of it.
        reason: String,
    },
}

impl std::fmt::Display for ListenerFailed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the listener failed")
    }
}

impl std::error::Error for ListenerFailed {}

impl From<uniffi::UnexpectedUniFFICallbackError> for ListenerFailed {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Failed {
            reason: error.reason,
        }
    }
}
