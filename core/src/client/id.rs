//! Ids as text: lower-case hexadecimal.

use std::fmt::Write as _;

use sotto_wire::ids::AccountId;

use super::error::Error;

/// The bytes as text.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// `N` bytes from their text, in either case.
pub(super) fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(bytes)
}

/// An account id from its text.
pub(super) fn account(text: &str) -> Result<AccountId, Error> {
    from_hex(text)
        .map(AccountId::new)
        .ok_or_else(|| Error::NoSuchContact {
            who: text.to_owned(),
        })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn ids_survive_their_text_and_nothing_else_is_one() {
        let id = [0x0a, 0xff];
        assert_eq!(hex(&id), "0aff");
        assert_eq!(from_hex("0aFF"), Some(id));
        for other in ["", "0af", "0aff0", "0ag0", "+af0", "é0f"] {
            assert_eq!(from_hex::<2>(other), None, "{other}");
        }
    }
}
