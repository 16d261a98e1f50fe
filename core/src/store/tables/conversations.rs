//! Conversations.

use rusqlite::Row;
use sotto_wire::ids::AccountId;

use super::value::{int, read_uint};
use crate::model::{ConversationKind, Notify};
use crate::store::{StoreError, Tx, View, params};

/// Makes sure that a conversation is there.
pub(crate) fn ensure(
    tx: &mut Tx<'_>,
    id: &[u8; 32],
    kind: ConversationKind,
    peer: Option<&AccountId>,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO conversation (id, kind, peer) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO NOTHING",
        params![
            id,
            kind.to_stored(),
            peer.map(|account| *account.as_bytes())
        ],
    )?;
    Ok(())
}

/// The other account of a direct conversation.
pub(crate) fn peer(view: &View<'_>, id: &[u8; 32]) -> Result<Option<AccountId>, StoreError> {
    Ok(view
        .query_row(
            "SELECT peer FROM conversation WHERE id = ?1",
            params![id],
            |row| row.get::<_, Option<[u8; 32]>>(0),
        )?
        .flatten()
        .map(AccountId::from))
}

/// A conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ConversationRow {
    pub id: [u8; 32],
    /// The other account, of a direct conversation.
    pub peer: Option<AccountId>,
}

/// Every conversation, by id.
pub(crate) fn all(view: &View<'_>) -> Result<Vec<ConversationRow>, StoreError> {
    view.query_all("SELECT id, peer FROM conversation ORDER BY id", [], |row| {
        Ok(ConversationRow {
            id: row.get("id")?,
            peer: row.get::<_, Option<[u8; 32]>>("peer")?.map(AccountId::from),
        })
    })
}

/// Whether a conversation is there.
pub(crate) fn is_known(view: &View<'_>, id: &[u8; 32]) -> Result<bool, StoreError> {
    let found = view.query_row(
        "SELECT 1 FROM conversation WHERE id = ?1",
        params![id],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// What is set for a conversation, as its registers say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Seconds that messages are kept after reading, 0: for ever.
    pub timer: u32,
    pub muted_until: u64,
    /// 0: not archived.
    pub archived_at: u64,
    /// 0: not pinned.
    pub pinned_at: u64,
    pub marked_unread: bool,
    pub notify: Notify,
    /// The text of the draft, empty for none.
    pub draft: String,
}

/// What is set for a conversation; the defaults where it is not there.
pub(crate) fn settings(view: &View<'_>, id: &[u8; 32]) -> Result<Settings, StoreError> {
    Ok(view
        .query_row(
            "SELECT timer, muted_until, archived_at, pinned_at, marked_unread, notify, draft
             FROM conversation WHERE id = ?1",
            params![id],
            read_settings,
        )?
        .unwrap_or_default())
}

/// What is set, from a row that has all its columns.
pub(super) fn read_settings(row: &Row<'_>) -> rusqlite::Result<Settings> {
    Ok(Settings {
        timer: row.get("timer")?,
        muted_until: read_uint(row, "muted_until")?,
        archived_at: read_uint(row, "archived_at")?,
        pinned_at: read_uint(row, "pinned_at")?,
        marked_unread: row.get("marked_unread")?,
        notify: Notify::from_stored(row.get("notify")?),
        draft: row.get("draft")?,
    })
}

/// Replaces what is set for a conversation, if it is there.
pub(crate) fn set_settings(
    tx: &mut Tx<'_>,
    id: &[u8; 32],
    settings: &Settings,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE conversation SET timer = ?2, muted_until = ?3, archived_at = ?4, pinned_at = ?5,
             marked_unread = ?6, notify = ?7, draft = ?8 WHERE id = ?1",
        params![
            id,
            settings.timer,
            int(settings.muted_until),
            int(settings.archived_at),
            int(settings.pinned_at),
            settings.marked_unread,
            settings.notify.to_stored(),
            settings.draft,
        ],
    )?;
    Ok(())
}
