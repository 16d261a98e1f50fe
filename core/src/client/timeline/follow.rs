//! The thread of a timeline: holds what its listener was told, and tells what differs.

use std::collections::hash_map::RandomState;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use super::window::{Ends, Query, Side, Window, message_id};
use super::{
    TimelineAnchor, TimelineDiff, TimelineItem, TimelineKind, TimelineListener, TimelineOptions,
    TimelineUpdate, ask,
};
use crate::client::conversation::Conversation;
use crate::client::diff::{self, revision};
use crate::client::error::Error;
use crate::client::events::Event;
use crate::client::live::{Live, News, Watch};
use crate::client::seat::Inner;

/// What a person does with a timeline.
pub(super) enum Command {
    Back(u32),
    Forward(u32),
    Jump(TimelineAnchor),
}

/// What the listener knows.
struct Shown {
    account: String,
    listener: Arc<dyn TimelineListener>,
    size: u32,
    most: u32,
    keep: Side,
    ends: Ends,
    items: Vec<TimelineItem>,
    status: Status,
    unread_line: Option<String>,
    hash: RandomState,
}

/// What an update says besides the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Status {
    newer: u32,
    unread: u32,
    first_unread: Option<String>,
}

pub(super) fn start(
    conversation: &Conversation,
    listener: Arc<dyn TimelineListener>,
    options: &TimelineOptions,
) -> Result<Watch<Command>, Error> {
    let inner = conversation.client().inner();
    let account = conversation.account().to_owned();
    let (id, peer) = (conversation.id().to_owned(), account.clone());
    let watch = Watch::start(inner, move |event| news(event, &id, &peer))?;
    let size = options.size.clamp(1, 1_000);
    let mut shown = Shown {
        account,
        listener,
        size,
        most: options.most.clamp(2 * size, 4_000),
        keep: Side::Newer,
        ends: Ends::default(),
        items: Vec::new(),
        status: Status::default(),
        unread_line: None,
        hash: RandomState::new(),
    };
    let first = shown.open(inner, options.anchor)?;
    shown.unread_line.clone_from(&first.first_unread);
    let first = shown.reset(first);
    watch.follow("sotto-timeline", inner, shown, first)?;
    Ok(watch)
}

/// Whether an event may change what is shown of a conversation.
fn news(event: &Event, conversation: &str, account: &str) -> News {
    let changes = match event {
        Event::Started { .. } | Event::MeChanged { .. } => true,
        Event::MessageReceived { message } | Event::MessageChanged { message } => {
            message.conversation == conversation
        }
        Event::ConversationChanged { conversation: id } => id == conversation,
        Event::ContactRequested { contact } | Event::ContactChanged { contact } => {
            contact.account == account
        }
        Event::Notice { notice } => notice.account.as_deref() == Some(account),
        _ => false,
    };
    if changes {
        News::of(conversation)
    } else {
        News::default()
    }
}

impl Live for Shown {
    type Command = Command;
    type Update = TimelineUpdate;
    // Two frames of a screen.
    const PAUSE: Duration = Duration::from_millis(33);

    fn refresh(&mut self, client: &Inner, _: &News) -> Result<Option<TimelineUpdate>, Error> {
        let window = self.beyond(client, 0, 0)?;
        let before = (self.status.clone(), self.ends_are_open());
        let update = self.splice(window);
        let is_same =
            update.diffs.is_empty() && before == (self.status.clone(), self.ends_are_open());
        Ok((!is_same).then_some(update))
    }

    fn obey(&mut self, client: &Inner, command: &Command) -> Result<TimelineUpdate, Error> {
        match *command {
            Command::Back(count) => {
                self.keep = Side::Older;
                let window = self.beyond(client, count.min(self.most / 2), 0)?;
                Ok(self.splice(window))
            }
            Command::Forward(count) => {
                self.keep = Side::Newer;
                let window = self.beyond(client, 0, count.min(self.most / 2))?;
                Ok(self.splice(window))
            }
            Command::Jump(anchor) => self.jump(client, anchor),
        }
    }

    fn tell(&self, update: TimelineUpdate) {
        self.listener.on_update(update);
    }
}

impl Shown {
    fn open(&self, client: &Inner, anchor: TimelineAnchor) -> Result<Window, Error> {
        let size = self.size;
        ask(client, &self.account, Query::Open { anchor, size })
    }

    fn beyond(&self, client: &Inner, older: u32, newer: u32) -> Result<Window, Error> {
        let query = Query::Between {
            ends: self.ends,
            older,
            newer,
            keep: self.keep,
            most: self.most,
        };
        ask(client, &self.account, query)
    }

    fn jump(&mut self, client: &Inner, anchor: TimelineAnchor) -> Result<TimelineUpdate, Error> {
        if let TimelineAnchor::Message { row } = anchor
            && self.has(&message_id(row))
        {
            return Ok(self.update(Vec::new(), Some(message_id(row))));
        }
        if anchor == TimelineAnchor::Newest && self.ends.upper.is_none() {
            let window = self.beyond(client, 0, 0)?;
            return Ok(TimelineUpdate {
                focus: self.last_message(&window),
                ..self.splice(window)
            });
        }
        let window = match self.open(client, anchor) {
            // It is gone since it was asked for; nothing to go to.
            Err(Error::NoSuchMessage) => return Ok(self.update(Vec::new(), None)),
            window => window?,
        };
        if window.focus.as_ref().is_none_or(|focus| self.has(focus)) {
            return Ok(self.update(Vec::new(), window.focus));
        }
        self.keep = match window.ends.upper {
            Some(_) => Side::Older,
            None => Side::Newer,
        };
        Ok(self.reset(window))
    }

    fn has(&self, id: &str) -> bool {
        self.items.iter().any(|item| item.id == id)
    }

    fn last_message(&self, window: &Window) -> Option<String> {
        let is_message = |item: &&TimelineItem| matches!(item.kind, TimelineKind::Message { .. });
        let last = window.items.iter().rfind(is_message)?;
        Some(last.id.clone())
    }

    /// Takes a window for what is shown from now on.
    fn take(&mut self, window: Window) -> Vec<TimelineItem> {
        self.ends = window.ends;
        self.status = Status {
            newer: window.newer,
            unread: window.unread,
            first_unread: window.first_unread,
        };
        let mut items = window.items;
        for item in &mut items {
            item.revision = revision(&self.hash, &item.kind);
        }
        mem::replace(&mut self.items, items)
    }

    fn reset(&mut self, window: Window) -> TimelineUpdate {
        let focus = window.focus.clone();
        self.take(window);
        let items = self.items.clone();
        self.update(vec![TimelineDiff::Reset { items }], focus)
    }

    fn splice(&mut self, window: Window) -> TimelineUpdate {
        let before = self.take(window);
        let splices = diff::splices(&before, &self.items).into_iter();
        let diffs = splices.map(|splice| TimelineDiff::Splice {
            index: splice.index,
            removed: splice.removed,
            inserted: splice.inserted,
        });
        self.update(diffs.collect(), None)
    }

    fn update(&self, diffs: Vec<TimelineDiff>, focus: Option<String>) -> TimelineUpdate {
        let (at_start, at_end) = self.ends_are_open();
        TimelineUpdate {
            diffs,
            at_start,
            at_end,
            newer: self.status.newer,
            unread: self.status.unread,
            first_unread: self.status.first_unread.clone(),
            unread_line: self.unread_line.clone(),
            focus,
        }
    }

    fn ends_are_open(&self) -> (bool, bool) {
        (self.ends.lower.is_none(), self.ends.upper.is_none())
    }
}
