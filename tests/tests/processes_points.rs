//! The real programs die at every named point, and go on as if nothing had been.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]
// Release builds have no such points.
#![cfg(debug_assertions)]

use std::collections::BTreeSet;

use sotto_core::crash::POINTS;
use sotto_tests::processes::{Pair, Profile};

const TEXTS: [&str; 5] = ["first", "second", "third", "fourth", "fifth"];

/// Which process passes a point, and so has to die there.
const SENDING: &[&str] = &[
    "enqueue.before_commit",
    "enqueue.after_commit",
    "seal.before_commit",
    "seal.after_commit",
    "put.sent",
    "settle.before_commit",
    "settle.after_commit",
    "boot.after_commit",
];
const FIRST_SENDING: &[&str] = &["session.started"];
const RECEIVING: &[&str] = &[
    "deliver.before_commit",
    "deliver.after_commit",
    "ack.sent",
    "boot.after_commit",
];
const FIRST_RECEIVING: &[&str] = &["first.opened"];
const FOUNDING: &[&str] = &["account.born", "registration.sent"];
const REGISTERING: &[&str] = &[
    "boot.after_commit",
    "keys.generated",
    "keys.published.before_commit",
];
const ADDING: &[&str] = &["statement.posted"];

const RELAYING: &[&str] = &[
    "put.before_commit",
    "put.after_commit",
    "ack.after_commit",
    "prekey.after_commit",
    "login.after_boot",
];
const CHAINING: &[&str] = &["chain.after_commit"];

#[test]
fn no_point_is_left_out() {
    let core = [
        SENDING,
        FIRST_SENDING,
        RECEIVING,
        FIRST_RECEIVING,
        FOUNDING,
        REGISTERING,
        ADDING,
    ]
    .concat();
    assert_eq!(set(&core), set(POINTS));
    let source = include_str!("../../relay-server/src/crash.rs");
    let (head, _) = source.split_once("\n\n/// ").unwrap();
    let listed = head.split('`').filter(|word| {
        word.contains('.') && word.starts_with(char::is_alphabetic) && !word.contains(' ')
    });
    assert_eq!(set(&[RELAYING, CHAINING].concat()), listed.collect());
}

fn set<'a>(names: &[&'a str]) -> BTreeSet<&'a str> {
    names.iter().copied().collect()
}

/// Alice dies while she sends the text with this number.
fn dies_sending(point: &str, number: usize) {
    println!("the sender dies at {point} with text {number}");
    let pair = Pair::friends();
    let (alice, bob) = (&pair.alice, &pair.bob);
    for (at, text) in TEXTS.iter().enumerate() {
        if at == number {
            let send = ["send", bob.name(), text, "--wait"];
            let ended = alice.start_armed(point, &send).end();
            assert!(ended.crashed(), "{point}: {ended:?}");
            match point {
                "enqueue.before_commit" => assert!(!alice.has_said(bob, text)),
                "enqueue.after_commit" => assert!(alice.has_said(bob, text)),
                // It may die with something that left before the text.
                _ => {}
            }
        }
        if at != number || !alice.has_said(bob, text) {
            alice.send(bob, text);
        }
    }
    alice.receive();
    assert_eq!(bob.receive(), TEXTS, "{point}");
    pair.agree();
}

#[test]
fn the_sender_dies_with_the_first_text() {
    for point in [SENDING, FIRST_SENDING].concat() {
        dies_sending(point, 0);
    }
}

#[test]
fn the_sender_dies_in_a_conversation() {
    for point in SENDING {
        dies_sending(point, 2);
    }
}

/// The process through which Alice's commands send dies with a text that another command gave it.
#[test]
fn the_process_that_sends_for_others_dies() {
    for point in SENDING
        .iter()
        .filter(|point| **point != "boot.after_commit")
    {
        println!("the process that sends for others dies at {point}");
        let pair = Pair::friends();
        let (alice, bob) = (&pair.alice, &pair.bob);
        let third = format!("{point}:3");
        let mut follower = alice.start_armed(&third, &["receive", "--json", "--follow"]);
        follower.event(|event| event["event"] == "drained");
        for text in TEXTS {
            let ended = alice.run(&["send", bob.name(), text]);
            // Its exit code says whether the text is safe; where it does not, the history does.
            assert!(matches!(ended.code(), Some(0 | 4)), "{point}: {ended:?}");
            let said = alice.has_said(bob, text);
            assert!(said || ended.code() == Some(4), "{point}: {ended:?}");
            if !said {
                alice.send(bob, text);
            }
        }
        assert!(follower.end().crashed(), "{point}");
        alice.receive();
        assert_eq!(bob.receive(), TEXTS, "{point}");
        pair.agree();
    }
}

/// Bob dies while he receives what comes after this many texts.
fn dies_receiving(point: &str, number: usize) {
    println!("the receiver dies at {point} after {number} texts");
    let pair = Pair::friends();
    let (alice, bob) = (&pair.alice, &pair.bob);
    let (before, after) = TEXTS.split_at(number);
    before.iter().for_each(|text| alice.send(bob, text));
    if number > 0 {
        assert_eq!(bob.receive(), before, "{point}");
    }
    let follower = bob.start_armed(point, &["receive", "--json", "--follow"]);
    after.iter().for_each(|text| alice.send(bob, text));
    let ended = follower.end();
    assert!(ended.crashed(), "{point}: {ended:?}");
    bob.receive();
    let heard: Vec<String> = bob
        .history(alice)
        .into_iter()
        .map(|line| line.text)
        .collect();
    assert_eq!(heard, TEXTS, "{point}");
    pair.agree();
}

#[test]
fn the_receiver_dies_with_the_first_text() {
    for point in [RECEIVING, FIRST_RECEIVING].concat() {
        dies_receiving(point, 0);
    }
}

#[test]
fn the_receiver_dies_in_a_conversation() {
    for point in RECEIVING {
        dies_receiving(point, 2);
    }
}

fn talk(pair: &Pair) {
    let (alice, bob) = (&pair.alice, &pair.bob);
    TEXTS.iter().for_each(|text| alice.send(bob, text));
    assert_eq!(bob.receive(), TEXTS);
    pair.agree();
}

#[test]
fn a_new_account_dies_while_it_registers() {
    for point in REGISTERING {
        println!("a new account dies at {point}");
        let pair = Pair::strangers();
        pair.register(&pair.alice).ok();
        let ended = pair
            .bob
            .start_armed(point, &pair.registration(&pair.bob))
            .end();
        assert!(ended.crashed(), "{point}: {ended:?}");
        // The account is there; what is missing at the relay follows with the next connection.
        pair.bob.receive();
        pair.befriend();
        talk(&pair);
    }
}

#[test]
fn a_new_account_dies_before_it_is_registered() {
    for point in FOUNDING {
        println!("a new account dies at {point}");
        let pair = Pair::strangers();
        pair.register(&pair.alice).ok();
        let registration = pair.registration(&pair.bob);
        let ended = pair.bob.start_armed(point, &registration).end();
        assert!(ended.crashed(), "{point}: {ended:?}");
        pair.register(&pair.bob).ok();
        pair.befriend();
        talk(&pair);
    }
}

/// Starts a second device of Alice and returns it with the text that asks to be added.
fn asking(pair: &Pair) -> (Profile, sotto_tests::processes::Process, String) {
    let laptop = pair.profile("laptop");
    let invitation = pair.alice.ok(&["devices", "invite"]).lines.remove(0);
    let join = [
        "devices",
        "join",
        &invitation,
        "--name",
        pair.alice.name(),
        "--wait",
    ];
    let mut joining = laptop.start(&join);
    let request = joining.line().unwrap();
    (laptop, joining, request)
}

fn both_devices_have_it(pair: &Pair, laptop: &Profile) {
    talk(pair);
    pair.alice.receive();
    laptop.receive();
    let texts = |profile: &Profile| -> Vec<String> {
        let lines = profile.history(&pair.bob).into_iter();
        lines
            .map(|line| line.text)
            .filter(|text| TEXTS.contains(&text.as_str()))
            .collect()
    };
    assert_eq!(texts(laptop), TEXTS);
}

#[test]
fn a_device_dies_while_it_adds_another() {
    for point in ADDING {
        println!("the adding device dies at {point}");
        let pair = Pair::friends();
        let (laptop, joining, request) = asking(&pair);
        let ended = pair
            .alice
            .start_armed(point, &["devices", "add", &request])
            .end();
        assert!(ended.crashed(), "{point}: {ended:?}");
        pair.alice.receive();
        joining.end().ok();
        assert_eq!(pair.alice.ok(&["devices", "list", "--json"]).lines.len(), 2);
        both_devices_have_it(&pair, &laptop);
    }
}

#[test]
fn the_relay_dies_in_a_conversation() {
    for point in RELAYING {
        println!("the relay dies at {point}");
        let mut pair = Pair::friends();
        pair.relay.restart(Some(point));
        let mut follower = pair.bob.start(&["receive", "--json", "--follow"]);
        let send = ["send", pair.bob.name(), TEXTS[0], "--wait"];
        let sending = pair.alice.start(&send);
        let ended = pair.relay.end();
        assert!(ended.crashed(), "{point}: {ended:?}");
        pair.relay.restart(None);
        sending.end().ok();
        TEXTS[1..]
            .iter()
            .for_each(|text| pair.alice.send(&pair.bob, text));
        for text in TEXTS {
            let message = follower.event(|event| event["event"] == "message");
            assert_eq!(message["text"], text, "{point}");
        }
        follower.kill();
        pair.agree();
    }
}

#[test]
fn the_relay_dies_with_a_statement() {
    for point in CHAINING {
        println!("the relay dies at {point}");
        let mut pair = Pair::friends();
        let (laptop, joining, request) = asking(&pair);
        pair.relay.restart(Some(point));
        let adding = pair.alice.start(&["devices", "add", &request]);
        let ended = pair.relay.end();
        assert!(ended.crashed(), "{point}: {ended:?}");
        pair.relay.restart(None);
        adding.end().ok();
        joining.end().ok();
        both_devices_have_it(&pair, &laptop);
    }
}
