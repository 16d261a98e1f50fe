//! Named points at which a test can have the process die, in debug builds only.
//!
//! `SOTTO_CRASH_AT=point` or `point:n` aborts the process at the first or n-th passing. An abort
//! runs no destructor and flushes nothing: what is on the disk then is what a kill would leave.
//! Release builds have no such points.
//!
//! A test whose devices all live in its own process cannot die with one of them. It watches the
//! points with [`watch`] instead, and copies the device's files at that instant: what a kill would
//! leave.
//!
//! Owns the names and the counting; what a point stands for is said by where it is.

use std::sync::{PoisonError, RwLock};

/// Every point there is. Tests go through all of them.
pub const POINTS: &[&str] = &[
    // A text is in the transaction that queues it; it is committed.
    "enqueue.before_commit",
    "enqueue.after_commit",
    // The ratchet has moved in the transaction; it is committed with the sealed bytes, unsent.
    "seal.before_commit",
    "seal.after_commit",
    // A put was handed to the network.
    "put.sent",
    // The relay has accepted a put: in the transaction that notes it, and after.
    "settle.before_commit",
    "settle.after_commit",
    // Envelopes are opened and applied in the transaction; it is committed, not acknowledged.
    "deliver.before_commit",
    "deliver.after_commit",
    // An acknowledgement was handed to the network.
    "ack.sent",
    // A new account is committed, and no relay knows it; its registration was handed to the network.
    "account.born",
    "registration.sent",
    // Pre-keys are committed and not published; published, in the transaction that notes it.
    "keys.generated",
    "keys.published.before_commit",
    // A bundle was used and the session with its device is committed.
    "session.started",
    // A first message has used up its pre-keys, in the transaction that opens it.
    "first.opened",
    // The boot counter of a login is committed, the login not sent.
    "boot.after_commit",
    // A statement for the own chain was handed to the network.
    "statement.posted",
];

/// Is told of each point as it is passed, on the thread that passes it: its name, and whether what
/// is on its way leaves first.
pub type Watcher = Box<dyn Fn(&'static str, bool) + Send + Sync>;

/// Has every passing of a point told from now on, or no more. One watcher per process; in a release
/// build it hears nothing.
pub fn watch(watcher: Option<Watcher>) {
    *WATCHER.write().unwrap_or_else(PoisonError::into_inner) = watcher;
}

static WATCHER: RwLock<Option<Watcher>> = RwLock::new(None);

#[cfg(debug_assertions)]
fn tell(name: &'static str, once_sent: bool) {
    if let Some(watcher) = &*WATCHER.read().unwrap_or_else(PoisonError::into_inner) {
        watcher(name, once_sent);
    }
}

/// Dies here if the environment asks for it.
#[cfg(debug_assertions)]
pub(crate) fn point(name: &'static str) {
    tell(name, false);
    if armed::is_due(name) {
        std::process::abort();
    }
}

/// Dies at the next [`turn`], when the effects of the present one have left the engine.
#[cfg(debug_assertions)]
pub(crate) fn point_once_sent(name: &'static str) {
    tell(name, true);
    if armed::is_due(name) {
        armed::doom();
    }
}

/// The engine begins with another input.
#[cfg(debug_assertions)]
pub(crate) fn turn() {
    if armed::is_doomed() {
        std::process::abort();
    }
}

#[cfg(debug_assertions)]
mod armed {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

    struct Armed {
        name: String,
        left: AtomicU64,
    }

    static ARMED: OnceLock<Option<Armed>> = OnceLock::new();
    static DOOMED: AtomicBool = AtomicBool::new(false);

    /// Whether this passing of the point is the one that was asked for.
    pub(super) fn is_due(name: &str) -> bool {
        debug_assert!(super::POINTS.contains(&name), "{name} is in no list");
        ARMED
            .get_or_init(|| {
                let wanted = std::env::var("SOTTO_CRASH_AT").ok()?;
                let (name, passings) = match wanted.split_once(':') {
                    Some((name, passings)) => (name.to_owned(), passings.parse().ok()?),
                    None => (wanted, 1),
                };
                let left = AtomicU64::new(passings);
                Some(Armed { name, left })
            })
            .as_ref()
            .is_some_and(|armed| {
                armed.name == name && armed.left.fetch_sub(1, Ordering::Relaxed) == 1
            })
    }

    pub(super) fn doom() {
        DOOMED.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_doomed() -> bool {
        DOOMED.load(Ordering::Relaxed)
    }
}

/// Nothing, in a release build.
#[cfg(not(debug_assertions))]
pub(crate) const fn point(_name: &'static str) {}

/// Nothing, in a release build.
#[cfg(not(debug_assertions))]
pub(crate) const fn point_once_sent(_name: &'static str) {}

/// Nothing, in a release build.
#[cfg(not(debug_assertions))]
pub(crate) const fn turn() {}
