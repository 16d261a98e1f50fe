//! The thread of a list: holds all summaries, and tells what differs of those that are shown.

use std::collections::BTreeMap;
use std::collections::hash_map::RandomState;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use super::{
    ConversationFilter, ConversationListDiff, ConversationListUpdate, ConversationListener,
    ConversationSummary, ask,
};
use crate::client::diff::{self, revision};
use crate::client::error::Error;
use crate::client::events::Event;
use crate::client::live::{Live, News, Watch};
use crate::client::seat::Inner;

/// A new filter: all that a person does with a list.
pub(super) struct Command(pub ConversationFilter);

/// What the listener knows.
struct Shown {
    listener: Arc<dyn ConversationListener>,
    filter: ConversationFilter,
    all: BTreeMap<String, ConversationSummary>,
    items: Vec<ConversationSummary>,
    counts: Counts,
    hash: RandomState,
}

/// What an update says besides the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    unread: u32,
    unread_conversations: u32,
    requests: u32,
}

pub(super) fn start(
    inner: &Arc<Inner>,
    listener: Arc<dyn ConversationListener>,
    filter: ConversationFilter,
) -> Result<Watch<Command>, Error> {
    let watch = Watch::start(inner, news)?;
    let mut shown = Shown {
        listener,
        filter,
        all: BTreeMap::new(),
        items: Vec::new(),
        counts: Counts::default(),
        hash: RandomState::new(),
    };
    shown.read(inner, &News::all())?;
    shown.choose();
    let items = shown.items.clone();
    let first = shown.update(vec![ConversationListDiff::Reset { items }]);
    watch.follow("sotto-list", inner, shown, first)?;
    Ok(watch)
}

/// Which conversations an event may change.
fn news(event: &Event) -> News {
    match event {
        Event::Started { .. } | Event::MeChanged { .. } => News::all(),
        Event::MessageReceived { message } | Event::MessageChanged { message } => {
            News::of(&message.conversation)
        }
        Event::ConversationChanged { conversation } => News::of(conversation),
        Event::ContactRequested { contact } | Event::ContactChanged { contact } => {
            News::of(&contact.conversation)
        }
        _ => News::default(),
    }
}

impl Live for Shown {
    type Command = Command;
    type Update = ConversationListUpdate;
    // Nobody reads a list that moves faster.
    const PAUSE: Duration = Duration::from_millis(100);

    fn refresh(
        &mut self,
        client: &Inner,
        news: &News,
    ) -> Result<Option<ConversationListUpdate>, Error> {
        self.read(client, news)?;
        let counts = self.counts;
        let update = self.splice();
        let is_same = update.diffs.is_empty() && counts == self.counts;
        Ok((!is_same).then_some(update))
    }

    fn obey(
        &mut self,
        _: &Inner,
        Command(filter): &Command,
    ) -> Result<ConversationListUpdate, Error> {
        self.filter = filter.clone();
        Ok(self.splice())
    }

    fn tell(&self, update: ConversationListUpdate) {
        self.listener.on_update(update);
    }
}

impl Shown {
    fn read(&mut self, client: &Inner, news: &News) -> Result<(), Error> {
        let only = match news.all {
            true => None,
            false => Some(news.conversations.iter().cloned().collect()),
        };
        let read = ask(client, only)?;
        if news.all {
            self.all.clear();
        }
        for gone in &news.conversations {
            self.all.remove(gone);
        }
        for mut summary in read {
            summary.revision = revision(&self.hash, &summary);
            self.all.insert(summary.id.clone(), summary);
        }
        Ok(())
    }

    /// Makes the list anew, and gives the one before.
    fn choose(&mut self) -> Vec<ConversationSummary> {
        let counted = self
            .all
            .values()
            .filter(|summary| !summary.archived && !summary.request && !summary.blocked);
        let mut counts = Counts::default();
        for summary in counted {
            counts.unread = counts.unread.saturating_add(summary.unread);
            counts.unread_conversations += u32::from(summary.unread > 0 || summary.marked_unread);
        }
        let requests = self.all.values().filter(|summary| summary.request).count();
        counts.requests = u32::try_from(requests).unwrap_or(u32::MAX);
        self.counts = counts;
        mem::replace(&mut self.items, self.filter.choose(self.all.values()))
    }

    fn splice(&mut self) -> ConversationListUpdate {
        let before = self.choose();
        let splices = diff::splices(&before, &self.items).into_iter();
        let diffs = splices.map(|splice| ConversationListDiff::Splice {
            index: splice.index,
            removed: splice.removed,
            inserted: splice.inserted,
        });
        self.update(diffs.collect())
    }

    fn update(&self, diffs: Vec<ConversationListDiff>) -> ConversationListUpdate {
        ConversationListUpdate {
            diffs,
            unread: self.counts.unread,
            unread_conversations: self.counts.unread_conversations,
            requests: self.counts.requests,
        }
    }
}
