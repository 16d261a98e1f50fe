//! Counters, and nothing but counters: no name, id or address ever gets here.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

use sotto_wire::proto::ErrorCode;

/// A number that only rises.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Counts one.
    pub fn one(&self) {
        self.add(1);
    }

    /// Counts many.
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    /// The count so far.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

const ERROR_CODES: usize = 16;

/// Everything that is counted.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Sessions that began.
    pub opened: Counter,
    /// Sessions that ended.
    pub closed: Counter,
    /// Connections refused by rate before a session began.
    pub refused: Counter,
    /// Logins that succeeded.
    pub logins: Counter,
    /// Puts that were accepted, repetitions included.
    pub puts: Counter,
    /// Envelopes that were stored.
    pub stored: Counter,
    /// Ephemeral envelopes that were passed on.
    pub ephemeral: Counter,
    /// Envelopes that were sent to devices, repetitions included.
    pub delivered: Counter,
    /// Acknowledgements that were taken.
    pub acks: Counter,
    /// Envelopes that expired.
    pub expired: Counter,
    /// One-time keys' hand-outs.
    pub bundles: Counter,
    /// Commits of puts; `stored` over this is how well they share.
    pub put_commits: Counter,
    /// Failures of the store.
    pub store_failures: Counter,
    errors: [Counter; ERROR_CODES],
}

impl Metrics {
    pub(crate) fn error(&self, code: ErrorCode) {
        if let Some(counter) = self.errors.get(code as usize) {
            counter.one();
        }
    }

    /// In Prometheus' text format.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = String::new();
        for (name, help, counter) in self.listed() {
            let _ = writeln!(text, "# HELP sotto_relay_{name}_total {help}");
            let _ = writeln!(text, "# TYPE sotto_relay_{name}_total counter");
            let _ = writeln!(text, "sotto_relay_{name}_total {}", counter.get());
        }
        let open = self.opened.get().saturating_sub(self.closed.get());
        text.push_str("# HELP sotto_relay_sessions Sessions that are open.\n");
        text.push_str("# TYPE sotto_relay_sessions gauge\n");
        let _ = writeln!(text, "sotto_relay_sessions {open}");
        text.push_str("# HELP sotto_relay_errors_total Errors that were answered, by code.\n");
        text.push_str("# TYPE sotto_relay_errors_total counter\n");
        for (code, counter) in (0..).zip(&self.errors) {
            if let Ok(code) = ErrorCode::try_from(code)
                && code != ErrorCode::Unspecified
            {
                let code = code
                    .as_str_name()
                    .trim_start_matches("ERROR_CODE_")
                    .to_lowercase();
                let _ = writeln!(
                    text,
                    "sotto_relay_errors_total{{code=\"{code}\"}} {}",
                    counter.get()
                );
            }
        }
        text
    }

    fn listed(&self) -> [(&'static str, &'static str, &Counter); 13] {
        [
            ("sessions_opened", "Sessions that began.", &self.opened),
            ("sessions_closed", "Sessions that ended.", &self.closed),
            (
                "connections_refused",
                "Connections refused by rate.",
                &self.refused,
            ),
            ("logins", "Logins that succeeded.", &self.logins),
            ("puts", "Puts that were accepted.", &self.puts),
            (
                "envelopes_stored",
                "Envelopes that were stored.",
                &self.stored,
            ),
            (
                "envelopes_ephemeral",
                "Ephemeral envelopes passed on.",
                &self.ephemeral,
            ),
            (
                "envelopes_delivered",
                "Envelopes sent to devices.",
                &self.delivered,
            ),
            ("acks", "Acknowledgements taken.", &self.acks),
            (
                "envelopes_expired",
                "Envelopes that expired.",
                &self.expired,
            ),
            ("bundles", "Pre-key bundles handed out.", &self.bundles),
            ("put_commits", "Commits of puts.", &self.put_commits),
            (
                "store_failures",
                "Failures of the store.",
                &self.store_failures,
            ),
        ]
    }
}
