//! Sending a text.

use std::io::{self, Read as _};
use std::time::Duration;

use sotto_core::client::{Client, Message, MessageState};

use crate::args::Send;
use crate::failure::Failure;
use crate::output;
use crate::show;
use crate::unlock::{Need, Profile};

/// How long it is tried before the command says that the message is queued.
const FIRST_TRY: Duration = Duration::from_secs(2);
/// With `--wait` the relay is waited for again and again, so long each time.
const EACH_WAIT: Duration = Duration::from_secs(60);
/// How long the own other devices may take to be told.
const OTHER_DEVICES: Duration = Duration::from_secs(3);

pub fn run(profile: &Profile, send: Send) -> Result<(), Failure> {
    let text = match send.text.as_str() {
        "-" => read_input()?,
        _ => send.text,
    };
    let client = profile.open(Need::Network)?;
    let queued = client.conversation(send.who)?.send(text)?;
    let message = if send.wait {
        wait(&client, queued)?
    } else {
        client.wait_sent(queued.row, FIRST_TRY)?
    };
    if message.state == MessageState::Failed {
        let reason = message.reason.unwrap_or_default();
        return Err(Failure::NotSent(format!(
            "not sent: {reason}; `sotto outbox` has it"
        )));
    }
    output::line(show::state_word(message.state))?;
    if message.state != MessageState::Queued && client.devices()?.len() > 1 {
        // The own other devices are told a moment later, so that the relay cannot tell that the two
        // belong together.
        client.wait_drained(OTHER_DEVICES)?;
    }
    Ok(())
}

fn wait(client: &Client, mut message: Message) -> Result<Message, Failure> {
    while message.state == MessageState::Queued {
        message = client.wait_sent(message.row, EACH_WAIT)?;
    }
    Ok(message)
}

fn read_input() -> Result<String, Failure> {
    let mut text = String::new();
    io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| Failure::File(format!("the input cannot be read: {error}")))?;
    // What `echo` adds is no part of the message.
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}
