//! The one trait at the edge: how frames leave and come.

use async_trait::async_trait;

use super::error::NetError;

/// Makes connections to relays.
#[async_trait]
pub trait Connector: Send + Sync + 'static {
    /// Connects to `path` of the relay at `url` (`https://host`, or `http://` on this machine).
    ///
    /// # Errors
    /// [`NetError`] as its variants say. Gives up after [`super::CONNECT_TIMEOUT`].
    async fn connect(&self, url: &str, path: &str) -> Result<Pipe, NetError>;
}

/// A connection: two halves, so that a reader who waits never keeps a writer from writing.
pub struct Pipe {
    /// What comes.
    pub reader: Box<dyn Reader>,
    /// What leaves.
    pub writer: Box<dyn Writer>,
}

/// The half that frames come from.
#[async_trait]
pub trait Reader: Send {
    /// The next frame. As long as nobody asks, nothing more is taken from the line.
    ///
    /// # Errors
    /// [`NetError::Closed`] or [`NetError::Silent`]; the connection is then over.
    async fn read(&mut self) -> Result<Vec<u8>, NetError>;
}

/// The half that frames leave by.
#[async_trait]
pub trait Writer: Send {
    /// Hands one frame to the line.
    ///
    /// # Errors
    /// [`NetError::Closed`]; the connection is then over.
    async fn write(&mut self, frame: Vec<u8>) -> Result<(), NetError>;

    /// Asks the other side for a sign of life.
    ///
    /// # Errors
    /// [`NetError::Closed`]; the connection is then over.
    async fn ping(&mut self) -> Result<(), NetError>;

    /// Says goodbye. What was written before has been handed to the line.
    async fn close(&mut self);
}
