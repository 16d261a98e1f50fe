//! The handle.

use std::fmt;
use std::sync::Arc;

use super::config::ProfileConfig;
use super::error::Error;
use super::events::ConnectionState;
use super::request::{Reply, Request};
use super::seat::Inner;
use crate::net::{Connector, WebSockets};

/// One profile, open. Its methods block; it may be used from any thread. What it does goes on in
/// the background until the last handle to it is dropped or it is closed; nothing needs to be
/// waited for, because everything that was promised is on the disk.
pub struct Client {
    inner: Arc<Inner>,
}

impl Client {
    /// Opens a profile. Where another client has it open, here or in another process, this one
    /// works through it.
    ///
    /// # Errors
    /// [`Error::NoProfile`], [`Error::WrongPassphrase`], [`Error::OtherKey`], [`Error::NoKey`],
    /// [`Error::InUse`], [`Error::OtherVersion`]; others by their code for a damaged file, one from
    /// a newer version, a full disk. After any of them the files are as they were.
    pub fn open(config: ProfileConfig) -> Result<Arc<Self>, Error> {
        Self::open_over(config, Arc::new(WebSockets))
    }

    /// The same over another network.
    pub(crate) fn open_over(
        config: ProfileConfig,
        connector: Arc<dyn Connector>,
    ) -> Result<Arc<Self>, Error> {
        Ok(Arc::new(Self::over(Inner::open(config, connector)?)))
    }

    pub(super) fn over(inner: Arc<Inner>) -> Self {
        Self { inner }
    }

    pub(super) fn inner(&self) -> &Arc<Inner> {
        &self.inner
    }

    pub(super) fn ask(&self, request: &Request) -> Result<Reply, Error> {
        self.inner.ask(request)
    }

    /// Connects, now and whenever there is something to do. Does nothing where that is so already.
    pub fn go_online(&self) {
        self.inner.go_online();
    }

    /// The network may be another one now: what waits is tried at once.
    ///
    /// # Errors
    /// [`Error::Interrupted`].
    pub fn network_changed(&self) -> Result<(), Error> {
        self.ask(&Request::NetworkChanged).map(drop)
    }

    /// How the connection to the home relay is.
    ///
    /// # Errors
    /// [`Error::Interrupted`].
    pub fn connection(&self) -> Result<ConnectionState, Error> {
        let Reply::Connection(connection) = self.ask(&Request::Connection)? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(connection)
    }

    /// Ends everything and lets go of the profile, for languages whose handles live as long as a
    /// collector pleases. Every later call is [`Error::Closed`].
    pub fn close(&self) {
        self.inner.close();
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client(..)")
    }
}
