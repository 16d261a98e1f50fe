//! `Mailboxes` on SQLite.

use std::sync::atomic::Ordering;

use rusqlite::{OptionalExtension, Transaction};
use sotto_wire::ids::{EnvelopeId, MailboxId};
use sotto_wire::proto::Lane;

use super::counters::{Counters, Touched, active_device};
use super::log::{self, Leaving};
use super::{Sqlite, keys};
use crate::crash;
use crate::store::{
    Appended, Day, Envelope, Mailboxes, Page, PageLimit, Position, PutRecord, StoreError,
};

/// An id is forgotten when its second day after the acknowledgement is over: 48 to 72 hours.
const REMEMBER_DAYS: Day = 2;

/// How many log rows one expiry transaction looks at, so that puts in between wait little.
const EXPIRY_STEP: i64 = 2_000;

impl Mailboxes for Sqlite {
    fn append_batch(&self, puts: &[&PutRecord]) -> Result<Vec<Appended>, StoreError> {
        if self.full.load(Ordering::Relaxed) {
            return Err(StoreError::Full);
        }
        let stored = self.write(|tx| {
            let mut touched = Touched::default();
            let appended = puts
                .iter()
                .map(|put| log::append(tx, &mut touched, &self.quotas, put))
                .collect::<Result<_, _>>()?;
            touched.save(tx)?;
            crash::passing("put.before_commit");
            Ok(appended)
        });
        crash::passing("put.after_commit");
        if matches!(stored, Err(StoreError::Full)) {
            self.declare_full();
        }
        stored
    }

    fn read_after(
        &self,
        mailbox: &MailboxId,
        after: u64,
        limit: PageLimit,
    ) -> Result<Page, StoreError> {
        self.read(|tx| {
            let Some(device) = active_device(tx, mailbox)? else {
                return Ok(Page {
                    envelopes: Vec::new(),
                    more: false,
                });
            };
            let mut select = tx.prepare_cached(
                "SELECT log.seq, log.envelope, log.lane, log.header, body.bytes, log.body \
                 FROM log LEFT JOIN body ON body.id = log.body \
                 WHERE log.device = ?1 AND log.seq > ?2 ORDER BY log.seq",
            )?;
            let mut rows = select.query((device, after))?;
            let mut envelopes = Vec::new();
            let mut bytes: usize = 0;
            while let Some(row) = rows.next()? {
                if envelopes.len() >= limit.envelopes {
                    return Ok(Page {
                        envelopes,
                        more: true,
                    });
                }
                let envelope = read_envelope(row)?;
                bytes = bytes.saturating_add(envelope.sealed.len());
                if bytes > limit.bytes && !envelopes.is_empty() {
                    return Ok(Page {
                        envelopes,
                        more: true,
                    });
                }
                envelopes.push(envelope);
            }
            Ok(Page {
                envelopes,
                more: false,
            })
        })
    }

    fn ack_upto(&self, acks: &[(MailboxId, u64)], today: Day) -> Result<(), StoreError> {
        self.write_even_if_full(|tx| {
            let mut touched = Touched::default();
            for (mailbox, upto) in acks {
                if let Some(device) = touched.device(tx, mailbox)? {
                    ack(tx, touched.counters(tx, device)?, device, *upto, today)?;
                }
            }
            touched.save(tx)
        })?;
        crash::passing("ack.after_commit");
        Ok(())
    }

    fn position(&self, mailbox: &MailboxId) -> Result<Option<Position>, StoreError> {
        self.read(|tx| {
            let position = tx
                .prepare_cached(
                    "SELECT acked, last FROM mailbox JOIN device ON number = device \
                     WHERE mailbox = ?1 AND active = 1",
                )?
                .query_row([mailbox.as_bytes()], |row| {
                    Ok(Position {
                        acked: row.get(0)?,
                        last: row.get(1)?,
                    })
                })
                .optional()?;
            Ok(position)
        })
    }

    fn expire(&self, today: Day) -> Result<u64, StoreError> {
        let mut gone = 0;
        let mut from = 0;
        while let Some((next, expired)) =
            self.write_even_if_full(|tx| expire_step(tx, from, today))?
        {
            from = next;
            gone += expired;
        }
        self.write_even_if_full(|tx| {
            tx.execute(
                "DELETE FROM seen WHERE day < ?1",
                [today.saturating_sub(REMEMBER_DAYS)],
            )?;
            keys::forget_spent(tx, today)
        })?;
        Ok(gone)
    }
}

fn read_envelope(row: &rusqlite::Row<'_>) -> Result<Envelope, StoreError> {
    let mut sealed: Vec<u8> = row.get(3)?;
    let body = row
        .get_ref(4)?
        .as_blob_or_null()
        .map_err(rusqlite::Error::from)?;
    match body {
        Some(body) => sealed.extend_from_slice(body),
        None if row.get::<_, Option<i64>>(5)?.is_some() => {
            return Err(StoreError::Damaged("an envelope without its body"));
        }
        None => {}
    }
    Ok(Envelope {
        seq: row.get(0)?,
        id: EnvelopeId::new(row.get(1)?),
        sealed,
        lane: Lane::try_from(row.get::<_, i32>(2)?).unwrap_or_default(),
    })
}

fn ack(
    tx: &Transaction<'_>,
    counters: &mut Counters,
    device: i64,
    upto: u64,
    today: Day,
) -> Result<(), StoreError> {
    let upto = upto.min(counters.last);
    if upto <= counters.acked {
        return Ok(());
    }
    let mut remember = tx
        .prepare_cached("INSERT OR IGNORE INTO seen (device, envelope, day) VALUES (?1, ?2, ?3)")?;
    log::clear_upto(tx, device, upto, counters, |leaving| {
        remember.execute((device, leaving.envelope, today))?;
        Ok(())
    })?;
    counters.acked = upto;
    Ok(())
}

/// Looks at the next stretch of the log; `None` at its end.
fn expire_step(
    tx: &Transaction<'_>,
    from: i64,
    today: Day,
) -> Result<Option<(i64, u64)>, StoreError> {
    let next: Option<i64> = tx.query_row(
        "SELECT max(id) FROM (SELECT id FROM log WHERE id > ?1 ORDER BY id LIMIT ?2)",
        (from, EXPIRY_STEP),
        |row| row.get(0),
    )?;
    let Some(next) = next else {
        return Ok(None);
    };
    let mut touched = Touched::default();
    let mut expired = 0;
    let mut select = tx.prepare_cached(
        "SELECT envelope, lane, size, body, device FROM log \
         WHERE id > ?1 AND id <= ?2 AND expires <= ?3",
    )?;
    let rows = select.query_map((from, next, today), |row| {
        Ok((Leaving::from_row(row)?, row.get::<_, i64>(4)?))
    })?;
    for row in rows {
        let (leaving, device) = row?;
        leaving.settle(tx, touched.counters(tx, device)?)?;
        expired += 1;
    }
    tx.execute(
        "DELETE FROM log WHERE id > ?1 AND id <= ?2 AND expires <= ?3",
        (from, next, today),
    )?;
    touched.save(tx)?;
    Ok(Some((next, expired)))
}
