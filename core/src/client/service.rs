//! Answers other processes on the profile.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use serde::Deserialize;

use super::error::Error;
use super::events::{Event, Listener};
use super::local::Local;
use super::remote::Line;
use super::request::{Answer, Ask, Asked, VERSION};
use crate::runtime::forward::{Guard, Lines, Service};

/// Whoever is inside reads; who closes writes `None`, and has then waited for everybody to leave.
pub(super) type Gate = RwLock<Option<Arc<Local>>>;

/// The serving side of the socket.
pub(super) struct Front(pub Arc<Gate>);

impl Service for Front {
    fn serve(&self, line: &str, lines: Lines) -> Guard {
        let gate = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let local = gate.as_ref()?;
        let answer = match read(line) {
            Err(error) => Answer::Failed(error),
            Ok(Asked::Request(request)) => match local.answer(request) {
                Ok(reply) => Answer::Done(reply),
                Err(error) => Answer::Failed(error),
            },
            Ok(Asked::Events) => {
                let line = Line::new(Arc::new(Forward(Mutex::new(Some(lines)))));
                local.hub().add(Arc::clone(&line));
                return Some(Box::new(CancelOnDrop(line)));
            }
        };
        lines.send(to_line(&answer));
        None
    }
}

/// Every version can read the version, if nothing else.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

fn read(line: &str) -> Result<Asked, Error> {
    match serde_json::from_str::<Versioned>(line) {
        Ok(Versioned { version: VERSION }) => {}
        Ok(_) | Err(_) => return Err(Error::OtherVersion),
    }
    let ask: Ask = serde_json::from_str(line).map_err(|_| Error::OtherVersion)?;
    Ok(ask.ask)
}

fn to_line(answer: &Answer) -> String {
    // These types have no map keys that JSON could not have.
    serde_json::to_string(answer).unwrap_or_default()
}

/// Passes events on to another process.
struct Forward(Mutex<Option<Lines>>);

impl Listener for Forward {
    fn on_event(&self, event: Event) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = to_line(&Answer::Event(Box::new(event)));
        if lines.as_ref().is_some_and(|lines| !lines.send(text)) {
            // Too slow, or gone: the connection ends with this, and who is there asks again.
            *lines = None;
        }
    }
}

struct CancelOnDrop(Arc<Line>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}
