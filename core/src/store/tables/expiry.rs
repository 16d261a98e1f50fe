//! Messages that go by the clock.

use super::messages::{COLUMNS, MessageRow, read};
use super::value::{int, uint};
use crate::store::{StoreError, Tx, View, params};

/// Messages whose time is over.
pub(crate) fn expired(
    view: &View<'_>,
    now: u64,
    limit: u64,
) -> Result<Vec<MessageRow>, StoreError> {
    view.query_all(
        &format!(
            "SELECT {COLUMNS} FROM message WHERE expires_at <= ?1 ORDER BY expires_at, row LIMIT ?2"
        ),
        params![int(now), int(limit)],
        read,
    )
}

/// When the next message goes.
pub(crate) fn next_expiry(view: &View<'_>) -> Result<Option<u64>, StoreError> {
    Ok(view
        .query_row(
            "SELECT min(expires_at) FROM message WHERE expires_at IS NOT NULL",
            [],
            |row| row.get::<_, Option<i64>>(0),
        )?
        .flatten()
        .map(uint))
}

/// Forgets what nobody sees and nobody will ask for any more.
pub(crate) fn expire_hidden(tx: &mut Tx<'_>, before: u64) -> Result<(), StoreError> {
    tx.execute(EXPIRE_HIDDEN, params![int(before)])?;
    Ok(())
}

const EXPIRE_HIDDEN: &str = "DELETE FROM message WHERE shown = 0 AND sent_at < ?1
     AND NOT EXISTS (SELECT 1 FROM outgoing WHERE outgoing.message = message.row AND outgoing.state = 0)";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tables::plan;

    #[test]
    fn what_nobody_sees_is_found_without_what_is_seen() {
        let plan = plan::of(EXPIRE_HIDDEN);
        assert!(
            plan.contains("message_hidden (sent_at<?)") && !plan.contains("SCAN"),
            "{plan}"
        );
    }
}
