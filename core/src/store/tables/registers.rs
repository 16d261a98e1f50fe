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

/// Every register there is, for a new sibling.
pub(crate) fn all(view: &View<'_>) -> Result<Vec<Register>, StoreError> {
    view.query_all(
        "SELECT kind, key, version, device, value FROM register ORDER BY kind, key",
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
