//! The client of a profile, as commands get it.

use std::sync::Arc;

use serde::Deserialize as _;
use sotto_core::client::{Client, Conversation, Error};
use tauri::ipc::{CommandArg, CommandItem, InvokeError};
use tauri::{Manager as _, Runtime};

use crate::profiles::Profiles;

/// An open profile. A page names it by its id; what it names is looked up before a command runs.
pub struct Open(Arc<Client>);

impl Open {
    /// Does something that may take a while, where no other command waits for it.
    pub async fn call<T: Send + 'static>(
        self,
        work: impl FnOnce(&Client) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let client = self.0;
        aside(move || work(&client)).await
    }

    /// The same with the conversation with somebody, or with oneself.
    pub async fn with<T: Send + 'static>(
        self,
        account: String,
        work: impl FnOnce(&Arc<Conversation>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.call(move |client| work(&client.conversation(account)?))
            .await
    }
}

/// Runs what blocks on a thread that may.
pub async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(_) => Err(Error::Closed),
    }
}

impl<'de, R: Runtime> CommandArg<'de, R> for Open {
    fn from_command(command: CommandItem<'de, R>) -> Result<Self, InvokeError> {
        let profiles = command
            .message
            .webview_ref()
            .try_state::<Profiles>()
            .map(|profiles| profiles.inner().clone());
        let id =
            String::deserialize(command).map_err(|error| InvokeError::from(error.to_string()))?;
        match profiles.map(|profiles| profiles.get(&id)) {
            Some(Ok(client)) => Ok(Self(client)),
            Some(Err(error)) => Err(error.into()),
            None => Err(Error::Closed.into()),
        }
    }
}
