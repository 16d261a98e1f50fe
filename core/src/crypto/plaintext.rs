//! libsignal's framing of content that is under no ratchet: `0xC0 ‖ body ‖ 0x80`.

use super::error::{CryptoError, Fault};
use super::peer::Peer;
use super::unseal::{Shape, Unsealed};
use crate::store::View;

const FIRST: u8 = 0xC0;
const LAST: u8 = 0x80;

pub(super) fn frame(body: &[u8]) -> Vec<u8> {
    [&[FIRST], body, &[LAST]].concat()
}

/// The body of an envelope of [`Shape::Plaintext`] from a device of the verified chain. The seal
/// alone says that it is from there.
///
/// # Errors
/// [`Fault::Shape`] for any other envelope, [`Fault::Untrusted`] if it is not from `sender`,
/// [`Fault::Malformed`] without the frame; [`CryptoError::Store`].
pub(crate) fn plaintext_body<'e>(
    view: &View<'_>,
    envelope: &'e Unsealed,
    sender: &Peer,
) -> Result<&'e [u8], CryptoError> {
    envelope.require_sender(view, sender)?;
    if envelope.shape != Shape::Plaintext {
        return Err(Fault::Shape.into());
    }
    let body = envelope
        .contents
        .strip_prefix(&[FIRST])
        .and_then(|rest| rest.strip_suffix(&[LAST]));
    Ok(body.ok_or(Fault::Malformed)?)
}
