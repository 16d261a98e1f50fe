//! The names of things on the wire: fixed-length byte strings, each with its own type, and the
//! head of a device chain.
//!
//! `Display` is the whole id in lower-case hex; `Debug` only its first four bytes, so that an id
//! that slips into a log names nobody.

use std::cmp::Ordering;
use std::fmt;

use sha2::{Digest, Sha256};

use crate::proto;

/// Bytes that should be an id have the wrong length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id of {expected} bytes was expected, {found} bytes came")]
pub struct BadLength {
    /// The only length that this id has.
    pub expected: usize,
    /// What was there.
    pub found: usize,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $length:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $length]);

        impl $name {
            /// Length in bytes.
            pub const LENGTH: usize = $length;

            /// Takes the bytes as they are.
            #[must_use]
            pub const fn new(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }

            /// The id as it travels.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }

            /// The id as an owned byte string, for the generated frame types.
            #[must_use]
            pub fn to_vec(&self) -> Vec<u8> {
                self.0.to_vec()
            }
        }

        impl From<[u8; $length]> for $name {
            fn from(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = BadLength;

            fn try_from(bytes: &[u8]) -> Result<Self, BadLength> {
                match bytes.try_into() {
                    Ok(bytes) => Ok(Self(bytes)),
                    Err(_) => Err(BadLength { expected: $length, found: bytes.len() }),
                }
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                hex(f, &self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}(", stringify!($name))?;
                hex(f, self.0.get(..4).unwrap_or_default())?;
                f.write_str("…)")
            }
        }
    };
}

fn hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

id!(
    /// An account: the hash of its chain's genesis statement.
    AccountId,
    32
);
id!(
    /// A device: names its mailbox at every relay and is its libsignal address.
    MailboxId,
    16
);
id!(
    /// A relay: its Ed25519 key.
    RelayKey,
    32
);
id!(
    /// A sealed envelope to one device: the idempotency key of its delivery.
    EnvelopeId,
    16
);
id!(
    /// A message, the same for every device that gets it.
    MessageId,
    16
);
id!(
    /// A statement of a device chain: SHA-256 over a label and the body as received.
    StatementHash,
    32
);
id!(
    /// A relay's data set; a restore from a backup begins a new one.
    IncarnationId,
    16
);

impl AccountId {
    /// The account that a genesis statement founds.
    #[must_use]
    pub const fn from_genesis(hash: StatementHash) -> Self {
        Self(hash.0)
    }
}

impl MailboxId {
    /// The id that a device's keys give it, so that nobody can claim another's: the first
    /// 16 bytes of SHA-256("sotto/mailbox/v1" ‖ Ed25519 key ‖ identity key), with the bits that
    /// make them a UUID of version 8 (RFC 9562, section 5.8).
    #[must_use]
    pub fn from_keys(signing_key: &[u8; 32], identity_key: &[u8; 33]) -> Self {
        let digest: [u8; 32] = Sha256::new()
            .chain_update(b"sotto/mailbox/v1")
            .chain_update(signing_key)
            .chain_update(identity_key)
            .finalize()
            .into();
        let mut id = [0; 16];
        for (to, from) in id.iter_mut().zip(digest) {
            *to = from;
        }
        id[6] = (id[6] & 0x0f) | 0x80;
        id[8] = (id[8] & 0x3f) | 0x80;
        Self(id)
    }

    /// Lower-case with hyphens: the name in a libsignal address.
    #[must_use]
    pub fn to_uuid_string(&self) -> String {
        let mut text = self.to_string();
        for hyphen in [20, 16, 12, 8] {
            text.insert(hyphen, '-');
        }
        text
    }

    /// Reads back exactly what [`Self::to_uuid_string`] writes; `None` for any other spelling.
    #[must_use]
    pub fn from_uuid_string(text: &str) -> Option<Self> {
        let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b'-').collect();
        let mut id = [0; 16];
        for (to, pair) in id.iter_mut().zip(digits.chunks(2)) {
            *to = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        let id = Self(id);
        (id.to_uuid_string() == text).then_some(id)
    }
}

/// How far a device chain has come. Heads of one account order by (epoch, seq); two that are equal
/// in both and differ in the hash are a fork.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Head {
    /// Rises by one with each recovery, from 0.
    pub epoch: u32,
    /// The statement's position on the line, genesis is 0.
    pub seq: u32,
    /// The statement's hash.
    pub hash: StatementHash,
}

impl Head {
    /// The position without the hash.
    #[must_use]
    pub const fn position(&self) -> (u32, u32) {
        (self.epoch, self.seq)
    }
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        // The hash only makes the order total, so that it agrees with equality.
        (self.position(), self.hash).cmp(&(other.position(), other.hash))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<Head> for proto::Head {
    fn from(head: Head) -> Self {
        Self {
            epoch: head.epoch,
            seq: head.seq,
            hash: head.hash.to_vec(),
        }
    }
}

impl TryFrom<&proto::Head> for Head {
    type Error = BadLength;

    fn try_from(head: &proto::Head) -> Result<Self, BadLength> {
        Ok(Self {
            epoch: head.epoch,
            seq: head.seq,
            hash: StatementHash::try_from(head.hash.as_slice())?,
        })
    }
}

impl TryFrom<proto::Head> for Head {
    type Error = BadLength;

    fn try_from(head: proto::Head) -> Result<Self, BadLength> {
        Self::try_from(&head)
    }
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_is_a_uuid_of_version_8_made_from_both_keys() {
        let id = MailboxId::from_keys(&[1; 32], &[5; 33]);
        assert_eq!(id.to_uuid_string(), "2d3c2c9c-6b7e-8261-ba40-66171224ef14");
        assert_eq!(id.as_bytes()[6] >> 4, 8);
        assert_eq!(id.as_bytes()[8] >> 6, 0b10);
        assert_ne!(id, MailboxId::from_keys(&[2; 32], &[5; 33]));
        assert_ne!(id, MailboxId::from_keys(&[1; 32], &[6; 33]));
    }

    #[test]
    fn a_uuid_string_is_read_back_and_only_in_one_spelling() {
        let id = MailboxId::new([
            0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x86, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd,
            0xee, 0xff,
        ]);
        let text = "00112233-4455-8677-8899-aabbccddeeff";
        assert_eq!(id.to_uuid_string(), text);
        assert_eq!(MailboxId::from_uuid_string(text), Some(id));
        for other in [
            "",
            "00112233445586778899aabbccddeeff",
            "00112233-4455-8677-8899-AABBCCDDEEFF",
            "00112233-4455-8677-8899-aabbccddeeff0",
            "00112233-4455-8677-8899-aabbccddeef",
            "+0112233-4455-8677-8899-aabbccddeeff",
            "é0112233-4455-8677-8899-aabbccddeeff",
        ] {
            assert_eq!(MailboxId::from_uuid_string(other), None, "{other}");
        }
    }

    #[test]
    fn other_lengths_are_refused() {
        let error = BadLength {
            expected: 16,
            found: 15,
        };
        assert_eq!(EnvelopeId::try_from([0; 15].as_slice()), Err(error));
        assert!(AccountId::try_from([0; 33].as_slice()).is_err());
        assert!(AccountId::try_from([0; 32].as_slice()).is_ok());
    }

    #[test]
    fn debug_shows_a_part_and_display_the_whole() {
        let id = MessageId::new([0xab; 16]);
        assert_eq!(format!("{id:?}"), "MessageId(abababab…)");
        assert_eq!(id.to_string(), "ab".repeat(16));
    }

    #[test]
    fn heads_order_by_epoch_then_seq_and_survive_the_wire() {
        let head = |epoch, seq, hash| Head {
            epoch,
            seq,
            hash: StatementHash::new([hash; 32]),
        };
        assert!(head(0, 9, 9) < head(1, 0, 0));
        assert!(head(1, 1, 9) < head(1, 2, 0));
        let wire = proto::Head::from(head(3, 4, 5));
        assert_eq!(Head::try_from(&wire), Ok(head(3, 4, 5)));
        let short = proto::Head {
            hash: vec![0; 31],
            ..wire
        };
        assert!(Head::try_from(short).is_err());
    }
}
