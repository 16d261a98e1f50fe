//! From the bytes of a delivery to the message in them: the sealed sender layer.

use std::fmt;

use libsignal_protocol::{
    CiphertextMessageType, InMemIdentityKeyStore, SenderCertificate,
    UnidentifiedSenderMessageContent, sealed_sender_decrypt_to_usmc,
};
use sotto_content::header::{self, HeaderError};
use sotto_content::proto::SealedHeader;
use sotto_wire::ids::MailboxId;

use super::border::{self, FirstMessage, RatchetMessage, Seal};
use super::call::finish_hostile;
use super::certificate;
use super::error::{CryptoError, Fault};
use super::keys::DeviceKeys;
use super::peer::Peer;
use crate::store::View;

/// What kind of message an envelope holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Of a session that both ends know.
    Whisper,
    /// Founds a session.
    PreKey,
    /// Not under a ratchet: a retry request.
    Plaintext,
    /// To a group.
    SenderKey,
}

/// An envelope whose seal is open. The sender holds `identity_key`; everything else is only what
/// the sender says, until the verified chain confirms it and the ratchet opens the contents.
#[derive(Clone, PartialEq)]
pub(crate) struct Unsealed {
    /// The device that the certificate names.
    pub sender: MailboxId,
    /// The key that the envelope was sealed with.
    pub identity_key: [u8; 33],
    /// Who and under which heads, as the sender says.
    pub header: SealedHeader,
    /// What `contents` is.
    pub shape: Shape,
    /// libsignal's message.
    pub contents: Vec<u8>,
}

impl Unsealed {
    /// Refuses an envelope that is not from this device: sealed with its key, under its name and its
    /// account's, and still active in the verified chain.
    pub(super) fn require_sender(&self, view: &View<'_>, sender: &Peer) -> Result<(), CryptoError> {
        if self.sender != sender.mailbox
            || self.identity_key != sender.identity_key
            || self.header.account != sender.account.as_bytes()
        {
            return Err(Fault::Untrusted.into());
        }
        sender.require_active(view)
    }

    /// The ratchet key of a pairwise message, for a retry request about it.
    #[must_use]
    pub(crate) fn ratchet_key(&self) -> Option<[u8; 33]> {
        match self.shape {
            Shape::Whisper => RatchetMessage::parse(&self.contents)
                .ok()
                .map(|message| message.ratchet_key),
            Shape::PreKey => FirstMessage::parse(&self.contents)
                .ok()
                .map(|first| first.message.ratchet_key),
            Shape::Plaintext | Shape::SenderKey => None,
        }
    }
}

impl fmt::Debug for Unsealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unsealed")
            .field("sender", &self.sender)
            .field("shape", &self.shape)
            .finish_non_exhaustive()
    }
}

/// Opens the seal. Needs no transaction and changes nothing.
///
/// # Errors
/// Always a [`Fault`], whatever the bytes are; [`CryptoError::Bug`] only if our own keys are
/// damaged.
pub(crate) fn unseal(keys: &DeviceKeys, sealed: &[u8]) -> Result<Unsealed, CryptoError> {
    let seal = border::check_sealed(sealed)?;
    // libsignal wants a store here and asks it for our own key pair only.
    let store = InMemIdentityKeyStore::new(keys.identity_pair()?, border::REGISTRATION);
    let content = finish_hostile(sealed_sender_decrypt_to_usmc(sealed, &store))?;
    let (sender, identity_key) = sender(content.sender()?)?;
    if sender == keys.mailbox() || identity_key == keys.identity_key() {
        return Err(Fault::FromOurselves.into());
    }
    Ok(Unsealed {
        sender,
        identity_key,
        header: read_header(&content)?,
        shape: shape(seal, content.msg_type()?)?,
        contents: content.contents()?.to_vec(),
    })
}

fn sender(certificate: &SenderCertificate) -> Result<(MailboxId, [u8; 33]), CryptoError> {
    if u32::from(certificate.sender_device_id()?) != 1 || certificate.sender_e164()?.is_some() {
        return Err(Fault::Malformed.into());
    }
    let sender = MailboxId::from_uuid_string(certificate.sender_uuid()?).ok_or(Fault::Malformed)?;
    Ok((
        sender,
        border::identity_key(&certificate::named_key(certificate)?)?,
    ))
}

fn read_header(content: &UnidentifiedSenderMessageContent) -> Result<SealedHeader, CryptoError> {
    let bytes = content.group_id()?.ok_or(Fault::Malformed)?;
    header::decode(bytes).map_err(|error| match error {
        HeaderError::Malformed | HeaderError::Padding => Fault::Malformed.into(),
        HeaderError::Version(_) => Fault::Version.into(),
    })
}

/// Pairwise messages travel sealed for one, sender key messages sealed for many: the body of the
/// latter can be exchanged by any of the recipients.
fn shape(seal: Seal, kind: CiphertextMessageType) -> Result<Shape, Fault> {
    match (seal, kind) {
        (Seal::One, CiphertextMessageType::Whisper) => Ok(Shape::Whisper),
        (Seal::One, CiphertextMessageType::PreKey) => Ok(Shape::PreKey),
        (Seal::One, CiphertextMessageType::Plaintext) => Ok(Shape::Plaintext),
        (Seal::Many, CiphertextMessageType::SenderKey) => Ok(Shape::SenderKey),
        _ => Err(Fault::Shape),
    }
}
