//! The real line: one frame per binary WebSocket message.

use async_trait::async_trait;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use sotto_wire::size::MAX_FRAME;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Bytes, Error as WsError, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::error::NetError;
use super::pipe::{Connector, Pipe, Reader, Writer};
use super::{CONNECT_TIMEOUT, DEAD_AFTER, address, tls};

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Connects by WebSocket: TLS with the roots of the operating system, or in plain text on this
/// machine.
pub struct WebSockets;

#[async_trait]
impl Connector for WebSockets {
    async fn connect(&self, url: &str, path: &str) -> Result<Pipe, NetError> {
        let address = address::websocket(url, path)?;
        tls::install_provider();
        // The buffers are taken for each connection before anything is read: the defaults would
        // cost a quarter of a megabyte. One message is one frame on the wire.
        let config = WebSocketConfig::default()
            .read_buffer_size(4 << 10)
            .write_buffer_size(0)
            .max_message_size(Some(MAX_FRAME))
            .max_frame_size(Some(MAX_FRAME));
        let connecting = connect_async_with_config(address.as_str(), Some(config), true);
        let (stream, _) = timeout(CONNECT_TIMEOUT, connecting)
            .await
            .map_err(|_| NetError::Timeout)?
            .map_err(failed)?;
        let (sink, stream) = stream.split();
        Ok(Pipe {
            reader: Box::new(Incoming { stream }),
            writer: Box::new(Outgoing { sink }),
        })
    }
}

fn failed(error: WsError) -> NetError {
    match error {
        WsError::Io(error) => match error.get_ref().and_then(|inner| inner.downcast_ref()) {
            Some(tls @ rustls::Error::InvalidCertificate(_)) => NetError::Tls(tls.to_string()),
            _ => NetError::Unreachable(error.to_string()),
        },
        WsError::Tls(error) => NetError::Tls(error.to_string()),
        WsError::Url(_) => NetError::BadAddress,
        other => NetError::NotARelay(other.to_string()),
    }
}

struct Incoming {
    stream: SplitStream<Stream>,
}

#[async_trait]
impl Reader for Incoming {
    async fn read(&mut self) -> Result<Vec<u8>, NetError> {
        loop {
            let next = timeout(DEAD_AFTER, self.stream.next())
                .await
                .map_err(|_| NetError::Silent)?;
            match next {
                Some(Ok(Message::Binary(frame))) => return Ok(frame.into()),
                Some(Ok(Message::Close(close))) => {
                    return Err(NetError::Closed {
                        code: close.map(|close| close.code.into()),
                    });
                }
                // Pings are answered by the library; a text is nothing that a relay says.
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(NetError::Closed { code: None }),
            }
        }
    }
}

struct Outgoing {
    sink: SplitSink<Stream, Message>,
}

impl Outgoing {
    async fn send(&mut self, message: Message) -> Result<(), NetError> {
        self.sink
            .send(message)
            .await
            .map_err(|_| NetError::Closed { code: None })
    }
}

#[async_trait]
impl Writer for Outgoing {
    async fn write(&mut self, frame: Vec<u8>) -> Result<(), NetError> {
        self.send(Message::Binary(frame.into())).await
    }

    async fn ping(&mut self) -> Result<(), NetError> {
        self.send(Message::Ping(Bytes::new())).await
    }

    async fn close(&mut self) {
        // It is over either way.
        let _ = self.sink.close().await;
    }
}
