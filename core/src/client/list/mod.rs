//! The conversations, as a list that stays true by itself.
//!
//! Each is a summary: with whom, what was said last, what is unread. Summaries of conversations that
//! have not changed are not read again.

mod follow;
mod summary;

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
mod tests;

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::diff::Entry;
use super::error::Error;
use super::handle::Client;
use super::live::Watch;
use super::message::{MessageKind, MessageState};
use super::request::{Reply, Request};
use super::seat::Inner;
use follow::Command;

pub(super) use summary::read;

/// One conversation in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationSummary {
    /// Its id, in hexadecimal.
    pub id: String,
    /// Differs whenever anything else here does. It says nothing else, and a number of JavaScript
    /// can hold it.
    pub revision: u64,
    /// What kind it is.
    pub kind: ConversationKind,
    /// The account that it is with, in hexadecimal; of a note to self the own one.
    pub account: String,
    /// What that account is called here.
    pub name: String,
    /// What was said last.
    pub preview: Option<Preview>,
    /// How many messages are unread.
    pub unread: u32,
    /// The person wants to come back to it, whether or not something is unread.
    pub marked_unread: bool,
    /// When the person has pinned it, in milliseconds since 1970: it stands before all that are not.
    pub pinned_at: Option<u64>,
    /// It is out of the way.
    pub archived: bool,
    /// Until when nothing of it is to make a sound, in milliseconds since 1970.
    pub muted_until: Option<u64>,
    /// The beginning of what the person has written and not sent.
    pub draft: Option<String>,
    /// Somebody who has not been accepted yet wrote.
    pub request: bool,
    /// Nothing of theirs is shown, nothing goes to them.
    pub blocked: bool,
    /// An accepted contact with whom nothing was said yet.
    pub empty: bool,
    /// When something was said last, in milliseconds since 1970; 0 for never.
    pub last_activity: u64,
}

impl Entry for ConversationSummary {
    fn id(&self) -> &str {
        &self.id
    }

    fn revision(&self) -> u64 {
        self.revision
    }
}

/// What kind of conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConversationKind {
    /// Note to self.
    Own,
    /// Between two accounts.
    Direct,
}

/// A message, in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Its row.
    pub row: i64,
    /// This account wrote it.
    pub own: bool,
    /// What its author is called here.
    pub author_name: String,
    /// What there is to see of it.
    pub kind: MessageKind,
    /// The beginning of the text of [`MessageKind::Text`], with `■` for what is hidden in it.
    pub text: Option<String>,
    /// Seconds that messages are kept, as [`MessageKind::Timer`] sets it; 0 for ever.
    pub timer: Option<u32>,
    /// How far it has come.
    pub state: MessageState,
    /// When it was sent, by its sender's clock, in milliseconds since 1970.
    pub at: u64,
}

/// Which conversations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationFilter {
    /// Which of them.
    pub show: ConversationSet,
    /// Only those whose name contains this, in upper or lower case.
    pub name: Option<String>,
}

/// A part of the conversations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConversationSet {
    /// All but archived ones. Accepted contacts with whom nothing was said yet come last.
    #[default]
    All,
    /// Those with something unread, or marked so; no archived ones.
    Unread,
    /// Those of people who are not accepted yet.
    Requests,
    /// Archived ones.
    Archived,
}

impl ConversationFilter {
    fn takes(&self, summary: &ConversationSummary) -> bool {
        let is_in = match self.show {
            ConversationSet::All => !summary.archived,
            ConversationSet::Unread => {
                !summary.archived && (summary.unread > 0 || summary.marked_unread)
            }
            ConversationSet::Requests => summary.request,
            ConversationSet::Archived => summary.archived,
        };
        let wanted = self.name.as_ref().map(|name| name.trim().to_lowercase());
        is_in && wanted.is_none_or(|wanted| summary.name.to_lowercase().contains(&wanted))
    }

    /// Those that are wanted, in order: pinned ones, then by what was said last, then by name.
    fn choose<'a>(
        &self,
        all: impl IntoIterator<Item = &'a ConversationSummary>,
    ) -> Vec<ConversationSummary> {
        let chosen = all.into_iter().filter(|summary| self.takes(summary));
        let mut chosen: Vec<ConversationSummary> = chosen.cloned().collect();
        chosen.sort_by_cached_key(|summary| {
            (
                summary.pinned_at.unwrap_or(u64::MAX),
                summary.empty,
                u64::MAX - summary.last_activity,
                summary.name.to_lowercase(),
                summary.id.clone(),
            )
        });
        chosen
    }
}

/// How the list differs from what its listener was told last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationListUpdate {
    /// What to do with the list, one after the other; may be empty.
    pub diffs: Vec<ConversationListDiff>,
    /// Unread messages in all conversations that are neither archived nor requests nor blocked,
    /// whether or not the filter takes them.
    pub unread: u32,
    /// In how many of these something is unread, or marked so.
    pub unread_conversations: u32,
    /// How many requests there are.
    pub requests: u32,
}

/// A change of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConversationListDiff {
    /// The list is another one.
    Reset {
        /// All of it, in order.
        items: Vec<ConversationSummary>,
    },
    /// A part of the list is another one.
    Splice {
        /// Where, in the list as the diffs before have left it.
        index: u32,
        /// How many conversations go from there.
        removed: u32,
        /// Those that come in their place.
        inserted: Vec<ConversationSummary>,
    },
}

/// Whoever shows the conversations.
pub trait ConversationListener: Send + Sync {
    /// Called with one update after the other, the first of which is a reset, on a thread of this
    /// list. It may call the list and the client. While it takes its time, changes gather and come
    /// together. A panic is logged and otherwise without effect.
    fn on_update(&self, update: ConversationListUpdate);
}

/// Any function will do.
impl<F: Fn(ConversationListUpdate) + Send + Sync> ConversationListener for F {
    fn on_update(&self, update: ConversationListUpdate) {
        self(update);
    }
}

/// The list of conversations. Dropping it, or [`ConversationList::close`], ends it; an update that
/// is under way still ends.
#[must_use = "dropping a list closes it"]
pub struct ConversationList {
    watch: Watch<Command>,
}

impl ConversationList {
    /// Shows others from now on. Returns at once; exactly one update follows, also if nothing
    /// differs.
    pub fn set_filter(&self, filter: ConversationFilter) {
        self.watch.desk().order(Command(filter));
    }

    /// Ends it: nothing is told from now on.
    pub fn close(&self) {
        self.watch.close();
    }
}

impl fmt::Debug for ConversationList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConversationList(..)")
    }
}

impl Client {
    /// The conversations that a filter takes: pinned ones first as they were pinned, then by what was
    /// said last, and
    /// contacts with whom nothing was said yet at the end, by name. None where there is no account.
    ///
    /// # Errors
    /// Those of the store.
    pub fn conversations(
        &self,
        filter: ConversationFilter,
    ) -> Result<Vec<ConversationSummary>, Error> {
        Ok(filter.choose(&ask(self.inner(), None)?))
    }

    /// Keeps a listener told of the list of conversations: of what is in it first, then of what
    /// differs.
    ///
    /// # Errors
    /// Those of the store.
    pub fn conversation_list(
        &self,
        listener: Arc<dyn ConversationListener>,
        filter: ConversationFilter,
    ) -> Result<Arc<ConversationList>, Error> {
        let watch = follow::start(self.inner(), listener, filter)?;
        Ok(Arc::new(ConversationList { watch }))
    }
}

/// Asks for summaries, of some conversations or all, whoever has the profile.
fn ask(client: &Inner, only: Option<Vec<String>>) -> Result<Vec<ConversationSummary>, Error> {
    let Reply::Summaries(summaries) = client.ask(&Request::Summaries { only })? else {
        return Err(Error::bug("another reply was expected"));
    };
    Ok(summaries)
}
