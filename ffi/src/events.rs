//! What has changed, told to the other side.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sotto_core::client;

use crate::error::{Error, ListenerFailed};
use crate::records::{Contact, Message};

/// Something has changed, and is committed.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Event {
    /// The first event of every subscription, and the first after the process that has the profile
    /// open was another one: how things are.
    Started {
        /// The connection to the home relay.
        connection: ConnectionState,
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
    /// The connection to the home relay is another.
    ConnectionChanged {
        /// How it is now.
        connection: ConnectionState,
    },
    /// Something that these bindings have no call for yet.
    Other,
    /// The last event: the profile cannot be opened any more.
    Ended {
        /// Why.
        error: Error,
    },
}

impl From<client::Event> for Event {
    fn from(event: client::Event) -> Self {
        match event {
            client::Event::Started {
                connection, row, ..
            } => Self::Started {
                connection: connection.into(),
                row,
            },
            client::Event::MessageReceived { message } => Self::MessageReceived {
                message: message.into(),
            },
            client::Event::MessageChanged { message } => Self::MessageChanged {
                message: message.into(),
            },
            client::Event::ContactRequested { contact } => Self::ContactRequested {
                contact: contact.into(),
            },
            client::Event::ContactChanged { contact } => Self::ContactChanged {
                contact: contact.into(),
            },
            client::Event::ConnectionChanged { connection } => Self::ConnectionChanged {
                connection: connection.into(),
            },
            client::Event::Ended { error } => Self::Ended {
                error: error.into(),
            },
            _ => Self::Other,
        }
    }
}

/// How the connection to the home relay is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
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

impl From<client::ConnectionState> for ConnectionState {
    fn from(connection: client::ConnectionState) -> Self {
        match connection {
            client::ConnectionState::Offline => Self::Offline,
            client::ConnectionState::Connecting => Self::Connecting,
            client::ConnectionState::Draining => Self::Draining,
            client::ConnectionState::Live => Self::Live,
        }
    }
}

/// Whoever wants to be told.
#[uniffi::export(with_foreign)]
pub trait Listener: Send + Sync {
    /// Called with one event after the other, on a thread of the core. It may call the client; while
    /// it takes its time, the next events wait. What it throws is kept for
    /// [`Subscription::take_failure`] and otherwise without effect.
    ///
    /// # Errors
    /// Whatever the other language threw.
    fn on_event(&self, event: Event) -> Result<(), ListenerFailed>;
}

/// A listener of the other side, as the core wants it.
pub(crate) struct Adapted {
    listener: Arc<dyn Listener>,
    failure: Arc<Failure>,
}

/// What a listener threw last.
type Failure = Mutex<Option<String>>;

impl Adapted {
    pub fn new(listener: Arc<dyn Listener>) -> (Self, Arc<Failure>) {
        let failure = Arc::new(Mutex::new(None));
        let adapted = Self {
            listener,
            failure: Arc::clone(&failure),
        };
        (adapted, failure)
    }
}

impl client::Listener for Adapted {
    fn on_event(&self, event: client::Event) {
        if let Err(ListenerFailed::Failed { reason }) = self.listener.on_event(event.into()) {
            *lock(&self.failure) = Some(reason);
        }
    }
}

/// Keeps a listener told. Cancelling it, or letting go of it, ends that; a call that is under way
/// still ends.
#[derive(Debug, uniffi::Object)]
pub struct Subscription {
    inner: Arc<client::Subscription>,
    failure: Arc<Failure>,
}

impl Subscription {
    pub(crate) fn new(inner: Arc<client::Subscription>, failure: Arc<Failure>) -> Self {
        Self { inner, failure }
    }
}

#[uniffi::export]
impl Subscription {
    /// Ends it.
    pub fn cancel(&self) {
        self.inner.cancel();
    }

    /// What the listener threw last, in the other language's words, and forgets it: nothing else
    /// tells of it. For whoever writes the listener; it may quote what was in the event.
    #[must_use]
    pub fn take_failure(&self) -> Option<String> {
        lock(&self.failure).take()
    }
}

fn lock(failure: &Failure) -> MutexGuard<'_, Option<String>> {
    failure.lock().unwrap_or_else(PoisonError::into_inner)
}
