//! What stays true by itself: a thread that reads again after changes and tells what differs.

use std::collections::{BTreeSet, VecDeque};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use super::error::Error;
use super::events::{Event, Listener};
use super::remote::Line;
use super::seat::Inner;
use crate::runtime::Deadline;

/// How soon is tried again what could not be read.
const AGAIN: Duration = Duration::from_secs(1);

/// What has changed since it was last looked at.
#[derive(Debug, Default)]
pub(super) struct News {
    /// Anything.
    pub all: bool,
    /// These conversations, by id.
    pub conversations: BTreeSet<String>,
}

impl News {
    pub fn all() -> Self {
        Self {
            all: true,
            ..Self::default()
        }
    }

    pub fn of(conversation: &str) -> Self {
        Self {
            conversations: BTreeSet::from([conversation.to_owned()]),
            ..Self::default()
        }
    }

    pub fn is_empty(&self) -> bool {
        !self.all && self.conversations.is_empty()
    }

    fn add(&mut self, mut other: Self) {
        self.all |= other.all;
        self.conversations.append(&mut other.conversations);
    }
}

/// What is kept true.
pub(super) trait Live: Send + 'static {
    /// What the person does with it.
    type Command: Send + 'static;
    /// What its listener is told at once.
    type Update;
    /// The least time from one reading after changes to the next, so that many changes are one.
    const PAUSE: Duration;

    /// Reads again what has changed; `None` if nothing of it shows.
    fn refresh(&mut self, client: &Inner, news: &News) -> Result<Option<Self::Update>, Error>;

    /// Does as it is told.
    fn obey(&mut self, client: &Inner, command: &Self::Command) -> Result<Self::Update, Error>;

    fn tell(&self, update: Self::Update);
}

/// The way to the thread: what it has to do, each thing once.
pub(super) struct Desk<C> {
    state: Mutex<State<C>>,
    filled: Condvar,
}

struct State<C> {
    news: News,
    commands: VecDeque<C>,
    closed: bool,
}

enum Work<C> {
    Command(C),
    News(News),
}

impl<C> Desk<C> {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State {
                news: News::default(),
                commands: VecDeque::new(),
                closed: false,
            }),
            filled: Condvar::new(),
        })
    }

    pub fn report(&self, news: News) {
        if !news.is_empty() {
            self.lock().news.add(news);
            self.filled.notify_one();
        }
    }

    pub fn order(&self, command: C) {
        self.lock().commands.push_back(command);
        self.filled.notify_one();
    }

    fn close(&self) {
        self.lock().closed = true;
        self.filled.notify_one();
    }

    fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// The next thing to do: what the person wants at once, changes not before a moment. `None` at
    /// the end.
    fn next(&self, not_before: Deadline) -> Option<Work<C>> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return None;
            }
            if let Some(command) = state.commands.pop_front() {
                return Some(Work::Command(command));
            }
            let wait = not_before.left();
            state = if state.news.is_empty() {
                self.filled
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner)
            } else if wait.is_zero() {
                return Some(Work::News(mem::take(&mut state.news)));
            } else {
                let waited = self.filled.wait_timeout(state, wait);
                waited.unwrap_or_else(PoisonError::into_inner).0
            };
        }
    }

    /// What could not be done is the next thing to do.
    fn take_back(&self, work: Work<C>) {
        match work {
            Work::Command(command) => self.lock().commands.push_front(command),
            Work::News(news) => self.lock().news.add(news),
        }
    }

    /// Waits, unless it is closed meanwhile.
    fn rest(&self, time: Duration) {
        let state = self.lock();
        // Whatever comes in meanwhile waits too: it would fail as well.
        drop(
            self.filled
                .wait_timeout_while(state, time, |state| !state.closed),
        );
    }

    fn lock(&self) -> MutexGuard<'_, State<C>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sees to it that a desk hears of the changes that matter to it.
pub(super) struct Watch<C: Send + 'static> {
    desk: Arc<Desk<C>>,
    line: Arc<Line>,
}

impl<C: Send + 'static> Watch<C> {
    /// From now on; to be called before the first read, so that no change falls between.
    pub fn start(
        inner: &Arc<Inner>,
        matters: impl Fn(&Event) -> News + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let desk = Desk::new();
        let ear = Ear {
            desk: Arc::clone(&desk),
            matters,
        };
        let line = Line::open(inner, Arc::new(ear))?;
        Ok(Self { desk, line })
    }

    pub fn desk(&self) -> &Desk<C> {
        &self.desk
    }

    /// Starts the thread. It tells `first`, then whatever comes.
    pub fn follow<L: Live<Command = C>>(
        &self,
        name: &str,
        inner: &Arc<Inner>,
        live: L,
        first: L::Update,
    ) -> Result<(), Error>
    where
        L::Update: Send + 'static,
    {
        let (inner, desk) = (Arc::downgrade(inner), Arc::clone(&self.desk));
        thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || follow(&inner, &desk, live, first))
            .map_err(|_| Error::bug("the system gives no thread"))?;
        Ok(())
    }
}

impl<C: Send + 'static> Watch<C> {
    /// Nothing is told from now on.
    pub fn close(&self) {
        self.desk.close();
        self.line.cancel();
    }
}

impl<C: Send + 'static> Drop for Watch<C> {
    fn drop(&mut self) {
        self.close();
    }
}

/// Hears events for a desk. When it is let go of, the client has ended.
struct Ear<C, F> {
    desk: Arc<Desk<C>>,
    matters: F,
}

impl<C: Send, F: Fn(&Event) -> News + Send + Sync> Listener for Ear<C, F> {
    fn on_event(&self, event: Event) {
        self.desk.report((self.matters)(&event));
    }
}

impl<C, F> Drop for Ear<C, F> {
    fn drop(&mut self) {
        self.desk.close();
    }
}

fn follow<L: Live>(inner: &Weak<Inner>, desk: &Desk<L::Command>, mut live: L, first: L::Update) {
    let mut not_before = Deadline::after(Duration::ZERO);
    let mut update = Some(first);
    loop {
        if let Some(update) = update.take()
            && !desk.is_closed()
        {
            // A listener's panic is its own.
            if catch_unwind(AssertUnwindSafe(|| live.tell(update))).is_err() {
                tracing::error!("a listener panicked");
            }
        }
        let Some(work) = desk.next(not_before) else {
            return;
        };
        // The client may go while the listener takes its time, so it is held no longer than this.
        let Some(client) = inner.upgrade() else {
            return;
        };
        let done = match &work {
            Work::Command(command) => live.obey(&client, command).map(Some),
            Work::News(news) => live.refresh(&client, news),
        };
        drop(client);
        match done {
            Ok(done) => update = done,
            Err(Error::Closed) => return,
            Err(error) => {
                tracing::warn!(code = error.code(), "what is shown could not be read again");
                desk.take_back(work);
                desk.rest(AGAIN);
            }
        }
        not_before = Deadline::after(L::PAUSE);
    }
}
