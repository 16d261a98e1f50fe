//! Why a command failed, and the exit code that says so.

use std::fmt;
use std::io;
use std::process::ExitCode;

use serde_json::{Value, json};
use sotto_core::client::Error;

use crate::show;

/// The exit codes, as `--help` prints them. [`Failure::exit_code`] is the other half.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  done; a message that could not leave yet is queued, and leaves by itself later
  1  something is broken: a damaged file, a full disk, a bug
  2  the command line makes no sense
  3  the profile cannot be used: there is none, wrong passphrase, no account yet, or one already
  4  the relay cannot be reached, or it took too long; trying again may help
  5  there is no such contact or message, or the name is not clear
  6  a link, an address, a text or a file was refused
  7  it is not allowed: the relay refuses, the contact is blocked, the message is somebody else's,
     this device was removed
  8  not the same: the safety number or code is another one; do not trust it";

/// Why a command failed.
#[derive(Debug)]
pub enum Failure {
    /// The core refused or could not.
    Core(Error),
    /// The command line makes no sense.
    Usage(String),
    /// A file of the person could not be used.
    File(String),
    /// The profile's key is not at hand.
    Key(String),
    /// It took too long.
    Late(String),
    /// A message will not be sent.
    NotSent(String),
    /// This names no message.
    NoMessage(String),
    /// What somebody wants to set makes no sense.
    Refused(String),
    /// Nobody confirmed what cannot be taken back.
    NotConfirmed,
    /// The safety number or code of somebody is another one.
    NotTheSame(String),
    /// The output was closed: `sotto … | head` is content.
    NobodyReads,
}

impl Failure {
    /// The same as an object, for programs.
    pub fn json(&self) -> Value {
        match self {
            Self::Core(error) => show::error_json(error),
            other => json!({
                "event": "error",
                "code": other.code(),
                "class": if matches!(other, Self::Late(_)) { "transient" } else { "permanent" },
                "text": other.to_string(),
            }),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Core(_) => "core",
            Self::Usage(_) => "usage",
            Self::File(_) => "file",
            Self::Key(_) => "no_key",
            Self::Late(_) => "timed_out",
            Self::NotSent(_) => "not_sent",
            Self::NoMessage(_) => "no_such_message",
            Self::Refused(_) => "refused_here",
            Self::NotConfirmed => "not_confirmed",
            Self::NotTheSame(_) => "not_same",
            Self::NobodyReads => "nobody_reads",
        }
    }

    /// As [`EXIT_CODES`] says.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Core(error) => code_of(error),
            Self::Usage(_) => 2,
            Self::Key(_) => 3,
            Self::Late(_) => 4,
            Self::NotSent(_) => 7,
            Self::NoMessage(_) => 5,
            Self::Refused(_) | Self::NotConfirmed => 6,
            Self::NotTheSame(_) => 8,
            Self::File(_) => 1,
            Self::NobodyReads => 0,
        })
    }
}

fn code_of(error: &Error) -> u8 {
    match error {
        Error::NoProfile
        | Error::WrongPassphrase
        | Error::OtherKey
        | Error::NoKey { .. }
        | Error::InUse
        | Error::OtherVersion
        | Error::NoAccount
        | Error::HasAccount => 3,
        Error::Unreachable { .. } | Error::TimedOut | Error::Interrupted => 4,
        Error::NoSuchContact { .. }
        | Error::AmbiguousContact { .. }
        | Error::NoSuchEntry
        | Error::NoSuchMessage => 5,
        Error::BadLink { .. }
        | Error::OwnLink
        | Error::BadAddress { .. }
        | Error::BadText { .. }
        | Error::BadSearch { .. } => 6,
        Error::Refused { .. }
        | Error::Blocked
        | Error::NotActive
        | Error::NotAllowed
        | Error::CannotChange => 7,
        other => match other.code().as_str() {
            "no_such_relay" | "no_such_conversation" => 5,
            "file_exists" | "not_an_export" | "damaged_export" | "other_account" => 6,
            "last_relay" | "relay_answers" | "chain_unknown" => 7,
            "not_same" => 8,
            _ => 1,
        },
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Core(error) => error.fmt(f),
            Self::Usage(text)
            | Self::File(text)
            | Self::Key(text)
            | Self::Late(text)
            | Self::NotSent(text)
            | Self::Refused(text)
            | Self::NotTheSame(text) => f.write_str(text),
            Self::NoMessage(which) => write!(
                f,
                "{which:?} is no message: give its number, the beginning of its id, -1 for the last \
                 or WHO/-1"
            ),
            Self::NotConfirmed => f.write_str("not confirmed; nothing was changed"),
            Self::NobodyReads => f.write_str("nobody reads the output"),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::NobodyReads,
            _ => Self::File(error.to_string()),
        }
    }
}
