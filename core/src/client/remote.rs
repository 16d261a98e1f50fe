//! The profile, held by another process: asking it, and hearing of its events.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;

use super::error::Error;
use super::events::{Event, Listener};
use super::request::{Answer, Ask, Asked, Reply, Request, VERSION};
use super::seat::{Inner, Seat};
use crate::runtime::forward::{Exchange, HangUp};

/// The way to the process that has the profile.
#[derive(Clone)]
pub(super) struct Remote {
    dir: PathBuf,
}

/// That process has ended.
pub(super) enum Lost {
    /// Before it was asked.
    Unasked,
    /// Before it answered.
    Unanswered,
}

impl Remote {
    pub fn new(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
        }
    }

    /// Whether anybody serves the profile at this moment.
    pub fn is_served(&self) -> bool {
        Exchange::connect(&self.dir).is_ok()
    }

    /// Asks, and waits for the answer.
    pub fn ask(&self, request: &Request) -> Result<Result<Reply, Error>, Lost> {
        let mut exchange = Exchange::connect(&self.dir).map_err(|_| Lost::Unasked)?;
        let line = ask(Asked::Request(request.clone()));
        // A part of a line does nothing there, but whether it was a part is not known here.
        exchange.say(&line).map_err(|_| Lost::Unanswered)?;
        match exchange.hear() {
            Ok(Some(line)) => Ok(match serde_json::from_str(&line) {
                Ok(Answer::Done(reply)) => Ok(reply),
                Ok(Answer::Failed(error)) => Err(error),
                Ok(Answer::Event(_)) | Err(_) => Err(Error::OtherVersion),
            }),
            Ok(None) | Err(_) => Err(Lost::Unanswered),
        }
    }

    fn listen(&self) -> io::Result<Exchange> {
        let mut exchange = Exchange::connect(&self.dir)?;
        exchange.say(&ask(Asked::Events))?;
        Ok(exchange)
    }
}

fn ask(ask: Asked) -> String {
    // These types have no map keys that JSON could not have.
    serde_json::to_string(&Ask {
        version: VERSION,
        ask,
    })
    .unwrap_or_default()
}

/// One listener, and whatever brings it its events.
pub(super) struct Line {
    state: Mutex<State>,
}

struct State {
    /// `None` once it is cancelled.
    listener: Option<Arc<dyn Listener>>,
    exchange: Option<HangUp>,
}

impl Line {
    /// A line that is told by whoever holds it.
    pub fn new(listener: Arc<dyn Listener>) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State {
                listener: Some(listener),
                exchange: None,
            }),
        })
    }

    /// A line that stays told, whichever process has the profile.
    pub fn open(inner: &Arc<Inner>, listener: Arc<dyn Listener>) -> Result<Arc<Self>, Error> {
        let line = Self::new(listener);
        if let Seat::Local(held) = inner.seat()? {
            held.hub().add(Arc::clone(&line));
        } else {
            let inner = Arc::downgrade(inner);
            let line = Arc::clone(&line);
            thread::Builder::new()
                .name("sotto-follow".to_owned())
                .spawn(move || follow(&inner, &line))
                .map_err(|_| Error::bug("the system gives no thread"))?;
        }
        inner.remember(&line);
        Ok(line)
    }

    /// Tells the listener; false if it does not want to hear any more.
    pub fn deliver(&self, event: Event) -> bool {
        // Called with nothing locked: the listener may cancel itself.
        let Some(listener) = self.lock().listener.clone() else {
            return false;
        };
        if catch_unwind(AssertUnwindSafe(|| listener.on_event(event))).is_err() {
            tracing::error!("a listener panicked");
        }
        true
    }

    pub fn cancel(&self) {
        let mut state = self.lock();
        let listener = state.listener.take();
        let exchange = state.exchange.take();
        drop(state);
        if let Some(exchange) = exchange {
            exchange.now();
        }
        // Only now: its drop may come back here.
        drop(listener);
    }

    /// Keeps what ends the exchange; false if the line was cancelled meanwhile.
    fn keep(&self, exchange: HangUp) -> bool {
        let mut state = self.lock();
        let wanted = state.listener.is_some();
        if wanted {
            state.exchange = Some(exchange);
        }
        wanted
    }

    fn is_cancelled(&self) -> bool {
        self.lock().listener.is_none()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hears events from the process that has the profile. When it ends, this one takes its place or
/// finds the next one.
fn follow(inner: &Weak<Inner>, line: &Arc<Line>) {
    while !line.is_cancelled() {
        let Some(client) = inner.upgrade() else {
            return;
        };
        match client.seat() {
            Ok(Seat::Local(held)) => {
                held.hub().add(Arc::clone(line));
                return;
            }
            Ok(Seat::Remote(remote)) => {
                // The client must be able to go while this thread hears nothing.
                drop(client);
                hear_all(&remote, line);
                if let Some(client) = inner.upgrade() {
                    client.vacate();
                }
            }
            Err(error) => {
                line.deliver(Event::Ended { error });
                return;
            }
        }
    }
}

fn hear_all(remote: &Remote, line: &Line) {
    let Ok(mut exchange) = remote.listen() else {
        return;
    };
    if !exchange.hang_up().is_ok_and(|hang_up| line.keep(hang_up)) {
        return;
    }
    while let Ok(Some(text)) = exchange.hear() {
        match serde_json::from_str(&text) {
            Ok(Answer::Event(event)) => {
                if !line.deliver(*event) {
                    return;
                }
            }
            Ok(Answer::Failed(error)) => {
                line.deliver(Event::Ended { error });
                line.cancel();
                return;
            }
            Ok(Answer::Done(_)) | Err(_) => return,
        }
    }
}
