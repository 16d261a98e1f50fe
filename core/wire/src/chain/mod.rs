//! The device chain: an account is an append-only, hash-linked list of statements, each signed by
//! a device that the list itself holds valid at that point, or by the recovery key that it names.
//!
//! Owns the rules by which a line of statements is an account. Relay and client verify with the
//! same functions, so that nothing a relay accepts can make an account useless to others. Must not
//! know where statements are stored, who asked for them, or what time it is: an account id, a
//! mailbox or an identity key that belongs to a *different* account is the caller's to refuse, and
//! so is more than a day's worth of statements.
//!
//! # The rules
//!
//! - A statement's hash is SHA-256("sotto/chain/v1" ‖ body) over the body as received; signatures
//!   are Ed25519 over "sotto/chain-sig/v1" ‖ hash. The account id is the hash of the genesis
//!   statement. The wrapper around body and signatures is not signed, so it has one encoding only.
//! - `genesis` is epoch 0, seq 0, and signed by the device that it names. Each later statement
//!   names its account, the hash before it, its seq and its epoch, and is signed by exactly one
//!   device that is active there. `set_recovery` is signed by a device and the current recovery
//!   key, in this order; `recover` by the recovery key alone.
//! - `recover` follows any statement of the current epoch, opens the next epoch, and voids what
//!   else followed that statement. Earlier epochs are closed by it: a recovery key that was
//!   replaced by a recovery has no power left. A line as served holds no void statements.
//! - After `close`, only `recover` may follow; it opens the account again.
//! - A device's mailbox, signing key and identity key may enter a line once. A recovery may list
//!   any device that the line has proven up to its parent, also one that was removed.
//! - An unknown kind is skipped unless it says that it is critical; a critical one and an unknown
//!   body version stop verification with [`ChainError::UnknownCritical`], which is only said of a
//!   statement that somebody with a say in the account has signed.

mod apply;
pub mod build;
mod device;
mod error;
mod extend;
mod home;
mod line;
mod parse;
mod payload;
mod signers;
mod state;
#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
mod tests;

pub use device::Device;
pub use error::{ChainError, Reason};
pub use home::HomeRelay;
pub use line::{Chain, Statement};
pub use parse::statement_hash;
pub use payload::{Listed, Payload};

/// A statement's greatest length, encoded with its signatures, in bytes.
pub const MAX_STATEMENT_BYTES: usize = 1_024;
/// The greatest number of statements on a line.
pub const MAX_STATEMENTS: u32 = 1_024;
/// The greatest number of devices that are active together.
pub const MAX_DEVICES: usize = 10;
/// The greatest number of relays that a `home` names; it names at least one.
pub const MAX_HOMES: usize = 5;
/// The greatest length of a relay's URL, in bytes.
pub const MAX_URL_BYTES: usize = 200;
/// The body version that this code writes and understands.
pub const BODY_VERSION: u32 = 1;

/// An intent: random, chosen once per wish, kept when the statement is signed again on another
/// head, so that a device recognises its own wish on the line.
pub type Intent = [u8; 16];

/// Whether signatures and proofs are verified, or were verified before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Checks {
    All,
    Replay,
}
