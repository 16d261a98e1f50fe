//! Bringing the schema up to date, one numbered file at a time.

use rusqlite::Connection;

use super::error::StoreError;

/// The files of `migrations/`, in order. A file that was released is never changed again.
const MIGRATIONS: &[&str] = &[include_str!("migrations/0001_initial.sql")];

/// The newest schema that this program knows: the number of migrations.
pub(super) fn supported() -> u32 {
    u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX)
}

/// The schema of the file; 0 is a database that nothing was ever put into.
///
/// # Errors
/// [`StoreError::NewerSchema`] for a file of a later version of the program.
pub(super) fn version(conn: &Connection) -> Result<u32, StoreError> {
    let found: u32 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let supported = supported();
    if found > supported {
        return Err(StoreError::NewerSchema { found, supported });
    }
    Ok(found)
}

/// Applies what is missing. Each migration and its version number are one transaction, so that a
/// crash leaves the schema before it or after it.
pub(super) fn run(conn: &Connection) -> Result<(), StoreError> {
    let done = version(conn)?;
    for (number, sql) in (1u32..).zip(MIGRATIONS) {
        if number > done {
            let tx = conn.unchecked_transaction()?;
            tx.execute_batch(sql)?;
            if tx.prepare("PRAGMA foreign_key_check")?.exists([])? {
                return Err(StoreError::bug("a migration left a dangling reference"));
            }
            tx.pragma_update(None, "user_version", number)?;
            tx.commit()?;
        }
    }
    Ok(())
}
