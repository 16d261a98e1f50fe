//! Pre-keys: published by a device, each one-time key handed out once.

use prost::Message;
use rusqlite::{OptionalExtension, Transaction};
use sha2::{Digest, Sha256};
use sotto_wire::ids::MailboxId;
use sotto_wire::proto::{DeviceBundle, OneTimeKemKey, OneTimeKey, SignedKeys};

use super::counters::{Device, active_device};
use crate::store::{Day, KeyStock, Publication, Published, StoreError};

/// For so long the fingerprint of a spent key is kept; no honest publication is repeated later.
const FINGERPRINT_DAYS: Day = 90;

const ELLIPTIC: i64 = 0;
const KEM: i64 = 1;

pub(super) fn publish(
    tx: &Transaction<'_>,
    mailbox: &MailboxId,
    publication: &Publication,
) -> Result<Published, StoreError> {
    let Some(device) = active_device(tx, mailbox)? else {
        return Ok(Published::Gone);
    };
    if let Some(keys) = &publication.keys {
        let stored: Option<u64> = tx
            .prepare_cached("SELECT generation FROM signed_keys WHERE device = ?1")?
            .query_row([device], |row| row.get(0))
            .optional()?;
        if stored.is_some_and(|stored| keys.generation < stored) {
            return Ok(Published::Outdated);
        }
    }
    let count = |kind| -> Result<usize, StoreError> {
        let kept = if publication.replace {
            0
        } else {
            count(tx, device, kind)?
        };
        Ok(kept as usize)
    };
    let elliptic = count(ELLIPTIC)?.saturating_add(publication.one_time.len());
    let kem = count(KEM)?.saturating_add(publication.one_time_kem.len());
    if elliptic.max(kem) > publication.at_most as usize {
        return Ok(Published::TooMany);
    }
    if publication.replace {
        tx.execute("DELETE FROM one_time_key WHERE device = ?1", [device])?;
    }
    if let Some(keys) = &publication.keys {
        tx.prepare_cached(
            "INSERT INTO signed_keys (device, generation, keys) VALUES (?1, ?2, ?3) \
             ON CONFLICT (device) DO UPDATE SET generation = ?2, keys = ?3",
        )?
        .execute((device, keys.generation, keys.encode_to_vec()))?;
    }
    for key in &publication.one_time {
        insert(tx, device, ELLIPTIC, key.id, &key.key, &key.encode_to_vec())?;
    }
    for key in &publication.one_time_kem {
        insert(tx, device, KEM, key.id, &key.key, &key.encode_to_vec())?;
    }
    Ok(Published::Done)
}

fn insert(
    tx: &Transaction<'_>,
    device: Device,
    kind: i64,
    key_id: u32,
    key: &[u8],
    encoded: &[u8],
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT OR REPLACE INTO one_time_key (device, kind, key_id, fingerprint, key) \
         SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS \
         (SELECT 1 FROM spent_key WHERE device = ?1 AND fingerprint = ?4)",
    )?
    .execute((device, kind, key_id, fingerprint(key), encoded))?;
    Ok(())
}

fn fingerprint(key: &[u8]) -> [u8; 16] {
    let digest: [u8; 32] = Sha256::digest(key).into();
    let mut short = [0; 16];
    for (to, from) in short.iter_mut().zip(digest) {
        *to = from;
    }
    short
}

fn count(tx: &Transaction<'_>, device: Device, kind: i64) -> Result<u32, StoreError> {
    let count = tx
        .prepare_cached("SELECT count(*) FROM one_time_key WHERE device = ?1 AND kind = ?2")?
        .query_row((device, kind), |row| row.get(0))?;
    Ok(count)
}

pub(super) fn stock(tx: &Transaction<'_>, mailbox: &MailboxId) -> Result<KeyStock, StoreError> {
    let Some(device) = active_device(tx, mailbox)? else {
        return Ok(KeyStock::default());
    };
    let generation = tx
        .prepare_cached("SELECT generation FROM signed_keys WHERE device = ?1")?
        .query_row([device], |row| row.get(0))
        .optional()?;
    Ok(KeyStock {
        one_time: count(tx, device, ELLIPTIC)?,
        one_time_kem: count(tx, device, KEM)?,
        generation: generation.unwrap_or(0),
    })
}

/// The signed keys of an active device, if it has published any.
pub(super) fn signed_bundle(
    tx: &Transaction<'_>,
    mailbox: &MailboxId,
) -> Result<Option<(Device, DeviceBundle)>, StoreError> {
    let Some(device) = active_device(tx, mailbox)? else {
        return Ok(None);
    };
    let stored: Option<Vec<u8>> = tx
        .prepare_cached("SELECT keys FROM signed_keys WHERE device = ?1")?
        .query_row([device], |row| row.get(0))
        .optional()?;
    let Some(stored) = stored else {
        return Ok(None);
    };
    let keys = SignedKeys::decode(stored.as_slice())
        .map_err(|_| StoreError::Damaged("signed keys that do not decode"))?;
    let mailbox = mailbox.to_vec();
    Ok(Some((
        device,
        DeviceBundle {
            mailbox,
            keys: Some(keys),
            one_time: None,
            one_time_kem: None,
        },
    )))
}

pub(super) fn take(
    tx: &Transaction<'_>,
    mailbox: &MailboxId,
    today: Day,
) -> Result<Option<DeviceBundle>, StoreError> {
    let Some((device, mut bundle)) = signed_bundle(tx, mailbox)? else {
        return Ok(None);
    };
    let damaged = |_| StoreError::Damaged("a one-time key that does not decode");
    if let Some(key) = take_one(tx, device, ELLIPTIC, today)? {
        bundle.one_time = Some(OneTimeKey::decode(key.as_slice()).map_err(damaged)?);
    }
    if let Some(key) = take_one(tx, device, KEM, today)? {
        bundle.one_time_kem = Some(OneTimeKemKey::decode(key.as_slice()).map_err(damaged)?);
    }
    Ok(Some(bundle))
}

fn take_one(
    tx: &Transaction<'_>,
    device: Device,
    kind: i64,
    today: Day,
) -> Result<Option<Vec<u8>>, StoreError> {
    let next: Option<(i64, Vec<u8>, Vec<u8>)> = tx
        .prepare_cached(
            "SELECT id, fingerprint, key FROM one_time_key WHERE device = ?1 AND kind = ?2 \
             ORDER BY key_id LIMIT 1",
        )?
        .query_row((device, kind), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let Some((id, fingerprint, key)) = next else {
        return Ok(None);
    };
    tx.prepare_cached("DELETE FROM one_time_key WHERE id = ?1")?
        .execute([id])?;
    tx.prepare_cached(
        "INSERT OR IGNORE INTO spent_key (device, fingerprint, day) VALUES (?1, ?2, ?3)",
    )?
    .execute((device, fingerprint, today))?;
    Ok(Some(key))
}

pub(super) fn forget_spent(tx: &Transaction<'_>, today: Day) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM spent_key WHERE day < ?1",
        [today.saturating_sub(FINGERPRINT_DAYS)],
    )?;
    Ok(())
}
