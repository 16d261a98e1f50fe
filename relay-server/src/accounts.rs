//! What the relay's rules need to know of an account, kept at hand.
//!
//! Owns the reading of stored chains and delivery keys. An entry is dropped when the account
//! changes; the next question reads it again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use prost::Message;
use sha2::{Digest, Sha256};
use sotto_wire::chain::Chain;
use sotto_wire::delivery::{KEY_LEN, SlotId};
use sotto_wire::ids::{AccountId, MailboxId};
use sotto_wire::proto::{self, Lane};

use crate::store::{AccountRecord, Day, Store, StoreError};

/// So many accounts are kept; then all are dropped, which costs each one read.
const KEPT: usize = 4_096;

/// A replaced slot works for so long.
const RETIRING_DAYS: Day = 30;

/// An account as it is stored.
pub(crate) struct Account {
    pub(crate) chain: Chain,
    pub(crate) closed: bool,
    pub(crate) slots: BTreeMap<SlotId, Slot>,
    pub(crate) slots_digest: Vec<u8>,
}

/// A set of delivery keys.
pub(crate) struct Slot {
    pub(crate) lane: Lane,
    pub(crate) read_key: [u8; KEY_LEN],
    pub(crate) keys: BTreeMap<MailboxId, [u8; KEY_LEN]>,
    pub(crate) retiring: bool,
    retiring_since: Option<Day>,
}

impl Slot {
    /// Reads what a device has set; `None` if any part is malformed.
    pub(crate) fn parse(slot: &proto::Slot) -> Option<(SlotId, Self)> {
        let id = SlotId::try_from(slot.id.as_slice()).ok()?;
        let lane = slot.lane();
        if !matches!(lane, Lane::Contacts | Lane::Links) {
            return None;
        }
        let mut keys = BTreeMap::new();
        for entry in &slot.keys {
            let mailbox = MailboxId::try_from(entry.mailbox.as_slice()).ok()?;
            keys.insert(mailbox, entry.key.as_slice().try_into().ok()?);
        }
        let read_key = slot.read_key.as_slice().try_into().ok()?;
        let retiring = slot.retiring;
        Some((
            id,
            Self {
                lane,
                read_key,
                keys,
                retiring,
                retiring_since: None,
            },
        ))
    }

    /// Whether it still opens anything.
    pub(crate) fn is_usable(&self, today: Day) -> bool {
        self.retiring_since
            .is_none_or(|since| today.saturating_sub(since) <= RETIRING_DAYS)
    }
}

impl Account {
    fn read(record: &AccountRecord) -> Result<Self, StoreError> {
        let chain = Chain::trusted(&record.statements)
            .map_err(|_| StoreError::Damaged("a chain that does not verify"))?;
        let mut slots = BTreeMap::new();
        let mut slots_digest = Vec::new();
        if let Some(bytes) = &record.slots {
            let stored = proto::SetSlots::decode(bytes.as_slice())
                .map_err(|_| StoreError::Damaged("slots that do not decode"))?;
            slots.extend(stored.slots.iter().filter_map(Slot::parse));
            slots_digest = Sha256::digest(bytes).to_vec();
        }
        for (id, since) in &record.retired {
            if let Some(slot) = slots.get_mut(id) {
                slot.retiring_since = Some(*since);
            }
        }
        let closed = record.closed || chain.is_closed();
        Ok(Self {
            chain,
            closed,
            slots,
            slots_digest,
        })
    }
}

#[derive(Default)]
pub(crate) struct Accounts(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    accounts: BTreeMap<AccountId, Arc<Account>>,
    /// Counts changes, so that what was read before one is not kept after it.
    changes: u64,
}

impl Accounts {
    pub(crate) fn get(
        &self,
        store: &dyn Store,
        id: &AccountId,
    ) -> Result<Option<Arc<Account>>, StoreError> {
        let changes = {
            let kept = self.kept();
            if let Some(account) = kept.accounts.get(id) {
                return Ok(Some(Arc::clone(account)));
            }
            kept.changes
        };
        let Some(record) = store.account(id)? else {
            return Ok(None);
        };
        let account = Arc::new(Account::read(&record)?);
        let mut kept = self.kept();
        if kept.changes == changes {
            if kept.accounts.len() >= KEPT {
                kept.accounts.clear();
            }
            kept.accounts.insert(*id, Arc::clone(&account));
        }
        Ok(Some(account))
    }

    pub(crate) fn changed(&self, id: &AccountId) {
        let mut kept = self.kept();
        kept.changes = kept.changes.wrapping_add(1);
        kept.accounts.remove(id);
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
