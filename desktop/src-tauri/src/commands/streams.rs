//! What a window listens to. Each is a stream with a number, which its window closes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sotto_core::client::{
    Contact, ConversationFilter, ConversationListUpdate, ConversationSettings, Draft, Error, Event,
    TimelineOptions, TimelineUpdate,
};
use tauri::ipc::Channel;
use tauri::{State, WebviewWindow};

use crate::open::Open;
use crate::streams::{Stream, Streams, first_then, tell};

/// A list of conversations that was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenedList {
    /// Its number.
    pub stream: u32,
    /// What is in it. What differs from then on comes through the channel, maybe before this answer.
    pub first: ConversationListUpdate,
}

/// A timeline that was opened, with what there is to know of its conversation: whoever opens one shows
/// all of it, and one question is answered sooner than four.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenedTimeline {
    /// Its number.
    pub stream: u32,
    /// Whom the conversation is with.
    pub contact: Contact,
    /// What is set for it.
    pub settings: ConversationSettings,
    /// What the person has written and not sent.
    pub draft: Option<Draft>,
    /// What is in it. What differs from then on comes through the channel, maybe before this answer.
    pub first: TimelineUpdate,
}

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

/// Opens the list of conversations: what is in it, and through the channel what differs from then on.
#[tauri::command]
pub async fn open_list(
    on: Open,
    window: WebviewWindow,
    streams: State<'_, Streams>,
    filter: ConversationFilter,
    updates: Channel<ConversationListUpdate>,
) -> Result<OpenedList, Error> {
    let (listener, first) = first_then(updates);
    let (list, first) = on
        .call(move |client| {
            let list = client.conversation_list(Arc::new(listener), filter)?;
            Ok((list, first.recv().map_err(|_| Error::Closed)?))
        })
        .await?;
    let stream = streams.keep(window.label(), Stream::List(list));
    Ok(OpenedList { stream, first })
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

/// Opens a window over a conversation: what is in it, and through the channel what differs from then
/// on.
#[tauri::command]
pub async fn open_timeline(
    on: Open,
    window: WebviewWindow,
    streams: State<'_, Streams>,
    account: String,
    options: TimelineOptions,
    updates: Channel<TimelineUpdate>,
) -> Result<OpenedTimeline, Error> {
    let (listener, first) = first_then(updates);
    let (timeline, opened) = on
        .with(account, move |conversation| {
            let timeline = conversation.timeline(Arc::new(listener), options)?;
            let opened = OpenedTimeline {
                stream: 0,
                contact: conversation.contact(),
                settings: conversation.settings()?,
                draft: conversation.draft()?,
                first: first.recv().map_err(|_| Error::Closed)?,
            };
            Ok((timeline, opened))
        })
        .await?;
    let stream = streams.keep(window.label(), Stream::Timeline(timeline));
    Ok(OpenedTimeline { stream, ..opened })
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
