//! The crypto floor: envelopes, sessions and keys; the only importer of libsignal.
//!
//! Owns the way from a plaintext to an envelope of a size class and back: pre-keys and first
//! messages (PQXDH), the ratchets (Double Ratchet and SPQR), the seal, and the border that looks at
//! every foreign byte before libsignal does. It works on the live transaction, so that a ratchet
//! step is committed together with what it was made for, or not at all.
//!
//! It must not know what a plaintext means, what an account is allowed, nor any chain: whom it
//! speaks with is a [`Peer`] that the caller took from a verified chain, and who says what to whom
//! in a plaintext is compared by the caller. It reads no clock and has no randomness of its own.
//!
//! ```text
//! bytes ─ unseal ─▶ Unsealed ─ (the engine looks up the Peer) ─ open ─▶ plaintext
//! plaintext ─ seal ─▶ bytes;   bundle ─ start_session ─▶ a session to seal with
//! ```

mod adapter;
mod border;
mod bundle;
mod call;
mod certificate;
mod error;
mod first;
mod keys;
mod open;
mod padding;
mod peer;
mod plaintext;
pub(crate) mod pre_keys;
mod record;
#[allow(
    dead_code,
    reason = "the backup key is derived before backups are made"
)]
mod recovery;
mod seal;
mod session;
mod single;
mod unseal;

#[cfg(test)]
mod tests;

pub(crate) use error::{CryptoError, Fault};
pub(crate) use keys::DeviceKeys;
pub(crate) use open::open;
pub(crate) use peer::Peer;
pub(crate) use plaintext::plaintext_body;
pub(crate) use recovery::Recovery;
pub(crate) use seal::{seal, seal_plaintext};
pub(crate) use session::{
    forget_all_sessions, forget_session, has_usable_session, ratchet_key_matches, start_session,
};
pub(crate) use unseal::{Shape, Unsealed, unseal};
