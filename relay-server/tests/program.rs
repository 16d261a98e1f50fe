//! The program itself: real sockets, signals, and a kill that nothing can catch.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sotto_wire::proto::client_frame::Verb;
use sotto_wire::proto::relay_frame::Answer;
use support::Person;
use support::client::{Client, End, Running, command, run, settle};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

async fn page(relay: &Running, path: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(&relay.address)
        .await
        .unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: relay\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[test]
fn two_clients_talk_through_it() {
    let dir = tempfile::tempdir().unwrap();
    let relay = Running::start(dir.path());
    run(async {
        let mut bob = Person::new(1);
        settle(&relay, &mut bob).await;
        let mut device = Client::login(&relay, &mut bob.devices[0]).await.unwrap();
        assert_eq!(device.drain().await.unwrap(), []);
        let mut sender = Client::connect(&relay, "anonymous").await;
        let put = bob.put(&relay.key, 1, 4096);
        let answer = sender.ask(Verb::Put(put)).await.unwrap();
        assert!(matches!(answer, Answer::PutAccepted(_)), "{answer:?}");
        let (0, Answer::Delivery(delivery)) = device.hear().await.unwrap() else {
            panic!()
        };
        assert_eq!(delivery.envelopes[0].sealed.len(), 4096);

        assert!(page(&relay, "/health").await.starts_with("HTTP/1.1 200"));
        assert!(page(&relay, "/ready").await.starts_with("HTTP/1.1 200"));
        assert!(
            page(&relay, "/metrics")
                .await
                .contains("sotto_relay_envelopes_stored_total 1\n")
        );
        assert!(
            page(&relay, "/v1/info")
                .await
                .contains(&relay.key.to_string())
        );
    });
}

#[test]
fn a_stop_tells_everybody_to_come_back() {
    let dir = tempfile::tempdir().unwrap();
    let relay = Running::start(dir.path());
    run(async {
        let mut bob = Person::new(3);
        settle(&relay, &mut bob).await;
        let mut device = Client::login(&relay, &mut bob.devices[0]).await.unwrap();
        device.drain().await.unwrap();
        let mut sender = Client::connect(&relay, "anonymous").await;
        relay.terminate();
        assert_eq!(device.hear().await.unwrap_err(), End::Closed(1012));
        assert_eq!(sender.hear().await.unwrap_err(), End::Closed(1012));
        assert!(
            tokio::net::TcpStream::connect(&relay.address)
                .await
                .is_err()
        );
    });
    assert_eq!(relay.wait().code(), Some(0));
}

#[test]
fn a_newer_connection_closes_the_older_one() {
    let dir = tempfile::tempdir().unwrap();
    let relay = Running::start(dir.path());
    run(async {
        let mut bob = Person::new(4);
        settle(&relay, &mut bob).await;
        let mut first = Client::login(&relay, &mut bob.devices[0]).await.unwrap();
        first.drain().await.unwrap();
        let mut second = Client::login(&relay, &mut bob.devices[0]).await.unwrap();
        second.drain().await.unwrap();
        assert_eq!(first.hear().await.unwrap_err(), End::Closed(4409));
    });
}

#[test]
fn the_key_stays_and_is_secret() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let first = Running::start(dir.path());
    let key = first.key;
    first.kill();
    assert_eq!(Running::start(dir.path()).key, key);
    let mode = std::fs::metadata(dir.path().join("relay.key"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn what_is_kept_names_no_client_and_no_message() {
    let dir = tempfile::tempdir().unwrap();
    let relay = Running::start(dir.path());
    let mut bob = Person::new(8);
    let put = run(async {
        settle(&relay, &mut bob).await;
        let put = bob.put(&relay.key, 77, 4096);
        let mut sender = Client::connect(&relay, "anonymous").await;
        sender.ask(Verb::Put(put.clone())).await.unwrap();
        let mut device = Client::login(&relay, &mut bob.devices[0]).await.unwrap();
        assert_eq!(device.drain().await.unwrap().len(), 1);
        // The answer to a later verb: the acknowledgement has reached the relay before it.
        device
            .ask(Verb::PublishKeys(bob.devices[0].keys(1, 0..1)))
            .await
            .unwrap();
        put
    });
    relay.terminate();
    assert_eq!(relay.wait().code(), Some(0));
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let holds = |what: &[u8]| bytes.windows(what.len()).any(|window| window == what);
        assert!(!holds(b"127.0.0.1"), "{path:?}");
        assert!(!holds(&put.body[..64]), "{path:?}");
        assert!(!holds(&put.items[0].tag), "{path:?}");
    }
}

#[test]
fn a_restore_is_said_on_the_command_line() {
    let dir = tempfile::tempdir().unwrap();
    let mut bob = Person::new(9);
    let incarnation = |relay: &Running, bob: &mut Person| {
        run(async {
            let mut client = Client::connect(relay, "device").await;
            let login = bob.devices[0].login(&relay.key, &client.nonce, None);
            let Answer::LoggedIn(logged_in) = client.ask(Verb::Login(login)).await.unwrap() else {
                panic!()
            };
            logged_in.cursor.unwrap().incarnation
        })
    };
    let relay = Running::start(dir.path());
    run(settle(&relay, &mut bob));
    let first = incarnation(&relay, &mut bob);
    drop(relay);
    let relay = Running::start_with(dir.path(), &["--restored"], &[]);
    let second = incarnation(&relay, &mut bob);
    assert_ne!(first, second);
    drop(relay);
    assert_eq!(incarnation(&Running::start(dir.path()), &mut bob), second);
}

#[test]
fn errors_say_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let _relay = Running::start(dir.path());
    let said = |command: &mut std::process::Command| {
        let output = command
            .stderr(std::process::Stdio::piped())
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (status, text) = said(&mut command(dir.path(), &[], &[]));
    assert_eq!(status, Some(1));
    assert!(text.contains("another relay uses"), "{text}");
    let other = tempfile::tempdir().unwrap();
    let (status, text) = said(&mut command(
        other.path(),
        &["--registration", "token"],
        &[],
    ));
    assert_eq!(status, Some(2));
    assert!(text.contains("--token"), "{text}");
}

#[test]
fn what_is_no_frame_closes_the_connection() {
    use futures_util::{SinkExt, StreamExt};
    use tokio_tungstenite::tungstenite::Message;
    let dir = tempfile::tempdir().unwrap();
    let relay = Running::start(dir.path());
    for nonsense in [
        Message::Binary(vec![0xff; 9].into()),
        Message::Text("hello".into()),
    ] {
        run(async {
            let url = format!("ws://{}/v1/anonymous", relay.address);
            let (mut socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
            socket.send(nonsense).await.unwrap();
            let mut close = None;
            while let Some(Ok(message)) = socket.next().await {
                if let Message::Close(frame) = message {
                    close = frame.map(|frame| u16::from(frame.code));
                }
            }
            assert_eq!(close, Some(4400));
        });
    }
    run(async { Client::connect(&relay, "device").await });
}
