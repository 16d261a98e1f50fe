//! Being asked to stop: Ctrl+C, a closed terminal, a kill.

use crate::failure::{Failure, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether this program was asked to stop. From its making on, a signal no longer ends the program
/// at once, so that everything it started can be ended first.
#[derive(Clone)]
pub struct Interruption {
    /// Ctrl+C: whatever is in the foreground has received it as well.
    by_keyboard: Arc<AtomicBool>,
    /// Anything else: only this program knows.
    by_others: Arc<AtomicBool>,
}

impl Interruption {
    /// Begins to listen.
    ///
    /// # Errors
    /// Where the system refuses the handlers.
    pub fn listen() -> Result<Self> {
        let this = Self {
            by_keyboard: Arc::default(),
            by_others: Arc::default(),
        };
        for (signal, flag) in [
            (SIGINT, &this.by_keyboard),
            (SIGTERM, &this.by_others),
            (SIGHUP, &this.by_others),
        ] {
            signal_hook::flag::register(signal, Arc::clone(flag))
                .map_err(|error| Failure::new(format!("cannot listen for signals: {error}")))?;
        }
        Ok(this)
    }

    /// Whether any request to stop has come.
    pub fn requested(&self) -> bool {
        self.by_keyboard.load(Ordering::Relaxed) || self.by_others.load(Ordering::Relaxed)
    }

    /// Whether one has come that the program in the foreground has not received itself.
    pub fn must_be_passed_on(&self) -> bool {
        self.by_others.load(Ordering::Relaxed)
    }

    /// Fails where the person wants to stop; for the middle of longer work.
    ///
    /// # Errors
    /// When a request has come.
    pub fn check(&self) -> Result<()> {
        if self.requested() {
            Err(Failure::new("interrupted"))
        } else {
            Ok(())
        }
    }
}
