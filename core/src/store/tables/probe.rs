//! What tests of the floors above ask of the database itself.

use rusqlite::types::ValueRef;

use crate::store::{StoreError, Tx, View, params};

/// A row as text, column by column: numbers in decimal, bytes in hexadecimal, nothing as `-`.
pub(crate) type Text = Vec<(String, String)>;

/// The rows of a query as text, so that two databases can be compared whatever their columns mean.
pub(crate) fn rows(view: &View<'_>, sql: &str) -> Result<Vec<Text>, StoreError> {
    view.query_all(sql, [], |row| {
        let columns = row.as_ref().column_names();
        let names: Vec<String> = columns.into_iter().map(str::to_owned).collect();
        let values = names.into_iter().enumerate();
        values
            .map(|(at, name)| Ok((name, text(row.get_ref(at)?))))
            .collect()
    })
}

/// The tables in which a text stands in any value, as text or as bytes.
pub(crate) fn holders(view: &View<'_>, text: &str) -> Result<Vec<String>, StoreError> {
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    let tables: Vec<String> = view.query_all(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'",
        [],
        |row| row.get(0),
    )?;
    let mut holders = Vec::new();
    for table in tables {
        let rows = rows(view, &format!("SELECT * FROM \"{table}\""))?;
        if rows
            .iter()
            .flatten()
            .any(|(_, value)| value.contains(text) || value.contains(&hex))
        {
            holders.push(table);
        }
    }
    Ok(holders)
}

fn text(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "-".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}

/// Lets the file grow by so many pages and no more: a disk that is nearly full.
pub(crate) fn leave_room_for(tx: &mut Tx<'_>, pages: i64) -> Result<(), StoreError> {
    let now: Option<i64> = tx.query_row("PRAGMA page_count", [], |row| row.get(0))?;
    set_limit(tx, now.unwrap_or(0) + pages)
}

/// Lets the file grow again.
pub(crate) fn leave_room(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    set_limit(tx, 1_000_000)
}

fn set_limit(tx: &mut Tx<'_>, pages: i64) -> Result<(), StoreError> {
    tx.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?;
    Ok(())
}

/// The rows of a table.
#[cfg(test)]
pub(crate) fn count(view: &View<'_>, table: &str) -> Result<u64, StoreError> {
    let count = view.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
        row.get::<_, i64>(0)
    })?;
    Ok(u64::try_from(count.unwrap_or(0)).unwrap_or(0))
}

/// Every value of the tables that the crypto floor writes, in order.
#[cfg(test)]
pub(crate) fn crypto_rows(view: &View<'_>) -> Result<Vec<String>, StoreError> {
    let mut rows = Vec::new();
    for sql in [
        "SELECT 'session ' || hex(mailbox) || ' ' || hex(record) FROM session ORDER BY 1",
        "SELECT 'one_time_key ' || id || ' ' || hex(record) FROM one_time_key ORDER BY 1",
        "SELECT 'signed_key ' || id || ' ' || hex(record) FROM signed_key ORDER BY 1",
        "SELECT 'kem_key ' || id || ' ' || hex(record) FROM kem_key ORDER BY 1",
        "SELECT 'last_resort_use ' || kem_id || ' ' || signed_id || ' ' || hex(base_key) FROM last_resort_use ORDER BY 1",
        "SELECT 'first_message ' || hex(mailbox) || ' ' || hex(base_key) || ' ' || at FROM first_message ORDER BY 1",
        "SELECT 'device ' || hex(mailbox) || ' ' || active || ' ' || generation FROM device ORDER BY 1",
    ] {
        rows.extend(view.query_all(sql, params![], |row| row.get::<_, String>(0))?);
    }
    Ok(rows)
}

/// Lets this connection keep a quarter of a gigabyte of pages, for one that writes very much.
pub(crate) fn keep_many_pages(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.execute("PRAGMA cache_size = -262144", []).map(drop)
}

/// Lets the search index gather so many bytes before it writes them out; what it does by itself for
/// `None`.
pub(crate) fn gather_terms(tx: &mut Tx<'_>, bytes: Option<u32>) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO search (search, rank) VALUES ('hashsize', ?1)",
        params![bytes.unwrap_or(1 << 20)],
    )?;
    Ok(())
}
