//! How things are, for whoever looks for a fault: numbers and states, and nothing of anybody.
//!
//! A person may show this to strangers. So there is no name in it, no text, no address, no id and
//! no moment: only what the program itself calls things, and how many of them there are.

use std::fmt::{Display, Write as _};

use super::error::Error;
use super::events::ConnectionState;
use super::handle::Client;
use super::local::Local;
use super::request::{Reply, Request};
use crate::store::tables::{gaps, parked, profile, receipts, relays, storage};
use crate::store::{StoreError, View};

/// Tries after which something in the outbox is stuck rather than slow.
const MANY_TRIES: u64 = 20;

/// Tables whose rows are told apart by a number of the program's own.
const TALLIES: [(&str, &str, &str); 12] = [
    ("messages", "message", "kind"),
    ("receipts", "receipt", "kind"),
    ("contacts", "contact", "standing"),
    ("conversations", "conversation", "kind"),
    ("registers", "register", "kind"),
    ("outbox, all", "outgoing", "state"),
    ("outbox, by purpose", "outgoing", "purpose"),
    ("deliveries", "delivery", "state"),
    ("gaps, by reason", "gap", "reason"),
    ("notices", "notice", "kind"),
    ("chains, by freeze", "chain", "frozen"),
    ("intents", "intent", "state"),
];

impl Client {
    /// How things are, as text to read: versions, states and numbers. There is no name in it, no
    /// text, no address, no id and no moment, so it can be shown to strangers. Reads the whole
    /// database.
    ///
    /// # Errors
    /// Those of the store.
    pub fn diagnostics(&self) -> Result<String, Error> {
        let Reply::Text(text) = self.ask(&Request::Diagnostics)? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(text)
    }
}

pub(super) fn tell(local: &Local, connection: ConnectionState) -> Result<String, Error> {
    let (database, log) = local.sizes()?;
    let mut report = Report(String::new());
    report.head("program");
    report.line("version", env!("CARGO_PKG_VERSION"));
    report.line("system", std::env::consts::OS);
    report.line("processor", std::env::consts::ARCH);
    report.line("connection to the home relay", name_of(connection));
    report.head("database");
    report.line("bytes", database);
    report.line("bytes of the log", log);
    local.read(|view| describe(view, &mut report))?;
    Ok(report.0)
}

fn describe(view: &View<'_>, report: &mut Report) -> Result<(), StoreError> {
    let pages = storage::pages(view)?;
    let (sqlite, sqlcipher) = storage::engines(view)?;
    report.line("bytes of free pages", pages.free * pages.size);
    report.line("schema", storage::schema(view)?);
    report.line("sqlite", sqlite);
    report.line("sqlcipher", sqlcipher);

    report.head("device");
    match profile::load(view)? {
        None => report.line("account", "none"),
        Some(profile) => {
            report.line("standing", format!("{:?}", profile.standing));
            report.line("generation of keys", profile.key_generation);
            report.line("keys to be published", profile.keys_dirty);
            report.line("logins", profile.boot);
        }
    }
    let homes = relays::homes(view)?;
    report.line("home relays", homes.len());
    let known = homes.iter().filter(|relay| relay.incarnation.is_some());
    report.line("home relays that were logged in to", known.count());
    let stale = homes.iter().filter(|relay| relay.stale_at.is_some());
    report.line("home relays that found an old copy", stale.count());
    let superseded = homes.iter().map(|relay| relay.superseded.len());
    report.line("closed by a newer connection", superseded.sum::<usize>());

    report.head("waiting");
    report.line("messages known to be missing", gaps::count(view)?);
    let (bytes, strangers) = parked::usage_of_all(view)?;
    report.line("bytes of parked envelopes", bytes);
    report.line("parked envelopes of strangers", strangers);
    report.line("receipts are due", receipts::next_due(view)?.is_some());
    report.line(
        &format!("in the outbox, tried more than {MANY_TRIES} times"),
        storage::tried_often(view, MANY_TRIES)?,
    );

    for (title, table, column) in TALLIES {
        report.head(title);
        for (value, count) in storage::tally(view, table, column)? {
            report.line(&format!("{column} {value}"), count);
        }
    }
    report.head("rows");
    for (table, rows) in storage::rows_of_tables(view)? {
        report.line(&table, rows);
    }
    Ok(())
}

fn name_of(connection: ConnectionState) -> &'static str {
    match connection {
        ConnectionState::Offline => "offline",
        ConnectionState::Connecting => "connecting",
        ConnectionState::Draining => "draining",
        ConnectionState::Live => "live",
    }
}

/// Lines under headings.
struct Report(String);

impl Report {
    fn head(&mut self, title: &str) {
        let gap = if self.0.is_empty() { "" } else { "\n" };
        // Writing to a String cannot fail.
        let _ = writeln!(self.0, "{gap}{title}");
    }

    fn line(&mut self, name: &str, value: impl Display) {
        let _ = writeln!(self.0, "  {name}: {value}");
    }
}
