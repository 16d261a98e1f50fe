//! The listening socket, which tells when it is closed: only then are connections sent away, or
//! they would come back through the door they were sent out of.

use std::io;
use std::net::SocketAddr;

use axum::serve::Listener;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

pub(super) struct Doorway {
    listener: Option<TcpListener>,
    closed: Option<oneshot::Sender<()>>,
}

impl Doorway {
    /// The door, and what resolves once nobody can come in any more.
    pub(super) fn new(listener: TcpListener) -> (Self, oneshot::Receiver<()>) {
        let (closed, is_closed) = oneshot::channel();
        (
            Self {
                listener: Some(listener),
                closed: Some(closed),
            },
            is_closed,
        )
    }
}

impl Drop for Doorway {
    fn drop(&mut self) {
        self.listener = None;
        if let Some(closed) = self.closed.take() {
            let _ = closed.send(());
        }
    }
}

impl Listener for Doorway {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        match &mut self.listener {
            // It logs, and waits where the machine has run out of something.
            Some(listener) => Listener::accept(listener).await,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        match &self.listener {
            Some(listener) => listener.local_addr(),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}
