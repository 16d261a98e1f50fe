//! A live conversation: with a terminal at both ends a screen of its own, otherwise lines.

mod editor;
mod frame;
mod ink;
mod input;
mod keyboard;
mod layout;
mod plain;
mod screen;
mod talk;
mod window;
mod wrap;

use std::io::{self, IsTerminal as _};
use std::sync::mpsc::Sender;
use std::time::Duration;

use sotto_core::client::{Event, Listener, TimelineListener, TimelineUpdate};

use crate::failure::Failure;
use crate::session::Session;
use crate::unlock::Need;
use talk::Talk;

/// How long the last words may take to leave when the conversation is left.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What a conversation waits for.
enum Signal {
    Event(Box<Event>),
    /// What is to be seen of the conversation has changed.
    Seen(TimelineUpdate),
    /// From the keyboard or the pipe.
    Input(Vec<u8>),
    /// The window has another size.
    Resized,
    /// The input has ended, or somebody wants the program to.
    Leave,
}

struct Forward(Sender<Signal>);

impl Listener for Forward {
    fn on_event(&self, event: Event) {
        // After the conversation nobody listens any more.
        let _ = self.0.send(Signal::Event(Box::new(event)));
    }
}

impl TimelineListener for Forward {
    fn on_update(&self, update: TimelineUpdate) {
        let _ = self.0.send(Signal::Seen(update));
    }
}

pub fn run(session: &Session, who: &str) -> Result<(), Failure> {
    let (client, conversation) = session.with(who, Need::Disk)?;
    let talk = Talk::new(client, conversation);
    if !session.is_json() && io::stdin().is_terminal() && io::stdout().is_terminal() {
        screen::run(&talk)
    } else {
        plain::run(session, &talk)
    }
}
