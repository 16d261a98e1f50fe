//! The conversation in a pipe: lines in, lines out.

use std::collections::HashMap;
use std::io::{self, BufRead as _};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use sotto_core::client::{Direction, Event, Message};

use super::input::Input;
use super::talk::{Done, Talk, Write};
use super::{Forward, LAST_WORDS, Signal};
use crate::failure::Failure;
use crate::output;
use crate::session::Session;
use crate::show;

/// Does what each line of the input asks for, prints what comes, and ends with the input.
pub fn run(session: &Session, talk: &Talk) -> Result<(), Failure> {
    let (signals, queue) = channel();
    let _events = talk.client.subscribe(Arc::new(Forward(signals.clone())))?;
    talk.client.go_online();
    thread::spawn(move || read_lines(&signals));
    let mut pipe = Pipe {
        session,
        talk,
        write: Write::New,
        last: None,
        acted: false,
        told: HashMap::new(),
    };
    while let Ok(signal) = queue.recv() {
        match signal {
            Signal::Input(line) => {
                if !pipe.line(&String::from_utf8_lossy(&line))? {
                    break;
                }
            }
            Signal::Event(event) => pipe.event(&event)?,
            Signal::Leave => break,
            Signal::Seen(_) | Signal::Resized => {}
        }
    }
    if let Some(row) = pipe.last {
        talk.client.wait_sent(row, LAST_WORDS)?;
    }
    if pipe.acted {
        // What was changed, and that something was read.
        talk.client.wait_drained(LAST_WORDS)?;
    }
    Ok(())
}

struct Pipe<'t> {
    session: &'t Session,
    talk: &'t Talk,
    write: Write,
    last: Option<i64>,
    /// Something besides what was said is to leave.
    acted: bool,
    /// How messages were last printed.
    told: HashMap<i64, String>,
}

impl Pipe<'_> {
    /// Whether it goes on.
    fn line(&mut self, line: &str) -> Result<bool, Failure> {
        let write = std::mem::take(&mut self.write);
        match self.talk.obey(Input::read(line), &write) {
            Ok(Done::Leave) => return Ok(false),
            Ok(Done::Sent(message)) => self.last = Some(message.row),
            Ok(Done::Changed) => self.acted = true,
            Ok(Done::Read(lines)) => {
                for line in lines {
                    output::warn(&line);
                }
            }
            Ok(Done::Write(write)) => self.write = write,
            Ok(Done::Nothing | Done::Jump(_) | Done::Reveal) => {}
            // The conversation goes on.
            Err(failure) => output::complain(&failure, self.session.is_json()),
        }
        Ok(true)
    }

    fn event(&mut self, event: &Event) -> Result<(), Failure> {
        if let Event::Ended { error } = event {
            return Err(error.clone().into());
        }
        if !self.talk.concerns(event) {
            return Ok(());
        }
        if self.session.is_json() {
            if let Some(event) = show::event_json(event) {
                output::json(&event)?;
            }
        } else if let Some(message) = self.talk.message_of(event) {
            self.message(message)?;
        } else if let Event::Notice { notice } = event {
            output::warn(&show::notice_line(notice));
        }
        if let Event::MessageReceived { message } = event
            && message.direction == Direction::Received
        {
            // Whoever reads the output has it now.
            self.talk.conversation.mark_read(Some(message.row))?;
            self.acted = true;
        }
        Ok(())
    }

    /// Prints a message, and again what is new of it.
    fn message(&mut self, message: &Message) -> Result<(), Failure> {
        let line = show::message_line(message);
        let before = self.told.insert(message.row, line.clone());
        if before.as_ref() == Some(&line) {
            return Ok(());
        }
        output::line(line)
    }
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
