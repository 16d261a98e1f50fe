//! What is said between the person and somebody, and what can be done there.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sotto_content::direct::conversation_id;
use sotto_wire::ids::AccountId;

use super::contacts::{self, Contact};
use super::error::Error;
use super::handle::Client;
use super::id;
use super::message::{self, Draft, Message};
use super::request::{Deed, Reply, Request};
use super::seat::Inner;
use super::shown;
use crate::engine::settings;
use crate::model;
use crate::store::View;
use crate::store::tables::{conversations, messages, pages};

/// The most messages that one call returns.
pub(super) const MOST: u32 = 10_000;

/// What is set for a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationSettings {
    /// Seconds that messages are kept after they were read; 0 for ever.
    pub timer: u32,
    /// Until when nothing makes a sound, in milliseconds since 1970; 0 for not muted.
    pub muted_until: u64,
    /// It was put aside.
    pub archived: bool,
    /// It is kept on top.
    pub pinned: bool,
    /// It is marked as unread.
    pub marked_unread: bool,
    /// Which messages the person wants to be told of.
    pub notify: Notify,
}

/// Which messages of a conversation the person wants to be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notify {
    /// Every one.
    Everything,
    /// Those that mention the person.
    Mentions,
    /// None.
    Nothing,
}

impl Notify {
    pub(super) fn to_model(self) -> model::Notify {
        match self {
            Self::Everything => model::Notify::Everything,
            Self::Mentions => model::Notify::Mentions,
            Self::Nothing => model::Notify::Nothing,
        }
    }

    fn from_model(notify: model::Notify) -> Self {
        match notify {
            model::Notify::Everything => Self::Everything,
            model::Notify::Mentions => Self::Mentions,
            model::Notify::Nothing => Self::Nothing,
        }
    }
}

/// The conversation with one contact, or with oneself.
pub struct Conversation {
    client: Client,
    contact: Contact,
}

impl Conversation {
    /// Whom it is with, as it was when this handle was made.
    #[must_use]
    pub fn contact(&self) -> Contact {
        self.contact.clone()
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    pub(super) fn id(&self) -> &str {
        &self.contact.conversation
    }

    pub(super) fn account(&self) -> &str {
        &self.contact.account
    }

    /// Queues a text. It is on the disk when this returns, and leaves by itself.
    ///
    /// # Errors
    /// [`Error::BadText`], [`Error::Blocked`], [`Error::NotActive`], [`Error::NoSuchContact`].
    pub fn send(&self, text: String) -> Result<Message, Error> {
        self.send_draft(Draft::plain(text))
    }

    /// The same for a text with formats and mentions, or one that answers a message.
    ///
    /// # Errors
    /// Those of [`Conversation::send`], and [`Error::NoSuchMessage`] for what it answers.
    pub fn send_draft(&self, draft: Draft) -> Result<Message, Error> {
        let account = self.contact.account.clone();
        self.client.message(&Request::Send { account, draft })
    }

    /// Queues what a message says once more, for this conversation, without who said it.
    ///
    /// # Errors
    /// [`Error::NoSuchMessage`], [`Error::CannotChange`] for what is no text, and those of
    /// [`Conversation::send`].
    pub fn forward(&self, row: i64) -> Result<Message, Error> {
        let account = self.contact.account.clone();
        self.client.message(&Request::Forward { account, row })
    }

    /// Keeps what is being written, here and on the own other devices, until it is sent. An empty
    /// text forgets it.
    ///
    /// # Errors
    /// [`Error::BadText`].
    pub fn set_draft(&self, draft: Draft) -> Result<(), Error> {
        self.set(Deed::Draft { draft })
    }

    /// What is being written.
    ///
    /// # Errors
    /// Those of the store.
    pub fn draft(&self) -> Result<Option<Draft>, Error> {
        let account = self.contact.account.clone();
        let Reply::Draft(draft) = self.client.ask(&Request::Draft { account })? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(draft)
    }

    /// Marks everything up to a message as read, or everything there is.
    ///
    /// # Errors
    /// [`Error::NoSuchMessage`].
    pub fn mark_read(&self, up_to: Option<i64>) -> Result<(), Error> {
        self.set(Deed::Read { up_to })
    }

    /// Marks it as unread, though everything was read.
    ///
    /// # Errors
    /// Those of the store.
    pub fn mark_unread(&self) -> Result<(), Error> {
        self.set(Deed::MarkUnread)
    }

    /// Sets how many seconds messages are kept after they were read, for both ends; 0 for ever.
    /// What was sent before keeps the time it was sent with.
    ///
    /// # Errors
    /// [`Error::CannotChange`] beyond a year; those of [`Conversation::send`].
    pub fn set_timer(&self, seconds: u32) -> Result<(), Error> {
        self.set(Deed::Timer { seconds })
    }

    /// Nothing here makes a sound until a time in milliseconds since 1970; 0 takes that back.
    ///
    /// # Errors
    /// Those of the store.
    pub fn mute(&self, until: u64) -> Result<(), Error> {
        self.set(Deed::Mute { until })
    }

    /// Which messages the person wants to be told of.
    ///
    /// # Errors
    /// Those of the store.
    pub fn set_notify(&self, notify: Notify) -> Result<(), Error> {
        self.set(Deed::Notify { notify })
    }

    /// Puts it aside, or back.
    ///
    /// # Errors
    /// Those of the store.
    pub fn archive(&self, on: bool) -> Result<(), Error> {
        self.set(Deed::Archive { on })
    }

    /// Keeps it on top, or no more.
    ///
    /// # Errors
    /// Those of the store.
    pub fn pin(&self, on: bool) -> Result<(), Error> {
        self.set(Deed::Pin { on })
    }

    /// Deletes everything that was said up to now, here and on the own other devices. The other
    /// end keeps what it has.
    ///
    /// # Errors
    /// Those of the store.
    pub fn clear(&self) -> Result<(), Error> {
        self.set(Deed::Clear)
    }

    /// Tells the other end that the person types, or has stopped. Call it every few seconds while
    /// that is so; it is sent to those who are there now, and to nobody else.
    ///
    /// # Errors
    /// [`Error::NotActive`].
    pub fn set_typing(&self, active: bool) -> Result<(), Error> {
        self.set(Deed::Typing { active })
    }

    /// What is set for it.
    ///
    /// # Errors
    /// Those of the store.
    pub fn settings(&self) -> Result<ConversationSettings, Error> {
        let account = self.contact.account.clone();
        let request = Request::ConversationSettings { account };
        let Reply::ConversationSettings(settings) = self.client.ask(&request)? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(settings)
    }

    fn set(&self, deed: Deed) -> Result<(), Error> {
        let account = self.contact.account.clone();
        self.client.ask(&Request::Set { account, deed }).map(drop)
    }

    /// The last messages, or the last before one, oldest first.
    ///
    /// # Errors
    /// Those of the store.
    pub fn history(&self, limit: u32, before: Option<i64>) -> Result<Vec<Message>, Error> {
        let account = self.contact.account.clone();
        self.client.messages(&Request::History {
            account,
            limit,
            before,
        })
    }
}

impl fmt::Debug for Conversation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Conversation(..)")
    }
}

impl Client {
    /// The conversation with a contact, who is meant as in [`Client::find_contact`]; by the account's
    /// own id that with oneself.
    ///
    /// # Errors
    /// [`Error::NoSuchContact`], [`Error::AmbiguousContact`].
    pub fn conversation(&self, who: String) -> Result<Arc<Conversation>, Error> {
        // Nobody else can have an own id: only what is an id is worth the look.
        if id::account(&who).is_ok() {
            let own = self.note_to_self()?;
            if own.contact.account.eq_ignore_ascii_case(&who) {
                return Ok(own);
            }
        }
        Ok(Arc::new(Conversation {
            contact: self.find_contact(who)?,
            client: self.another(),
        }))
    }

    /// The conversation with oneself: what is written there is on all own devices.
    ///
    /// # Errors
    /// [`Error::NoAccount`].
    pub fn note_to_self(&self) -> Result<Arc<Conversation>, Error> {
        Ok(Arc::new(Conversation {
            contact: self.contact(&Request::Myself)?,
            client: self.another(),
        }))
    }

    /// Reacts to a message with one emoji. A person has one reaction to a message; the next one
    /// takes its place, and an empty one takes it back.
    ///
    /// # Errors
    /// [`Error::BadText`] for what is no emoji, [`Error::NoSuchMessage`], [`Error::CannotChange`].
    pub fn react(&self, row: i64, emoji: String) -> Result<Message, Error> {
        self.message(&Request::React { row, emoji })
    }

    /// Puts another text in the place of an own one; what it answers stays.
    ///
    /// # Errors
    /// [`Error::BadText`], [`Error::NoSuchMessage`], [`Error::CannotChange`] for somebody else's.
    pub fn edit(&self, row: i64, draft: Draft) -> Result<Message, Error> {
        self.message(&Request::Edit { row, draft })
    }

    /// Deletes a message here and on the own other devices; where it is an own one and `everyone`
    /// is set, for the other end, too.
    ///
    /// # Errors
    /// [`Error::NoSuchMessage`], [`Error::CannotChange`].
    pub fn delete_message(&self, row: i64, everyone: bool) -> Result<(), Error> {
        self.ask(&Request::DeleteMessage { row, everyone })
            .map(drop)
    }

    /// One message by its row.
    ///
    /// # Errors
    /// [`Error::NoSuchMessage`].
    pub fn message_at(&self, row: i64) -> Result<Message, Error> {
        self.message(&Request::Message { row })
    }

    /// Messages that came to be here after a row, in the order of their rows. For those who must
    /// miss nothing: keep the last row that was dealt with, and ask again after every event.
    ///
    /// # Errors
    /// Those of the store.
    pub fn messages_after(&self, row: i64, limit: u32) -> Result<Vec<Message>, Error> {
        self.messages(&Request::MessagesAfter { row, limit })
    }

    /// The highest row there is, 0 for none.
    ///
    /// # Errors
    /// Those of the store.
    pub fn highest_row(&self) -> Result<i64, Error> {
        let Reply::Number(row) = self.ask(&Request::HighestRow)? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(row)
    }

    /// Waits until a relay has a message, or it has failed; gives how far it is in the end, also if
    /// the time was not enough.
    ///
    /// # Errors
    /// [`Error::NoSuchMessage`].
    pub fn wait_sent(&self, row: i64, timeout: Duration) -> Result<Message, Error> {
        self.message(&Request::WaitSent { row, timeout })
    }

    fn message(&self, request: &Request) -> Result<Message, Error> {
        let Reply::Message(message) = self.ask(request)? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(message)
    }

    fn messages(&self, request: &Request) -> Result<Vec<Message>, Error> {
        let Reply::Messages(messages) = self.ask(request)? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(messages)
    }

    fn another(&self) -> Client {
        Client::over(Arc::<Inner>::clone(self.inner()))
    }
}

pub(super) fn history(
    view: &View<'_>,
    account: &AccountId,
    limit: u32,
    before: Option<i64>,
) -> Result<Vec<Message>, Error> {
    let me = contacts::own_account(view)?;
    let conversation = conversation_id(&me, account);
    let limit = u64::from(limit.min(MOST));
    let rows = match before {
        None => messages::last(view, &conversation, limit)?,
        Some(before) => {
            let place =
                pages::place_of(view, &conversation, before)?.ok_or(Error::NoSuchMessage)?;
            pages::before(view, &conversation, &place, limit)?
        }
    };
    shown::all(view, rows)
}

pub(crate) fn settings_of(
    view: &View<'_>,
    account: &AccountId,
) -> Result<ConversationSettings, Error> {
    let me = contacts::own_account(view)?;
    let settings = conversations::settings(view, &conversation_id(&me, account))?;
    Ok(ConversationSettings {
        timer: settings.timer,
        muted_until: settings.muted_until,
        archived: settings.archived_at > 0,
        pinned: settings.pinned_at > 0,
        marked_unread: settings.marked_unread,
        notify: Notify::from_model(settings.notify),
    })
}

pub(super) fn draft_of(view: &View<'_>, account: &AccountId) -> Result<Option<Draft>, Error> {
    let me = contacts::own_account(view)?;
    let kept = settings::draft(view, &conversation_id(&me, account))?;
    kept.map(|kept| message::read_draft(view, kept)).transpose()
}
