//! What has come.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::json;
use sotto_core::client::{
    Client, ConnectionState, Direction, Error, Event, Listener, Message, MessageKind, MessageState,
};

use super::PATIENCE;
use crate::args::Receive;
use crate::cursor::Cursor;
use crate::failure::Failure;
use crate::output;
use crate::session::Session;
use crate::show;
use crate::unlock::Need;

/// So many messages are printed before the cursor moves on.
const BATCH: u32 = 100;

#[allow(
    clippy::large_enum_variant,
    reason = "made once and taken apart at once"
)]
enum Signal {
    Event(Event),
    /// Everything that waited is here, or it took too long.
    Drained(Result<bool, Error>),
    /// The time is up.
    Limit,
}

struct Forward(Sender<Signal>);

impl Listener for Forward {
    fn on_event(&self, event: Event) {
        // After the last line nobody listens any more.
        let _ = self.0.send(Signal::Event(event));
    }
}

pub fn run(session: &Session, receive: &Receive) -> Result<(), Failure> {
    let client = session.open(Need::Disk)?;
    client.me()?;
    let cursor = Cursor::load(session.dir(), client.highest_row()?)?;
    let (signals, queue) = channel();
    let _events = client.subscribe(Arc::new(Forward(signals.clone())))?;
    // After the first event, so that nothing that comes is missed.
    client.go_online();
    let limit = receive.timeout.map(Duration::from_secs);
    let watcher = watch(Arc::clone(&client), signals, receive.follow, limit);
    let report = Report {
        client: Arc::clone(&client),
        cursor,
        session,
        told: HashMap::new(),
    };
    let end = report.run(&queue, receive.follow);
    // What was acknowledged last still leaves. Nothing of the client may run on while the process
    // ends: the cryptography is taken down under it.
    client.close();
    let _ = watcher.join();
    end
}

/// Tells when everything is here, and when the time is up. Until the thread that is returned ends, it
/// holds the client.
fn watch(
    client: Arc<Client>,
    signals: Sender<Signal>,
    follow: bool,
    limit: Option<Duration>,
) -> JoinHandle<()> {
    let end = signals.clone();
    let watcher = thread::spawn(move || {
        // Somebody who follows is told when it is so, whenever that is.
        let patience = if follow {
            Duration::MAX
        } else {
            limit.unwrap_or(PATIENCE)
        };
        let _ = signals.send(Signal::Drained(client.wait_drained(patience)));
    });
    if let Some(limit) = limit {
        thread::spawn(move || {
            thread::sleep(limit);
            let _ = end.send(Signal::Limit);
        });
    }
    watcher
}

struct Report<'s> {
    client: Arc<Client>,
    cursor: Cursor,
    session: &'s Session,
    /// What was printed of messages that have changed.
    told: HashMap<i64, String>,
}

impl Report<'_> {
    fn run(mut self, queue: &Receiver<Signal>, follow: bool) -> Result<(), Failure> {
        let mut was_connected = false;
        self.messages()?;
        // The senders live as long as this process.
        while let Ok(signal) = queue.recv() {
            match signal {
                Signal::Event(Event::Ended { error }) => return Err(error.into()),
                Signal::Event(event) => {
                    was_connected |= is_connected(&event);
                    self.messages()?;
                    self.event(&event)?;
                }
                Signal::Drained(drained) => {
                    self.messages()?;
                    let drained = drained?;
                    if drained && self.session.is_json() {
                        output::json(&json!({ "event": "drained" }))?;
                    }
                    if !follow {
                        return end(drained || was_connected);
                    }
                }
                Signal::Limit => {
                    self.messages()?;
                    return end(was_connected);
                }
            }
        }
        Ok(())
    }

    /// Prints every message that no run has printed yet.
    fn messages(&mut self) -> Result<(), Failure> {
        loop {
            let batch = self.client.messages_after(self.cursor.row(), BATCH)?;
            for message in &batch {
                if message.direction == Direction::SentHere {
                    continue;
                }
                self.session.tell(
                    || show::message_json(message),
                    || show::message_line(message),
                )?;
            }
            match batch.last() {
                Some(last) => self.cursor.advance(last.row)?,
                None => return Ok(()),
            }
        }
    }

    fn event(&mut self, event: &Event) -> Result<(), Failure> {
        if matches!(event, Event::MessageReceived { .. }) {
            // Printed by its row already.
            return Ok(());
        }
        if self.session.is_json() {
            return match show::event_json(event) {
                Some(event) => output::json(&event),
                None => Ok(()),
            };
        }
        match event {
            Event::MessageChanged { message } => self.changed(message)?,
            Event::MessageRemoved { row, .. } => output::line(format_args!("~ #{row} is gone"))?,
            Event::ContactRequested { contact } => output::warn(&format!(
                "{} is not among your contacts; `sotto requests accept` takes the request up",
                show::named(contact)
            )),
            Event::Notice { notice } => output::warn(&show::notice_line(notice)),
            _ => {}
        }
        Ok(())
    }

    /// A message that is other than it was, where a person would want to see that.
    fn changed(&mut self, message: &Message) -> Result<(), Failure> {
        let plain = message.kind == MessageKind::Text
            && !message.edited
            && message.reactions.is_empty()
            && matches!(
                message.state,
                MessageState::Received | MessageState::Queued | MessageState::Sent
            );
        let line = show::message_line(message);
        if self.told.get(&message.row) == Some(&line)
            || (plain && !self.told.contains_key(&message.row))
        {
            return Ok(());
        }
        output::line(format_args!("~ {line}"))?;
        self.told.insert(message.row, line);
        Ok(())
    }
}

fn is_connected(event: &Event) -> bool {
    let (Event::Started { connection, .. } | Event::ConnectionChanged { connection }) = event
    else {
        return false;
    };
    matches!(
        connection,
        ConnectionState::Draining | ConnectionState::Live
    )
}

/// That nothing came is fine; that nothing could come is not.
fn end(was_connected: bool) -> Result<(), Failure> {
    if was_connected {
        return Ok(());
    }
    Err(Failure::Late(
        "the relay could not be reached; what waits there comes another time".to_owned(),
    ))
}
