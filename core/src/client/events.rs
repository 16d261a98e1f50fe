//! What has changed.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::contacts::Contact;
use super::error::Error;
use super::handle::Client;
use super::message::Message;
use super::notices::Notice;
use super::outbox::OutboxSummary;
use super::profile::Me;
use super::remote::Line;
use crate::engine::machine::Phase;

/// Something has changed, and is committed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// The first event of every subscription, and the first after the process that has the profile
    /// open was another one: how things are.
    Started {
        /// The connection to the home relay.
        connection: ConnectionState,
        /// The outbox.
        outbox: OutboxSummary,
        /// Messages known to be missing.
        gaps: u64,
        /// The highest row of a message; what has a higher one comes as an event.
        row: i64,
    },
    /// Somebody wrote, or an own other device did.
    MessageReceived {
        /// The message.
        message: Message,
    },
    /// A message was sent from here, or is other than it was: how far it has come, its text, its
    /// reactions.
    MessageChanged {
        /// The message.
        message: Message,
    },
    /// A conversation appeared, or something of it differs: a message came, went or is another, its
    /// settings, a gap. Comes besides what is told of its messages, once for many changes.
    ConversationChanged {
        /// Its id, in hexadecimal.
        conversation: String,
    },
    /// A message is not here any more: it was deleted, or its time is over.
    MessageRemoved {
        /// The conversation, in hexadecimal.
        conversation: String,
        /// The row it had.
        row: i64,
    },
    /// Somebody types, or has stopped. Who types says so every few seconds; it is over 15 seconds
    /// after the last time.
    Typing {
        /// The conversation, in hexadecimal.
        conversation: String,
        /// Who, in hexadecimal.
        account: String,
        /// Whether they do.
        active: bool,
    },
    /// Somebody who is not accepted wrote for the first time.
    ContactRequested {
        /// Who.
        contact: Contact,
    },
    /// A contact appeared, or its name or standing differs.
    ContactChanged {
        /// Who.
        contact: Contact,
    },
    /// The own account or its devices differ.
    MeChanged {
        /// As it is now, without the link.
        me: Me,
    },
    /// The connection to the home relay is another.
    ConnectionChanged {
        /// How it is now.
        connection: ConnectionState,
    },
    /// Something that the person should know.
    Notice {
        /// What.
        notice: Notice,
    },
    /// Messages known to be missing while they are asked for again.
    GapsChanged {
        /// How many.
        gaps: u64,
    },
    /// Something was queued, has left or has failed.
    OutboxChanged {
        /// How it is now.
        outbox: OutboxSummary,
    },
    /// The last event: the profile cannot be opened any more.
    Ended {
        /// Why.
        error: Error,
    },
}

/// How the connection to the home relay is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionState {
    /// There is none.
    Offline,
    /// It is coming about.
    Connecting,
    /// What has waited is coming in.
    Draining,
    /// Everything has come; what comes now comes live.
    Live,
}

impl From<Phase> for ConnectionState {
    fn from(phase: Phase) -> Self {
        match phase {
            Phase::Offline => Self::Offline,
            Phase::Connecting => Self::Connecting,
            Phase::Draining => Self::Draining,
            Phase::Live => Self::Live,
        }
    }
}

/// Whoever wants to be told.
pub trait Listener: Send + Sync {
    /// Called with one event after the other, on a thread of the core. It may call the client; while
    /// it takes its time, the next events wait. A panic is logged and otherwise without effect.
    fn on_event(&self, event: Event);
}

/// Any function will do.
impl<F: Fn(Event) + Send + Sync> Listener for F {
    fn on_event(&self, event: Event) {
        self(event);
    }
}

/// Keeps a listener told. Dropping it, or [`Subscription::cancel`], ends that; a call that is under
/// way still ends.
#[must_use = "dropping a subscription cancels it"]
pub struct Subscription {
    line: Arc<Line>,
}

impl Subscription {
    /// Ends it.
    pub fn cancel(&self) {
        self.line.cancel();
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.cancel();
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subscription(..)")
    }
}

impl Client {
    /// Tells a listener everything that changes from now on, beginning with [`Event::Started`].
    ///
    /// # Errors
    /// Those of opening the profile, where the process that had it open has ended.
    pub fn subscribe(&self, listener: Arc<dyn Listener>) -> Result<Arc<Subscription>, Error> {
        let line = Line::open(self.inner(), listener)?;
        Ok(Arc::new(Subscription { line }))
    }
}
