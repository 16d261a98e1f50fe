//! History.

use rusqlite::Row;
use sotto_wire::ids::{AccountId, MailboxId, MessageId};

use super::search;
use super::value::{int, read_uint, uint};
use crate::model::{MessageKind, Source};
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
    /// Whether a person sees it; what nobody sees is kept to be sent again.
    pub shown: bool,
    pub unread: bool,
    /// Version of the edit that `body` shows; 0: as first written.
    pub edited: u64,
    /// Seconds that it is kept after it was read, 0: for ever.
    pub expires_in: u32,
    /// When it goes.
    pub expires_at: Option<u64>,
}

pub(super) const COLUMNS: &str =
    "row, conversation, author, device, id, order_key, incarnation, counter, sent_at,
    received_at, kind, body, content, shown, unread, edited, expires_in, expires_at";

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
        shown: row.get("shown")?,
        unread: row.get("unread")?,
        edited: read_uint(row, "edited")?,
        expires_in: row.get("expires_in")?,
        expires_at: row.get::<_, Option<i64>>("expires_at")?.map(uint),
    })
}

/// Adds a message (its `row` is not used) that was said here or was received, and returns its row.
/// One that an import had brought gives way.
pub(crate) fn insert(tx: &mut Tx<'_>, message: &MessageRow) -> Result<i64, StoreError> {
    let imported = tx.query_row(
        "SELECT row FROM message WHERE author = ?1 AND id = ?2 AND source = ?3",
        params![
            message.author.as_bytes(),
            message.id.as_bytes(),
            Source::Imported.to_stored()
        ],
        |row| row.get(0),
    )?;
    if let Some(row) = imported {
        delete(tx, row)?;
    }
    insert_from(tx, message, Source::Direct)
}

/// Adds a message (its `row` is not used) that came in a certain way, and returns its row.
pub(crate) fn insert_from(
    tx: &mut Tx<'_>,
    message: &MessageRow,
    source: Source,
) -> Result<i64, StoreError> {
    tx.execute(
        "INSERT INTO message (conversation, author, device, id, order_key, incarnation, counter, sent_at,
             received_at, kind, body, content, shown, unread, edited, expires_in, expires_at, source)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
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
            message.shown,
            message.unread,
            int(message.edited),
            message.expires_in,
            message.expires_at.map(int),
            source.to_stored(),
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

/// The same, without what an import has brought: that must never be sent as if it had been sent
/// before.
pub(crate) fn said_by_id(
    view: &View<'_>,
    author: &AccountId,
    id: &MessageId,
) -> Result<Option<MessageRow>, StoreError> {
    view.query_row(
        &format!("SELECT {COLUMNS} FROM message WHERE author = ?1 AND id = ?2 AND source <> 1"),
        params![author.as_bytes(), id.as_bytes()],
        read,
    )
}

/// How a message came to be here.
pub(crate) fn source(view: &View<'_>, row: i64) -> Result<Source, StoreError> {
    let source = view.query_row(
        "SELECT source FROM message WHERE row = ?1",
        params![row],
        |row| row.get(0),
    )?;
    Ok(Source::from_stored(source.unwrap_or(0)))
}

/// A place in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub order_key: u64,
    pub author: AccountId,
    pub counter: u64,
    pub row: i64,
}

/// Messages of a conversation that stand after a place, in order, and whether each came by an
/// import.
pub(crate) fn page_in_order(
    view: &View<'_>,
    conversation: &[u8; 32],
    after: Option<Place>,
    limit: u64,
) -> Result<Vec<(MessageRow, bool)>, StoreError> {
    let map = |row: &Row<'_>| {
        let source = Source::from_stored(row.get("source")?);
        Ok((read(row)?, source == Source::Imported))
    };
    let Some(after) = after else {
        return view.query_all(
            &format!(
                "SELECT {COLUMNS}, source FROM message WHERE conversation = ?1 AND shown = 1
                 ORDER BY order_key, author, counter, row LIMIT ?2"
            ),
            params![conversation, int(limit)],
            map,
        );
    };
    view.query_all(
        &format!(
            "SELECT {COLUMNS}, source FROM message WHERE conversation = ?1 AND shown = 1
                 AND (order_key, author, counter, row) > (?2, ?3, ?4, ?5)
             ORDER BY order_key, author, counter, row LIMIT ?6"
        ),
        params![
            conversation,
            int(after.order_key),
            after.author.as_bytes(),
            int(after.counter),
            after.row,
            int(limit)
        ],
        map,
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
                 AND source <> 1
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
             WHERE conversation = ?1 AND device = ?2 AND incarnation = ?3 AND counter = ?4
                 AND source <> 1"
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
            "SELECT {COLUMNS} FROM message WHERE conversation = ?1 AND shown = 1
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
        &format!("SELECT {COLUMNS} FROM message WHERE row > ?1 AND shown = 1 AND source <> 1 ORDER BY row LIMIT ?2"),
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
                 WHERE message.row = ?1 AND other.conversation = message.conversation AND other.shown = 1
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

/// Shows another text in the place of the one there was.
pub(crate) fn set_text(
    tx: &mut Tx<'_>,
    row: i64,
    (body, content): (&str, &[u8]),
    edited: u64,
) -> Result<(), StoreError> {
    search::replace(tx, row, body)?;
    tx.execute(
        "UPDATE message SET body = ?2, content = ?3, edited = ?4 WHERE row = ?1",
        params![row, body, content, int(edited)],
    )?;
    Ok(())
}

/// Leaves nothing of a message but its place: its author has deleted it.
pub(crate) fn erase(tx: &mut Tx<'_>, row: i64) -> Result<(), StoreError> {
    search::remove(tx, row)?;
    tx.execute(
        "UPDATE message SET kind = ?2, body = '', content = x'', edited = 0, unread = 0 WHERE row = ?1",
        params![row, MessageKind::Deleted.to_stored()],
    )?;
    Ok(())
}

/// Takes a message out of the database.
pub(crate) fn delete(tx: &mut Tx<'_>, row: i64) -> Result<(), StoreError> {
    search::remove(tx, row)?;
    tx.execute("DELETE FROM message WHERE row = ?1", params![row])?;
    Ok(())
}

/// Marks what one device said up to a counter as read at a time. What disappears after reading is
/// given its end. Returns the rows.
pub(crate) fn set_read(
    tx: &mut Tx<'_>,
    conversation: &[u8; 32],
    (device, incarnation): (&MailboxId, &[u8; 8]),
    counter: u64,
    at: u64,
) -> Result<Vec<i64>, StoreError> {
    tx.query_all(
        SET_READ,
        params![
            conversation,
            device.as_bytes(),
            incarnation,
            int(counter),
            int(at)
        ],
        |row| row.get(0),
    )
}

/// What is unread is little; what the device ever said may be very much.
const SET_READ: &str = "UPDATE message INDEXED BY message_unread SET unread = 0,
         expires_at = iif(expires_in = 0, expires_at, min(coalesce(expires_at, ?5 + expires_in * 1000), ?5 + expires_in * 1000))
     WHERE conversation = ?1 AND device = ?2 AND incarnation = ?3 AND counter <= ?4 AND unread = 1
     RETURNING row";

/// Unread messages of a conversation that do not stand behind a place, in order.
pub(crate) fn unread_up_to(
    view: &View<'_>,
    conversation: &[u8; 32],
    order_key: u64,
) -> Result<Vec<MessageRow>, StoreError> {
    view.query_all(
        &format!(
            "SELECT {COLUMNS} FROM message WHERE conversation = ?1 AND unread = 1 AND order_key <= ?2
             ORDER BY order_key, author, counter, row"
        ),
        params![conversation, int(order_key)],
        read,
    )
}

/// What one device said up to a counter, in no order. What was not sealed yet has no counter.
pub(crate) fn of_stream(
    view: &View<'_>,
    conversation: &[u8; 32],
    (device, incarnation): (&MailboxId, &[u8; 8]),
    counter: u64,
) -> Result<Vec<MessageRow>, StoreError> {
    view.query_all(
        &format!(
            "SELECT {COLUMNS} FROM message
             WHERE conversation = ?1 AND device = ?2 AND incarnation = ?3 AND counter BETWEEN 1 AND ?4"
        ),
        params![conversation, device.as_bytes(), incarnation, int(counter)],
        read,
    )
}

/// What a device said in a conversation and has not sealed for anybody yet. It has no counter, and no
/// incarnation either.
pub(crate) fn unsealed(
    view: &View<'_>,
    conversation: &[u8; 32],
    device: &MailboxId,
) -> Result<Vec<MessageRow>, StoreError> {
    view.query_all(
        &format!("SELECT {COLUMNS} FROM message {UNSEALED}"),
        params![conversation, device.as_bytes(), [0_u8; 8]],
        read,
    )
}

const UNSEALED: &str = "INDEXED BY message_by_stream
     WHERE conversation = ?1 AND device = ?2 AND incarnation = ?3 AND counter = 0 AND shown = 1";

/// The highest place among these.
pub(crate) fn highest_unsealed(
    view: &View<'_>,
    conversation: &[u8; 32],
    device: &MailboxId,
) -> Result<Option<u64>, StoreError> {
    Ok(view
        .query_row(
            &format!("SELECT max(order_key) FROM message {UNSEALED}"),
            params![conversation, device.as_bytes(), [0_u8; 8]],
            |row| row.get::<_, Option<i64>>(0),
        )?
        .flatten()
        .map(uint))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tables::plan;

    #[test]
    fn what_is_done_often_reads_no_whole_conversation() {
        for (sql, index) in [
            (SET_READ, "message_unread (conversation=?)"),
            (
                &format!("SELECT max(order_key) FROM message {UNSEALED}"),
                "message_by_stream (conversation=? AND device=? AND incarnation=? AND counter=?)",
            ),
        ] {
            let plan = plan::of(sql);
            assert!(plan.contains(index) && !plan.contains("SCAN"), "{plan}");
        }
    }
}
