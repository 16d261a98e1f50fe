//! The counters of the mailboxes that one transaction touches: read once, written once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use rusqlite::{OptionalExtension, Transaction};
use sotto_wire::ids::MailboxId;
use sotto_wire::proto::Lane;

use crate::store::{Quota, Quotas, StoreError};

/// Number of an active device.
pub(super) type Device = i64;

/// One row of `mailbox`.
#[derive(Clone, Copy, Default)]
pub(super) struct Counters {
    pub(super) acked: u64,
    pub(super) last: u64,
    waiting: [Quota; 4],
}

const NOTHING: Quota = Quota {
    envelopes: 0,
    bytes: 0,
};

impl Default for Quota {
    fn default() -> Self {
        NOTHING
    }
}

impl Counters {
    pub(super) fn load(tx: &Transaction<'_>, device: Device) -> Result<Self, StoreError> {
        let counters = tx
            .prepare_cached(
                "SELECT acked, last, n1, b1, n2, b2, n3, b3, n4, b4 FROM mailbox WHERE device = ?1",
            )?
            .query_row([device], |row| {
                let quota = |at| {
                    Ok::<_, rusqlite::Error>(Quota {
                        envelopes: row.get(at)?,
                        bytes: row.get(at + 1)?,
                    })
                };
                Ok(Self {
                    acked: row.get(0)?,
                    last: row.get(1)?,
                    waiting: [quota(2)?, quota(4)?, quota(6)?, quota(8)?],
                })
            })?;
        Ok(counters)
    }

    pub(super) fn save(&self, tx: &Transaction<'_>, device: Device) -> Result<(), StoreError> {
        let [siblings, contacts, links, strangers] = self.waiting;
        tx.prepare_cached(
            "UPDATE mailbox SET acked = ?2, last = ?3, n1 = ?4, b1 = ?5, n2 = ?6, b2 = ?7, \
             n3 = ?8, b3 = ?9, n4 = ?10, b4 = ?11 WHERE device = ?1",
        )?
        .execute((
            device,
            self.acked,
            self.last,
            siblings.envelopes,
            siblings.bytes,
            contacts.envelopes,
            contacts.bytes,
            links.envelopes,
            links.bytes,
            strangers.envelopes,
            strangers.bytes,
        ))?;
        Ok(())
    }

    fn lane(&mut self, lane: Lane) -> &mut Quota {
        let [siblings, contacts, links, strangers] = &mut self.waiting;
        match lane {
            Lane::Siblings => siblings,
            Lane::Contacts => contacts,
            Lane::Links => links,
            Lane::Strangers | Lane::Unspecified => strangers,
        }
    }

    pub(super) fn has_room(&mut self, lane: Lane, quotas: &Quotas, size: u64) -> bool {
        let limit = match lane {
            Lane::Siblings => quotas.siblings,
            Lane::Contacts => quotas.contacts,
            Lane::Links => quotas.links,
            Lane::Strangers | Lane::Unspecified => quotas.strangers,
        };
        let waiting = self.lane(lane);
        waiting.envelopes < limit.envelopes && waiting.bytes.saturating_add(size) <= limit.bytes
    }

    pub(super) fn came(&mut self, lane: Lane, size: u64) {
        let waiting = self.lane(lane);
        waiting.envelopes = waiting.envelopes.saturating_add(1);
        waiting.bytes = waiting.bytes.saturating_add(size);
    }

    pub(super) fn went(&mut self, lane: Lane, size: u64) {
        let waiting = self.lane(lane);
        waiting.envelopes = waiting.envelopes.saturating_sub(1);
        waiting.bytes = waiting.bytes.saturating_sub(size);
    }

    pub(super) fn emptied(&mut self) {
        self.waiting = [NOTHING; 4];
    }
}

/// What one transaction knows of the mailboxes it touches.
#[derive(Default)]
pub(super) struct Touched {
    devices: BTreeMap<MailboxId, Option<Device>>,
    counters: BTreeMap<Device, Counters>,
}

impl Touched {
    /// The number of an active device.
    pub(super) fn device(
        &mut self,
        tx: &Transaction<'_>,
        mailbox: &MailboxId,
    ) -> Result<Option<Device>, StoreError> {
        if let Some(known) = self.devices.get(mailbox) {
            return Ok(*known);
        }
        let found = active_device(tx, mailbox)?;
        self.devices.insert(*mailbox, found);
        Ok(found)
    }

    /// Counters to change; [`Self::save`] writes them.
    pub(super) fn counters(
        &mut self,
        tx: &Transaction<'_>,
        device: Device,
    ) -> Result<&mut Counters, StoreError> {
        match self.counters.entry(device) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(unknown) => Ok(unknown.insert(Counters::load(tx, device)?)),
        }
    }

    pub(super) fn save(&self, tx: &Transaction<'_>) -> Result<(), StoreError> {
        self.counters
            .iter()
            .try_for_each(|(device, counters)| counters.save(tx, *device))
    }
}

/// The number of an active device.
pub(super) fn active_device(
    tx: &Transaction<'_>,
    mailbox: &MailboxId,
) -> Result<Option<Device>, StoreError> {
    let found = tx
        .prepare_cached("SELECT number FROM device WHERE mailbox = ?1 AND active = 1")?
        .query_row([mailbox.as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(found)
}
