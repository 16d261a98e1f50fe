//! Named points at which a test can have the process die, in debug builds only.
//!
//! `SOTTO_RELAY_CRASH_AT=point` or `point:n` aborts at the first or n-th passing. The points:
//! `put.before_commit`, `put.after_commit`, `ack.after_commit`, `prekey.after_commit`,
//! `login.after_boot`, `chain.after_commit`.

/// Dies here if the environment asks for it.
#[cfg(debug_assertions)]
pub(crate) fn passing(point: &str) {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static ARMED: OnceLock<Option<(String, AtomicU64)>> = OnceLock::new();
    let armed = ARMED.get_or_init(|| {
        let wanted = std::env::var("SOTTO_RELAY_CRASH_AT").ok()?;
        let (name, passings) = match wanted.split_once(':') {
            Some((name, passings)) => (name.to_owned(), passings.parse().ok()?),
            None => (wanted, 1),
        };
        Some((name, AtomicU64::new(passings)))
    });
    if let Some((name, left)) = armed
        && name == point
        && left.fetch_sub(1, Ordering::Relaxed) == 1
    {
        std::process::abort();
    }
}

/// Release builds have no such points.
#[cfg(not(debug_assertions))]
pub(crate) const fn passing(_point: &str) {}
