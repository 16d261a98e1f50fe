//! The real line against a real socket.

use futures_util::{SinkExt as _, StreamExt as _};
use sotto_wire::size::MAX_FRAME;
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{WebSocketStream, accept_async};

use super::*;

async fn pair() -> (Pipe, WebSocketStream<tokio::net::TcpStream>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let accept = async {
        let (stream, _) = listener.accept().await.unwrap();
        accept_async(stream).await.unwrap()
    };
    let (pipe, server) = tokio::join!(WebSockets.connect(&url, "/v1/device"), accept);
    (pipe.unwrap(), server)
}

#[tokio::test]
async fn frames_travel_both_ways_as_they_are() {
    let (mut pipe, mut server) = pair().await;
    pipe.writer.write(vec![1, 2, 3]).await.unwrap();
    assert_eq!(
        server.next().await.unwrap().unwrap(),
        Message::Binary(vec![1, 2, 3].into())
    );
    // More than the system holds between the two: it is read while it is sent.
    let largest = server.send(Message::Binary(vec![7; MAX_FRAME].into()));
    let (read, sent) = tokio::join!(pipe.reader.read(), largest);
    sent.unwrap();
    assert_eq!(read.unwrap(), vec![7; MAX_FRAME]);
}

#[tokio::test]
async fn the_close_code_is_passed_on() {
    let (mut pipe, mut server) = pair().await;
    server
        .close(Some(CloseFrame {
            code: 4409.into(),
            reason: "".into(),
        }))
        .await
        .unwrap();
    assert_eq!(
        pipe.reader.read().await,
        Err(NetError::Closed { code: Some(4409) })
    );
}

#[tokio::test]
async fn a_line_that_is_cut_ends_without_a_code() {
    let (mut pipe, server) = pair().await;
    drop(server);
    assert_eq!(
        pipe.reader.read().await,
        Err(NetError::Closed { code: None })
    );
}

#[tokio::test]
async fn a_frame_over_the_limit_ends_the_line() {
    let (mut pipe, mut server) = pair().await;
    let large = Message::Binary(vec![0; MAX_FRAME + 1].into());
    let sending = tokio::spawn(async move { server.send(large).await });
    let read = pipe.reader.read().await;
    assert_eq!(read, Err(NetError::Closed { code: None }));
    // The rest of it is never read.
    drop(pipe);
    assert!(sending.await.unwrap().is_err());
}

#[tokio::test]
async fn a_ping_reaches_the_other_side_and_its_answer_is_no_frame() {
    let (mut pipe, mut server) = pair().await;
    pipe.writer.ping().await.unwrap();
    assert!(matches!(
        server.next().await.unwrap().unwrap(),
        Message::Ping(_)
    ));
    server.send(Message::Binary(vec![9].into())).await.unwrap();
    assert_eq!(pipe.reader.read().await.unwrap(), vec![9]);
}

#[tokio::test]
async fn nobody_there_and_no_relay_there_are_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let stranger = async {
        let (stream, _) = listener.accept().await.unwrap();
        drop(stream);
    };
    let (answer, ()) = tokio::join!(WebSockets.connect(&url, "/v1/device"), stranger);
    assert!(answer.is_err());
    drop(listener);
    assert!(matches!(
        WebSockets.connect(&url, "/v1/device").await,
        Err(NetError::Unreachable(_))
    ));
}
