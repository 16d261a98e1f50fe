//! The program itself: real sockets, signals, and a kill that nothing can catch.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::collections::BTreeSet;
use std::future::Future;

use sotto_wire::proto;
use sotto_wire::proto::client_frame::Verb;
use sotto_wire::proto::relay_frame::Answer;
use support::Person;
use support::client::{Client, End, Running, command, settle};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn run<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(test)
}

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

/// Sends puts without waiting for answers, until the relay is killed; the ids that were accepted.
async fn burst(relay: Running, bob: &Person, from: u32, kill_after: usize) -> BTreeSet<Vec<u8>> {
    let mut sender = Client::connect(&relay, "anonymous").await;
    let mut sent = std::collections::BTreeMap::new();
    let mut accepted = BTreeSet::new();
    let mut relay = Some(relay);
    let mut number = from;
    loop {
        for _ in 0..8 {
            let put = bob.put(&sender.key, number, 1024);
            let id = put.items[0].envelope_id.clone();
            number += 1;
            match sender.send(Verb::Put(put)).await {
                Ok(request) => sent.insert(request, id),
                Err(_) => return accepted,
            };
        }
        for _ in 0..4 {
            match sender.hear().await {
                Ok((request, Answer::PutAccepted(_))) => accepted.insert(sent[&request].clone()),
                Ok((_, other)) => panic!("{other:?}"),
                Err(_) => return accepted,
            };
        }
        // In the middle of what is under way; the answers that are still to come may or may not.
        if accepted.len() >= kill_after
            && let Some(relay) = relay.take()
        {
            relay.kill();
        }
    }
}

#[test]
fn a_kill_in_a_burst_loses_nothing_that_was_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    run(async {
        let mut bob = Person::new(2);
        settle(&Running::start(dir.path()), &mut bob).await;
        let mut accepted = BTreeSet::new();
        for round in 0..5 {
            let relay = Running::start(dir.path());
            let from = round * 10_000;
            accepted.extend(burst(relay, &bob, from, 40 + 7 * round as usize).await);
        }
        let relay = Running::start(dir.path());
        let mut device = Client::login(&relay, &mut bob.devices[0]).await.unwrap();
        let envelopes = device.drain().await.unwrap();
        let seqs: Vec<u64> = envelopes.iter().map(|envelope| envelope.seq).collect();
        let dense: Vec<u64> = (1..=envelopes.len() as u64).collect();
        assert_eq!(seqs, dense);
        let stored: BTreeSet<Vec<u8>> = envelopes.into_iter().map(|envelope| envelope.id).collect();
        assert_eq!(stored.len(), seqs.len());
        assert!(accepted.len() >= 5 * 40);
        assert!(accepted.is_subset(&stored));
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
fn errors_say_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let _relay = Running::start(dir.path());
    let second = command(dir.path(), &[], &[]).output().unwrap();
    assert_eq!(second.status.code(), Some(1));
    let other = tempfile::tempdir().unwrap();
    let nothing = command(other.path(), &["--registration", "token"], &[])
        .output()
        .unwrap();
    assert_eq!(nothing.status.code(), Some(2));
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

/// The points at which a debug build can be made to die; each is passed once here.
#[cfg(debug_assertions)]
#[test]
fn a_crash_at_any_point_of_a_put_is_a_retry() {
    for point in ["put.before_commit", "put.after_commit"] {
        let dir = tempfile::tempdir().unwrap();
        run(async {
            let mut bob = Person::new(5);
            settle(&Running::start(dir.path()), &mut bob).await;
            let relay = Running::start_with(dir.path(), &[], &[("SOTTO_RELAY_CRASH_AT", point)]);
            let mut sender = Client::connect(&relay, "anonymous").await;
            let put = bob.put(&relay.key, 1, 1024);
            assert_eq!(
                sender.ask(Verb::Put(put.clone())).await.unwrap_err(),
                End::Lost
            );
            assert!(!relay.wait().success());

            let relay = Running::start(dir.path());
            let mut sender = Client::connect(&relay, "anonymous").await;
            let answer = sender.ask(Verb::Put(put)).await.unwrap();
            assert!(matches!(answer, Answer::PutAccepted(_)), "{point}");
            let mut device = Client::login(&relay, &mut bob.devices[0]).await.unwrap();
            assert_eq!(device.drain().await.unwrap().len(), 1, "{point}");
        });
    }
}

#[cfg(debug_assertions)]
#[test]
fn a_one_time_key_is_not_handed_out_again_after_a_crash() {
    let dir = tempfile::tempdir().unwrap();
    run(async {
        let mut bob = Person::new(6);
        let get = |person: &Person| {
            Verb::GetBundles(proto::GetBundles {
                account: person.account().to_vec(),
                mailboxes: vec![person.devices[0].mailbox.to_vec()],
                credential: None,
            })
        };
        {
            let relay = Running::start(dir.path());
            settle(&relay, &mut bob).await;
            let keys = bob.devices[0].keys(1, 0..2);
            let mut device = Client::login(&relay, &mut bob.devices[0]).await.unwrap();
            device.ask(Verb::PublishKeys(keys)).await.unwrap();
        }
        let relay = Running::start_with(
            dir.path(),
            &[],
            &[("SOTTO_RELAY_CRASH_AT", "prekey.after_commit")],
        );
        let mut device = Client::login(&relay, &mut bob.devices[0]).await.unwrap();
        assert_eq!(device.ask(get(&bob)).await.unwrap_err(), End::Lost);

        let relay = Running::start(dir.path());
        let mut device = Client::login(&relay, &mut bob.devices[0]).await.unwrap();
        let mut ids = Vec::new();
        for _ in 0..2 {
            let Answer::Bundles(bundles) = device.ask(get(&bob)).await.unwrap() else {
                panic!()
            };
            ids.push(bundles.bundles[0].one_time.as_ref().map(|key| key.id));
        }
        assert_eq!(ids, [Some(1), None]);
    });
}

#[cfg(debug_assertions)]
#[test]
fn a_boot_counter_survives_a_crash_before_its_answer() {
    let dir = tempfile::tempdir().unwrap();
    run(async {
        let mut bob = Person::new(7);
        settle(&Running::start(dir.path()), &mut bob).await;
        let relay = Running::start_with(
            dir.path(),
            &[],
            &[("SOTTO_RELAY_CRASH_AT", "login.after_boot")],
        );
        let used = bob.devices[0].boot + 1;
        assert!(Client::login(&relay, &mut bob.devices[0]).await.is_err());
        let relay = Running::start(dir.path());
        bob.devices[0].boot -= 1;
        let mut client = Client::connect(&relay, "device").await;
        let login = bob.devices[0].login(&relay.key, &client.nonce, None);
        let Answer::Error(error) = client.ask(Verb::Login(login)).await.unwrap() else {
            panic!()
        };
        assert_eq!(
            (error.code(), error.boot),
            (proto::ErrorCode::StaleState, used)
        );
    });
}
