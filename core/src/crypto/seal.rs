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
        wrap(
            tx,
            random,
            keys,
            peer,
            header,
            message.message_type(),
            message.serialize(),
            now,
        )
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
    let contents = plaintext::frame(body);
    wrap(
        tx,
        random,
        keys,
        peer,
        header,
        CiphertextMessageType::Plaintext,
        &contents,
        now,
    )
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

#[allow(clippy::too_many_arguments)]
fn wrap(
    tx: &mut Tx<'_>,
    random: &mut Random,
    keys: &DeviceKeys,
    peer: &Peer,
    header: &SealedHeader,
    kind: CiphertextMessageType,
    contents: &[u8],
    now: Now,
) -> Result<Vec<u8>, CryptoError> {
    let certificate = certificate::own(keys)?;
    let plain = header::encode(header, 0).len();
    let padding = padding::needed(certificate.serialized()?.len(), contents.len(), plain)?;
    let content = content(kind, certificate, contents, header::encode(header, padding))?;
    let ground = Ground::new(tx, keys, now);
    let answer = finish(sealed_sender_encrypt_from_usmc(
        &address(&peer.mailbox)?,
        &content,
        &ground.adapter(),
        random,
    ));
    ground.verdict(answer)
}

fn content(
    kind: CiphertextMessageType,
    certificate: SenderCertificate,
    contents: &[u8],
    header: Vec<u8>,
) -> Result<UnidentifiedSenderMessageContent, CryptoError> {
    let contents = contents.to_vec();
    Ok(UnidentifiedSenderMessageContent::new(
        kind,
        certificate,
        contents,
        ContentHint::Default,
        Some(header),
    )?)
}
