//! Things a person should know.

use rusqlite::Row;
use sotto_wire::ids::AccountId;

use super::value::{int, read_uint};
use crate::model::NoticeKind;
use crate::store::{Change, StoreError, Tx, View, params};

/// A notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    pub id: i64,
    pub account: Option<AccountId>,
    pub kind: NoticeKind,
    pub at: u64,
}

pub(crate) fn add(
    tx: &mut Tx<'_>,
    account: Option<&AccountId>,
    kind: NoticeKind,
    at: u64,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO notice (account, kind, at, detail) VALUES (?1, ?2, ?3, x'')",
        params![
            account.map(|account| *account.as_bytes()),
            kind.to_stored(),
            int(at)
        ],
    )?;
    match account {
        Some(account) => tx.changed(Change::SecurityNotice {
            account: *account.as_bytes(),
        }),
        None => tx.changed(Change::AccountChanged),
    }
    Ok(())
}

/// The last notice of some kinds about an account.
pub(crate) fn last_of(
    view: &View<'_>,
    account: &AccountId,
    kinds: &[NoticeKind],
) -> Result<Option<NoticeKind>, StoreError> {
    let all = view.query_all(
        "SELECT kind FROM notice WHERE account = ?1 ORDER BY id DESC",
        params![account.as_bytes()],
        |row| Ok(NoticeKind::from_stored(row.get("kind")?)),
    )?;
    Ok(all.into_iter().find(|kind| kinds.contains(kind)))
}

/// Notices after one, oldest first.
pub(crate) fn after(view: &View<'_>, id: i64) -> Result<Vec<Notice>, StoreError> {
    view.query_all(
        "SELECT id, account, kind, at FROM notice WHERE id > ?1 ORDER BY id",
        params![id],
        read,
    )
}

/// The last notices about an account from one time to another, newest first.
pub(crate) fn of_account(
    view: &View<'_>,
    account: &AccountId,
    (from, to): (u64, u64),
    limit: u64,
) -> Result<Vec<Notice>, StoreError> {
    view.query_all(
        OF_ACCOUNT,
        params![account.as_bytes(), int(from), int(to), int(limit)],
        read,
    )
}

const OF_ACCOUNT: &str = "SELECT id, account, kind, at FROM notice
     WHERE account = ?1 AND at >= ?2 AND at <= ?3 ORDER BY at DESC, id DESC LIMIT ?4";

fn read(row: &Row<'_>) -> rusqlite::Result<Notice> {
    Ok(Notice {
        id: row.get("id")?,
        account: row
            .get::<_, Option<[u8; 32]>>("account")?
            .map(AccountId::from),
        kind: NoticeKind::from_stored(row.get("kind")?),
        at: read_uint(row, "at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::OF_ACCOUNT;
    use crate::store::tables::plan;

    #[test]
    fn notices_of_one_account_are_found_by_its_index() {
        let plan = plan::of(OF_ACCOUNT);
        assert!(
            plan.contains("notice_by_time (account=? AND at>? AND at<?)")
                && !plan.contains("TEMP B-TREE"),
            "{plan}"
        );
    }
}
