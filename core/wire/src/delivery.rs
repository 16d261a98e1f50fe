//! Who may put into a mailbox and who may read an account's chain: delivery keys and their tags.
//!
//! A contact holds a delivery *secret*; the relay holds only keys derived from it, one per mailbox
//! and one for reading. Formulas: docs/protocol.md, section 6.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::ids::{AccountId, EnvelopeId, MailboxId, RelayKey};

/// Length of a delivery or read tag in bytes.
pub const TAG_LEN: usize = 16;

/// Length of a delivery secret, a link token's secret and every key made of them, in bytes.
pub const KEY_LEN: usize = 32;

/// Names one set of delivery keys of an account; random, 8 bytes.
pub type SlotId = [u8; 8];

/// What a tag speaks for besides the bytes: the promises of the put's flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PutFlags {
    /// To a live connection or nowhere.
    pub ephemeral: bool,
    /// May wake a sleeping device.
    pub urgent: bool,
}

impl PutFlags {
    fn to_byte(self) -> u8 {
        u8::from(self.ephemeral) | (u8::from(self.urgent) << 1)
    }
}

/// What reading needs leave for; part of the read tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ReadVerb {
    /// The device chain.
    Chain = 1,
    /// Pre-key bundles.
    Bundles = 2,
}

/// `HKDF-SHA-256(secret, info = "sotto/delivery/v1" ‖ mailbox ‖ u64 version)`, no salt (RFC 5869).
#[must_use]
pub fn mailbox_key(secret: &[u8; KEY_LEN], mailbox: &MailboxId, version: u64) -> [u8; KEY_LEN] {
    derive(
        secret,
        &[
            b"sotto/delivery/v1",
            mailbox.as_bytes(),
            &version.to_be_bytes(),
        ],
    )
}

/// `HKDF-SHA-256(secret, info = "sotto/read-key/v1" ‖ account ‖ u64 version)`, no salt.
///
/// A link names an account and not its mailboxes, so reading has a key of its own.
#[must_use]
pub fn read_key(secret: &[u8; KEY_LEN], account: &AccountId, version: u64) -> [u8; KEY_LEN] {
    derive(
        secret,
        &[
            b"sotto/read-key/v1",
            account.as_bytes(),
            &version.to_be_bytes(),
        ],
    )
}

/// Tag of one item of a put:
/// `HMAC-SHA-256(K, "sotto/tag/v1" ‖ relay ‖ mailbox ‖ envelope id ‖ flags ‖ SHA-256(header ‖ body))[..16]`.
#[must_use]
pub fn put_tag(
    key: &[u8; KEY_LEN],
    relay: &RelayKey,
    mailbox: &MailboxId,
    envelope: &EnvelopeId,
    flags: PutFlags,
    header: &[u8],
    body: &[u8],
) -> [u8; TAG_LEN] {
    let digest = Sha256::new()
        .chain_update(header)
        .chain_update(body)
        .finalize();
    mac(
        key,
        &[
            b"sotto/tag/v1",
            relay.as_bytes(),
            mailbox.as_bytes(),
            envelope.as_bytes(),
            &[flags.to_byte()],
            &digest,
        ],
    )
}

/// Tag of a read: `HMAC-SHA-256(read key, "sotto/read/v1" ‖ relay ‖ connection nonce ‖ verb ‖ account)[..16]`.
#[must_use]
pub fn read_tag(
    key: &[u8; KEY_LEN],
    relay: &RelayKey,
    nonce: &[u8],
    verb: ReadVerb,
    account: &AccountId,
) -> [u8; TAG_LEN] {
    mac(
        key,
        &[
            b"sotto/read/v1",
            relay.as_bytes(),
            nonce,
            &[verb as u8],
            account.as_bytes(),
        ],
    )
}

/// Compares two tags without telling by time where they differ.
#[must_use]
pub fn same_tag(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

fn derive(secret: &[u8; KEY_LEN], info: &[&[u8]]) -> [u8; KEY_LEN] {
    let mut key = [0; KEY_LEN];
    let expanded = Hkdf::<Sha256>::new(None, secret).expand_multi_info(info, &mut key);
    debug_assert!(expanded.is_ok(), "32 bytes are within HKDF's limit");
    key
}

fn mac(key: &[u8; KEY_LEN], parts: &[&[u8]]) -> [u8; TAG_LEN] {
    // HMAC fills a key shorter than its block with zeros; doing it here leaves no length to be wrong.
    let mut block = [0; 64];
    block[..KEY_LEN].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    for part in parts {
        mac.update(part);
    }
    let full: [u8; 32] = mac.finalize().into_bytes().into();
    let mut tag = [0; TAG_LEN];
    tag.copy_from_slice(&full[..TAG_LEN]);
    tag
}
