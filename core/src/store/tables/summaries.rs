//! What a list of conversations is made of.

use rusqlite::Row;
use sotto_wire::ids::AccountId;

use super::conversations::{self, Settings};
use crate::model::ConversationKind;
use crate::store::{StoreError, View, params};

/// A conversation without what was said in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Talk {
    pub id: [u8; 32],
    pub kind: ConversationKind,
    /// The other account, of a direct conversation.
    pub peer: Option<AccountId>,
    pub settings: Settings,
}

const COLUMNS: &str =
    "id, kind, peer, timer, muted_until, archived_at, pinned_at, marked_unread, notify, draft";

fn read(row: &Row<'_>) -> rusqlite::Result<Talk> {
    Ok(Talk {
        id: row.get("id")?,
        kind: ConversationKind::from_stored(row.get("kind")?),
        peer: row.get::<_, Option<[u8; 32]>>("peer")?.map(AccountId::from),
        settings: conversations::read_settings(row)?,
    })
}

/// All of them, in no order.
pub(crate) fn all(view: &View<'_>) -> Result<Vec<Talk>, StoreError> {
    view.query_all(&format!("SELECT {COLUMNS} FROM conversation"), [], read)
}

pub(crate) fn get(view: &View<'_>, id: &[u8; 32]) -> Result<Option<Talk>, StoreError> {
    view.query_row(
        &format!("SELECT {COLUMNS} FROM conversation WHERE id = ?1"),
        params![id],
        read,
    )
}

impl Talk {
    /// With somebody to whom nothing was said yet.
    pub fn direct(id: [u8; 32], peer: AccountId) -> Self {
        Self {
            id,
            kind: ConversationKind::Direct,
            peer: Some(peer),
            settings: Settings::default(),
        }
    }
}
