//! How libsignal is called: its functions are asynchronous, our store is not, so every one of them
//! is finished after one poll.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::FutureExt;
use libsignal_protocol::SignalProtocolError;

use super::error::{CryptoError, Fault};

/// Runs a call that only our own state can make fail.
pub(super) fn finish<T>(
    future: impl Future<Output = Result<T, SignalProtocolError>>,
) -> Result<T, CryptoError> {
    match future.now_or_never() {
        Some(result) => Ok(result?),
        None => Err(CryptoError::Bug("libsignal waited for something")),
    }
}

/// Runs a call over bytes that a stranger wrote.
///
/// The border refuses every input that is known to make libsignal panic. If there is another, it
/// is the envelope's fault: it must not come back with the next delivery, for ever.
pub(super) fn finish_hostile<T>(
    future: impl Future<Output = Result<T, SignalProtocolError>>,
) -> Result<T, CryptoError> {
    catch_unwind(AssertUnwindSafe(|| finish(future)))
        .unwrap_or(Err(CryptoError::Fault(Fault::InvalidMessage)))
}
