//! A live conversation: with a terminal at both ends an editor and ticks, otherwise plain lines.

mod editor;
mod plain;
mod terminal;
mod wide;

use std::io::{self, IsTerminal as _};
use std::sync::mpsc::Sender;
use std::time::Duration;

use sotto_core::client::{Event, Listener, Message};

use crate::failure::Failure;
use crate::unlock::{Need, Profile};

/// So many messages of before are shown.
const BEFORE: u32 = 20;
/// How long the last words may take to leave when the conversation is left.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What a conversation waits for.
#[allow(
    clippy::large_enum_variant,
    reason = "made once and taken apart at once"
)]
enum Signal {
    Event(Event),
    /// From the keyboard or the pipe.
    Input(Vec<u8>),
    /// The input has ended, or somebody wants the program to.
    Leave,
}

struct Forward(Sender<Signal>);

impl Listener for Forward {
    fn on_event(&self, event: Event) {
        // After the conversation nobody listens any more.
        let _ = self.0.send(Signal::Event(event));
    }
}

pub fn run(profile: &Profile, who: String) -> Result<(), Failure> {
    let client = profile.open(Need::Network)?;
    let conversation = client.conversation(who)?;
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        terminal::run(&client, &conversation)
    } else {
        plain::run(&client, &conversation)
    }
}

/// A message of this conversation that an event tells of.
fn message_of<'e>(event: &'e Event, conversation: &str) -> Option<&'e Message> {
    match event {
        Event::MessageReceived { message } | Event::MessageChanged { message }
            if message.conversation == conversation =>
        {
            Some(message)
        }
        _ => None,
    }
}
