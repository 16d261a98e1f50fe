//! Rows of the log: storing envelopes, and taking them out with all that hangs on them.

use rusqlite::Transaction;
use sotto_wire::ids::EnvelopeId;
use sotto_wire::proto::Lane;

use super::counters::{Counters, Device, Touched};
use crate::store::{Appended, PutRecord, Quotas, StoreError};

/// From so many recipients on, a body is stored once ...
const SHARED_FROM_RECIPIENTS: usize = 8;
/// ... if it has at least so many bytes.
const SHARED_FROM_BYTES: usize = 512;

/// Stores one put, or finds that it cannot be stored before anything is written.
pub(super) fn append(
    tx: &Transaction<'_>,
    touched: &mut Touched,
    quotas: &Quotas,
    put: &PutRecord,
) -> Result<Appended, StoreError> {
    let mut fresh = Vec::with_capacity(put.items.len());
    for item in &put.items {
        let Some(device) = touched.device(tx, &item.mailbox)? else {
            return Ok(Appended::NoMailbox);
        };
        fresh.push((device, !is_known(tx, device, &item.envelope)?));
    }
    let size = |header: &[u8]| (header.len() + put.body.len()) as u64;
    for (item, (device, is_new)) in put.items.iter().zip(&fresh) {
        let counters = touched.counters(tx, *device)?;
        if *is_new && !counters.has_room(item.lane, quotas, size(&item.header)) {
            return Ok(Appended::Full);
        }
    }
    let new_items = fresh.iter().filter(|(_, is_new)| *is_new).count();
    let shared = share_body(tx, &put.body, new_items)?;
    let mut given = Vec::with_capacity(put.items.len());
    for (item, (device, is_new)) in put.items.iter().zip(&fresh) {
        if !is_new {
            given.push(None);
            continue;
        }
        let counters = touched.counters(tx, *device)?;
        counters.last += 1;
        counters.came(item.lane, size(&item.header));
        let whole;
        let bytes = if shared.is_some() || put.body.is_empty() {
            &item.header
        } else {
            whole = [item.header.as_slice(), &put.body].concat();
            &whole
        };
        tx.prepare_cached(
            "INSERT INTO log (device, seq, envelope, lane, size, expires, body, header) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute((
            *device,
            counters.last,
            item.envelope.as_bytes(),
            item.lane as i32,
            size(&item.header),
            put.expires,
            shared,
            bytes,
        ))?;
        given.push(Some(counters.last));
    }
    Ok(Appended::Stored(given))
}

fn is_known(
    tx: &Transaction<'_>,
    device: Device,
    envelope: &EnvelopeId,
) -> Result<bool, StoreError> {
    let known = tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM log WHERE device = ?1 AND envelope = ?2) \
             OR EXISTS (SELECT 1 FROM seen WHERE device = ?1 AND envelope = ?2)",
        )?
        .query_row((device, envelope.as_bytes()), |row| row.get(0))?;
    Ok(known)
}

fn share_body(
    tx: &Transaction<'_>,
    body: &[u8],
    recipients: usize,
) -> Result<Option<i64>, StoreError> {
    if recipients < SHARED_FROM_RECIPIENTS || body.len() < SHARED_FROM_BYTES {
        return Ok(None);
    }
    tx.prepare_cached("INSERT INTO body (refs, bytes) VALUES (?1, ?2)")?
        .execute((recipients as u64, body))?;
    Ok(Some(tx.last_insert_rowid()))
}

/// A row that goes.
pub(super) struct Leaving {
    pub(super) envelope: [u8; 16],
    lane: i32,
    size: u64,
    body: Option<i64>,
}

impl Leaving {
    /// Reads `envelope, lane, size, body`.
    pub(super) fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            envelope: row.get(0)?,
            lane: row.get(1)?,
            size: row.get(2)?,
            body: row.get(3)?,
        })
    }

    /// Takes it out of the counters and off its body. The row itself is deleted by the caller,
    /// many at a time.
    pub(super) fn settle(
        &self,
        tx: &Transaction<'_>,
        counters: &mut Counters,
    ) -> Result<(), StoreError> {
        counters.went(Lane::try_from(self.lane).unwrap_or_default(), self.size);
        let Some(body) = self.body else {
            return Ok(());
        };
        tx.prepare_cached("UPDATE body SET refs = refs - 1 WHERE id = ?1")?
            .execute([body])?;
        tx.prepare_cached("DELETE FROM body WHERE id = ?1 AND refs <= 0")?
            .execute([body])?;
        Ok(())
    }
}

/// Takes every envelope of a mailbox up to `upto` out, and calls `each` for it.
pub(super) fn clear_upto(
    tx: &Transaction<'_>,
    device: Device,
    upto: u64,
    counters: &mut Counters,
    mut each: impl FnMut(&Leaving) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut select = tx.prepare_cached(
        "SELECT envelope, lane, size, body FROM log WHERE device = ?1 AND seq <= ?2",
    )?;
    for row in select.query_map((device, upto), Leaving::from_row)? {
        let leaving = row?;
        leaving.settle(tx, counters)?;
        each(&leaving)?;
    }
    tx.prepare_cached("DELETE FROM log WHERE device = ?1 AND seq <= ?2")?
        .execute((device, upto))?;
    Ok(())
}
