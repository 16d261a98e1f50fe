//! Who this device is.

use sotto_wire::ids::{AccountId, MailboxId};

use super::value::{int, read_uint, uint};
use crate::model::Standing;
use crate::store::{StoreError, Tx, View, params};

/// The one row of `profile`, without its secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    pub standing: Standing,
    pub account: Option<AccountId>,
    pub mailbox: MailboxId,
    pub name: String,
    pub incarnation: [u8; 8],
    pub boot: u64,
    pub key_generation: u64,
    pub keys_dirty: bool,
}

/// What a new profile starts with.
pub(crate) struct NewProfile<'a> {
    pub standing: Standing,
    pub account: Option<AccountId>,
    pub mailbox: MailboxId,
    pub name: &'a str,
    pub identity_secret: &'a [u8],
    pub signing_secret: &'a [u8],
    pub recovery_seed: Option<&'a [u8]>,
    pub incarnation: [u8; 8],
}

pub(crate) fn create(tx: &mut Tx<'_>, new: &NewProfile<'_>) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO profile (one, standing, account, mailbox, name, identity_secret, signing_secret,
             recovery_seed, incarnation, boot, hlc, lamport, key_generation, keys_dirty)
         VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0, 0, 0, 1)",
        params![
            new.standing.to_stored(),
            new.account.map(|account| *account.as_bytes()),
            new.mailbox.as_bytes(),
            new.name,
            new.identity_secret,
            new.signing_secret,
            new.recovery_seed,
            new.incarnation,
        ],
    )?;
    Ok(())
}

pub(crate) fn load(view: &View<'_>) -> Result<Option<Profile>, StoreError> {
    view.query_row(
        "SELECT standing, account, mailbox, name, incarnation, boot, key_generation, keys_dirty
         FROM profile",
        [],
        |row| {
            Ok(Profile {
                standing: Standing::from_stored(row.get("standing")?),
                account: row
                    .get::<_, Option<[u8; 32]>>("account")?
                    .map(AccountId::from),
                mailbox: row.get::<_, [u8; 16]>("mailbox")?.into(),
                name: row.get("name")?,
                incarnation: row.get("incarnation")?,
                boot: read_uint(row, "boot")?,
                key_generation: read_uint(row, "key_generation")?,
                keys_dirty: row.get("keys_dirty")?,
            })
        },
    )
}

/// Identity secret and signing secret.
pub(crate) type Secrets = (Vec<u8>, Vec<u8>);

pub(crate) fn secrets(view: &View<'_>) -> Result<Option<Secrets>, StoreError> {
    view.query_row(
        "SELECT identity_secret, signing_secret FROM profile",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

pub(crate) fn recovery_seed(view: &View<'_>) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(view
        .query_row("SELECT recovery_seed FROM profile", [], |row| row.get(0))?
        .flatten())
}

/// Keeps the seed of a recovery key that is not in force yet.
pub(crate) fn set_next_recovery_seed(tx: &mut Tx<'_>, seed: &[u8]) -> Result<(), StoreError> {
    tx.execute("UPDATE profile SET next_recovery_seed = ?1", params![seed])?;
    Ok(())
}

/// The recovery key that was on its way is in force.
pub(crate) fn promote_recovery_seed(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE profile SET recovery_seed = coalesce(next_recovery_seed, recovery_seed), next_recovery_seed = NULL",
        [],
    )?;
    Ok(())
}

pub(crate) fn set_standing(tx: &mut Tx<'_>, standing: Standing) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE profile SET standing = ?1",
        params![standing.to_stored()],
    )?;
    Ok(())
}

pub(crate) fn set_name(tx: &mut Tx<'_>, name: &str) -> Result<(), StoreError> {
    tx.execute("UPDATE profile SET name = ?1", params![name])?;
    Ok(())
}

/// Adds one to the boot counter and returns it.
pub(crate) fn next_boot(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    let boot = tx.query_row(
        "UPDATE profile SET boot = boot + 1 RETURNING boot",
        [],
        |row| row.get(0),
    )?;
    Ok(uint(boot.unwrap_or(0)))
}

/// Raises the boot counter to what a relay holds.
pub(crate) fn raise_boot(tx: &mut Tx<'_>, boot: u64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE profile SET boot = max(boot, ?1)",
        params![int(boot)],
    )?;
    Ok(())
}

pub(crate) fn hlc(view: &View<'_>) -> Result<u64, StoreError> {
    Ok(uint(
        view.query_row("SELECT hlc FROM profile", [], |row| row.get(0))?
            .unwrap_or(0),
    ))
}

pub(crate) fn set_hlc(tx: &mut Tx<'_>, hlc: u64) -> Result<(), StoreError> {
    tx.execute("UPDATE profile SET hlc = ?1", params![int(hlc)])?;
    Ok(())
}

pub(crate) fn lamport(view: &View<'_>) -> Result<u64, StoreError> {
    Ok(uint(
        view.query_row("SELECT lamport FROM profile", [], |row| row.get(0))?
            .unwrap_or(0),
    ))
}

pub(crate) fn raise_lamport(tx: &mut Tx<'_>, version: u64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE profile SET lamport = max(lamport, ?1)",
        params![int(version)],
    )?;
    Ok(())
}

pub(crate) fn set_keys(tx: &mut Tx<'_>, generation: u64, dirty: bool) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE profile SET key_generation = ?1, keys_dirty = ?2",
        params![int(generation), dirty],
    )?;
    Ok(())
}

/// A new incarnation, after this database was found to be an old copy.
pub(crate) fn reincarnate(tx: &mut Tx<'_>, incarnation: [u8; 8]) -> Result<(), StoreError> {
    tx.execute("UPDATE profile SET incarnation = ?1", params![incarnation])?;
    Ok(())
}

/// Takes back an account that no relay has ever known. Nobody else can know of it either.
pub(crate) fn erase(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    for table in [
        "outgoing",
        "register",
        "contact_relay",
        "contact",
        "device",
        "statement",
        "chain",
        "relay",
        "profile",
    ] {
        tx.execute(&format!("DELETE FROM {table}"), [])?;
    }
    Ok(())
}
