//! Other people.

use rusqlite::Row;
use sotto_wire::ids::{AccountId, Head};

use super::value::{int, read_head, read_uint};
use crate::model::ContactStanding;
use crate::store::{StoreError, Tx, View, params};

/// How to put into somebody's mailboxes.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct DeliveryKey {
    pub slot: [u8; 8],
    pub version: u64,
    pub secret: [u8; 32],
    /// A link's token, not the delivery secret that contacts have.
    pub by_link: bool,
}

/// A contact.
#[derive(Clone)]
pub(crate) struct Contact {
    pub account: AccountId,
    pub standing: ContactStanding,
    /// What the person calls them; empty: as they call themselves.
    pub name: String,
    /// What they call themselves.
    pub profile_name: String,
    /// What they say of themselves.
    pub about: String,
    pub delivery: Option<DeliveryKey>,
    pub card_version: u64,
    pub card_sent: u64,
    pub announced: Option<Head>,
    pub view: Option<Head>,
}

impl Contact {
    /// Somebody that nothing is known of yet.
    pub fn unknown(account: AccountId) -> Self {
        Self {
            account,
            standing: ContactStanding::Unknown,
            name: String::new(),
            profile_name: String::new(),
            about: String::new(),
            delivery: None,
            card_version: 0,
            card_sent: 0,
            announced: None,
            view: None,
        }
    }

    /// What they are called here.
    pub fn shown_name(&self) -> &str {
        if self.name.is_empty() {
            &self.profile_name
        } else {
            &self.name
        }
    }
}

const COLUMNS: &str = "account, standing, name, profile_name, about, delivery_slot, delivery_version,
    delivery_secret, by_link, card_version, card_sent, announced_epoch, announced_seq, announced_hash, view_epoch,
    view_seq, view_hash";

fn read(row: &Row<'_>) -> rusqlite::Result<Contact> {
    let slot: Option<[u8; 8]> = row.get("delivery_slot")?;
    let secret: Option<[u8; 32]> = row.get("delivery_secret")?;
    let delivery = match (slot, secret) {
        (Some(slot), Some(secret)) => Some(DeliveryKey {
            slot,
            secret,
            version: read_uint(row, "delivery_version")?,
            by_link: row.get("by_link")?,
        }),
        _ => None,
    };
    Ok(Contact {
        account: row.get::<_, [u8; 32]>("account")?.into(),
        standing: ContactStanding::from_stored(row.get("standing")?),
        name: row.get("name")?,
        profile_name: row.get("profile_name")?,
        about: row.get("about")?,
        delivery,
        card_version: read_uint(row, "card_version")?,
        card_sent: read_uint(row, "card_sent")?,
        announced: read_head(row, "announced")?,
        view: read_head(row, "view")?,
    })
}

pub(crate) fn get(view: &View<'_>, account: &AccountId) -> Result<Option<Contact>, StoreError> {
    view.query_row(
        &format!("SELECT {COLUMNS} FROM contact WHERE account = ?1"),
        params![account.as_bytes()],
        read,
    )
}

/// All of them, by name.
pub(crate) fn all(view: &View<'_>) -> Result<Vec<Contact>, StoreError> {
    view.query_all(
        &format!(
            "SELECT {COLUMNS} FROM contact ORDER BY iif(name = '', profile_name, name), account"
        ),
        [],
        read,
    )
}

pub(crate) fn put(tx: &mut Tx<'_>, contact: &Contact) -> Result<(), StoreError> {
    let delivery = contact.delivery.as_ref();
    let announced = contact.announced.as_ref();
    let view = contact.view.as_ref();
    tx.execute(
        "INSERT INTO contact (account, standing, name, profile_name, about, delivery_slot, delivery_version,
             delivery_secret, by_link, card_version, card_sent, announced_epoch, announced_seq, announced_hash,
             view_epoch, view_seq, view_hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
         ON CONFLICT (account) DO UPDATE SET standing = ?2, name = ?3, profile_name = ?4, about = ?5,
             delivery_slot = ?6, delivery_version = ?7, delivery_secret = ?8, by_link = ?9, card_version = ?10,
             card_sent = ?11, announced_epoch = ?12, announced_seq = ?13, announced_hash = ?14, view_epoch = ?15,
             view_seq = ?16, view_hash = ?17",
        params![
            contact.account.as_bytes(),
            contact.standing.to_stored(),
            contact.name,
            contact.profile_name,
            contact.about,
            delivery.map(|key| key.slot),
            int(delivery.map_or(0, |key| key.version)),
            delivery.map(|key| key.secret),
            delivery.is_some_and(|key| key.by_link),
            int(contact.card_version),
            int(contact.card_sent),
            announced.map_or(0, |head| head.epoch),
            announced.map_or(0, |head| head.seq),
            announced.map(|head| *head.hash.as_bytes()),
            view.map_or(0, |head| head.epoch),
            view.map_or(0, |head| head.seq),
            view.map(|head| *head.hash.as_bytes()),
        ],
    )?;
    Ok(())
}

/// Where a contact's mail goes as its link said, first choice first; until its chain says better.
pub(crate) fn link_relays(view: &View<'_>, account: &AccountId) -> Result<Vec<i64>, StoreError> {
    view.query_all(
        "SELECT relay FROM contact_relay WHERE account = ?1 ORDER BY position",
        params![account.as_bytes()],
        |row| row.get(0),
    )
}

pub(crate) fn set_link_relays(
    tx: &mut Tx<'_>,
    account: &AccountId,
    relays: &[i64],
) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM contact_relay WHERE account = ?1",
        params![account.as_bytes()],
    )?;
    for (position, relay) in (0_i64..).zip(relays) {
        tx.execute(
            "INSERT INTO contact_relay (account, position, relay) VALUES (?1, ?2, ?3)",
            params![account.as_bytes(), position, relay],
        )?;
    }
    Ok(())
}
