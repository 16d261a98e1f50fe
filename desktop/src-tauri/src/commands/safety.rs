//! Making sure that people are who they say.

use sotto_core::client::{Comparison, Contact, Error, HowVerified, SafetyNumber};

use crate::open::Open;

/// The safety number with a contact.
#[tauri::command]
pub async fn safety_number(on: Open, account: String) -> Result<SafetyNumber, Error> {
    on.call(|client| client.safety_number(account)).await
}

/// Compares the code on a contact's screen with what is known here.
#[tauri::command]
pub async fn compare_code(on: Open, account: String, code: String) -> Result<Comparison, Error> {
    on.call(|client| client.compare_code(account, code)).await
}

/// Says that a contact is who they say, or takes that back.
#[tauri::command]
pub async fn set_verified(
    on: Open,
    account: String,
    how: Option<HowVerified>,
) -> Result<Contact, Error> {
    on.call(|client| client.set_verified(account, how)).await
}

/// Goes on with a contact whose account was recovered, unverified.
#[tauri::command]
pub async fn continue_with(on: Open, account: String) -> Result<Contact, Error> {
    on.call(|client| client.continue_with(account)).await
}
