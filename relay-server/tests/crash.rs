//! Crashes of the program: a kill that nothing can catch, and one at every named point.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use sotto_wire::proto;
use sotto_wire::proto::client_frame::Verb;
use sotto_wire::proto::relay_frame::Answer;
use support::Person;
use support::client::{Client, End, Running, run, settle};

/// Sends puts without waiting for answers, until the relay is killed; the ids that were accepted.
async fn burst(relay: Running, bob: &Person, from: u32, kill_after: usize) -> BTreeSet<Vec<u8>> {
    let mut sender = Client::connect(&relay, "anonymous").await;
    let mut sent = BTreeMap::new();
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
        assert!(!relay.wait().success());

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
        assert!(!relay.wait().success());
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

#[cfg(debug_assertions)]
#[test]
fn an_ack_that_was_taken_before_a_crash_stays_taken() {
    let dir = tempfile::tempdir().unwrap();
    run(async {
        let mut bob = Person::new(8);
        {
            let relay = Running::start(dir.path());
            settle(&relay, &mut bob).await;
            let mut sender = Client::connect(&relay, "anonymous").await;
            for number in 1..=3 {
                let put = bob.put(&relay.key, number, 1024);
                sender.ask(Verb::Put(put)).await.unwrap();
            }
        }
        let relay = Running::start_with(
            dir.path(),
            &[],
            &[("SOTTO_RELAY_CRASH_AT", "ack.after_commit")],
        );
        let mut device = Client::login(&relay, &mut bob.devices[0]).await.unwrap();
        let (0, Answer::Delivery(delivery)) = device.hear().await.unwrap() else {
            panic!()
        };
        assert_eq!(delivery.envelopes.len(), 3);
        device.send(Verb::Ack(proto::Ack { seq: 2 })).await.unwrap();
        while device.hear().await.is_ok() {}
        assert!(!relay.wait().success());

        let relay = Running::start(dir.path());
        let mut device = Client::login(&relay, &mut bob.devices[0]).await.unwrap();
        let envelopes = device.drain().await.unwrap();
        assert_eq!(
            envelopes
                .iter()
                .map(|envelope| envelope.seq)
                .collect::<Vec<_>>(),
            [3]
        );
        // A repetition of what was acknowledged is not delivered again.
        let mut sender = Client::connect(&relay, "anonymous").await;
        let put = bob.put(&relay.key, 1, 1024);
        assert!(matches!(
            sender.ask(Verb::Put(put)).await.unwrap(),
            Answer::PutAccepted(_)
        ));
    });
}
