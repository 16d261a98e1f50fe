//! Frames to the client, and refusals.

use prost::Message;
use sotto_wire::ids::BadLength;
use sotto_wire::proto::relay_frame::Answer;
use sotto_wire::proto::{self, ErrorCode};

use super::{CloseCode, Effect};
use crate::job::Failure;
use crate::rate::TooFast;
use crate::relay::Relay;
use crate::store::StoreError;

/// A full mailbox or disk is worth another try after so long.
const FULL_RETRY_MS: u32 = 60_000;
/// A store that failed once, after so long.
const UNAVAILABLE_RETRY_MS: u32 = 2_000;

pub(super) fn send(request: u64, answer: Answer) -> Effect {
    Effect::Send(
        proto::RelayFrame {
            request,
            answer: Some(answer),
        }
        .encode_to_vec(),
    )
}

/// A verb that is not carried out.
#[derive(Debug)]
pub(super) struct Refusal {
    code: ErrorCode,
    text: &'static str,
    retry_after_ms: u32,
    chain: Option<Box<proto::Chain>>,
    boot: u64,
    pub(super) close: Option<CloseCode>,
}

impl Refusal {
    pub(super) const fn new(code: ErrorCode, text: &'static str) -> Self {
        Self {
            code,
            text,
            retry_after_ms: 0,
            chain: None,
            boot: 0,
            close: None,
        }
    }

    pub(super) const fn bad_request(text: &'static str) -> Self {
        Self::new(ErrorCode::BadRequest, text)
    }

    /// The one answer to everything unknown, forbidden or wrongly tagged: byte for byte the same.
    pub(super) const fn denied() -> Self {
        Self::new(ErrorCode::Denied, "denied")
    }

    pub(super) const fn full() -> Self {
        let mut refusal = Self::new(ErrorCode::Full, "no room");
        refusal.retry_after_ms = FULL_RETRY_MS;
        refusal
    }

    pub(super) const fn unavailable() -> Self {
        let mut refusal = Self::new(ErrorCode::Unavailable, "the store is unavailable");
        refusal.retry_after_ms = UNAVAILABLE_RETRY_MS;
        refusal
    }

    pub(super) fn stale_head(chain: proto::Chain) -> Self {
        let mut refusal = Self::new(ErrorCode::StaleHead, "the account's chain has gone on");
        refusal.chain = Some(Box::new(chain));
        refusal
    }

    pub(super) fn conflict(chain: proto::Chain) -> Self {
        let mut refusal = Self::new(ErrorCode::Conflict, "the chain's head is another");
        refusal.chain = Some(Box::new(chain));
        refusal
    }

    /// A device that its account has removed, or an account that has ended; with the statements
    /// that say so, which the device could not read otherwise.
    pub(super) fn closed(chain: proto::Chain) -> Self {
        let mut refusal = Self::new(
            ErrorCode::Closed,
            "the device was removed or the account closed",
        );
        refusal.chain = Some(Box::new(chain));
        refusal.closing(CloseCode::Removed)
    }

    pub(super) const fn stale_state(boot: u64) -> Self {
        let mut refusal = Self::new(
            ErrorCode::StaleState,
            "the boot counter is not above the last",
        );
        refusal.boot = boot;
        refusal
    }

    pub(super) const fn closing(mut self, code: CloseCode) -> Self {
        self.close = Some(code);
        self
    }

    pub(super) fn send(self, relay: &Relay, request: u64) -> Effect {
        relay.metrics.error(self.code);
        let error = proto::Error {
            code: self.code.into(),
            text: self.text.to_owned(),
            retry_after_ms: self.retry_after_ms,
            chain: self.chain.map(|chain| *chain),
            boot: self.boot,
        };
        send(request, Answer::Error(error))
    }
}

impl From<BadLength> for Refusal {
    fn from(_: BadLength) -> Self {
        Self::bad_request("an id has the wrong length")
    }
}

impl From<TooFast> for Refusal {
    fn from(too_fast: TooFast) -> Self {
        let mut refusal = Self::new(ErrorCode::RateLimited, "too often");
        refusal.retry_after_ms = too_fast.retry_after_ms;
        refusal
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Full => Self::full(),
            Failure::Unavailable => Self::unavailable(),
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "the store failed");
        Self::unavailable()
    }
}
