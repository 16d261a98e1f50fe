//! The own account.

use std::time::Duration;

use sotto_core::client::{Device, Error, Me, Privacy, Relay, StorageUse};

use crate::open::Open;

/// How long relays may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// This device and its account.
#[tauri::command]
pub async fn me(on: Open) -> Result<Me, Error> {
    on.call(|client| client.me()).await
}

/// Changes what others call this account.
#[tauri::command]
pub async fn set_name(on: Open, name: String) -> Result<(), Error> {
    on.call(|client| client.set_name(name)).await
}

/// Changes what the person says of themselves.
#[tauri::command]
pub async fn set_about(on: Open, about: String) -> Result<(), Error> {
    on.call(|client| client.set_about(about)).await
}

/// The link to give to somebody.
#[tauri::command]
pub async fn link(on: Open) -> Result<String, Error> {
    on.call(|client| client.link()).await
}

/// Makes the link a new one; who has the old one cannot begin to write with it any more.
#[tauri::command]
pub async fn revoke_link(on: Open) -> Result<(), Error> {
    on.call(|client| client.revoke_link()).await
}

/// What is said automatically.
#[tauri::command]
pub async fn privacy(on: Open) -> Result<Privacy, Error> {
    on.call(|client| client.privacy()).await
}

/// Changes what is said automatically, on all own devices.
#[tauri::command]
pub async fn set_privacy(on: Open, privacy: Privacy) -> Result<(), Error> {
    on.call(move |client| client.set_privacy(privacy)).await
}

/// The devices of the account.
#[tauri::command]
pub async fn devices(on: Open) -> Result<Vec<Device>, Error> {
    on.call(|client| client.devices()).await
}

/// An invitation for a new device.
#[tauri::command]
pub async fn invite_device(on: Open) -> Result<String, Error> {
    on.call(|client| client.invite_device()).await
}

/// Adds the device that answered an invitation. Whether that is so within half a minute.
#[tauri::command]
pub async fn add_device(on: Open, request: String) -> Result<bool, Error> {
    on.call(|client| client.add_device(request, PATIENCE)).await
}

/// The relays of the account.
#[tauri::command]
pub async fn relays(on: Open) -> Result<Vec<Relay>, Error> {
    on.call(|client| client.relays()).await
}

/// Makes a relay one more home of the account. Whether that is so within half a minute.
#[tauri::command]
pub async fn add_relay(on: Open, url: String, token: Option<String>) -> Result<bool, Error> {
    on.call(|client| client.add_relay(url, token, PATIENCE))
        .await
}

/// Takes a relay off the list of homes. Whether that is so within half a minute.
#[tauri::command]
pub async fn remove_relay(on: Open, url: String) -> Result<bool, Error> {
    on.call(|client| client.remove_relay(url, PATIENCE)).await
}

/// Closes the account for ever. Whether everybody has been told within half a minute.
#[tauri::command]
pub async fn close_account(on: Open) -> Result<bool, Error> {
    on.call(|client| client.close_account(PATIENCE)).await
}

/// How much room the profile takes.
#[tauri::command]
pub async fn storage_use(on: Open) -> Result<StorageUse, Error> {
    on.call(|client| client.storage_use()).await
}

/// What helps to find out what is wrong, without anything private.
#[tauri::command]
pub async fn diagnostics(on: Open) -> Result<String, Error> {
    on.call(|client| client.diagnostics()).await
}

/// The network may be another one now: what waits is tried at once.
#[tauri::command]
pub async fn network_changed(on: Open) -> Result<(), Error> {
    on.call(|client| client.network_changed()).await
}
