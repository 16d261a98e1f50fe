//! Why a connection is closed by the relay.

/// A WebSocket close code (RFC 6455, section 7.4; 4000-4999 are ours).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseCode {
    /// 1012: the relay is restarting; come back with jitter.
    Restart,
    /// 1013: the store is unavailable; try again later.
    TryAgainLater,
    /// 4400: a message was no frame.
    BadFrame,
    /// 4401: the login was refused.
    LoginRefused,
    /// 4403: the device was removed or its account closed.
    Removed,
    /// 4409: a newer connection of the same device has logged in.
    Replaced,
    /// 4426: the client's protocol version is not spoken here.
    Upgrade,
}

impl CloseCode {
    /// The number on the wire.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
            Self::Restart => 1012,
            Self::TryAgainLater => 1013,
            Self::BadFrame => 4400,
            Self::LoginRefused => 4401,
            Self::Removed => 4403,
            Self::Replaced => 4409,
            Self::Upgrade => 4426,
        }
    }
}
