//! Numbered migrations, each with its version in one transaction. Nothing is ever deleted to
//! recover, and data of a newer version is refused.

use rusqlite::{Connection, TransactionBehavior};

use crate::store::StoreError;

/// Number n brings the schema from version n to n + 1.
const MIGRATIONS: &[&str] = &[include_str!("migrations/0001.sql")];

/// Brings the schema up to date.
pub(super) fn run(connection: &mut Connection) -> Result<(), StoreError> {
    let known = u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX);
    let found: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    for (version, migration) in (1..=known).zip(MIGRATIONS) {
        if version > found {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute_batch(migration)?;
            transaction.pragma_update(None, "user_version", version)?;
            transaction.commit()?;
        }
    }
    Ok(())
}
