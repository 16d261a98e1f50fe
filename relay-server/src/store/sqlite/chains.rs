//! Accounts: chains with compare-and-swap, devices that come and go, boot counters, delivery keys.

use rusqlite::{OptionalExtension, Transaction};
use sotto_wire::delivery::SlotId;
use sotto_wire::ids::{AccountId, Head, MailboxId, StatementHash};

use super::counters::Counters;
use super::log;
use crate::store::{AccountRecord, Boot, ChainChange, ChainChanged, Day, DeviceRecord, StoreError};

pub(super) fn account(
    tx: &Transaction<'_>,
    account: &AccountId,
) -> Result<Option<AccountRecord>, StoreError> {
    let row = tx
        .prepare_cached("SELECT number, closed, slots FROM account WHERE account = ?1")?
        .query_row([account.as_bytes()], |row| {
            Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let Some((number, closed, slots)) = row else {
        return Ok(None);
    };
    let statements = tx
        .prepare_cached("SELECT statement FROM statement WHERE account = ?1 ORDER BY position")?
        .query_map([number], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let retired = tx
        .prepare_cached("SELECT slot, day FROM retired_slot WHERE account = ?1")?
        .query_map([number], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    Ok(Some(AccountRecord {
        statements,
        closed,
        slots,
        retired,
    }))
}

pub(super) fn change(
    tx: &Transaction<'_>,
    change: &ChainChange,
) -> Result<ChainChanged, StoreError> {
    let stored = tx
        .prepare_cached("SELECT number, epoch, seq, hash FROM account WHERE account = ?1")?
        .query_row([change.account.as_bytes()], |row| {
            let hash = StatementHash::new(row.get(3)?);
            Ok((
                row.get::<_, i64>(0)?,
                Head {
                    epoch: row.get(1)?,
                    seq: row.get(2)?,
                    hash,
                },
            ))
        })
        .optional()?;
    if stored.map(|(_, head)| head) != change.expected {
        return Ok(ChainChanged::Conflict);
    }
    let known = stored.map(|(number, _)| number);
    for device in &change.devices {
        if belongs_to_another(tx, known, device)? {
            return Ok(ChainChanged::Taken);
        }
    }
    let number = write_head(tx, known, change)?;
    append_statements(tx, number, &change.statements)?;
    let removed = settle_devices(tx, number, &change.devices)?;
    if change.closed {
        let mut removed = removed;
        removed.extend(erase_account(tx, number)?);
        return Ok(ChainChanged::Done { removed });
    }
    Ok(ChainChanged::Done { removed })
}

fn belongs_to_another(
    tx: &Transaction<'_>,
    account: Option<i64>,
    device: &DeviceRecord,
) -> Result<bool, StoreError> {
    let other = tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM device \
             WHERE (mailbox = ?1 OR identity_key = ?2) AND account IS NOT ?3)",
        )?
        .query_row(
            (device.mailbox.as_bytes(), device.identity_key, account),
            |row| row.get(0),
        )?;
    Ok(other)
}

fn write_head(
    tx: &Transaction<'_>,
    known: Option<i64>,
    change: &ChainChange,
) -> Result<i64, StoreError> {
    let Head { epoch, seq, hash } = change.head;
    if let Some(number) = known {
        tx.prepare_cached(
            "UPDATE account SET epoch = ?2, seq = ?3, hash = ?4, closed = ?5 WHERE number = ?1",
        )?
        .execute((number, epoch, seq, hash.as_bytes(), change.closed))?;
        return Ok(number);
    }
    tx.prepare_cached(
        "INSERT INTO account (account, epoch, seq, hash, closed) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute((
        change.account.as_bytes(),
        epoch,
        seq,
        hash.as_bytes(),
        change.closed,
    ))?;
    Ok(tx.last_insert_rowid())
}

fn append_statements(
    tx: &Transaction<'_>,
    account: i64,
    statements: &[Vec<u8>],
) -> Result<(), StoreError> {
    let mut insert = tx.prepare_cached(
        "INSERT INTO statement (account, position, statement) VALUES (?1, \
         (SELECT count(*) FROM statement WHERE account = ?1), ?2)",
    )?;
    for statement in statements {
        insert.execute((account, statement))?;
    }
    Ok(())
}

/// Opens and closes mailboxes until exactly these devices have one.
fn settle_devices(
    tx: &Transaction<'_>,
    account: i64,
    devices: &[DeviceRecord],
) -> Result<Vec<MailboxId>, StoreError> {
    let active = active_devices(tx, account)?;
    let mut removed = Vec::new();
    for (number, mailbox) in active {
        if !devices.iter().any(|device| device.mailbox == mailbox) {
            erase_device(tx, number)?;
            removed.push(mailbox);
        }
    }
    for device in devices {
        tx.prepare_cached(
            "INSERT INTO device (mailbox, account, identity_key, active) VALUES (?1, ?2, ?3, 1) \
             ON CONFLICT (mailbox) DO UPDATE SET active = 1",
        )?
        .execute((device.mailbox.as_bytes(), account, device.identity_key))?;
        tx.prepare_cached(
            "INSERT OR IGNORE INTO mailbox (device) SELECT number FROM device WHERE mailbox = ?1",
        )?
        .execute([device.mailbox.as_bytes()])?;
    }
    Ok(removed)
}

fn active_devices(tx: &Transaction<'_>, account: i64) -> Result<Vec<(i64, MailboxId)>, StoreError> {
    let active = tx
        .prepare_cached("SELECT number, mailbox FROM device WHERE account = ?1 AND active = 1")?
        .query_map([account], |row| {
            Ok((row.get(0)?, MailboxId::new(row.get(1)?)))
        })?
        .collect::<Result<_, _>>()?;
    Ok(active)
}

/// Deletes what a device had. Its number, its sequence and its boot counter stay, so that a device
/// that a recovery brings back goes on counting.
fn erase_device(tx: &Transaction<'_>, number: i64) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE device SET active = 0 WHERE number = ?1")?
        .execute([number])?;
    let mut counters = Counters::load(tx, number)?;
    let last = counters.last;
    log::clear_upto(tx, number, last, &mut counters, |_| Ok(()))?;
    counters.emptied();
    counters.acked = last;
    counters.save(tx, number)?;
    for table in ["seen", "signed_keys", "one_time_key", "spent_key"] {
        tx.prepare_cached(&format!("DELETE FROM {table} WHERE device = ?1"))?
            .execute([number])?;
    }
    Ok(())
}

pub(super) fn close(
    tx: &Transaction<'_>,
    account: &AccountId,
) -> Result<Vec<MailboxId>, StoreError> {
    let number = tx
        .prepare_cached("SELECT number FROM account WHERE account = ?1")?
        .query_row([account.as_bytes()], |row| row.get(0))
        .optional()?;
    match number {
        Some(number) => erase_account(tx, number),
        None => Ok(Vec::new()),
    }
}

fn erase_account(tx: &Transaction<'_>, number: i64) -> Result<Vec<MailboxId>, StoreError> {
    let mut removed = Vec::new();
    for (device, mailbox) in active_devices(tx, number)? {
        erase_device(tx, device)?;
        removed.push(mailbox);
    }
    tx.execute("DELETE FROM retired_slot WHERE account = ?1", [number])?;
    tx.execute(
        "UPDATE account SET closed = 1, slots = NULL, slots_version = NULL WHERE number = ?1",
        [number],
    )?;
    Ok(removed)
}

pub(super) fn raise_boot(
    tx: &Transaction<'_>,
    mailbox: &MailboxId,
    boot: u64,
) -> Result<Boot, StoreError> {
    let stored: Option<u64> = tx
        .prepare_cached("SELECT boot FROM device WHERE mailbox = ?1 AND active = 1")?
        .query_row([mailbox.as_bytes()], |row| row.get(0))
        .optional()?;
    match stored {
        None => Ok(Boot::Gone),
        Some(stored) if boot <= stored => Ok(Boot::Stale(stored)),
        Some(_) => {
            tx.prepare_cached("UPDATE device SET boot = ?2 WHERE mailbox = ?1")?
                .execute((mailbox.as_bytes(), boot))?;
            Ok(Boot::Raised)
        }
    }
}

pub(super) fn set_slots(
    tx: &Transaction<'_>,
    account: &AccountId,
    version: u64,
    slots: &[u8],
    retiring: &[SlotId],
    today: Day,
) -> Result<bool, StoreError> {
    let changed = tx
        .prepare_cached(
            "UPDATE account SET slots_version = ?2, slots = ?3 WHERE account = ?1 \
             AND closed = 0 AND coalesce(slots_version, 0) <= ?2",
        )?
        .execute((account.as_bytes(), version, slots))?;
    if changed == 0 {
        return Ok(false);
    }
    let number: i64 = tx.query_row(
        "SELECT number FROM account WHERE account = ?1",
        [account.as_bytes()],
        |row| row.get(0),
    )?;
    let before: Vec<(SlotId, Day)> = tx
        .prepare_cached("SELECT slot, day FROM retired_slot WHERE account = ?1")?
        .query_map([number], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    tx.execute("DELETE FROM retired_slot WHERE account = ?1", [number])?;
    for slot in retiring {
        let since = before
            .iter()
            .find(|(known, _)| known == slot)
            .map_or(today, |(_, day)| *day);
        tx.prepare_cached(
            "INSERT OR IGNORE INTO retired_slot (account, slot, day) VALUES (?1, ?2, ?3)",
        )?
        .execute((number, slot, since))?;
    }
    Ok(true)
}
