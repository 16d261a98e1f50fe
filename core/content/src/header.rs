//! The header that travels inside the seal and outside the ratchet, and its padding.
//!
//! Form: `u32 big-endian length ‖ SealedHeader ‖ zeros`. The zeros make the *sealed* length one of
//! the relay's size classes; padding the plaintext alone would not hide the ratchet's state.

use prost::Message;

use crate::proto::SealedHeader;

/// Why a header is refused.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum HeaderError {
    /// Shorter than it says, or not a header.
    #[error("malformed sealed header")]
    Malformed,
    /// Padding that is not zeros could carry something.
    #[error("sealed header padding is not zero")]
    Padding,
    /// A version this client does not know.
    #[error("sealed header version {0} is not known")]
    Version(u32),
}

/// The header version that this crate writes and reads.
pub const VERSION: u32 = 1;

/// Encodes a header with `padding` zero bytes behind it.
#[must_use]
pub fn encode(header: &SealedHeader, padding: usize) -> Vec<u8> {
    let length = header.encoded_len();
    let mut bytes = Vec::with_capacity(4 + length + padding);
    bytes.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    bytes.extend_from_slice(&header.encode_to_vec());
    bytes.resize(4 + length + padding, 0);
    bytes
}

/// Decodes a header and checks that its padding is zeros.
///
/// # Errors
/// [`HeaderError`] as its variants say.
pub fn decode(bytes: &[u8]) -> Result<SealedHeader, HeaderError> {
    let (length, rest) = bytes
        .split_first_chunk::<4>()
        .ok_or(HeaderError::Malformed)?;
    let length = u32::from_be_bytes(*length) as usize;
    let (header, padding) = rest
        .split_at_checked(length)
        .ok_or(HeaderError::Malformed)?;
    if padding.iter().any(|byte| *byte != 0) {
        return Err(HeaderError::Padding);
    }
    let header = SealedHeader::decode(header).map_err(|_| HeaderError::Malformed)?;
    if header.version != VERSION {
        return Err(HeaderError::Version(header.version));
    }
    Ok(header)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn padding_adds_its_length_exactly_and_must_be_zero() {
        let header = SealedHeader {
            version: VERSION,
            account: vec![7; 32],
            ..Default::default()
        };
        let plain = encode(&header, 0);
        let mut padded = encode(&header, 300);
        assert_eq!(padded.len(), plain.len() + 300);
        assert_eq!(decode(&padded).unwrap(), header);
        *padded.last_mut().unwrap() = 1;
        assert_eq!(decode(&padded), Err(HeaderError::Padding));
    }

    #[test]
    fn short_and_unknown_headers_are_refused() {
        assert_eq!(decode(&[0, 0]), Err(HeaderError::Malformed));
        assert_eq!(decode(&[0, 0, 0, 9, 1]), Err(HeaderError::Malformed));
        let future = SealedHeader {
            version: 2,
            ..Default::default()
        };
        assert_eq!(decode(&encode(&future, 0)), Err(HeaderError::Version(2)));
    }
}
