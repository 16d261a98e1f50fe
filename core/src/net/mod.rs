//! Bytes to a relay and back.
//!
//! Owns the WebSocket, TLS, the limits on what is read, and what counts as a dead line. It carries
//! frames and must not know what is in one, which relay is whose, or when to try again: that is
//! decided above and below it.
//!
//! [`Connector`] is the edge. The real one is [`WebSockets`]; a test puts a pipe of its own there.

mod address;
mod error;
mod pipe;
mod tls;
mod websocket;

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
mod tests;

pub use error::NetError;
pub use pipe::{Connector, Pipe, Reader, Writer};
pub use websocket::WebSockets;

use std::time::Duration;

/// How long a connection may take to come about, TLS and upgrade included.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How often a silent line is asked whether it lives.
pub const PING_EVERY: Duration = Duration::from_secs(30);
/// A line that has said nothing for so long is dead.
pub const DEAD_AFTER: Duration = Duration::from_secs(90);
