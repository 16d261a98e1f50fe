//! How much room things take.

use super::value::{int, read_uint, uint};
use crate::store::{StoreError, View, params};

/// The pages of the database file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pages {
    /// Bytes in a page.
    pub size: u64,
    /// How many there are.
    pub count: u64,
    /// How many hold nothing and are used before the file grows.
    pub free: u64,
}

/// What the messages of a conversation take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    pub conversation: [u8; 32],
    /// The other account, of a direct conversation.
    pub peer: Option<[u8; 32]>,
    /// Messages that a person can see.
    pub messages: u64,
    /// Bytes of text and content, of hidden messages too; not of indexes.
    pub bytes: u64,
}

pub(crate) fn pages(view: &View<'_>) -> Result<Pages, StoreError> {
    Ok(Pages {
        size: number(
            view,
            "SELECT CAST(page_size AS INTEGER) FROM pragma_page_size",
        )?,
        count: number(
            view,
            "SELECT CAST(page_count AS INTEGER) FROM pragma_page_count",
        )?,
        free: number(
            view,
            "SELECT CAST(freelist_count AS INTEGER) FROM pragma_freelist_count",
        )?,
    })
}

/// The version of the schema.
pub(crate) fn schema(view: &View<'_>) -> Result<u64, StoreError> {
    number(
        view,
        "SELECT CAST(user_version AS INTEGER) FROM pragma_user_version",
    )
}

/// The versions of SQLite and SQLCipher.
pub(crate) fn engines(view: &View<'_>) -> Result<(String, String), StoreError> {
    let text = |sql: &str| view.query_row(sql, [], |row| row.get::<_, String>(0));
    Ok((
        text("SELECT sqlite_version()")?.unwrap_or_default(),
        text("PRAGMA cipher_version")?.unwrap_or_default(),
    ))
}

/// What each conversation takes, the largest first. Reads every message.
pub(crate) fn by_conversation(view: &View<'_>) -> Result<Vec<Taken>, StoreError> {
    view.query_all(
        "SELECT conversation.id AS id, conversation.peer AS peer,
             coalesce(sum(message.shown), 0) AS messages,
             coalesce(sum(length(CAST(message.body AS BLOB)) + length(message.content)), 0) AS bytes
         FROM conversation LEFT JOIN message ON message.conversation = conversation.id
         GROUP BY conversation.id ORDER BY bytes DESC, conversation.id",
        [],
        |row| {
            Ok(Taken {
                conversation: row.get("id")?,
                peer: row.get("peer")?,
                messages: read_uint(row, "messages")?,
                bytes: read_uint(row, "bytes")?,
            })
        },
    )
}

/// The tables that this schema made, by name, with their numbers of rows.
pub(crate) fn rows_of_tables(view: &View<'_>) -> Result<Vec<(String, u64)>, StoreError> {
    let names: Vec<String> = view.query_all(
        "SELECT name FROM sqlite_schema
         WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
           AND name NOT IN (SELECT name FROM pragma_table_list WHERE type IN ('shadow', 'virtual'))
         ORDER BY name",
        [],
        |row| row.get(0),
    )?;
    names
        .into_iter()
        .map(|name| {
            let rows = number(view, &format!("SELECT count(*) FROM \"{name}\""))?;
            Ok((name, rows))
        })
        .collect()
}

/// How often each value of an integer column stands in a table. Both names are the program's own.
pub(crate) fn tally(
    view: &View<'_>,
    table: &str,
    column: &str,
) -> Result<Vec<(i64, u64)>, StoreError> {
    view.query_all(
        &format!("SELECT {column} AS value, count(*) AS n FROM {table} GROUP BY 1 ORDER BY 1"),
        [],
        |row| Ok((row.get("value")?, read_uint(row, "n")?)),
    )
}

/// How many rows of the outbox were tried more often than this.
pub(crate) fn tried_often(view: &View<'_>, attempts: u64) -> Result<u64, StoreError> {
    Ok(view
        .query_row(
            "SELECT count(*) AS n FROM outgoing WHERE state = 0 AND attempts > ?1",
            params![int(attempts)],
            |row| read_uint(row, "n"),
        )?
        .unwrap_or(0))
}

fn number(view: &View<'_>, sql: &str) -> Result<u64, StoreError> {
    Ok(view
        .query_row(sql, [], |row| row.get::<_, i64>(0))?
        .map_or(0, uint))
}
