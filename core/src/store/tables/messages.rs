//! History.

use rusqlite::Row;
use sotto_wire::ids::{AccountId, MailboxId, MessageId};

use super::search;
use super::value::{int, read_uint};
use crate::model::MessageKind;
use crate::store::{StoreError, Tx, View, params};

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MessageRow {
    pub row: i64,
    pub conversation: [u8; 32],
    pub author: AccountId,
    pub device: MailboxId,
    pub id: MessageId,
    pub order_key: u64,
    pub incarnation: [u8; 8],
    /// 0 while an own message has not been sealed for anybody.
    pub counter: u64,
    pub sent_at: u64,
    pub received_at: u64,
    pub kind: MessageKind,
    pub body: String,
    /// The content as received; of an own message without its place.
    pub content: Vec<u8>,
}

pub(super) const COLUMNS: &str =
    "row, conversation, author, device, id, order_key, incarnation, counter, sent_at,
    received_at, kind, body, content";

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<MessageRow> {
    Ok(MessageRow {
        row: row.get("row")?,
        conversation: row.get("conversation")?,
        author: row.get::<_, [u8; 32]>("author")?.into(),
        device: row.get::<_, [u8; 16]>("device")?.into(),
        id: row.get::<_, [u8; 16]>("id")?.into(),
        order_key: read_uint(row, "order_key")?,
        incarnation: row.get("incarnation")?,
        counter: read_uint(row, "counter")?,
        sent_at: read_uint(row, "sent_at")?,
        received_at: read_uint(row, "received_at")?,
        kind: MessageKind::from_stored(row.get("kind")?),
        body: row.get("body")?,
        content: row.get("content")?,
    })
}

/// Adds a message (its `row` is not used) and returns its row.
pub(crate) fn insert(tx: &mut Tx<'_>, message: &MessageRow) -> Result<i64, StoreError> {
    tx.execute(
        "INSERT INTO message (conversation, author, device, id, order_key, incarnation, counter, sent_at,
             received_at, kind, body, content)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        params![
            message.conversation,
            message.author.as_bytes(),
            message.device.as_bytes(),
            message.id.as_bytes(),
            int(message.order_key),
            message.incarnation,
            int(message.counter),
            int(message.sent_at),
            int(message.received_at),
            message.kind.to_stored(),
            message.body,
            message.content,
        ],
    )?;
    let row = tx.last_insert_rowid();
    search::add(tx, row)?;
    Ok(row)
}

pub(crate) fn get(view: &View<'_>, row: i64) -> Result<Option<MessageRow>, StoreError> {
    view.query_row(
        &format!("SELECT {COLUMNS} FROM message WHERE row = ?1"),
        params![row],
        read,
    )
}

pub(crate) fn by_id(
    view: &View<'_>,
    author: &AccountId,
    id: &MessageId,
) -> Result<Option<MessageRow>, StoreError> {
    view.query_row(
        &format!("SELECT {COLUMNS} FROM message WHERE author = ?1 AND id = ?2"),
        params![author.as_bytes(), id.as_bytes()],
        read,
    )
}

/// Gives an own message its place, when it is sealed for the first time.
pub(crate) fn set_place(
    tx: &mut Tx<'_>,
    row: i64,
    incarnation: &[u8; 8],
    counter: u64,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE message SET incarnation = ?2, counter = ?3 WHERE row = ?1",
        params![row, incarnation, int(counter)],
    )?;
    Ok(())
}

/// Lowers a message's place in its conversation; a higher key changes nothing.
pub(crate) fn lower_order_key(tx: &mut Tx<'_>, row: i64, key: u64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE message SET order_key = min(order_key, ?2) WHERE row = ?1",
        params![row, int(key)],
    )?;
    search::moved(tx, row)
}

/// The message of a device's stream that stands last before a counter.
pub(crate) fn before_in_stream(
    view: &View<'_>,
    conversation: &[u8; 32],
    device: &MailboxId,
    incarnation: &[u8; 8],
    counter: u64,
) -> Result<Option<MessageRow>, StoreError> {
    view.query_row(
        &format!(
            "SELECT {COLUMNS} FROM message
             WHERE conversation = ?1 AND device = ?2 AND incarnation = ?3 AND counter < ?4 AND counter > 0
             ORDER BY counter DESC LIMIT 1"
        ),
        params![conversation, device.as_bytes(), incarnation, int(counter)],
        read,
    )
}

/// The message at one place of a device's stream.
pub(crate) fn in_stream(
    view: &View<'_>,
    conversation: &[u8; 32],
    device: &MailboxId,
    incarnation: &[u8; 8],
    counter: u64,
) -> Result<Option<MessageRow>, StoreError> {
    view.query_row(
        &format!(
            "SELECT {COLUMNS} FROM message
             WHERE conversation = ?1 AND device = ?2 AND incarnation = ?3 AND counter = ?4"
        ),
        params![conversation, device.as_bytes(), incarnation, int(counter)],
        read,
    )
}

/// The last `limit` messages of a conversation, oldest first.
pub(crate) fn last(
    view: &View<'_>,
    conversation: &[u8; 32],
    limit: u64,
) -> Result<Vec<MessageRow>, StoreError> {
    let mut rows = view.query_all(
        &format!(
            "SELECT {COLUMNS} FROM message WHERE conversation = ?1
             ORDER BY order_key DESC, author DESC, counter DESC, row DESC LIMIT ?2"
        ),
        params![conversation, int(limit)],
        read,
    )?;
    rows.reverse();
    Ok(rows)
}

/// Messages that came into this database after a row, in that order.
pub(crate) fn arrived_after(
    view: &View<'_>,
    row: i64,
    limit: u64,
) -> Result<Vec<MessageRow>, StoreError> {
    view.query_all(
        &format!("SELECT {COLUMNS} FROM message WHERE row > ?1 ORDER BY row LIMIT ?2"),
        params![row, int(limit)],
        read,
    )
}

/// The rows around a message in its conversation, at most so many before and after it, oldest
/// first; none if it is not there.
pub(crate) fn around(
    view: &View<'_>,
    row: i64,
    before: u64,
    after: u64,
) -> Result<Vec<i64>, StoreError> {
    let side = |sign: &str, order: &str, limit| {
        view.query_all(
            &format!(
                "SELECT other.row FROM message CROSS JOIN message AS other
                 WHERE message.row = ?1 AND other.conversation = message.conversation
                     AND (other.order_key, other.author, other.counter, other.row) {sign}
                         (message.order_key, message.author, message.counter, message.row)
                 ORDER BY other.order_key {order}, other.author {order}, other.counter {order}, other.row {order}
                 LIMIT ?2"
            ),
            params![row, int(limit)],
            |row| row.get(0),
        )
    };
    let mut rows: Vec<i64> = side("<=", "DESC", before.saturating_add(1))?;
    rows.reverse();
    rows.extend(side(">", "ASC", after)?);
    Ok(rows)
}

/// The highest row there is.
pub(crate) fn highest_row(view: &View<'_>) -> Result<i64, StoreError> {
    Ok(view
        .query_row("SELECT coalesce(max(row), 0) FROM message", [], |row| {
            row.get(0)
        })?
        .unwrap_or(0))
}
