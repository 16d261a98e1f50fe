//! From a plaintext to an envelope of exactly a size class.

use libsignal_protocol::{
    CiphertextMessageType, ContentHint, SenderCertificate, UnidentifiedSenderMessageContent,
    message_encrypt, sealed_sender_encrypt_from_usmc,
};
use sotto_content::header;
use sotto_content::proto::SealedHeader;

use super::adapter::Ground;
use super::call::finish;
use super::certificate;
use super::error::{CryptoError, Fault};
use super::keys::DeviceKeys;
use super::padding;
use super::peer::{Peer, address};
use super::plaintext;
use super::record::Record;
use super::session::has_usable_session;
use crate::clock::Now;
use crate::random::Random;
use crate::store::Tx;
use crate::store::tables::sessions;

/// Encrypts a plaintext for a device and seals it; stores the ratchet's step. On any error nothing
/// of it stays in the transaction.
///
/// # Errors
/// [`Fault::NoSession`] if a bundle has to be fetched first, [`Fault::Untrusted`] if the device is
/// not an active one of the verified chain, [`CryptoError::TooLarge`], [`CryptoError::Store`].
pub(crate) fn seal(
    tx: &mut Tx<'_>,
    random: &mut Random,
    keys: &DeviceKeys,
    peer: &Peer,
    header: &SealedHeader,
    plaintext: &[u8],
    now: Now,
) -> Result<Vec<u8>, CryptoError> {
    tx.savepoint(|tx| {
        peer.require_active(tx)?;
        if !has_usable_session(tx, &peer.mailbox, now)? {
            return Err(Fault::NoSession.into());
        }
        is_session_of(tx, peer)?;
        let address = address(&peer.mailbox)?;
        let ground = Ground::new(tx, keys, now);
        let answer = finish(message_encrypt(
            plaintext,
            &address,
            &mut ground.adapter(),
            &mut ground.adapter(),
            now.system_time(),
            random,
        ));
        let message = ground.verdict(answer)?;
        let letter = Letter {
            certificate: certificate::own(keys)?,
            header,
            kind: message.message_type(),
            contents: message.serialize(),
        };
        wrap(tx, random, keys, peer, letter, now)
    })
}

/// Seals bytes that are under no ratchet: a retry request, which is wanted when the ratchets of
/// both ends have come apart. Only the seal's key agreement protects it.
///
/// # Errors
/// As [`seal`], without the session.
pub(crate) fn seal_plaintext(
    tx: &mut Tx<'_>,
    random: &mut Random,
    keys: &DeviceKeys,
    peer: &Peer,
    header: &SealedHeader,
    body: &[u8],
    now: Now,
) -> Result<Vec<u8>, CryptoError> {
    peer.require_active(tx)?;
    let letter = Letter {
        certificate: certificate::own(keys)?,
        header,
        kind: CiphertextMessageType::Plaintext,
        contents: &plaintext::frame(body),
    };
    wrap(tx, random, keys, peer, letter, now)
}

fn is_session_of(tx: &Tx<'_>, peer: &Peer) -> Result<(), CryptoError> {
    let stored = sessions::load(tx, &peer.mailbox)?.ok_or(Fault::NoSession)?;
    let states = Record::decode(&stored)?.states()?;
    match states.first() {
        Some(state) if state.remote_identity() == peer.identity_key => Ok(()),
        Some(_) => Err(Fault::Untrusted.into()),
        None => Err(Fault::NoSession.into()),
    }
}

/// What goes under the seal.
pub(super) struct Letter<'a> {
    pub certificate: SenderCertificate,
    pub header: &'a SealedHeader,
    pub kind: CiphertextMessageType,
    pub contents: &'a [u8],
}

/// Puts a letter under the seal, padded to a size class.
pub(super) fn wrap(
    tx: &mut Tx<'_>,
    random: &mut Random,
    keys: &DeviceKeys,
    peer: &Peer,
    letter: Letter<'_>,
    now: Now,
) -> Result<Vec<u8>, CryptoError> {
    let plain = header::encode(letter.header, 0).len();
    let certificate = letter.certificate.serialized()?.len();
    let padding = padding::needed(certificate, letter.contents.len(), plain)?;
    let content = UnidentifiedSenderMessageContent::new(
        letter.kind,
        letter.certificate,
        letter.contents.to_vec(),
        ContentHint::Default,
        Some(header::encode(letter.header, padding)),
    )?;
    let address = address(&peer.mailbox)?;
    let ground = Ground::new(tx, keys, now);
    let answer = finish(sealed_sender_encrypt_from_usmc(
        &address,
        &content,
        &ground.adapter(),
        random,
    ));
    ground.verdict(answer)
}
