//! What client and relay say to each other: frames, device chains, delivery tags, logins.
//!
//! Owns every byte that crosses the border between a client and a relay, and the rules that both
//! must apply in the same way. Must not know what is inside an envelope: that is `sotto-content`,
//! which the relay does not link.

pub mod bundle;
pub mod checkpoint;
pub mod delivery;
pub mod login;
pub mod size;

/// The generated frame types; `core/wire/proto/wire.proto` documents each field.
#[allow(missing_docs, clippy::all, clippy::pedantic)]
pub mod proto {
    include!(concat!(env!("OUT_DIR"), "/sotto.wire.v1.rs"));
}

pub mod chain;
pub mod ids;
pub mod sign;
