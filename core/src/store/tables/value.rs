//! Between the core's values and SQLite's.

use rusqlite::Row;
use sotto_wire::ids::Head;

/// SQLite's integers are signed; counters and times of ours never reach the sign.
pub(super) fn int(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A counter or a time from an integer of ours.
pub(super) fn uint(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

/// A column with a counter or a time.
pub(super) fn read_uint(row: &Row<'_>, column: &str) -> rusqlite::Result<u64> {
    Ok(uint(row.get(column)?))
}

/// A head from `{prefix}_epoch`, `{prefix}_seq` and `{prefix}_hash`; `None` where the hash is NULL.
pub(super) fn read_head(row: &Row<'_>, prefix: &str) -> rusqlite::Result<Option<Head>> {
    let hash: Option<[u8; 32]> = row.get(format!("{prefix}_hash").as_str())?;
    let Some(hash) = hash else { return Ok(None) };
    Ok(Some(Head {
        epoch: row.get(format!("{prefix}_epoch").as_str())?,
        seq: row.get(format!("{prefix}_seq").as_str())?,
        hash: hash.into(),
    }))
}
