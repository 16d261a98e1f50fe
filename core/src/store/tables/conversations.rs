//! Conversations.

use sotto_wire::ids::AccountId;

use crate::model::ConversationKind;
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
