//! Pages of a conversation: messages by their place, from one place on.
//!
//! Every statement here starts at a place in the index `message_in_order` and reads only what it
//! returns, however long the conversation is.

use rusqlite::Row;
use serde::{Deserialize, Serialize};

use super::messages::{self, MessageRow};
use super::value::{int, read_uint};
use crate::store::{StoreError, View, params};

/// Where a message stands in its conversation. Places compare as messages are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Place {
    pub order_key: u64,
    pub author: [u8; 32],
    pub counter: u64,
    pub row: i64,
}

impl Place {
    /// Before everything.
    pub const FIRST: Self = Self {
        order_key: 0,
        author: [0; 32],
        counter: 0,
        row: i64::MIN,
    };

    /// After everything.
    pub const LAST: Self = Self {
        order_key: i64::MAX as u64,
        author: [0xff; 32],
        counter: i64::MAX as u64,
        row: i64::MAX,
    };

    /// Before everything that was said at or after a time, in milliseconds since 1970.
    pub fn at(ms: u64) -> Self {
        Self {
            order_key: ms.saturating_mul(1 << 16).min(Self::LAST.order_key),
            ..Self::FIRST
        }
    }

    /// Of a message that was read.
    pub fn of(message: &MessageRow) -> Self {
        Self {
            order_key: message.order_key,
            author: *message.author.as_bytes(),
            counter: message.counter,
            row: message.row,
        }
    }
}

fn read_place(row: &Row<'_>) -> rusqlite::Result<Place> {
    Ok(Place {
        order_key: read_uint(row, "order_key")?,
        author: row.get("author")?,
        counter: read_uint(row, "counter")?,
        row: row.get("row")?,
    })
}

const RISING: &str = "ORDER BY order_key, author, counter, row";
const FALLING: &str = "ORDER BY order_key DESC, author DESC, counter DESC, row DESC";

/// Messages from one place to another, both included, oldest first: the first `limit` of them.
pub(crate) fn first_between(
    view: &View<'_>,
    conversation: &[u8; 32],
    (from, to): (&Place, &Place),
    limit: u64,
) -> Result<Vec<MessageRow>, StoreError> {
    between(view, conversation, (from, to), limit, RISING)
}

/// The same: the last `limit` of them.
pub(crate) fn last_between(
    view: &View<'_>,
    conversation: &[u8; 32],
    (from, to): (&Place, &Place),
    limit: u64,
) -> Result<Vec<MessageRow>, StoreError> {
    let mut rows = between(view, conversation, (from, to), limit, FALLING)?;
    rows.reverse();
    Ok(rows)
}

fn between(
    view: &View<'_>,
    conversation: &[u8; 32],
    (from, to): (&Place, &Place),
    limit: u64,
    order: &str,
) -> Result<Vec<MessageRow>, StoreError> {
    view.query_all(
        &between_sql(messages::COLUMNS, order),
        params![
            conversation,
            int(from.order_key),
            from.author,
            int(from.counter),
            from.row,
            int(to.order_key),
            to.author,
            int(to.counter),
            to.row,
            int(limit)
        ],
        messages::read,
    )
}

fn between_sql(columns: &str, order: &str) -> String {
    format!(
        "SELECT {columns} FROM message WHERE conversation = ?1 AND shown = 1
             AND (order_key, author, counter, row) >= (?2, ?3, ?4, ?5)
             AND (order_key, author, counter, row) <= (?6, ?7, ?8, ?9)
         {order} LIMIT ?10"
    )
}

/// The messages that stand last before a place, oldest first.
pub(crate) fn before(
    view: &View<'_>,
    conversation: &[u8; 32],
    place: &Place,
    limit: u64,
) -> Result<Vec<MessageRow>, StoreError> {
    let end = Place {
        row: place.row.saturating_sub(1),
        ..*place
    };
    last_between(view, conversation, (&Place::FIRST, &end), limit)
}

/// The messages that stand first after a place, oldest first.
pub(crate) fn after(
    view: &View<'_>,
    conversation: &[u8; 32],
    place: &Place,
    limit: u64,
) -> Result<Vec<MessageRow>, StoreError> {
    let start = Place {
        row: place.row.saturating_add(1),
        ..*place
    };
    first_between(view, conversation, (&start, &Place::LAST), limit)
}

/// How many messages stand after a place; not more than `most` are counted.
pub(crate) fn count_after(
    view: &View<'_>,
    conversation: &[u8; 32],
    place: &Place,
    most: u64,
) -> Result<u64, StoreError> {
    Ok(view
        .query_row(
            COUNT_AFTER,
            params![
                conversation,
                int(place.order_key),
                place.author,
                int(place.counter),
                place.row,
                int(most)
            ],
            |row| read_uint(row, "n"),
        )?
        .unwrap_or(0))
}

const COUNT_AFTER: &str = "SELECT count(*) AS n FROM
     (SELECT 1 FROM message WHERE conversation = ?1 AND shown = 1
          AND (order_key, author, counter, row) > (?2, ?3, ?4, ?5)
      LIMIT ?6)";

/// Where a message of a conversation stands now.
pub(crate) fn place_of(
    view: &View<'_>,
    conversation: &[u8; 32],
    row: i64,
) -> Result<Option<Place>, StoreError> {
    view.query_row(
        "SELECT order_key, author, counter, row FROM message WHERE row = ?1 AND conversation = ?2 AND shown = 1",
        params![row, conversation],
        read_place,
    )
}

/// The first message that is unread.
pub(crate) fn first_unread(
    view: &View<'_>,
    conversation: &[u8; 32],
) -> Result<Option<Place>, StoreError> {
    view.query_row(FIRST_UNREAD, params![conversation], read_place)
}

const FIRST_UNREAD: &str = "SELECT order_key, author, counter, row FROM message
     WHERE conversation = ?1 AND unread = 1 ORDER BY order_key, author, counter, row LIMIT 1";

/// How many messages are unread.
pub(crate) fn unread(view: &View<'_>, conversation: &[u8; 32]) -> Result<u32, StoreError> {
    let count = view.query_row(UNREAD, params![conversation], |row| row.get(0))?;
    Ok(count.unwrap_or(0))
}

const UNREAD: &str = "SELECT count(*) FROM message WHERE conversation = ?1 AND unread = 1";

/// The last message of a conversation.
pub(crate) fn last(
    view: &View<'_>,
    conversation: &[u8; 32],
) -> Result<Option<MessageRow>, StoreError> {
    Ok(before(view, conversation, &Place::LAST, 1)?.pop())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tables::plan;

    #[test]
    fn pages_are_read_from_their_place_in_the_index_on() {
        for sql in [
            between_sql(messages::COLUMNS, RISING),
            between_sql(messages::COLUMNS, FALLING),
            COUNT_AFTER.to_owned(),
        ] {
            let plan = plan::of(&sql);
            assert!(
                plan.contains("message_in_order (conversation=? AND (order_key,author,counter)>"),
                "{plan}"
            );
            assert!(
                !plan.contains("TEMP B-TREE") && !plan.contains("SCAN message"),
                "{plan}"
            );
        }
    }

    #[test]
    fn what_is_unread_is_found_by_an_index_of_it_alone() {
        for sql in [FIRST_UNREAD, UNREAD] {
            let plan = plan::of(sql);
            let covers = "USING COVERING INDEX message_unread (conversation=?)";
            assert!(plan.contains(covers) && !plan.contains("TEMP"), "{plan}");
        }
    }

    #[test]
    fn a_place_in_time_stands_before_what_was_said_then() {
        let said = Place {
            order_key: 7 << 16,
            author: [0; 32],
            counter: 0,
            row: 1,
        };
        assert!(Place::at(7) < said && Place::at(8) > said);
        assert!(Place::FIRST < Place::at(0) || Place::FIRST == Place::at(0));
        assert!(Place::at(u64::MAX) < Place::LAST);
    }
}
