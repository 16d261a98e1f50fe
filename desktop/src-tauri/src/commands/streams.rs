//! What a window listens to. Each is a stream with a number, which its window closes.

use std::sync::Arc;

use sotto_core::client::{
    ConversationFilter, ConversationListUpdate, Error, Event, TimelineOptions, TimelineUpdate,
};
use tauri::ipc::Channel;
use tauri::{State, WebviewWindow};

use crate::open::Open;
use crate::streams::{Stream, Streams, tell};

/// Tells everything that changes in a profile.
#[tauri::command]
pub async fn subscribe(
    on: Open,
    window: WebviewWindow,
    streams: State<'_, Streams>,
    events: Channel<Event>,
) -> Result<u32, Error> {
    let listener = move |event| tell(&events, event);
    let stream = on
        .call(|client| client.subscribe(Arc::new(listener)))
        .await?;
    Ok(streams.keep(window.label(), Stream::Events(stream)))
}

/// Tells what is in the list of conversations, and what differs from then on.
#[tauri::command]
pub async fn open_list(
    on: Open,
    window: WebviewWindow,
    streams: State<'_, Streams>,
    filter: ConversationFilter,
    updates: Channel<ConversationListUpdate>,
) -> Result<u32, Error> {
    let listener = move |update| tell(&updates, update);
    let stream = on
        .call(|client| client.conversation_list(Arc::new(listener), filter))
        .await?;
    Ok(streams.keep(window.label(), Stream::List(stream)))
}

/// Shows other conversations in a list from now on.
#[tauri::command]
pub async fn filter_list(
    window: WebviewWindow,
    streams: State<'_, Streams>,
    stream: u32,
    filter: ConversationFilter,
) -> Result<(), Error> {
    streams.list(window.label(), stream)?.set_filter(filter);
    Ok(())
}

/// Tells what is in a window over a conversation, and what differs from then on.
#[tauri::command]
pub async fn open_timeline(
    on: Open,
    window: WebviewWindow,
    streams: State<'_, Streams>,
    account: String,
    options: TimelineOptions,
    updates: Channel<TimelineUpdate>,
) -> Result<u32, Error> {
    let listener = move |update| tell(&updates, update);
    let stream = on
        .with(account, |conversation| {
            conversation.timeline(Arc::new(listener), options)
        })
        .await?;
    Ok(streams.keep(window.label(), Stream::Timeline(stream)))
}

/// Adds older messages to a timeline.
#[tauri::command]
pub async fn page_back(
    window: WebviewWindow,
    streams: State<'_, Streams>,
    stream: u32,
    count: u32,
) -> Result<(), Error> {
    streams.timeline(window.label(), stream)?.page_back(count);
    Ok(())
}

/// Adds newer messages to a timeline.
#[tauri::command]
pub async fn page_forward(
    window: WebviewWindow,
    streams: State<'_, Streams>,
    stream: u32,
    count: u32,
) -> Result<(), Error> {
    streams
        .timeline(window.label(), stream)?
        .page_forward(count);
    Ok(())
}

/// Goes to a message.
#[tauri::command]
pub async fn jump_to_message(
    window: WebviewWindow,
    streams: State<'_, Streams>,
    stream: u32,
    row: i64,
) -> Result<(), Error> {
    let timeline = streams.timeline(window.label(), stream)?;
    crate::open::aside(move || timeline.jump_to_message(row)).await
}

/// Goes to the first message at or after a time, in milliseconds since 1970.
#[tauri::command]
pub async fn jump_to_date(
    window: WebviewWindow,
    streams: State<'_, Streams>,
    stream: u32,
    ms: u64,
) -> Result<(), Error> {
    streams.timeline(window.label(), stream)?.jump_to_date(ms);
    Ok(())
}

/// Goes to the end of a timeline.
#[tauri::command]
pub async fn jump_to_newest(
    window: WebviewWindow,
    streams: State<'_, Streams>,
    stream: u32,
) -> Result<(), Error> {
    streams.timeline(window.label(), stream)?.jump_to_newest();
    Ok(())
}

/// Ends a stream; that there is none is fine.
#[tauri::command]
pub async fn close_stream(
    window: WebviewWindow,
    streams: State<'_, Streams>,
    stream: u32,
) -> Result<(), Error> {
    let (streams, window) = (streams.inner().clone(), window.label().to_owned());
    crate::open::aside(move || {
        streams.close(&window, stream);
        Ok(())
    })
    .await
}
