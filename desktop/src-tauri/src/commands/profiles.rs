//! The accounts on this machine.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sotto_core::client::Error;
use tauri::State;

use crate::open::{Open, aside};
use crate::profiles::{Profile, Profiles};

/// How long a relay may take to know a new account.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long one call waits for another device; it is called again.
const LISTENING: Duration = Duration::from_secs(10);

/// A new device of an account that is somewhere else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joining {
    /// Its profile.
    pub profile: Profile,
    /// What the other device wants to be shown.
    pub request: String,
}

/// Every profile on this machine, opened if that needs nobody.
#[tauri::command]
pub async fn profiles(profiles: State<'_, Profiles>) -> Result<Vec<Profile>, Error> {
    let profiles = profiles.inner().clone();
    aside(move || Ok(profiles.list())).await
}

/// Opens a profile with its passphrase.
#[tauri::command]
pub async fn unlock_profile(
    profiles: State<'_, Profiles>,
    id: String,
    passphrase: String,
) -> Result<Profile, Error> {
    let profiles = profiles.inner().clone();
    aside(move || profiles.unlock(&id, passphrase)).await
}

/// Makes an account, in a profile of its own. After a failure nothing of it is left.
#[tauri::command]
pub async fn create_account(
    profiles: State<'_, Profiles>,
    relay: String,
    name: String,
    token: Option<String>,
) -> Result<Profile, Error> {
    let profiles = profiles.inner().clone();
    aside(move || {
        let (profile, _) =
            profiles.create(|client| client.register(relay, name, token, PATIENCE))?;
        Ok(profile)
    })
    .await
}

/// Makes this machine one more device of an account, with the invitation that another device shows.
#[tauri::command]
pub async fn join_account(
    profiles: State<'_, Profiles>,
    invitation: String,
    name: String,
) -> Result<Joining, Error> {
    let profiles = profiles.inner().clone();
    aside(move || {
        let (profile, request) = profiles.create(|client| client.join_account(invitation, name))?;
        Ok(Joining { profile, request })
    })
    .await
}

/// Waits a while for the other device. Whether this one belongs to the account now.
#[tauri::command]
pub async fn wait_joined(on: Open) -> Result<bool, Error> {
    on.call(|client| client.wait_joined(LISTENING)).await
}

/// Deletes a profile from this machine. The account goes on without this device.
#[tauri::command]
pub async fn delete_profile(profiles: State<'_, Profiles>, id: String) -> Result<(), Error> {
    let profiles = profiles.inner().clone();
    aside(move || profiles.delete(&id)).await
}
