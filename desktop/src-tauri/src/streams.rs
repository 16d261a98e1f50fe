//! What windows listen to.
//!
//! A stream belongs to the window that opened it, and ends when that closes it, loads its page anew
//! or goes. Its number means nothing to another window.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use sotto_core::client::{ConversationList, Error, Subscription, Timeline};
use tauri::ipc::Channel;

/// The streams of all windows.
#[derive(Clone, Default)]
pub struct Streams(Arc<Mutex<Table>>);

#[derive(Default)]
struct Table {
    last: u32,
    streams: HashMap<(String, u32), Stream>,
}

/// Something that tells a window what changes; dropping it ends that.
pub enum Stream {
    /// Every event of a profile.
    #[expect(dead_code, reason = "kept so that it is not dropped")]
    Events(Arc<Subscription>),
    /// The list of conversations.
    List(Arc<ConversationList>),
    /// A window over a conversation.
    Timeline(Arc<Timeline>),
}

impl Streams {
    /// Keeps a stream, and gives it its number.
    pub fn keep(&self, window: &str, stream: Stream) -> u32 {
        let mut table = self.table();
        table.last = table.last.wrapping_add(1);
        let number = table.last;
        table.streams.insert((window.to_owned(), number), stream);
        number
    }

    /// A list of a window.
    ///
    /// # Errors
    /// [`Error::Closed`] if there is none of this number.
    pub fn list(&self, window: &str, number: u32) -> Result<Arc<ConversationList>, Error> {
        match self.table().streams.get(&(window.to_owned(), number)) {
            Some(Stream::List(list)) => Ok(Arc::clone(list)),
            _ => Err(Error::Closed),
        }
    }

    /// A timeline of a window.
    ///
    /// # Errors
    /// [`Error::Closed`] if there is none of this number.
    pub fn timeline(&self, window: &str, number: u32) -> Result<Arc<Timeline>, Error> {
        match self.table().streams.get(&(window.to_owned(), number)) {
            Some(Stream::Timeline(timeline)) => Ok(Arc::clone(timeline)),
            _ => Err(Error::Closed),
        }
    }

    /// Ends a stream; that there is none is fine.
    pub fn close(&self, window: &str, number: u32) {
        let stream = self.table().streams.remove(&(window.to_owned(), number));
        // Outside the lock: an update that is under way may be waiting for it.
        drop(stream);
    }

    /// Ends all streams of a window.
    pub fn close_all(&self, window: &str) {
        let gone: Vec<Stream> = {
            let mut table = self.table();
            let (gone, kept) = std::mem::take(&mut table.streams)
                .into_iter()
                .partition(|((owner, _), _)| owner == window);
            table.streams = kept;
            let gone: HashMap<_, _> = gone;
            gone.into_values().collect()
        };
        drop(gone);
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells a window. One that has gone is told nothing; its streams end by themselves.
pub fn tell<T: Serialize>(channel: &Channel<T>, update: T) {
    let _ = channel.send(update);
}

/// A listener whose first update is taken by whoever opens the stream, to be in the answer: a large
/// one in a channel costs the page another question. Those after it go into the channel.
pub fn first_then<T: Serialize + Send + Sync + 'static>(
    channel: Channel<T>,
) -> (impl Fn(T) + Send + Sync + 'static, Receiver<T>) {
    let (sender, first) = sync_channel(1);
    let waiting: Mutex<Option<SyncSender<T>>> = Mutex::new(Some(sender));
    let listener = move |update| {
        let sender = waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match sender {
            // Nobody takes it if the stream could not be opened.
            Some(sender) => drop(sender.send(update)),
            None => tell(&channel, update),
        }
    };
    (listener, first)
}
