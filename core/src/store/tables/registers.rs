//! Own state as registers.

use sotto_content::proto::Register;

use super::value::{int, read_uint};
use crate::store::{StoreError, Tx, View, params};

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Register> {
    Ok(Register {
        kind: row.get("kind")?,
        key: row.get("key")?,
        version: read_uint(row, "version")?,
        device: row.get("device")?,
        value: row.get("value")?,
    })
}

/// Stores a register if its (version, device) is higher than what is there; says whether it was.
pub(crate) fn put(tx: &mut Tx<'_>, register: &Register) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "INSERT INTO register (kind, key, version, device, value) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (kind, key) DO UPDATE SET version = excluded.version, device = excluded.device,
             value = excluded.value
         WHERE (excluded.version, excluded.device) > (register.version, register.device)",
        params![
            register.kind,
            register.key,
            int(register.version),
            register.device,
            register.value
        ],
    )?;
    Ok(changed > 0)
}

pub(crate) fn get(view: &View<'_>, kind: i32, key: &[u8]) -> Result<Option<Register>, StoreError> {
    view.query_row(
        "SELECT kind, key, version, device, value FROM register WHERE kind = ?1 AND key = ?2",
        params![kind, key],
        read,
    )
}

/// All registers of one kind, in the order of their keys.
pub(crate) fn of_kind(view: &View<'_>, kind: i32) -> Result<Vec<Register>, StoreError> {
    view.query_all(
        "SELECT kind, key, version, device, value FROM register WHERE kind = ?1 ORDER BY key",
        params![kind],
        read,
    )
}

/// Registers of one kind whose values begin with a byte.
pub(crate) fn with_first_byte(
    view: &View<'_>,
    kind: i32,
    byte: u8,
) -> Result<Vec<Register>, StoreError> {
    view.query_all(
        "SELECT kind, key, version, device, value FROM register
         WHERE kind = ?1 AND substr(value, 1, 1) = ?2 ORDER BY key",
        params![kind, [byte]],
        read,
    )
}

/// Registers of one kind whose keys come after a key, in the order of their keys.
pub(crate) fn page(
    view: &View<'_>,
    kind: i32,
    after: &[u8],
    limit: u64,
) -> Result<Vec<Register>, StoreError> {
    view.query_all(
        "SELECT kind, key, version, device, value FROM register
         WHERE kind = ?1 AND key > ?2 ORDER BY key LIMIT ?3",
        params![kind, after, int(limit)],
        read,
    )
}

/// Every register of own state (of a kind below 64), for a new sibling.
pub(crate) fn all_own(view: &View<'_>) -> Result<Vec<Register>, StoreError> {
    view.query_all(
        "SELECT kind, key, version, device, value FROM register WHERE kind < 64 ORDER BY kind, key",
        [],
        read,
    )
}

/// The highest version among some kinds.
pub(crate) fn highest_version(view: &View<'_>, kinds: &[i32]) -> Result<u64, StoreError> {
    let mut highest = 0;
    for kind in kinds {
        let version = view.query_row(
            "SELECT coalesce(max(version), 0) AS version FROM register WHERE kind = ?1",
            params![kind],
            |row| read_uint(row, "version"),
        )?;
        highest = highest.max(version.unwrap_or(0));
    }
    Ok(highest)
}

/// Registers of a kind whose keys begin with these bytes, in the order of their keys.
pub(crate) fn beginning_with(
    view: &View<'_>,
    kind: i32,
    beginning: &[u8],
) -> Result<Vec<Register>, StoreError> {
    let end = [beginning, &[0xff; 64]].concat();
    view.query_all(
        "SELECT kind, key, version, device, value FROM register
         WHERE kind = ?1 AND key BETWEEN ?2 AND ?3 ORDER BY key",
        params![kind, beginning, end],
        read,
    )
}

/// Forgets the registers of a kind whose keys begin with these bytes.
pub(crate) fn forget(tx: &mut Tx<'_>, kind: i32, beginning: &[u8]) -> Result<(), StoreError> {
    for register in beginning_with(tx, kind, beginning)? {
        tx.execute(
            "DELETE FROM register WHERE kind = ?1 AND key = ?2",
            params![kind, register.key],
        )?;
    }
    Ok(())
}

/// Replaces the value of a register and leaves its version.
pub(crate) fn set_value(
    tx: &mut Tx<'_>,
    kind: i32,
    key: &[u8],
    value: &[u8],
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE register SET value = ?3 WHERE kind = ?1 AND key = ?2",
        params![kind, key, value],
    )?;
    Ok(())
}
