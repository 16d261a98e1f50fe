//! What is done to a conversation as a whole. `account` is whom it is with; the own one is meant by
//! the note to self.

use std::path::{Path, PathBuf};

use sotto_core::client::{
    ConversationSettings, Draft, Error, ExportFormat, ExportOptions, ExportReport, Notify,
};
use tauri::{AppHandle, Manager as _};

use crate::open::Open;

/// What the person has written and not sent.
#[tauri::command]
pub async fn draft(on: Open, account: String) -> Result<Option<Draft>, Error> {
    on.with(account, |conversation| conversation.draft()).await
}

/// Keeps what the person has written and not sent, on all own devices.
#[tauri::command]
pub async fn set_draft(on: Open, account: String, draft: Draft) -> Result<(), Error> {
    on.with(account, |conversation| conversation.set_draft(draft))
        .await
}

/// Everything up to a message was read; everything without one.
#[tauri::command]
pub async fn mark_read(on: Open, account: String, up_to: Option<i64>) -> Result<(), Error> {
    on.with(account, move |conversation| conversation.mark_read(up_to))
        .await
}

/// The person wants to come back to it.
#[tauri::command]
pub async fn mark_unread(on: Open, account: String) -> Result<(), Error> {
    on.with(account, |conversation| conversation.mark_unread())
        .await
}

/// Sets how many seconds messages are kept after they were read; 0 for ever.
#[tauri::command]
pub async fn set_timer(on: Open, account: String, seconds: u32) -> Result<(), Error> {
    on.with(account, move |conversation| conversation.set_timer(seconds))
        .await
}

/// Nothing makes a sound until then, in milliseconds since 1970.
#[tauri::command]
pub async fn mute(on: Open, account: String, until: u64) -> Result<(), Error> {
    on.with(account, move |conversation| conversation.mute(until))
        .await
}

/// Sets which messages the person wants to be told of.
#[tauri::command]
pub async fn set_notify(on: Open, account: String, notify: Notify) -> Result<(), Error> {
    on.with(account, move |conversation| conversation.set_notify(notify))
        .await
}

/// Puts it out of the way, or back.
#[tauri::command]
pub async fn archive(on: Open, account: String, yes: bool) -> Result<(), Error> {
    on.with(account, move |conversation| conversation.archive(yes))
        .await
}

/// Keeps it on top, or no more.
#[tauri::command]
pub async fn pin(on: Open, account: String, yes: bool) -> Result<(), Error> {
    on.with(account, move |conversation| conversation.pin(yes))
        .await
}

/// Deletes everything in it, on all own devices.
#[tauri::command]
pub async fn clear(on: Open, account: String) -> Result<(), Error> {
    on.with(account, |conversation| conversation.clear()).await
}

/// Tells that the person types, or has stopped.
#[tauri::command]
pub async fn set_typing(on: Open, account: String, active: bool) -> Result<(), Error> {
    on.with(account, move |conversation| conversation.set_typing(active))
        .await
}

/// What is set for it.
#[tauri::command]
pub async fn conversation_settings(
    on: Open,
    account: String,
) -> Result<ConversationSettings, Error> {
    on.with(account, |conversation| conversation.settings())
        .await
}

/// Writes the history of a conversation, or of all, into a new file in the folder for downloads.
#[tauri::command]
pub async fn export_history(
    on: Open,
    app: AppHandle,
    account: Option<String>,
    format: ExportFormat,
) -> Result<ExportReport, Error> {
    let downloads = app.path().download_dir().or_else(|_| app.path().home_dir());
    let folder = downloads.map_err(|error| Error::File {
        reason: error.to_string(),
    })?;
    on.call(move |client| {
        let conversation = match account {
            Some(account) => Some(client.conversation(account)?.contact().conversation),
            None => None,
        };
        let mut number = 0_u32;
        loop {
            let options = ExportOptions {
                conversation: conversation.clone(),
                format,
                path: file_name(&folder, format, number).display().to_string(),
                overwrite: false,
            };
            match client.export(options) {
                Err(Error::FileExists { .. }) if number < 10_000 => number += 1,
                done => return done,
            }
        }
    })
    .await
}

fn file_name(folder: &Path, format: ExportFormat, number: u32) -> PathBuf {
    let ending = match format {
        ExportFormat::JsonLines => "jsonl",
        ExportFormat::Html => "html",
    };
    let name = match number {
        0 => format!("Sotto.{ending}"),
        _ => format!("Sotto ({number}).{ending}"),
    };
    folder.join(name)
}
