//! Makes events of changes, on a thread of its own.
//!
//! The store tells of a commit on its writer thread, the engine of a phase on its own; both only
//! put a signal into this queue. What has changed is read here, and every listener is told here, one
//! event after the other.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::mem;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use sotto_wire::ids::AccountId;

use super::contacts::{self, ContactStanding};
use super::error::Error;
use super::events::{ConnectionState, Event};
use super::id::hex;
use super::message::{Direction, Message};
use super::notices;
use super::outbox::{self, OutboxSummary};
use super::profile;
use super::remote::Line;
use super::shown;
use crate::engine::machine::Phase;
use crate::store::tables::{self, gaps, messages};
use crate::store::{Change, Store, Subscription};

/// Changes that are told together: no more than are read in a moment.
const MOST_AT_ONCE: usize = 256;

enum Signal {
    Changes(Vec<Change>),
    Phase(Phase),
    Add(Arc<Line>),
    Stop,
}

/// The queue and its thread. Dropping it ends both.
pub(super) struct Hub {
    signals: Sender<Signal>,
    commits: Option<Subscription>,
    thread: Option<JoinHandle<()>>,
}

/// Takes the engine's phases.
pub(super) struct Phases(Sender<Signal>);

impl Phases {
    pub fn tell(&self, phase: Phase) {
        // Nobody listens any more where the hub has ended.
        let _ = self.0.send(Signal::Phase(phase));
    }
}

impl Hub {
    pub fn start(store: Arc<Store>) -> Result<Self, Error> {
        let (signals, queue) = channel();
        let changes = signals.clone();
        // Before the first read, so that no commit falls between.
        let commits = store.subscribe(Box::new(move |committed| {
            let _ = changes.send(Signal::Changes(committed.to_vec()));
        }));
        let desk = Desk::open(store)?;
        let thread = thread::Builder::new()
            .name("sotto-events".to_owned())
            .spawn(move || desk.run(&queue))
            .map_err(|_| Error::bug("the system gives no thread"))?;
        Ok(Self {
            signals,
            commits: Some(commits),
            thread: Some(thread),
        })
    }

    pub fn phases(&self) -> Phases {
        Phases(self.signals.clone())
    }

    /// Tells a listener from now on, until its line is cancelled.
    pub fn add(&self, line: Arc<Line>) {
        let _ = self.signals.send(Signal::Add(line));
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        drop(self.commits.take());
        let _ = self.signals.send(Signal::Stop);
        let Some(thread) = self.thread.take() else {
            return;
        };
        // A listener may drop the last handle, on this very thread.
        if thread.thread().id() != thread::current().id() && thread.join().is_err() {
            tracing::error!("the events thread panicked");
        }
    }
}

/// What the thread remembers, to tell what is new.
struct Desk {
    store: Arc<Store>,
    lines: Vec<Arc<Line>>,
    connection: ConnectionState,
    row: i64,
    notice: i64,
    gaps: u64,
    outbox: OutboxSummary,
    standings: BTreeMap<String, ContactStanding>,
}

impl Desk {
    fn open(store: Arc<Store>) -> Result<Self, Error> {
        let (row, gaps, outbox, notice) = store.read(|view| {
            let notice = tables::notices::after(view, 0)?;
            Ok::<_, Error>((
                messages::highest_row(view)?,
                gaps::count(view)?,
                outbox::summary(view)?,
                notice.last().map_or(0, |notice| notice.id),
            ))
        })?;
        let contacts = match store.read(contacts::list) {
            Err(Error::NoAccount) => Vec::new(),
            contacts => contacts?,
        };
        let standings = contacts
            .into_iter()
            .map(|contact| (contact.account, contact.standing))
            .collect();
        Ok(Self {
            store,
            lines: Vec::new(),
            connection: ConnectionState::Offline,
            row,
            notice,
            gaps,
            outbox,
            standings,
        })
    }

    fn run(mut self, queue: &Receiver<Signal>) {
        let mut next = None;
        while let Some(signal) = next.take().or_else(|| queue.recv().ok()) {
            match signal {
                Signal::Stop => return,
                Signal::Add(line) => {
                    line.deliver(self.started());
                    self.lines.push(line);
                }
                Signal::Phase(phase) => {
                    self.connection = phase.into();
                    self.tell(Event::ConnectionChanged {
                        connection: self.connection,
                    });
                }
                Signal::Changes(mut changes) => {
                    next = gather(queue, &mut changes);
                    if let Err(error) = self.tell_changes(&changes) {
                        tracing::warn!(code = error.code(), "a change could not be told");
                    }
                }
            }
        }
    }

    fn started(&self) -> Event {
        Event::Started {
            connection: self.connection,
            outbox: self.outbox,
            gaps: self.gaps,
            row: self.row,
        }
    }

    fn tell(&mut self, event: Event) {
        self.lines.retain(|line| line.deliver(event.clone()));
    }

    fn tell_changes(&mut self, changes: &[Change]) -> Result<(), Error> {
        let mut events = Vec::new();
        let mut outbox_changed = false;
        let mut notices_changed = false;
        let before = self.row;
        let messages = self.messages(changes)?;
        let mut conversations = BTreeSet::new();
        for change in changes {
            match change {
                Change::MessageChanged { conversation, row } => {
                    conversations.insert(conversation);
                    self.row = self.row.max(*row);
                    let message = messages.get(row).cloned();
                    events.push(told(conversation, *row, message, before));
                }
                Change::ContactChanged { account } => {
                    events.extend(self.contact(&AccountId::new(*account))?);
                }
                Change::AccountChanged => {
                    events.extend(self.me()?);
                    notices_changed = true;
                }
                Change::SecurityNotice { .. } => notices_changed = true,
                Change::OutboxChanged => outbox_changed = true,
                Change::ConversationChanged { conversation } => {
                    conversations.insert(conversation);
                }
                Change::Typing {
                    conversation,
                    account,
                    active,
                } => events.push(Event::Typing {
                    conversation: hex(conversation),
                    account: hex(account),
                    active: *active,
                }),
            }
        }
        events.extend(conversations.into_iter().map(|conversation| {
            let conversation = hex(conversation);
            Event::ConversationChanged { conversation }
        }));
        if notices_changed {
            events.extend(self.notices()?);
        }
        if outbox_changed {
            events.extend(self.outbox()?);
        }
        events.extend(self.gaps()?);
        events.into_iter().for_each(|event| self.tell(event));
        Ok(())
    }

    /// The messages that have changed, as they are now, read at once.
    fn messages(&self, changes: &[Change]) -> Result<HashMap<i64, Message>, Error> {
        let rows = changes.iter().filter_map(|change| match change {
            Change::MessageChanged { row, .. } => Some(*row),
            _ => None,
        });
        let rows: Vec<i64> = rows.collect();
        if rows.is_empty() {
            return Ok(HashMap::new());
        }
        let messages = self.store.read(|view| shown::some(view, &rows))?;
        let messages = messages.into_iter().map(|message| (message.row, message));
        Ok(messages.collect())
    }

    fn contact(&mut self, account: &AccountId) -> Result<Option<Event>, Error> {
        let Some(contact) = self.store.read(|view| contacts::get(view, account))? else {
            return Ok(None);
        };
        let before = self
            .standings
            .insert(contact.account.clone(), contact.standing);
        let asks = contact.standing == ContactStanding::Request
            && before != Some(ContactStanding::Request);
        Ok(Some(if asks {
            Event::ContactRequested { contact }
        } else {
            Event::ContactChanged { contact }
        }))
    }

    fn me(&self) -> Result<Option<Event>, Error> {
        match self.store.read(profile::me_without_link) {
            Ok(me) => Ok(Some(Event::MeChanged { me })),
            Err(Error::NoAccount) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn notices(&mut self) -> Result<Vec<Event>, Error> {
        let news = self.store.read(|view| notices::after(view, self.notice))?;
        if let Some(last) = news.last() {
            self.notice = last.id;
        }
        Ok(news
            .into_iter()
            .map(|notice| Event::Notice { notice })
            .collect())
    }

    fn outbox(&mut self) -> Result<Option<Event>, Error> {
        let outbox = self.store.read(outbox::summary)?;
        let before = mem::replace(&mut self.outbox, outbox);
        Ok((before != outbox).then_some(Event::OutboxChanged { outbox }))
    }

    fn gaps(&mut self) -> Result<Option<Event>, Error> {
        let gaps = self.store.read(gaps::count)?;
        let before = mem::replace(&mut self.gaps, gaps);
        Ok((before != gaps).then_some(Event::GapsChanged { gaps }))
    }
}

/// Adds what has changed in the meantime, each thing once: where much comes at once, it is read at
/// once. Returns the first signal that is something else.
fn gather(queue: &Receiver<Signal>, changes: &mut Vec<Change>) -> Option<Signal> {
    let mut known: BTreeSet<Change> = changes.iter().copied().collect();
    while known.len() < MOST_AT_ONCE {
        match queue.try_recv().ok()? {
            Signal::Changes(more) => changes.extend(more.into_iter().filter(|change| {
                // Somebody may begin to type twice, and stop in between.
                known.insert(*change) || matches!(change, Change::Typing { .. })
            })),
            other => return Some(other),
        }
    }
    None
}

/// What there is to tell of a message that has changed; `before` is the highest row that was known.
fn told(conversation: &[u8; 32], row: i64, message: Option<Message>, before: i64) -> Event {
    match message {
        None => Event::MessageRemoved {
            conversation: hex(conversation),
            row,
        },
        // What an export brought back was not said now, however high its row is.
        Some(message)
            if row > before && !message.imported && message.direction != Direction::SentHere =>
        {
            Event::MessageReceived { message }
        }
        Some(message) => Event::MessageChanged { message },
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_comes_together_is_told_once_and_nothing_is_overtaken() {
        let (signals, queue) = channel();
        let message = |row| Change::MessageChanged {
            conversation: [1; 32],
            row,
        };
        let typing = |active| Change::Typing {
            conversation: [1; 32],
            account: [2; 32],
            active,
        };
        let begun = [typing(true), message(8), message(7)];
        for more in [&begun[..], &[typing(false)], &[typing(true), message(9)]] {
            signals.send(Signal::Changes(more.to_vec())).unwrap();
        }
        signals.send(Signal::Stop).unwrap();
        signals
            .send(Signal::Changes(vec![Change::AccountChanged]))
            .unwrap();
        let mut changes = vec![message(7)];
        let next = gather(&queue, &mut changes);
        assert!(matches!(next, Some(Signal::Stop)));
        let due = [
            message(7),
            typing(true),
            message(8),
            typing(false),
            typing(true),
            message(9),
        ];
        assert_eq!(changes, due);
        assert!(matches!(queue.try_recv(), Ok(Signal::Changes(_))));
    }
}
