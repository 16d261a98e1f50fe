//! The conversation on a terminal: messages above, the line that is being written at the bottom.

use std::collections::BTreeMap;
use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use rustix::termios::{self, OptionalActions, Termios};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::low_level::pipe;
use sotto_core::client::{
    Client, ConnectionState, Conversation, Direction, Event, Message, MessageState,
};

use super::editor::{Editor, Key};
use super::{BEFORE, Forward, LAST_WORDS, Signal, message_of, wide};
use crate::failure::Failure;
use crate::show;

const DIM: &str = "\x1b[2m";
const PLAIN: &str = "\x1b[0m";
/// To the beginning of the line, and nothing on it or below.
const CLEAR: &str = "\r\x1b[J";

pub fn run(client: &Arc<Client>, conversation: &Conversation) -> Result<(), Failure> {
    let (signals, queue) = channel();
    // Before the history, so that nothing falls between; what is in both is shown once.
    let _events = client.subscribe(Arc::new(Forward(signals.clone())))?;
    // Before the keyboard is changed: an early failure is then an ordinary one.
    let before = conversation.history(BEFORE, None)?;
    on_signals(signals.clone())?;
    let _raw = Raw::enter()?;
    thread::spawn(move || read_keys(&signals));
    let mut screen = Screen::new(conversation);
    for message in &before {
        screen.message(message)?;
    }
    while let Ok(signal) = queue.recv() {
        match signal {
            Signal::Input(bytes) => {
                for key in screen.editor.take(&bytes) {
                    match key {
                        Key::Leave => return screen.leave(client),
                        Key::Clear => screen.put("\x1b[H\x1b[2J")?,
                        Key::Line(text) => screen.send(conversation, text)?,
                    }
                }
                screen.prompt()?;
            }
            Signal::Event(event) => screen.event(&event)?,
            Signal::Leave => return screen.leave(client),
        }
    }
    Ok(())
}

/// The terminal gives every key as it is pressed; it is as before when this goes.
struct Raw(Termios);

impl Raw {
    fn enter() -> io::Result<Self> {
        let before = termios::tcgetattr(io::stdin())?;
        let mut raw = before.clone();
        raw.make_raw();
        // Lines still end as the rest of the program writes them.
        raw.output_modes = before.output_modes;
        termios::tcsetattr(io::stdin(), OptionalActions::Now, &raw)?;
        Ok(Self(before))
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing restored.
        let _ = termios::tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}

/// A signal ends the conversation as Ctrl+C does, so that the terminal is restored.
fn on_signals(signals: Sender<Signal>) -> io::Result<()> {
    let (mut read, write) = UnixStream::pair()?;
    for signal in [SIGTERM, SIGHUP, SIGINT] {
        pipe::register(signal, write.try_clone()?)?;
    }
    thread::spawn(move || {
        let mut byte = [0];
        if read.read_exact(&mut byte).is_ok() {
            let _ = signals.send(Signal::Leave);
        }
    });
    Ok(())
}

fn read_keys(signals: &Sender<Signal>) {
    let mut buffer = [0; 1024];
    loop {
        match io::stdin().read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(0) | Err(_) => {
                let _ = signals.send(Signal::Leave);
                return;
            }
            Ok(length) => {
                let bytes = buffer.get(..length).unwrap_or_default().to_vec();
                if signals.send(Signal::Input(bytes)).is_err() {
                    return;
                }
            }
        }
    }
}

struct Screen {
    conversation: String,
    peer: String,
    editor: Editor,
    connection: ConnectionState,
    /// How far every own message on the screen is, as it was last shown.
    shown: BTreeMap<i64, MessageState>,
    /// The message in the last line above the prompt, if it can be written anew.
    last: Option<i64>,
    last_sent: Option<i64>,
}

impl Screen {
    fn new(conversation: &Conversation) -> Self {
        let contact = conversation.contact();
        Self {
            conversation: contact.conversation,
            peer: show::printable(&contact.name),
            editor: Editor::default(),
            connection: ConnectionState::Offline,
            shown: BTreeMap::new(),
            last: None,
            last_sent: None,
        }
    }

    fn put(&self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()?;
        Ok(())
    }

    fn send(&mut self, conversation: &Conversation, text: String) -> Result<(), Failure> {
        if text.trim().is_empty() {
            return Ok(());
        }
        match conversation.send(text) {
            Ok(message) => {
                self.last_sent = Some(message.row);
                self.message(&message)
            }
            // The conversation goes on: the person reads why, and writes something else.
            Err(error) => self.remark(&error.to_string()),
        }
    }

    fn event(&mut self, event: &Event) -> Result<(), Failure> {
        if let Some(message) = message_of(event, &self.conversation) {
            self.message(message)?;
        }
        match event {
            Event::Ended { error } => return Err(error.clone().into()),
            Event::Notice { notice } => self.remark(&show::notice_line(notice))?,
            Event::Started { connection, .. } | Event::ConnectionChanged { connection } => {
                self.connection = *connection;
            }
            _ => {}
        }
        self.prompt()
    }

    /// Shows a message, or how far one that is shown already has come.
    fn message(&mut self, message: &Message) -> Result<(), Failure> {
        let before = self.shown.insert(message.row, message.state);
        if before.is_some_and(|before| before >= message.state) {
            return Ok(());
        }
        let line = show::message_line(message);
        if before.is_none() {
            self.put(&format!("{CLEAR}{}\r\n", line.replace('\n', "\r\n")))?;
        } else if self.last == Some(message.row) {
            // One line up, and over it.
            self.put(&format!("{CLEAR}\x1b[A{CLEAR}{line}\r\n"))?;
        } else if message.direction != Direction::Received {
            let beginning: String = show::body(message.text.as_deref())
                .chars()
                .take(30)
                .collect();
            let tick = show::tick(message.state);
            self.put(&format!(
                "{CLEAR}{DIM}{tick} {}{PLAIN}\r\n",
                beginning.replace('\n', " ")
            ))?;
            self.last = None;
            return Ok(());
        }
        let fits = !line.contains('\n') && wide::width(&line) < columns();
        self.last = fits.then_some(message.row);
        Ok(())
    }

    /// Something that nobody said.
    fn remark(&mut self, text: &str) -> Result<(), Failure> {
        self.last = None;
        self.put(&format!("{CLEAR}{DIM}{text}{PLAIN}\r\n"))
    }

    /// The line at the bottom.
    fn prompt(&self) -> Result<(), Failure> {
        let state = match self.connection {
            ConnectionState::Live => "",
            ConnectionState::Draining => " (reading)",
            ConnectionState::Connecting => " (connecting)",
            ConnectionState::Offline => " (offline)",
        };
        let prompt = format!("to {}{state}> ", self.peer);
        let room = columns().saturating_sub(wide::width(&prompt) + 1);
        let text = wide::tail(self.editor.text(), room);
        self.put(&format!("{CLEAR}{DIM}{prompt}{PLAIN}{text}"))
    }

    fn leave(&self, client: &Client) -> Result<(), Failure> {
        self.put(CLEAR)?;
        if let Some(row) = self.last_sent
            && client.wait_sent(row, LAST_WORDS)?.state == MessageState::Queued
        {
            self.put(
                "What you wrote last is queued, and leaves when the relay can be reached.\r\n",
            )?;
        }
        Ok(())
    }
}

fn columns() -> usize {
    termios::tcgetwinsize(io::stdout()).map_or(80, |size| usize::from(size.ws_col).max(20))
}
