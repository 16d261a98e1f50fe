//! `Directory` on SQLite: which statement runs where. The statements are in chains.rs and keys.rs.

use rusqlite::OptionalExtension;
use sotto_wire::delivery::SlotId;
use sotto_wire::ids::{AccountId, MailboxId};
use sotto_wire::proto::DeviceBundle;

use super::{Sqlite, chains, keys};
use crate::crash;
use crate::store::{
    AccountRecord, Boot, ChainChange, ChainChanged, Day, Directory, KeyStock, Publication,
    Published, StoreError,
};

impl Directory for Sqlite {
    fn account(&self, account: &AccountId) -> Result<Option<AccountRecord>, StoreError> {
        self.read(|tx| chains::account(tx, account))
    }

    fn account_of(&self, mailbox: &MailboxId) -> Result<Option<AccountId>, StoreError> {
        self.read(|tx| {
            let account = tx
                .prepare_cached(
                    "SELECT account.account FROM device \
                     JOIN account ON account.number = device.account WHERE mailbox = ?1",
                )?
                .query_row([mailbox.as_bytes()], |row| row.get(0))
                .optional()?;
            Ok(account.map(AccountId::new))
        })
    }

    fn change_chain(&self, change: &ChainChange) -> Result<ChainChanged, StoreError> {
        let changed = self.write(|tx| chains::change(tx, change));
        crash::passing("chain.after_commit");
        changed
    }

    fn close_account(&self, account: &AccountId) -> Result<Vec<MailboxId>, StoreError> {
        self.write_even_if_full(|tx| chains::close(tx, account))
    }

    fn raise_boots(&self, boots: &[(MailboxId, u64)]) -> Result<Vec<Boot>, StoreError> {
        let raised = self.write_even_if_full(|tx| {
            boots
                .iter()
                .map(|(mailbox, boot)| chains::raise_boot(tx, mailbox, *boot))
                .collect()
        });
        crash::passing("login.after_boot");
        raised
    }

    fn publish_keys(
        &self,
        mailbox: &MailboxId,
        publication: &Publication,
    ) -> Result<Published, StoreError> {
        self.write(|tx| keys::publish(tx, mailbox, publication))
    }

    fn key_stock(&self, mailbox: &MailboxId) -> Result<KeyStock, StoreError> {
        self.read(|tx| keys::stock(tx, mailbox))
    }

    fn bundles(&self, mailboxes: &[MailboxId]) -> Result<Vec<DeviceBundle>, StoreError> {
        self.read(|tx| {
            let found = mailboxes
                .iter()
                .map(|mailbox| keys::signed_bundle(tx, mailbox));
            let found: Vec<_> = found.collect::<Result<_, _>>()?;
            Ok(found
                .into_iter()
                .flatten()
                .map(|(_, bundle)| bundle)
                .collect())
        })
    }

    fn take_pre_keys(
        &self,
        mailboxes: &[MailboxId],
        today: Day,
    ) -> Result<Vec<DeviceBundle>, StoreError> {
        let taken = self.write_even_if_full(|tx| {
            let taken = mailboxes
                .iter()
                .map(|mailbox| keys::take(tx, mailbox, today));
            let taken: Vec<_> = taken.collect::<Result<_, _>>()?;
            Ok(taken.into_iter().flatten().collect())
        });
        crash::passing("prekey.after_commit");
        taken
    }

    fn set_slots(
        &self,
        account: &AccountId,
        version: u64,
        slots: &[u8],
        retiring: &[SlotId],
        today: Day,
    ) -> Result<bool, StoreError> {
        self.write(|tx| chains::set_slots(tx, account, version, slots, retiring, today))
    }
}
