//! Why a decision could not be made.

use sotto_content::link::LinkError;
use sotto_content::text::TextError;
use sotto_wire::chain::ChainError;
use thiserror::Error;

use crate::crypto::CryptoError;
use crate::store::{Class, StoreError};

/// An error of the engine. Its text holds no data of the person.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EngineError {
    /// The store failed; nothing was changed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The crypto floor failed.
    #[error(transparent)]
    Crypto(CryptoError),
    /// Statements of a chain were refused.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// A text or a name was refused.
    #[error(transparent)]
    Text(#[from] TextError),
    /// A link was refused.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// There is no account in this profile yet.
    #[error("this profile has no account yet")]
    NoAccount,
    /// There is an account in this profile already.
    #[error("this profile has an account already")]
    HasAccount,
    /// Nobody of that name or id.
    #[error("there is no such contact")]
    NoSuchContact,
    /// A safety number that is not the one here, or a code that does not fit.
    #[error("the safety numbers are not the same, or have changed meanwhile; look again")]
    NotSame,
    /// The account's chain was never fetched.
    #[error("nothing is known of this contact's devices yet; go online first")]
    ChainUnknown,
    /// The person is blocked.
    #[error("this contact is blocked; unblock it first")]
    Blocked,
    /// One's own link.
    #[error("this is your own link")]
    OwnLink,
    /// An address that is no relay's.
    #[error("this is not the address of a relay (https://…, or http:// on this machine)")]
    BadAddress,
    /// This device may not act for its account any more.
    #[error("this device no longer belongs to its account")]
    NotActive,
    /// The chain has no room, or does not allow it.
    #[error("the account's chain does not allow this")]
    NotAllowed,
    /// The account does not live at this relay.
    #[error("the account does not live at this relay")]
    NoSuchRelay,
    /// The account would live nowhere.
    #[error("the account lives at no other relay; add one first")]
    LastRelay,
    /// The relay works.
    #[error("this relay answers; remove it in the ordinary way")]
    RelayAnswers,
    /// There is no such entry in the outbox.
    #[error("there is no failed message with this number")]
    NoSuchEntry,
    /// There is no such message.
    #[error("there is no such message")]
    NoSuchMessage,
    /// A message that this cannot be done to: somebody else's, deleted, of another kind.
    #[error("this cannot be done to this message")]
    CannotChange,
    /// A plaintext that says of itself what envelope and chain do not.
    #[error("a message claimed to be somebody else's")]
    Forged,
    /// A plaintext or a content that is none.
    #[error("a message was malformed")]
    Malformed,
    /// The program is wrong.
    #[error("bug in the engine: {0}")]
    Bug(&'static str),
}

impl From<CryptoError> for EngineError {
    fn from(error: CryptoError) -> Self {
        match error {
            CryptoError::Store(error) => Self::Store(error),
            other => Self::Crypto(other),
        }
    }
}

impl EngineError {
    /// What a caller can do about it.
    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            Self::Store(error) => error.class(),
            Self::Crypto(error) => error.class(),
            Self::Forged | Self::NotSame => Class::Security,
            Self::ChainUnknown => Class::Transient,
            Self::Bug(_) => Class::Bug,
            _ => Class::Permanent,
        }
    }

    /// A name for logs, scripts and tests. It never changes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Crypto(error) => error.code(),
            Self::Chain(_) => "chain_refused",
            Self::Text(_) => "text_refused",
            Self::Link(_) => "link_refused",
            Self::NoAccount => "no_account",
            Self::HasAccount => "has_account",
            Self::NoSuchContact => "no_such_contact",
            Self::NotSame => "not_same",
            Self::ChainUnknown => "chain_unknown",
            Self::Blocked => "blocked",
            Self::OwnLink => "own_link",
            Self::BadAddress => "bad_address",
            Self::NotActive => "not_active",
            Self::NotAllowed => "not_allowed",
            Self::NoSuchRelay => "no_such_relay",
            Self::LastRelay => "last_relay",
            Self::RelayAnswers => "relay_answers",
            Self::NoSuchEntry => "no_such_entry",
            Self::NoSuchMessage => "no_such_message",
            Self::CannotChange => "cannot_change",
            Self::Forged => "forged",
            Self::Malformed => "malformed",
            Self::Bug(_) => "engine_bug",
        }
    }

    /// Whether the envelope that was being opened is to blame. Anything else aborts the whole
    /// transaction: a full disk must never look like a bad message.
    pub(crate) fn is_envelopes_fault(&self) -> bool {
        match self {
            Self::Crypto(error) => error.fault().is_some(),
            Self::Forged | Self::Malformed => true,
            _ => false,
        }
    }
}
