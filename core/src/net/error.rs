//! Why there is no connection, or no longer.

use thiserror::Error;

/// An error of the network. Its text names no host and no person.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NetError {
    /// Not the address of a relay.
    #[error("this is not the address of a relay (https://…)")]
    BadAddress,
    /// Plain HTTP to another machine would show everybody on the way who talks to whom.
    #[error("a relay on another machine needs https://; plain http:// is for this machine only")]
    NotLoopback,
    /// Nobody answered in time.
    #[error("no answer within {} seconds", super::CONNECT_TIMEOUT.as_secs())]
    Timeout,
    /// The system could not connect.
    #[error("cannot connect: {0}")]
    Unreachable(String),
    /// TLS failed: the other side is not who the address says, or speaks no TLS.
    #[error("no secure connection: {0}")]
    Tls(String),
    /// Something answered that is no relay.
    #[error("what answers there is no relay ({0})")]
    NotARelay(String),
    /// The connection is over.
    #[error("the connection was closed")]
    Closed {
        /// The WebSocket close code, if the other side gave one.
        code: Option<u16>,
    },
    /// Nothing was heard for [`super::DEAD_AFTER`].
    #[error("the connection went silent")]
    Silent,
}

impl NetError {
    /// A name for logs and tests. It never changes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadAddress => "net_bad_address",
            Self::NotLoopback => "net_not_loopback",
            Self::Timeout => "net_timeout",
            Self::Unreachable(_) => "net_unreachable",
            Self::Tls(_) => "net_tls",
            Self::NotARelay(_) => "net_not_a_relay",
            Self::Closed { .. } => "net_closed",
            Self::Silent => "net_silent",
        }
    }

    /// The close code that the other side gave.
    #[must_use]
    pub fn close_code(&self) -> Option<u16> {
        match self {
            Self::Closed { code } => *code,
            _ => None,
        }
    }
}
