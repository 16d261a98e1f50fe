//! The conversation on a terminal: who it is with above, what was said, and at the bottom the line
//! that is being written.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use sotto_core::client::{
    ConnectionState, Contact, ConversationSettings, Direction, Draft, Event, Message, MessageState,
    Notify, Timeline, TimelineAnchor, TimelineOptions,
};

use super::editor::{Editor, Key};
use super::frame::height;
use super::ink::Ink;
use super::input::Input;
use super::keyboard::{Raw, on_signals, put, read_keys, size};
use super::talk::{Done, Talk, Write};
use super::window::Window;
use super::{Forward, LAST_WORDS, Signal};
use crate::clock;
use crate::failure::Failure;
use crate::show;

/// So many messages are added when the person looks further back.
const PAGE: u32 = 60;
/// Who types says so again after this.
const TYPING_AGAIN: Duration = Duration::from_secs(5);
/// Whoever typed has stopped after this.
const TYPING_ENDS: Duration = Duration::from_secs(15);
/// What runs down on the screen is drawn anew so often.
const TICK: Duration = Duration::from_secs(30);

pub fn run(talk: &Talk) -> Result<(), Failure> {
    let (signals, queue) = channel();
    let _events = talk.client.subscribe(Arc::new(Forward(signals.clone())))?;
    // Before the keyboard is changed: an early failure is then an ordinary one.
    let timeline = talk.conversation.timeline(
        Arc::new(Forward(signals.clone())),
        TimelineOptions {
            anchor: TimelineAnchor::Newest,
            ..TimelineOptions::default()
        },
    )?;
    let mut screen = Screen::new(talk, timeline)?;
    talk.client.go_online();
    on_signals(&signals)?;
    let raw = Raw::enter()?;
    thread::spawn(move || read_keys(&signals));
    let end = loop {
        screen.draw()?;
        let signal = match queue.recv_timeout(screen.patience()) {
            Ok(signal) => signal,
            Err(RecvTimeoutError::Timeout) => continue,
            Err(RecvTimeoutError::Disconnected) => break Ok(()),
        };
        // What has gathered meanwhile is drawn once.
        let gathered = std::iter::once(signal).chain(queue.try_iter());
        match screen.take_all(gathered) {
            Ok(true) => {}
            Ok(false) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    screen.leave();
    drop(raw);
    end?;
    screen.last_words()
}

pub(super) struct Screen<'t> {
    pub(super) talk: &'t Talk,
    pub(super) timeline: Arc<Timeline>,
    pub(super) window: Window,
    pub(super) editor: Editor,
    pub(super) write: Write,
    pub(super) with: Contact,
    pub(super) settings: ConversationSettings,
    pub(super) connection: ConnectionState,
    pub(super) ink: Ink,
    pub(super) reveal: bool,
    /// The terminal is in front, as far as it says.
    pub(super) front: bool,
    /// Until when the other one types.
    pub(super) typing: Option<Instant>,
    /// When it was last told that the person types.
    pub(super) told_typing: Option<Instant>,
    /// Something to read above the conversation, until a key is pressed.
    pub(super) reading: Option<Vec<String>>,
    pub(super) remark: Option<String>,
    pub(super) last_sent: Option<i64>,
}

impl<'t> Screen<'t> {
    fn new(talk: &'t Talk, timeline: Arc<Timeline>) -> Result<Self, Failure> {
        let mut screen = Self {
            talk,
            timeline,
            window: Window::default(),
            editor: Editor::default(),
            write: Write::New,
            with: talk.conversation.contact(),
            settings: talk.conversation.settings()?,
            connection: ConnectionState::Offline,
            ink: Ink::of_the_person(),
            reveal: false,
            front: true,
            typing: None,
            told_typing: None,
            reading: None,
            remark: None,
            last_sent: None,
        };
        if let Some(draft) = talk.conversation.draft()? {
            screen.editor.set(&draft.text);
            // What was answered may be gone meanwhile.
            if let Some(row) = draft.answers
                && let Ok(message) = talk.client.message_at(row)
            {
                screen.write = Write::Answer(message);
            }
        }
        Ok(screen)
    }

    /// How long nothing on the screen changes by itself.
    fn patience(&self) -> Duration {
        let typing = self.typing.map(|until| {
            until.saturating_duration_since(clock::instant()) + Duration::from_millis(10)
        });
        typing.map_or(TICK, |left| left.min(TICK))
    }

    /// Whether it goes on.
    fn take_all(&mut self, signals: impl Iterator<Item = Signal>) -> Result<bool, Failure> {
        for signal in signals {
            match signal {
                Signal::Leave => return Ok(false),
                Signal::Resized => put("\x1b[2J")?,
                Signal::Seen(update) => self.window.take(update),
                Signal::Event(event) => self.event(&event)?,
                Signal::Input(bytes) => {
                    for key in self.editor.take(&bytes) {
                        if !self.key(key)? {
                            return Ok(false);
                        }
                    }
                    self.reading = self
                        .reading
                        .take()
                        .filter(|_| self.editor.text().is_empty());
                    self.tell_typing();
                }
            }
        }
        self.mark_read();
        Ok(true)
    }

    fn event(&mut self, event: &Event) -> Result<(), Failure> {
        if !self.talk.concerns(event) {
            return Ok(());
        }
        match event {
            Event::Ended { error } => return Err(error.clone().into()),
            Event::Typing { active, .. } => {
                self.typing = active.then(|| clock::instant() + TYPING_ENDS);
            }
            Event::MessageReceived { message } if message.direction == Direction::Received => {
                self.typing = None;
                self.ring(message)?;
            }
            Event::ConversationChanged { .. } => {
                self.settings = self.talk.conversation.settings()?;
            }
            Event::ContactChanged { contact } => self.with = contact.clone(),
            Event::Started { connection, .. } | Event::ConnectionChanged { connection } => {
                self.connection = *connection;
            }
            // The timeline has those of this conversation.
            Event::Notice { notice } if notice.account.as_ref() != Some(&self.with.account) => {
                self.remark = Some(show::notice_line(notice));
            }
            _ => {}
        }
        Ok(())
    }

    /// Whoever looks elsewhere hears that somebody wrote, unless they want peace.
    fn ring(&self, message: &Message) -> Result<(), Failure> {
        let wanted = match self.settings.notify {
            Notify::Everything => true,
            Notify::Nothing => false,
            Notify::Mentions => {
                let me = self.talk.client.me()?.account;
                message
                    .mentions
                    .iter()
                    .any(|it| Some(&it.account) == me.as_ref())
            }
        };
        if !self.front && wanted && self.settings.muted_until < clock::now() {
            put("\x07")?;
        }
        Ok(())
    }

    fn key(&mut self, key: Key) -> Result<bool, Failure> {
        match key {
            Key::Front(front) => self.front = front,
            Key::Leave => return Ok(false),
            Key::Clear => put("\x1b[2J")?,
            Key::Up => self.scroll(-1),
            Key::Down => self.scroll(1),
            Key::PageUp => self.scroll(-page()),
            Key::PageDown => self.scroll(page()),
            Key::Bottom => {
                self.window.go_to_end();
                self.timeline.jump_to_newest();
            }
            Key::Escape => self.stop(),
            Key::Tab => {
                if let Some(command) = Input::complete(self.editor.text()) {
                    self.editor.set(&format!("{command} "));
                }
            }
            Key::Recall => match self.talk.last_own() {
                Ok(message) => self.begin(Write::Change(message)),
                Err(_) => self.remark = Some("there is nothing to edit".to_owned()),
            },
            Key::Line(line) => {
                self.remark = None;
                self.reading = None;
                return Ok(self.line(line));
            }
        }
        Ok(true)
    }

    fn line(&mut self, line: String) -> bool {
        // What is changed may begin with a slash.
        let input = match &self.write {
            Write::Change(_) if !line.trim().is_empty() => Input::Say(line.clone()),
            _ => Input::read(&line),
        };
        match self.talk.obey(input, &self.write) {
            Ok(Done::Leave) => return false,
            Ok(done) => self.done(done),
            // The conversation goes on: the person reads why, and writes something else.
            Err(failure) => {
                self.remark = Some(failure.to_string());
                self.editor.set(&line);
            }
        }
        true
    }

    fn done(&mut self, done: Done) {
        match done {
            Done::Nothing | Done::Leave => {}
            Done::Sent(message) => {
                self.last_sent = Some(message.row);
                self.told_typing = None;
                self.write = Write::New;
                self.window.go_to_end();
                if !self.window.at_end {
                    self.timeline.jump_to_newest();
                }
            }
            Done::Changed => self.write = Write::New,
            Done::Read(lines) => self.reading = Some(lines),
            Done::Write(write) => self.begin(write),
            Done::Jump(row) => {
                self.window.want();
                if let Err(error) = self.timeline.jump_to_message(row) {
                    self.remark = Some(error.to_string());
                }
            }
            Done::Reveal => self.reveal = !self.reveal,
        }
    }

    /// Begins to write an answer or a change.
    fn begin(&mut self, write: Write) {
        if let Write::Change(message) = &write {
            self.editor.set(message.text.as_deref().unwrap_or_default());
        }
        self.write = write;
    }

    /// Ends what was begun last.
    fn stop(&mut self) {
        self.remark = None;
        if self.reading.take().is_some() {
            return;
        }
        if let Write::Change(_) = std::mem::take(&mut self.write) {
            self.editor.set("");
        }
    }

    /// Looks back by so many lines, or forward.
    fn scroll(&mut self, by: isize) {
        let (columns, rows) = size();
        let lines = self.lines(columns);
        let at_first = self.window.scroll(&lines, height(rows), by);
        if by < 0 && at_first && !self.window.at_start {
            self.timeline.page_back(PAGE);
        }
        if by > 0 && !self.window.at_end {
            self.timeline.page_forward(PAGE);
        }
    }

    /// What is on a screen that somebody looks at was read.
    fn mark_read(&mut self) {
        if self.front && self.window.unread > 0 && self.window.is_at_end() {
            self.window.unread = 0;
            // What could not be marked is marked with the next message.
            let _ = self.talk.conversation.mark_read(None);
        }
    }

    fn tell_typing(&mut self) {
        let text = self.editor.text();
        let types =
            !text.trim().is_empty() && (!text.starts_with('/') || text.starts_with("/reply"));
        let now = clock::instant();
        let again = self
            .told_typing
            .is_none_or(|told| now.duration_since(told) > TYPING_AGAIN);
        if types && again {
            self.told_typing = Some(now);
            // Who is not told that somebody types misses nothing.
            let _ = self.talk.conversation.set_typing(true);
        } else if !types && self.told_typing.take().is_some() {
            let _ = self.talk.conversation.set_typing(false);
        }
    }

    /// What is not sent is kept, and nobody waits for it.
    fn leave(&mut self) {
        if self.told_typing.take().is_some() {
            let _ = self.talk.conversation.set_typing(false);
        }
        let answers = match &self.write {
            Write::New => None,
            Write::Answer(message) => Some(message.row),
            // The old text with a change in it is no draft.
            Write::Change(_) => return,
        };
        let text = self.editor.text();
        let draft = Draft {
            answers: answers.filter(|_| !text.is_empty()),
            ..Draft::plain(text.to_owned())
        };
        let _ = self.talk.conversation.set_draft(draft);
    }

    fn last_words(&self) -> Result<(), Failure> {
        if let Some(row) = self.last_sent
            && self.talk.client.wait_sent(row, LAST_WORDS)?.state == MessageState::Queued
        {
            crate::output::warn(
                "what you wrote last is queued, and leaves when the relay can be reached",
            );
        }
        Ok(())
    }
}

/// Lines of a page; two stay, so that the eye finds its place.
fn page() -> isize {
    let (_, rows) = size();
    isize::try_from(height(rows).saturating_sub(2).max(1)).unwrap_or(1)
}
