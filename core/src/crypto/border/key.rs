//! Public keys that may be computed with.

use sotto_wire::sign;

use crate::crypto::error::Fault;

/// The u-coordinates below p of the points of order 1, 2, 4 and 8 on the curve and its twist, as
/// they are encoded (RFC 7748). An agreement with one of them gives zero, whatever our key is.
const LOW_ORDER: [[u8; 32]; 5] = [
    [0; 32],
    [
        1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0,
    ],
    [
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4,
        0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49,
        0xb8, 0x00,
    ],
    [
        0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef,
        0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f,
        0x11, 0x57,
    ],
    [
        0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0x7f,
    ],
];

/// libsignal's only key type, Curve25519.
const TYPE: u8 = 5;

/// A key that somebody is known by, or that a session is founded on: exactly 33 bytes, one
/// spelling, in the group of prime order.
pub(in crate::crypto) fn identity_key(bytes: &[u8]) -> Result<[u8; 33], Fault> {
    sign::check_identity_key(bytes).map_err(|_| Fault::NotCanonical)
}

/// A key of one step (ratchet, ephemeral): exactly 33 bytes, below p, not of low order. libsignal
/// itself takes garbage behind a key and every value.
pub(in crate::crypto) fn agreement_key(bytes: &[u8]) -> Result<[u8; 33], Fault> {
    let key: [u8; 33] = bytes.try_into().map_err(|_| Fault::NotCanonical)?;
    let (kind, point) = key.split_first().ok_or(Fault::NotCanonical)?;
    if *kind != TYPE {
        return Err(Fault::NotCanonical);
    }
    agreement_point(point)?;
    Ok(key)
}

/// The same for a key that travels without its type.
pub(super) fn agreement_point(point: &[u8]) -> Result<(), Fault> {
    let point: &[u8; 32] = point.try_into().map_err(|_| Fault::NotCanonical)?;
    if !below_p(point) || LOW_ORDER.contains(point) {
        return Err(Fault::NotCanonical);
    }
    Ok(())
}

/// Whether a little-endian number is below p = 2²⁵⁵ − 19.
fn below_p(point: &[u8; 32]) -> bool {
    let mut highest_first = *point;
    highest_first.reverse();
    let mut p = [0xff; 32];
    p[0] = 0x7f;
    p[31] = 0xed;
    highest_first < p
}
