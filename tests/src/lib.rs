//! Whole-system scenarios: real relays, real SQLCipher files, real libsignal. The only fake is the
//! byte pipe between a client and a relay, and the clock, which a test cranks by hand.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected has to stop"
)]

pub mod attacker;
pub mod clients;
pub mod interactions;
pub mod past;
pub mod processes;
pub mod recovery;
pub mod stage;
pub mod world;
