//! The handle of a profile.

use std::sync::Arc;
use std::time::Duration;

use sotto_core::client;

use crate::error::Error;
use crate::events::{Adapted, Listener, Subscription};
use crate::records::{Contact, Me, Message};

/// What opens a profile. A new profile gets one key slot of this kind.
#[derive(Clone, uniffi::Enum)]
pub enum Unlock {
    /// A passphrase, byte by byte as it is.
    Passphrase {
        /// The passphrase.
        passphrase: String,
    },
    /// A random key in the file `key` of the profile, which only its owner can read.
    KeyFile,
}

impl From<Unlock> for client::Unlock {
    fn from(unlock: Unlock) -> Self {
        match unlock {
            Unlock::Passphrase { passphrase } => Self::Passphrase { passphrase },
            Unlock::KeyFile => Self::KeyFile,
        }
    }
}

/// One profile, open. Every call blocks, and may be made from any thread.
#[derive(Debug, uniffi::Object)]
pub struct Client(Arc<client::Client>);

#[uniffi::export]
impl Client {
    /// Opens the profile in a folder; with `create`, makes it if it is not there. With `online` it
    /// connects at once, and whenever there is something to do. Where another client has it open, here
    /// or in another process, this one works through it. Blocks.
    ///
    /// # Errors
    /// `no_profile`, `wrong_passphrase`, `other_key`, `in_use`, `other_version`, and those of a
    /// damaged file.
    #[uniffi::constructor]
    pub fn open(
        dir: String,
        unlock: Unlock,
        create: bool,
        online: bool,
    ) -> Result<Arc<Self>, Error> {
        let client = client::Client::open(client::ProfileConfig {
            dir,
            unlock: unlock.into(),
            create,
            online,
        })?;
        Ok(Arc::new(Self(client)))
    }

    /// Makes an account and registers it at a relay. Blocks until the relay knows it and has its
    /// keys, so that others can write at once.
    ///
    /// # Errors
    /// `bad_address`, `bad_text`, `has_account`, `unreachable`, `refused`, `timed_out`.
    pub fn register(&self, relay: String, name: String, timeout: Duration) -> Result<Me, Error> {
        Ok(self.0.register(relay, name, None, timeout)?.into())
    }

    /// This device and its account. Works offline; blocks for a read of the database.
    ///
    /// # Errors
    /// `no_account`.
    pub fn me(&self) -> Result<Me, Error> {
        Ok(self.0.me()?.into())
    }

    /// Adds somebody by the link that they gave. Works offline; blocks for a write.
    ///
    /// # Errors
    /// `bad_link`, `own_link`, `no_account`.
    pub fn add_contact(&self, link: String) -> Result<Contact, Error> {
        Ok(self.0.add_contact(link)?.into())
    }

    /// Queues a text to a contact, who is meant by name, by id or by the beginning of an id. Blocks
    /// until it is on the disk; it leaves by itself.
    ///
    /// # Errors
    /// `no_such_contact`, `ambiguous_contact`, `bad_text`, `blocked`, `not_active`.
    pub fn send(&self, to: String, text: String) -> Result<Message, Error> {
        Ok(self.0.conversation(to)?.send(text)?.into())
    }

    /// The last messages with a contact, or the last before a row, oldest first. Blocks for a read.
    ///
    /// # Errors
    /// `no_such_contact`, `ambiguous_contact`, `no_such_entry`.
    pub fn history(
        &self,
        with: String,
        limit: u32,
        before: Option<i64>,
    ) -> Result<Vec<Message>, Error> {
        let messages = self.0.conversation(with)?.history(limit, before)?;
        Ok(messages.into_iter().map(Into::into).collect())
    }

    /// Tells a listener everything that changes from now on, beginning with how things are. Blocks
    /// for a moment; the events come on a thread of the core.
    ///
    /// # Errors
    /// `closed`, and those of opening the profile.
    pub fn listen(&self, listener: Arc<dyn Listener>) -> Result<Arc<Subscription>, Error> {
        let (adapted, failure) = Adapted::new(listener);
        let subscription = self.0.subscribe(Arc::new(adapted))?;
        Ok(Arc::new(Subscription::new(subscription, failure)))
    }

    /// Ends everything and lets go of the profile; every later call fails with `closed`. Blocks until
    /// nothing of it runs any more, except for calls that are still under way on other threads: they
    /// come back soon. A program closes every client before it ends.
    pub fn close(&self) {
        self.0.close();
    }
}
