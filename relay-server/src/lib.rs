//! Store and forward of ciphertext: mailboxes, device chains, pre-keys, delivery keys.
//!
//! The relay's rules are synchronous and read neither clock nor socket: a [`Relay`] is what all
//! connections share, a [`Session`] is one connection, time comes in as [`Now`]. [`local::Local`]
//! drives them on one thread, for tests and simulations; `server` drives them over WebSockets.
//!
//! Links no libsignal, parses no ciphertext, and cannot name what is inside an envelope.

mod accounts;
mod commit;
pub mod config;
mod crash;
mod identity;
mod job;
pub mod local;
mod meters;
mod metrics;
mod now;
mod randomness;
mod rate;
mod relay;
pub mod server;
mod session;
pub mod store;

pub use config::{Config, Limits, Registration};
pub use job::{Committed, Ephemeral, Hint, Job, Notice, Stored};
pub use meters::Peer;
pub use metrics::{Counter, Metrics};
pub use now::Now;
pub use randomness::{Randomness, SystemRandomness};
pub use rate::{Rate, TooFast};
pub use relay::{PROTOCOL, RESTORED_MARKER, Relay};
pub use session::{CloseCode, Effect, Input, Kind, Session};
pub use store::{Quota, Quotas};
