//! Other people.

use sotto_core::client::{Contact, Error};

use crate::open::Open;

/// Everybody who is not deleted, by name.
#[tauri::command]
pub async fn contacts(on: Open) -> Result<Vec<Contact>, Error> {
    on.call(|client| client.contacts()).await
}

/// One of them, by the id of the account.
#[tauri::command]
pub async fn contact(on: Open, account: String) -> Result<Contact, Error> {
    on.call(|client| client.find_contact(account)).await
}

/// Adds somebody by the link that they gave.
#[tauri::command]
pub async fn add_contact(on: Open, link: String) -> Result<Contact, Error> {
    on.call(|client| client.add_contact(link)).await
}

/// Takes up a request.
#[tauri::command]
pub async fn accept_contact(on: Open, account: String) -> Result<Contact, Error> {
    on.call(|client| client.accept_contact(account)).await
}

/// Nothing of theirs is shown, nothing goes to them.
#[tauri::command]
pub async fn block_contact(on: Open, account: String) -> Result<Contact, Error> {
    on.call(|client| client.block_contact(account)).await
}

/// Takes that back.
#[tauri::command]
pub async fn unblock_contact(on: Open, account: String) -> Result<Contact, Error> {
    on.call(|client| client.unblock_contact(account)).await
}

/// Takes somebody off the list.
#[tauri::command]
pub async fn delete_contact(on: Open, account: String) -> Result<Contact, Error> {
    on.call(|client| client.delete_contact(account)).await
}

/// Calls somebody otherwise here; an empty name is their own again.
#[tauri::command]
pub async fn rename_contact(on: Open, account: String, name: String) -> Result<Contact, Error> {
    on.call(|client| client.rename_contact(account, name)).await
}
