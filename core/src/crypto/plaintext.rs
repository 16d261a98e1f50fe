//! libsignal's framing of content that is under no ratchet: `0xC0 ‖ body ‖ 0x80`.

use super::error::{CryptoError, Fault};
use super::unseal::{Shape, Unsealed};

const FIRST: u8 = 0xC0;
const LAST: u8 = 0x80;

pub(super) fn frame(body: &[u8]) -> Vec<u8> {
    [&[FIRST], body, &[LAST]].concat()
}

/// The body of an envelope of [`Shape::Plaintext`].
///
/// # Errors
/// [`Fault::Shape`] for any other envelope, [`Fault::Malformed`] without the frame.
pub(crate) fn plaintext_body(envelope: &Unsealed) -> Result<&[u8], CryptoError> {
    if envelope.shape != Shape::Plaintext {
        return Err(Fault::Shape.into());
    }
    let body = envelope
        .contents
        .strip_prefix(&[FIRST])
        .and_then(|rest| rest.strip_suffix(&[LAST]));
    Ok(body.ok_or(Fault::Malformed)?)
}
