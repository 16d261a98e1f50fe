//! Why a command failed, and the exit code that says so.

use std::fmt;
use std::io;
use std::process::ExitCode;

use sotto_core::client::Error;

/// The exit codes, as `--help` prints them. [`Failure::exit_code`] is the other half.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  done; a message that could not leave yet is queued, and leaves by itself later
  1  something is broken: a damaged file, a full disk, a bug
  2  the command line makes no sense
  3  the profile cannot be used: there is none, wrong passphrase, no account yet, or one already
  4  the relay cannot be reached, or it took too long; trying again may help
  5  there is no such contact or message, or the name is not clear
  6  a link, an address or a text was refused
  7  it is not allowed: the relay refuses, the contact is blocked, this device was removed";

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
    /// The output was closed: `sotto … | head` is content.
    NobodyReads,
}

impl Failure {
    /// As [`EXIT_CODES`] says.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Core(error) => code_of(error),
            Self::Usage(_) => 2,
            Self::Key(_) => 3,
            Self::Late(_) => 4,
            Self::NotSent(_) => 7,
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
        Error::NoSuchContact { .. } | Error::AmbiguousContact { .. } | Error::NoSuchEntry => 5,
        Error::BadLink { .. }
        | Error::OwnLink
        | Error::BadAddress { .. }
        | Error::BadText { .. } => 6,
        Error::Refused { .. } | Error::Blocked | Error::NotActive | Error::NotAllowed => 7,
        _ => 1,
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
            | Self::NotSent(text) => f.write_str(text),
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
