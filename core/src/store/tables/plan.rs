//! What SQLite means to do with a statement.

use rusqlite::types::Null;

use crate::store::{DatabaseKey, Store, StoreError};

/// The plan of a statement on an empty database.
pub(crate) fn of(sql: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::create(dir.path(), &DatabaseKey::from_bytes([1; 32])).unwrap();
    let parameters = (1..)
        .take_while(|number| sql.contains(&format!("?{number}")))
        .count();
    let sql = format!("EXPLAIN QUERY PLAN {sql}");
    // A reader would refuse to look at what writes.
    store
        .write::<_, StoreError, _>(move |tx| {
            let nothing = rusqlite::params_from_iter(vec![Null; parameters]);
            tx.query_all(&sql, nothing, |row| row.get::<_, String>("detail"))
        })
        .unwrap()
        .join("; ")
}
