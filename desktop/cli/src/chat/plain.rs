//! The conversation in a pipe: lines in, lines out.

use std::io::{self, BufRead as _};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use sotto_core::client::{Client, Conversation, Direction, Event};

use super::{Forward, LAST_WORDS, Signal, message_of};
use crate::failure::Failure;
use crate::output;
use crate::show;

/// Sends each line of the input, prints each message that comes, and ends with the input.
pub fn run(client: &Arc<Client>, conversation: &Conversation) -> Result<(), Failure> {
    let id = conversation.contact().conversation;
    let (signals, queue) = channel();
    let _events = client.subscribe(Arc::new(Forward(signals.clone())))?;
    thread::spawn(move || read_lines(&signals));
    let mut last = None;
    while let Ok(signal) = queue.recv() {
        match signal {
            Signal::Input(line) => {
                let text = String::from_utf8_lossy(&line).into_owned();
                if !text.trim().is_empty() {
                    last = Some(conversation.send(text)?.row);
                }
            }
            Signal::Event(Event::Ended { error }) => return Err(error.into()),
            Signal::Event(Event::MessageReceived { message }) if message.conversation == id => {
                output::line(show::message_line(&message))?;
            }
            Signal::Event(event) => {
                if let Some(message) = message_of(&event, &id)
                    && message.direction == Direction::SentHere
                {
                    output::line(show::message_line(message))?;
                }
            }
            Signal::Leave => break,
        }
    }
    if let Some(row) = last {
        client.wait_sent(row, LAST_WORDS)?;
    }
    Ok(())
}

fn read_lines(signals: &Sender<Signal>) {
    for line in io::stdin().lock().split(b'\n') {
        let Ok(mut line) = line else { break };
        if line.ends_with(b"\r") {
            line.pop();
        }
        if signals.send(Signal::Input(line)).is_err() {
            return;
        }
    }
    let _ = signals.send(Signal::Leave);
}
