//! What the relay keeps: mailboxes, device chains, pre-keys, delivery keys.
//!
//! Owns the seam between the relay's rules and an engine that stores. Two narrow traits,
//! [`Mailboxes`] and [`Directory`], and one [`conformance`] suite that every engine has to pass.
//! [`sqlite`] is the engine of a single node. An engine must not know sessions, frames or rates;
//! it knows when something is durable: every method that changes something returns after the
//! change is flushed, or with an error and without the change.

#[cfg(test)]
pub mod conformance;
mod error;
mod records;
pub mod sqlite;

use sotto_wire::delivery::SlotId;
use sotto_wire::ids::{AccountId, IncarnationId, MailboxId};
use sotto_wire::proto::DeviceBundle;

pub use error::StoreError;
pub use records::{
    AccountRecord, Appended, Boot, ChainChange, ChainChanged, DeviceRecord, Envelope, ItemRecord,
    KeyStock, Page, PageLimit, Position, Publication, Published, PutRecord, Quota, Quotas,
};

/// Days since the Unix epoch: the only precision that times have at rest.
pub type Day = u32;

/// Envelopes that wait, per mailbox in a dense order.
pub trait Mailboxes: Send + Sync {
    /// Stores puts in one commit, each whole or not at all, in this order.
    ///
    /// Repeating an item that waits, or that was acknowledged within the last 48 hours, stores
    /// nothing and succeeds.
    ///
    /// # Errors
    /// [`StoreError::Full`] if the disk is; then none is stored.
    fn append_batch(&self, puts: &[&PutRecord]) -> Result<Vec<Appended>, StoreError>;

    /// The envelopes after `after`, oldest first. An unknown mailbox is empty.
    ///
    /// # Errors
    /// [`StoreError`] if the engine cannot read.
    fn read_after(
        &self,
        mailbox: &MailboxId,
        after: u64,
        limit: PageLimit,
    ) -> Result<Page, StoreError>;

    /// Takes acknowledgements in one commit: each deletes everything up to its sequence number and
    /// remembers the envelopes' ids. A lower one than before, and one for an unknown mailbox, do
    /// nothing; one beyond the last envelope means the last.
    ///
    /// # Errors
    /// [`StoreError`]; then none is taken.
    fn ack_upto(&self, acks: &[(MailboxId, u64)], today: Day) -> Result<(), StoreError>;

    /// Where an active mailbox stands; `None` if there is none.
    ///
    /// # Errors
    /// [`StoreError`] if the engine cannot read.
    fn position(&self, mailbox: &MailboxId) -> Result<Option<Position>, StoreError>;

    /// Deletes what is past its day: envelopes, remembered ids, fingerprints of spent keys.
    /// Returns how many envelopes went.
    ///
    /// # Errors
    /// [`StoreError`]; what was deleted before it stays deleted.
    fn expire(&self, today: Day) -> Result<u64, StoreError>;
}

/// Accounts, their chains, devices, keys and counters.
pub trait Directory: Send + Sync {
    /// Everything that is known of an account; `None` if nothing is.
    ///
    /// # Errors
    /// [`StoreError`] if the engine cannot read.
    fn account(&self, account: &AccountId) -> Result<Option<AccountRecord>, StoreError>;

    /// The account that a device belongs to, or belonged to before its removal.
    ///
    /// # Errors
    /// [`StoreError`] if the engine cannot read.
    fn account_of(&self, mailbox: &MailboxId) -> Result<Option<AccountId>, StoreError>;

    /// Compare-and-swap on the head: appends statements, opens the mailboxes of new devices and
    /// erases what removed ones had.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing has changed.
    fn change_chain(&self, change: &ChainChange) -> Result<ChainChanged, StoreError>;

    /// Erases everything of an account but its chain and marks it closed. Returns the mailboxes
    /// that were open.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing has changed.
    fn close_account(&self, account: &AccountId) -> Result<Vec<MailboxId>, StoreError>;

    /// Raises boot counters in one commit; each must exceed the stored one.
    ///
    /// # Errors
    /// [`StoreError`]; then none is raised.
    fn raise_boots(&self, boots: &[(MailboxId, u64)]) -> Result<Vec<Boot>, StoreError>;

    /// Stores what a device publishes. One-time keys that were handed out before are passed over,
    /// so that a repeated publication makes none of them usable twice.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing has changed.
    fn publish_keys(
        &self,
        mailbox: &MailboxId,
        publication: &Publication,
    ) -> Result<Published, StoreError>;

    /// What is left of a device's keys.
    ///
    /// # Errors
    /// [`StoreError`] if the engine cannot read.
    fn key_stock(&self, mailbox: &MailboxId) -> Result<KeyStock, StoreError>;

    /// The signed keys of these devices, without one-time keys. Who has published none is left out.
    ///
    /// # Errors
    /// [`StoreError`] if the engine cannot read.
    fn bundles(&self, mailboxes: &[MailboxId]) -> Result<Vec<DeviceBundle>, StoreError>;

    /// The same, each with at most one one-time key of either kind, which is gone for good before
    /// this returns.
    ///
    /// # Errors
    /// [`StoreError`]; then no key is used up.
    fn take_pre_keys(
        &self,
        mailboxes: &[MailboxId],
        today: Day,
    ) -> Result<Vec<DeviceBundle>, StoreError>;

    /// Replaces an account's delivery keys. `false`: a higher version is stored, nothing changed.
    /// `retiring` are the slots that are being replaced; the first day on which each was is kept.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing has changed.
    fn set_slots(
        &self,
        account: &AccountId,
        version: u64,
        slots: &[u8],
        retiring: &[SlotId],
        today: Day,
    ) -> Result<bool, StoreError>;
}

/// An engine: both traits over one data set.
pub trait Store: Mailboxes + Directory {
    /// The id of this data set; it changes when the data may have gone back in time.
    fn incarnation(&self) -> IncarnationId;

    /// Housekeeping between commits; called about once a second by whoever drives the relay.
    ///
    /// # Errors
    /// [`StoreError`]; trying again later is all there is to do.
    fn maintain(&self) -> Result<(), StoreError>;
}
