//! The search index: which terms each message has.
//!
//! The functions of [`super::messages`] keep it; nobody else writes to it, but for [`step`]. FTS5
//! keeps for each term the places of its messages and nothing more (no text, no counts, no
//! positions), so a term can be taken out only by whoever can name it: what is indexed must be
//! taken out *before* its text changes. Places rise with the order keys of the messages, so that
//! FTS5's own order, backwards, is newest first, whenever a message came to be here.

use rusqlite::Row;

use super::value::{int, read_uint};
use crate::model::MessageKind;
use crate::model::terms::{self, Terms};
use crate::store::{StoreError, Tx, View, params};

/// A place is an order key without the lower bits: clock values count milliseconds << 16.
const PLACE_BITS: u32 = 26;

/// The most rows that one [`step`] looks at.
const STEP_ROWS: u32 = 512;
/// A [`step`] ends when it has indexed so many bytes of text.
const STEP_BYTES: i64 = 64 << 10;

/// What the index needs to know of a message.
struct Source {
    conversation: [u8; 32],
    author: [u8; 32],
    order_key: u64,
    kind: MessageKind,
    shown: bool,
    body: String,
}

impl Source {
    fn is_searched(&self) -> bool {
        self.shown && self.kind == MessageKind::Text && !self.body.is_empty()
    }

    fn terms(&self, body: &str) -> Terms {
        Terms::of(
            body,
            &self.conversation,
            &self.author,
            &terms::features(body),
        )
    }
}

fn source(view: &View<'_>, message: i64) -> Result<Option<Source>, StoreError> {
    view.query_row(
        "SELECT conversation, author, order_key, kind, shown, body FROM message WHERE row = ?1",
        params![message],
        |row| {
            Ok(Source {
                conversation: row.get("conversation")?,
                author: row.get("author")?,
                order_key: read_uint(row, "order_key")?,
                kind: MessageKind::from_stored(row.get("kind")?),
                shown: row.get("shown")?,
                body: row.get("body")?,
            })
        },
    )
}

/// The lowest place that a message with an order key can have.
pub(crate) fn place_of(order_key: u64) -> i64 {
    int(order_key >> PLACE_BITS)
}

/// Adds a message that is there now. One that nobody searches for is left out.
pub(in crate::store) fn add(tx: &mut Tx<'_>, message: i64) -> Result<(), StoreError> {
    make_ready(tx)?;
    match source(tx, message)? {
        Some(source) if source.is_searched() && place(tx, message)?.is_none() => {
            put(tx, message, &source)
        }
        _ => Ok(()),
    }
}

/// Takes a message out. To be called before its text goes; without it, its row cannot go.
pub(in crate::store) fn remove(tx: &mut Tx<'_>, message: i64) -> Result<(), StoreError> {
    make_ready(tx)?;
    let (Some(place), Some(source)) = (place(tx, message)?, source(tx, message)?) else {
        return Ok(());
    };
    take_terms(tx, place, &source.terms(&source.body))?;
    tx.execute("DELETE FROM search_place WHERE place = ?1", params![place])?;
    Ok(())
}

/// Indexes a message under the text that it is about to get. To be called before it changes.
pub(in crate::store) fn replace(
    tx: &mut Tx<'_>,
    message: i64,
    body: &str,
) -> Result<(), StoreError> {
    make_ready(tx)?;
    let (Some(place), Some(source)) = (place(tx, message)?, source(tx, message)?) else {
        return Ok(());
    };
    let (before, after) = (source.terms(&source.body), source.terms(body));
    take_terms(tx, place, &before.without(&after))?;
    put_terms(tx, place, &after.without(&before))
}

/// Follows a message to another order key, which it has already.
pub(in crate::store) fn moved(tx: &mut Tx<'_>, message: i64) -> Result<(), StoreError> {
    make_ready(tx)?;
    let (Some(place), Some(source)) = (place(tx, message)?, source(tx, message)?) else {
        return Ok(());
    };
    if place_of(source.order_key) == place {
        return Ok(());
    }
    take_terms(tx, place, &source.terms(&source.body))?;
    tx.execute("DELETE FROM search_place WHERE place = ?1", params![place])?;
    put(tx, message, &source)
}

fn place(view: &View<'_>, message: i64) -> Result<Option<i64>, StoreError> {
    view.query_row(
        "SELECT place FROM search_place WHERE message = ?1",
        params![message],
        |row| row.get(0),
    )
}

fn put(tx: &mut Tx<'_>, message: i64, source: &Source) -> Result<(), StoreError> {
    let lowest = place_of(source.order_key);
    let place = free_place(tx, lowest)?;
    tx.execute(
        "INSERT INTO search_place (place, message) VALUES (?1, ?2)",
        params![place, message],
    )?;
    tx.execute(
        "UPDATE search_state SET widest = ?1 WHERE widest < ?1",
        params![place - lowest],
    )?;
    put_terms(tx, place, &source.terms(&source.body))
}

/// A free place, not before `lowest` and not far behind it. It looks at stretches of growing
/// length, so that many messages of one second do not make each other slow.
fn free_place(view: &View<'_>, lowest: i64) -> Result<i64, StoreError> {
    let mut reach = 1;
    loop {
        let end = lowest.saturating_add(reach);
        let taken: Option<i64> = view
            .query_row(
                "SELECT max(place) FROM search_place WHERE place >= ?1 AND place < ?2",
                params![lowest, end],
                |row| row.get(0),
            )?
            .flatten();
        match taken {
            None => return Ok(lowest),
            Some(taken) if taken + 1 < end => return Ok(taken + 1),
            Some(_) => reach = reach.saturating_mul(16),
        }
    }
}

fn put_terms(tx: &mut Tx<'_>, place: i64, terms: &Terms) -> Result<(), StoreError> {
    if !terms.is_empty() {
        tx.execute(
            "INSERT INTO search (rowid, terms) VALUES (?1, ?2)",
            params![place, terms.text()],
        )?;
    }
    Ok(())
}

fn take_terms(tx: &mut Tx<'_>, place: i64, terms: &Terms) -> Result<(), StoreError> {
    if !terms.is_empty() {
        tx.execute(
            "INSERT INTO search (search, rowid, terms) VALUES ('delete', ?1, ?2)",
            params![place, terms.text()],
        )?;
    }
    Ok(())
}

struct State {
    version: u32,
    covered: i64,
    widest: i64,
}

fn state(view: &View<'_>) -> Result<State, StoreError> {
    view.query_row(
        "SELECT version, covered, widest FROM search_state",
        [],
        |row| {
            Ok(State {
                version: row.get("version")?,
                covered: row.get("covered")?,
                widest: row.get("widest")?,
            })
        },
    )?
    .ok_or_else(|| StoreError::bug("the search index has no state"))
}

/// Terms of other rules could not be named any more, so nothing is done on top of them.
fn make_ready(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    match state(tx)?.version {
        terms::VERSION => Ok(()),
        _ => reset(tx),
    }
}

/// Empties the index; [`step`] fills it again.
pub(crate) fn reset(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.execute("INSERT INTO search (search) VALUES ('delete-all')", [])?;
    tx.execute("DELETE FROM search_place", [])?;
    tx.execute(
        "UPDATE search_state SET version = ?1, widest = 0,
             covered = (SELECT coalesce(max(row) + 1, 0) FROM message)",
        params![terms::VERSION],
    )?;
    Ok(())
}

/// Whether messages are missing from the index, and [`step`] has something to do.
pub(crate) fn is_behind(view: &View<'_>) -> Result<bool, StoreError> {
    let state = state(view)?;
    Ok(state.version != terms::VERSION || state.covered > 0)
}

/// Indexes a few of the messages that are missing, those that came last first. Says whether more
/// are left.
pub(crate) fn step(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    make_ready(tx)?;
    let before = state(tx)?.covered;
    if before == 0 {
        return Ok(false);
    }
    let rows: Vec<(i64, i64)> = tx.query_all(
        "SELECT row, length(CAST(body AS BLOB)) FROM message WHERE row < ?1 ORDER BY row DESC LIMIT ?2",
        params![before, STEP_ROWS],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let mut covered = 0;
    let mut bytes = 0;
    let mut batch = Vec::new();
    for (row, length) in rows {
        covered = row;
        bytes += length;
        let missing = place(tx, row)?.is_none();
        if let Some(source) = source(tx, row)?.filter(|source| missing && source.is_searched()) {
            batch.push((row, source));
        }
        if bytes >= STEP_BYTES {
            break;
        }
    }
    // FTS5 writes its buffer out whenever a place is lower than the last.
    batch.sort_by_key(|(row, source)| (source.order_key, *row));
    for (row, source) in &batch {
        put(tx, *row, source)?;
    }
    // Row 1 is the first that there ever was.
    let covered = if covered <= 1 { 0 } else { covered };
    tx.execute("UPDATE search_state SET covered = ?1", params![covered])?;
    Ok(covered > 0)
}

/// A message that may be what is looked for.
pub(crate) struct Candidate {
    pub place: i64,
    pub row: i64,
    pub conversation: [u8; 32],
    pub author: [u8; 32],
    pub order_key: u64,
    pub body: String,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Candidate> {
    Ok(Candidate {
        place: row.get("place")?,
        row: row.get("row")?,
        conversation: row.get("conversation")?,
        author: row.get("author")?,
        order_key: read_uint(row, "order_key")?,
        body: row.get("body")?,
    })
}

/// The highest place that a message with this order key, or a lower one, can have.
pub(crate) fn highest_place(view: &View<'_>, order_key: u64) -> Result<i64, StoreError> {
    Ok(place_of(order_key).saturating_add(state(view)?.widest))
}

/// The messages at the highest places of a stretch, both ends included, that an expression of
/// [`terms::Wanted`] asks for; from the highest down.
pub(crate) fn candidates(
    view: &View<'_>,
    expression: Option<&str>,
    places: (i64, i64),
    limit: u32,
) -> Result<Vec<Candidate>, StoreError> {
    match expression {
        // The joins are written so that SQLite does not turn them round.
        Some(expression) => view.query_all(
            "SELECT search_place.place, row, conversation, author, order_key, body
             FROM search CROSS JOIN search_place ON search_place.place = search.rowid
                 CROSS JOIN message ON row = search_place.message
             WHERE search MATCH ?1 AND search.rowid BETWEEN ?2 AND ?3
             ORDER BY search.rowid DESC LIMIT ?4",
            params![expression, places.0, places.1, limit],
            read,
        ),
        None => view.query_all(
            "SELECT place, row, conversation, author, order_key, body
             FROM search_place CROSS JOIN message ON row = search_place.message
             WHERE place BETWEEN ?1 AND ?2
             ORDER BY place DESC LIMIT ?3",
            params![places.0, places.1, limit],
            read,
        ),
    }
}
