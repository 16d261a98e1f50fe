//! Why a line of statements is refused.

use crate::ids::Head;
use crate::sign::{BadKey, BadSignature};

/// What is wrong with statements that were offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// There are no statements at all.
    #[error("the chain has no statements")]
    Empty,
    /// Properly signed statements contradict those that are known: nothing may be sealed to this
    /// account until a person has looked at it.
    #[error("the chain forks at epoch {}, statement {}", at.epoch, at.seq)]
    Fork {
        /// The offered statement that is not on the known line though it should be.
        at: Head,
    },
    /// The line ends before, or belongs to an epoch before, what is known already.
    #[error("the chain is older than what is known already")]
    Rollback,
    /// The statement follows one that is not known here, so nothing can be said of it: fetch what
    /// lies between. The head is only claimed.
    #[error("the chain has a gap before epoch {}, statement {}", claimed.epoch, claimed.seq)]
    Detached {
        /// The place that the statement claims, and its hash.
        claimed: Head,
    },
    /// A statement that must be understood is of a kind or version that this program does not
    /// know: an update is needed.
    #[error("statement {seq} of the chain needs a newer version of this program (kind {kind})")]
    UnknownCritical {
        /// Its position on the line.
        seq: u32,
        /// Its kind.
        kind: u32,
    },
    /// A statement breaks a rule.
    #[error("statement {seq} of the chain is invalid: {reason}")]
    Invalid {
        /// The position on the line that it was offered for.
        seq: u32,
        /// The rule.
        reason: Reason,
    },
}

/// The rule that a statement breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Not a statement, not in its one encoding, or a field is missing or of a wrong length.
    #[error("it is malformed")]
    Malformed,
    /// More than [`MAX_STATEMENT_BYTES`](super::MAX_STATEMENT_BYTES).
    #[error("it is too large")]
    TooLarge,
    /// The line has [`MAX_STATEMENTS`](super::MAX_STATEMENTS) already.
    #[error("the chain is full")]
    TooLong,
    /// It names another account, or founds one.
    #[error("it belongs to another account")]
    WrongAccount,
    /// It follows a statement that is not on the line, or not the last one.
    #[error("it does not follow the statement before it")]
    WrongPrev,
    /// Its seq is not one more than that of the statement before it.
    #[error("its number is wrong")]
    WrongSeq,
    /// Its epoch is not that of the statement before it, or not one more in a recovery.
    #[error("its epoch is wrong")]
    WrongEpoch,
    /// A recovery after the last possible epoch.
    #[error("there are no epochs left")]
    EpochOverflow,
    /// The first statement is no genesis, or a later one is.
    #[error("a chain has one genesis, at its beginning")]
    MisplacedGenesis,
    /// Only a recovery may follow `close`.
    #[error("the account is closed")]
    Closed,
    /// Too many signatures, too few, or not in their order.
    #[error("it is not signed by whom it should be")]
    WrongSigners,
    /// Signed in the name of a device that is not active at this point.
    #[error("its signer is not an active device")]
    NotSigner,
    /// A signature does not hold.
    #[error("its signature does not hold")]
    BadSignature,
    /// A new device's proof that it holds its keys does not hold.
    #[error("the device's proof does not hold")]
    BadProof,
    /// A key is malformed, not canonical or of small order.
    #[error("it contains a bad key")]
    BadKey,
    /// The mailbox, signing key or identity key is on the line already, or listed twice.
    #[error("the device was in this chain before")]
    DuplicateDevice,
    /// It speaks of a device that is not active, or was never proven.
    #[error("there is no such device")]
    NoSuchDevice,
    /// More than [`MAX_DEVICES`](super::MAX_DEVICES) would be active.
    #[error("there are too many devices")]
    TooManyDevices,
    /// No device would be left.
    #[error("the last device cannot be removed")]
    LastDevice,
    /// No relay, too many, or a URL that is not one of a relay.
    #[error("it names no usable relay")]
    BadHome,
}

impl Reason {
    pub(super) fn at(self, seq: u32) -> ChainError {
        ChainError::Invalid { seq, reason: self }
    }
}

impl From<BadKey> for Reason {
    fn from(_: BadKey) -> Self {
        Self::BadKey
    }
}

impl From<BadSignature> for Reason {
    fn from(_: BadSignature) -> Self {
        Self::BadSignature
    }
}
