//! The post-quantum part of a message (SPQR), as far as it can hurt.

use crate::crypto::error::Fault;

/// The only version. An empty part would be version 0, which is no post-quantum ratchet at all; a
/// higher one libsignal 0.85.3 silently treats as "no key this time".
const VERSION: u8 = 1;

/// The types of message that carry a chunk of 32 bytes with its index.
const WITH_CHUNK: [u8; 5] = [1, 2, 3, 5, 6];
/// Those that carry nothing.
const WITHOUT_CHUNK: [u8; 2] = [0, 4];
/// Length of a chunk in bytes.
const CHUNK: usize = 32;

/// The place of a message in the post-quantum chain:
/// `version ‖ varint epoch ‖ varint index ‖ type ‖ (varint chunk index ‖ chunk)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::crypto) struct PqPlace {
    /// The epoch whose chain the message's key is from; the message names the one after it.
    pub epoch: u64,
    /// How many steps that chain has to be walked for it.
    pub index: u32,
}

/// Reads the place, and refuses what SPQR would stop the program at: an epoch of 0, numbers
/// longer than their type, a message that ends in the middle. Bytes after the end are allowed, as
/// SPQR wants to grow there.
pub(super) fn parse(bytes: &[u8]) -> Result<PqPlace, Fault> {
    let (version, rest) = bytes.split_first().ok_or(Fault::Version)?;
    if *version != VERSION {
        return Err(Fault::Version);
    }
    let (epoch, rest) = varint(rest)?;
    let (index, rest) = varint(rest)?;
    let (kind, rest) = rest.split_first().ok_or(Fault::Malformed)?;
    if WITH_CHUNK.contains(kind) {
        let (chunk, rest) = varint(rest)?;
        if u16::try_from(chunk).is_err() || rest.len() < CHUNK {
            return Err(Fault::Malformed);
        }
    } else if !WITHOUT_CHUNK.contains(kind) {
        return Err(Fault::Malformed);
    }
    Ok(PqPlace {
        epoch: epoch.checked_sub(1).ok_or(Fault::Malformed)?,
        index: u32::try_from(index).map_err(|_| Fault::Malformed)?,
    })
}

/// A base-128 number, lowest group first, of at most 63 bits: nine bytes.
fn varint(bytes: &[u8]) -> Result<(u64, &[u8]), Fault> {
    let mut value = 0_u64;
    let mut rest = bytes;
    for group in 0..9 {
        let (byte, after) = rest.split_first().ok_or(Fault::Malformed)?;
        value |= u64::from(byte & 0x7f) << (7 * group);
        rest = after;
        if byte & 0x80 == 0 {
            return Ok((value, rest));
        }
    }
    Err(Fault::Malformed)
}
