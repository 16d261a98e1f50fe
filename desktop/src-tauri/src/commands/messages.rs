//! What is done with messages.

use serde::{Deserialize, Serialize};
use sotto_core::client::{
    Draft, Error, Message, OutboxEntry, SearchOrder, SearchPage, SearchQuery,
};

use crate::open::Open;

/// Sends a text to somebody, or keeps it as a note to oneself.
#[tauri::command]
pub async fn send(on: Open, account: String, draft: Draft) -> Result<Message, Error> {
    on.with(account, |conversation| conversation.send_draft(draft))
        .await
}

/// Says a message again to somebody else.
#[tauri::command]
pub async fn forward(on: Open, account: String, row: i64) -> Result<Message, Error> {
    on.with(account, move |conversation| conversation.forward(row))
        .await
}

/// Reacts to a message; an empty emoji takes that back.
#[tauri::command]
pub async fn react(on: Open, row: i64, emoji: String) -> Result<Message, Error> {
    on.call(move |client| client.react(row, emoji)).await
}

/// Changes the text of an own message.
#[tauri::command]
pub async fn edit(on: Open, row: i64, draft: Draft) -> Result<Message, Error> {
    on.call(move |client| client.edit(row, draft)).await
}

/// Deletes a message, here or for everybody.
#[tauri::command]
pub async fn delete_message(on: Open, row: i64, everyone: bool) -> Result<(), Error> {
    on.call(move |client| client.delete_message(row, everyone))
        .await
}

/// A message.
#[tauri::command]
pub async fn message(on: Open, row: i64) -> Result<Message, Error> {
    on.call(move |client| client.message_at(row)).await
}

/// What a person typed into a search field, and where that stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedSearch {
    /// The text, as [`SearchQuery::typed`] reads it.
    pub text: String,
    /// So many minutes their clock is ahead of UTC.
    pub utc_offset: i32,
    /// Only in the conversation with this account.
    pub conversation: Option<String>,
    /// What comes first.
    pub order: SearchOrder,
    /// The most hits on a page; 0 for as many as there usually are.
    pub limit: u32,
    /// [`SearchPage::next`] of the page before.
    pub cursor: Option<String>,
}

impl TypedSearch {
    fn read(self) -> Result<SearchQuery, Error> {
        let typed = SearchQuery::typed(&self.text, self.utc_offset)?;
        Ok(SearchQuery {
            conversation: self.conversation.or(typed.conversation),
            order: self.order,
            limit: self.limit,
            cursor: self.cursor,
            ..typed
        })
    }
}

/// Looks through everything that was said.
#[tauri::command]
pub async fn search(on: Open, typed: TypedSearch) -> Result<SearchPage, Error> {
    on.call(|client| client.search(typed.read()?)).await
}

/// What no relay has yet.
#[tauri::command]
pub async fn outbox(on: Open) -> Result<Vec<OutboxEntry>, Error> {
    on.call(|client| client.outbox()).await
}

/// Tries once more to send what has failed: an entry of the outbox.
#[tauri::command]
pub async fn retry(on: Open, id: i64) -> Result<(), Error> {
    on.call(move |client| client.retry(id)).await
}
