//! How long an envelope becomes, and how much padding makes that a size class.

use prost::length_delimiter_len;
use sotto_wire::size;

use super::error::CryptoError;

/// Lengths of the parts of a sealed version 1 that never change: the version byte, the ephemeral
/// key (33 bytes) and the encrypted identity key (33 bytes and a MAC of 10) as protobuf fields.
const FIXED: usize = 1 + (2 + 33) + (2 + 43);
/// libsignal's MAC behind the encrypted content, in bytes.
const MAC: usize = 10;
/// The type of the content, as a protobuf field.
const TYPE: usize = 2;

/// The padding of the header that makes the sealed length a size class, the smallest that can be
/// met. Lengths of protobuf fields grow by a byte at powers of 128, so some lengths are skipped: an
/// envelope that cannot meet its class exactly goes to the next.
///
/// # Errors
/// [`CryptoError::TooLarge`] if no class is left.
pub(super) fn needed(
    certificate: usize,
    contents: usize,
    header: usize,
) -> Result<usize, CryptoError> {
    let sealed = |padding: usize| sealed(certificate, contents, header + padding);
    for class in size::CLASSES {
        let Some(missing) = class.checked_sub(sealed(0)) else {
            continue;
        };
        // Too much by as many bytes as the length prefixes have grown: six at most.
        for padding in (missing.saturating_sub(8)..=missing).rev() {
            if sealed(padding) == class {
                return Ok(padding);
            }
        }
    }
    Err(CryptoError::TooLarge)
}

/// The length of an envelope whose parts have these lengths.
fn sealed(certificate: usize, contents: usize, header: usize) -> usize {
    let content = TYPE + field(certificate) + field(contents) + field(header);
    FIXED + field(content + MAC)
}

/// The length of a protobuf field of bytes with a number below 16.
fn field(length: usize) -> usize {
    1 + length_delimiter_len(length) + length
}
