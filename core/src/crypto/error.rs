//! What can go wrong between a plaintext and an envelope, and whose fault it is.

use libsignal_protocol::SignalProtocolError;
use thiserror::Error;

use crate::store::{Class, StoreError};

/// An error of the crypto floor.
///
/// The three kinds must never be mixed up: a [`Fault`] drops one envelope, a store error drops
/// the whole transaction and acknowledges nothing, a bug does the same and is reported.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CryptoError {
    /// The envelope's or the bundle's fault; it is refused and everything else goes on.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// Our own store failed. Nothing is known about the envelope.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A content that fits in no size class.
    #[error("too large to be sealed")]
    TooLarge,
    /// The program is wrong, or what it stored is.
    #[error("bug in the crypto floor: {0}")]
    Bug(&'static str),
}

/// The closed list of things that are the sender's or the relay's fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Fault {
    /// Not what its format says.
    #[error("malformed")]
    Malformed,
    /// A version other than the one that is spoken here.
    #[error("unsupported version")]
    Version,
    /// A kind of message that may not travel in this kind of envelope.
    #[error("unexpected shape of message")]
    Shape,
    /// A public key of another length, with a second spelling or of low order.
    #[error("a key is not canonical")]
    NotCanonical,
    /// A counter that would make us walk a chain too far before any check of the sender.
    #[error("too far ahead of the known chain")]
    TooFarAhead,
    /// More new sessions than one device may start.
    #[error("too many first messages")]
    TooManyFirstMessages,
    /// No session could open it.
    #[error("the message cannot be opened")]
    InvalidMessage,
    /// Its key was used before.
    #[error("the message key was used before")]
    Duplicate,
    /// There is no session that it could belong to; when sealing: none that may be used.
    #[error("there is no session")]
    NoSession,
    /// The key is not the one that the verified chain names, or the device is not active.
    #[error("the identity is not trusted")]
    Untrusted,
    /// It was made for a pre-key that is not here (any more).
    #[error("unknown pre-key")]
    InvalidPreKeyId,
    /// A group message before its sender key.
    #[error("there is no sender key")]
    NoSenderKey,
    /// The sealed sender layer does not open.
    #[error("the seal cannot be opened")]
    InvalidSealed,
    /// A first message that was opened before, and whose session is gone.
    #[error("a repeated first message")]
    Replay,
    /// A bundle whose signatures or keys do not hold.
    #[error("the bundle does not hold")]
    BadBundle,
    /// A bundle older than one that was seen.
    #[error("the bundle is older than one that was seen")]
    StaleBundle,
    /// Meant for another device, account or group.
    #[error("not meant for this device")]
    NotForUs,
    /// Nothing with our own address is ever processed.
    #[error("claims to come from this device")]
    FromOurselves,
}

impl CryptoError {
    /// What a caller can do about it.
    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            Self::Fault(fault) => fault.class(),
            Self::Store(error) => error.class(),
            Self::TooLarge => Class::Permanent,
            Self::Bug(_) => Class::Bug,
        }
    }

    /// A name for logs, scripts and tests. It never changes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Fault(fault) => fault.code(),
            Self::Store(error) => error.code(),
            Self::TooLarge => "crypto_too_large",
            Self::Bug(_) => "crypto_bug",
        }
    }

    /// The fault, where it is one.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        match self {
            Self::Fault(fault) => Some(*fault),
            _ => None,
        }
    }
}

impl Fault {
    /// Whether a rule of security refused it, or it was just broken.
    #[must_use]
    pub fn class(self) -> Class {
        match self {
            Self::Malformed
            | Self::Version
            | Self::Shape
            | Self::InvalidMessage
            | Self::Duplicate
            | Self::NoSession
            | Self::InvalidPreKeyId
            | Self::NoSenderKey
            | Self::InvalidSealed => Class::Permanent,
            Self::NotCanonical
            | Self::TooFarAhead
            | Self::TooManyFirstMessages
            | Self::Untrusted
            | Self::Replay
            | Self::BadBundle
            | Self::StaleBundle
            | Self::NotForUs
            | Self::FromOurselves => Class::Security,
        }
    }

    /// A name for logs, scripts and tests. It never changes.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Malformed => "crypto_malformed",
            Self::Version => "crypto_version",
            Self::Shape => "crypto_shape",
            Self::NotCanonical => "crypto_not_canonical",
            Self::TooFarAhead => "crypto_too_far_ahead",
            Self::TooManyFirstMessages => "crypto_too_many_first_messages",
            Self::InvalidMessage => "crypto_invalid_message",
            Self::Duplicate => "crypto_duplicate",
            Self::NoSession => "crypto_no_session",
            Self::Untrusted => "crypto_untrusted",
            Self::InvalidPreKeyId => "crypto_invalid_pre_key_id",
            Self::NoSenderKey => "crypto_no_sender_key",
            Self::InvalidSealed => "crypto_invalid_sealed",
            Self::Replay => "crypto_replay",
            Self::BadBundle => "crypto_bad_bundle",
            Self::StaleBundle => "crypto_stale_bundle",
            Self::NotForUs => "crypto_not_for_us",
            Self::FromOurselves => "crypto_from_ourselves",
        }
    }
}

/// libsignal's errors, sorted: what a message can provoke is a fault, all else is a bug. The match
/// names every variant, so that a new one of libsignal has to be placed by hand.
impl From<SignalProtocolError> for CryptoError {
    fn from(error: SignalProtocolError) -> Self {
        use SignalProtocolError as E;
        Self::Fault(match error {
            E::InvalidProtobufEncoding
            | E::CiphertextMessageTooShort(_)
            | E::BadKEMKeyType(_)
            | E::WrongKEMKeyType(..)
            | E::BadKEMKeyLength(..)
            | E::BadKEMCiphertextLength(..) => Fault::Malformed,
            E::LegacyCiphertextVersion(_)
            | E::UnrecognizedCiphertextVersion(_)
            | E::UnrecognizedMessageVersion(_)
            | E::UnknownSealedSenderVersion(_) => Fault::Version,
            E::NoKeyTypeIdentifier | E::BadKeyType(_) | E::BadKeyLength(..) => Fault::NotCanonical,
            E::SignatureValidationFailed => Fault::BadBundle,
            E::UntrustedIdentity(_) => Fault::Untrusted,
            E::InvalidPreKeyId | E::InvalidSignedPreKeyId | E::InvalidKyberPreKeyId => {
                Fault::InvalidPreKeyId
            }
            E::NoSenderKeyState { .. } => Fault::NoSenderKey,
            E::SessionNotFound(_) => Fault::NoSession,
            E::DuplicatedMessage(..) => Fault::Duplicate,
            E::InvalidMessage(..) => Fault::InvalidMessage,
            E::InvalidSealedSenderMessage(_) | E::UnknownSealedSenderServerCertificateId(_) => {
                Fault::InvalidSealed
            }
            E::SealedSenderSelfSend => Fault::FromOurselves,
            // The texts of these can hold addresses and are not passed on.
            E::InvalidArgument(_) => return Self::Bug("libsignal refused an argument"),
            E::InvalidState(..) => return Self::Bug("libsignal found a state it cannot use"),
            E::InvalidMacKeyLength(_) => {
                return Self::Bug("libsignal derived a key of a wrong length");
            }
            E::InvalidProtocolAddress { .. } => return Self::Bug("libsignal refused an address"),
            E::InvalidSessionStructure(_) | E::InvalidSenderKeySession { .. } => {
                return Self::Bug("a stored record of libsignal is damaged");
            }
            E::InvalidRegistrationId(..) => {
                return Self::Bug("libsignal refused a registration id");
            }
            E::FfiBindingError(_) | E::ApplicationCallbackError(..) => {
                return Self::Bug("libsignal failed in a callback");
            }
        })
    }
}
