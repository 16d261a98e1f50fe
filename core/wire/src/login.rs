//! Transcripts of login and registration: what a device signs to show that it is itself, and what
//! the relay signs back. Labels come first, every field has a fixed length.

use sha2::{Digest, Sha256};

use crate::ids::{AccountId, MailboxId, RelayKey, StatementHash};

/// Label of the device's signature over [`challenge`].
pub const LOGIN_LABEL: &[u8] = b"sotto/login/v1";
/// Label of the relay's signature over [`answer`].
pub const ANSWER_LABEL: &[u8] = b"sotto/login-answer/v1";
/// Label of a device's signature over [`registration`].
pub const REGISTER_LABEL: &[u8] = b"sotto/register/v1";
/// Label of the relay's signature over the encoded `ServerInfo`.
pub const SERVER_INFO_LABEL: &[u8] = b"sotto/server-info/v1";

/// What a login is bound to, so that it cannot be passed on to another connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// Plain connection on loopback.
    Loopback,
    /// TLS exporter (RFC 9266), 32 bytes.
    Exporter([u8; 32]),
    /// SHA-256 of the host name, where TLS ends at a proxy.
    Host([u8; 32]),
}

impl Binding {
    /// Binding to a host name, as the relay's signed greeting states it.
    #[must_use]
    pub fn host(name: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"sotto/host/v1");
        hash.update(name.as_bytes());
        Self::Host(hash.finalize().into())
    }

    /// The mode byte and the 32 bytes that enter the transcript.
    #[must_use]
    pub fn parts(&self) -> (u8, [u8; 32]) {
        match self {
            Self::Loopback => (0, [0; 32]),
            Self::Exporter(bytes) => (1, *bytes),
            Self::Host(bytes) => (2, *bytes),
        }
    }
}

/// `relay key ‖ nonce ‖ client nonce ‖ mode ‖ binding ‖ u64 boot ‖ mailbox`, under [`LOGIN_LABEL`].
#[must_use]
pub fn challenge(
    relay: &RelayKey,
    nonce: &[u8; 32],
    client_nonce: &[u8; 32],
    binding: &Binding,
    boot: u64,
    mailbox: &MailboxId,
) -> Vec<u8> {
    let (mode, bound) = binding.parts();
    [
        relay.as_bytes().as_slice(),
        nonce,
        client_nonce,
        &[mode],
        &bound,
        &boot.to_be_bytes(),
        mailbox.as_bytes(),
    ]
    .concat()
}

/// `client nonce ‖ nonce ‖ mailbox ‖ u64 boot`, signed by the relay under [`ANSWER_LABEL`].
#[must_use]
pub fn answer(
    nonce: &[u8; 32],
    client_nonce: &[u8; 32],
    boot: u64,
    mailbox: &MailboxId,
) -> Vec<u8> {
    [
        client_nonce.as_slice(),
        nonce,
        mailbox.as_bytes(),
        &boot.to_be_bytes(),
    ]
    .concat()
}

/// `relay key ‖ nonce ‖ account ‖ head`, signed by the registering device under [`REGISTER_LABEL`].
#[must_use]
pub fn registration(
    relay: &RelayKey,
    nonce: &[u8; 32],
    account: &AccountId,
    head: &StatementHash,
) -> Vec<u8> {
    [
        relay.as_bytes().as_slice(),
        nonce,
        account.as_bytes(),
        head.as_bytes(),
    ]
    .concat()
}
