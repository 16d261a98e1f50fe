//! A client in another language, written from docs/protocol.md with Signal's published library,
//! as the other person: against the real relay and the real terminal client.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use serde_json::{Value, json};
use sotto_tests::processes::{Ended, Foreign, Pair, Process, Profile, foreign};

/// The person who uses the other client.
const NOA: &str = "Noa";

/// A relay with Alice at the terminal client and Noa at the other one.
fn people() -> (Pair, Foreign) {
    let pair = Pair::strangers();
    pair.register(&pair.alice).ok();
    let mut noa = Foreign::start("client.js");
    noa.ask("register", json!({"relay": pair.relay.url(), "name": NOA}));
    noa.ask("login", json!({}));
    (pair, noa)
}

fn link(person: &Profile) -> String {
    let me = person.ok(&["me", "--json"]).events().remove(0);
    me["link"].as_str().unwrap().to_owned()
}

/// Each has added the other by their link.
fn friends() -> (Pair, Foreign) {
    let (pair, mut noa) = people();
    noa.ask("add", json!({"link": link(&pair.alice)}));
    let hers = noa.ask("link", json!({}));
    pair.alice.ok(&["contacts", "add", hers.as_str().unwrap()]);
    (pair, noa)
}

fn say(noa: &mut Foreign, to: &Profile, text: &str) -> Value {
    noa.ask("say", json!({"to": to.name(), "text": text}))
}

/// Sends a text to Noa and returns the event that it makes there.
fn tell(person: &Profile, noa: &mut Foreign, text: &str) -> Value {
    person.ok(&["send", NOA, text, "--wait"]);
    let event = noa.event("text");
    assert_eq!(event["text"], text, "{event}");
    event
}

fn texts(ended: &Ended) -> Vec<String> {
    let events = ended.events();
    let texts = events.iter().filter_map(|event| event["text"].as_str());
    texts.map(str::to_owned).collect()
}

/// The texts of the conversation with Noa, oldest first.
fn history(person: &Profile) -> Vec<String> {
    texts(&person.ok(&["history", NOA, "--json"]))
}

/// Receives until told otherwise, in a process of its own.
fn following(person: &Profile) -> Process {
    let mut process = person.start(&["receive", "--json", "--follow"]);
    process.event(|event| event["event"] == "drained");
    process
}

fn of_text(text: &str) -> impl Fn(&Value) -> bool {
    move |event| event["event"] == "message" && event["text"] == text
}

#[test]
fn the_formulas_and_chains_of_the_other_client_agree_with_the_vectors() {
    let output = foreign::command("vectors.js").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(said.trim_end().ends_with(" passed, 0 failed"), "{said}");
}

#[test]
fn both_sides_write_in_turn() {
    let (pair, mut noa) = friends();
    let alice = &pair.alice;
    let mut said = Vec::new();
    for turn in 0..4 {
        for text in [format!("first {turn}"), format!("second {turn}")] {
            say(&mut noa, alice, &text);
            said.push(text);
        }
        let long = format!("{turn} ").repeat(1 << (turn * 4));
        tell(alice, &mut noa, &long);
        said.push(long);
        alice.receive();
    }
    let receipt = noa.event("receipt");
    assert!(!receipt["messages"].as_array().unwrap().is_empty());
    assert_eq!(noa.event("card")["name"], alice.name());
    assert_eq!(history(alice), said);
    assert!(alice.outbox().is_empty(), "{:?}", alice.outbox());
    // Her receipts have come as well.
    let delivered = alice.ok(&["history", NOA, "--json"]).events();
    let own = delivered.iter().filter(|event| event["own"] == true);
    assert!(
        own.clone().count() == 4 && own.clone().all(|event| event["state"] == "delivered"),
        "{delivered:#?}"
    );
    assert!(alice.ok(&["notices"]).lines.is_empty());
}

#[test]
fn a_stranger_is_let_in() {
    let (pair, mut noa) = people();
    noa.ask("add", json!({"link": link(&pair.alice)}));
    say(&mut noa, &pair.alice, "may I?");
    assert_eq!(pair.alice.receive(), ["may I?"]);
    pair.alice.ok(&["contacts", "accept", NOA]);
    tell(&pair.alice, &mut noa, "you may");
    // By the account's delivery key from here on, which the card has brought.
    noa.event("card");
    say(&mut noa, &pair.alice, "thank you");
    assert_eq!(pair.alice.receive(), ["thank you"]);
}

#[test]
fn nothing_comes_twice() {
    let (pair, mut noa) = friends();
    let alice = &pair.alice;
    say(&mut noa, alice, "once");
    noa.ask("repeat", json!({"renamed": false}));
    noa.ask("repeat", json!({"renamed": true}));
    assert_eq!(alice.receive(), ["once"]);
    // What Noa does not acknowledge comes again, and is not taken again.
    noa.ask("deaf", json!({"deaf": true}));
    tell(alice, &mut noa, "not acknowledged");
    noa.ask("deaf", json!({"deaf": false}));
    noa.ask("login", json!({}));
    noa.event("duplicate");
    noa.ask("drain", json!({}));
    noa.ask("events", json!({}));
    tell(alice, &mut noa, "acknowledged");
    noa.ask("login", json!({}));
    noa.ask("drain", json!({}));
    let left = noa.ask("events", json!({}));
    let twice = |event: &&Value| event["event"] == "text" || event["event"] == "duplicate";
    assert_eq!(
        left.as_array().unwrap().iter().filter(twice).count(),
        0,
        "{left}"
    );
}

#[test]
fn what_was_said_is_changed_and_taken_back() {
    let (pair, mut noa) = friends();
    let alice = &pair.alice;
    let said = |answer: &Value| answer["id"].as_str().unwrap().to_owned();
    let changed = said(&say(&mut noa, alice, "helo"));
    let gone = said(&say(&mut noa, alice, "never mind"));
    assert_eq!(alice.receive(), ["helo", "never mind"]);
    let edit = json!({"to": alice.name(), "id": changed, "text": "hello", "version": 1});
    noa.ask("edit", edit);
    noa.ask("delete", json!({"to": alice.name(), "id": gone}));
    let hers = said(&tell(alice, &mut noa, "hello yourself"));
    noa.ask(
        "react",
        json!({"to": alice.name(), "id": hers, "emoji": "👋🏽"}),
    );
    say(&mut noa, alice, "goodbye");
    alice.receive();
    let history = history(alice);
    assert!(history.contains(&"hello".to_owned()), "{history:?}");
    assert!(history.contains(&"goodbye".to_owned()), "{history:?}");
    for old in ["helo", "never mind"] {
        assert!(!history.contains(&old.to_owned()), "{history:?}");
    }
    assert!(alice.ok(&["notices"]).lines.is_empty());
}

#[test]
fn what_could_not_be_read_is_asked_for_again() {
    let (pair, mut noa) = friends();
    let alice = &pair.alice;
    say(&mut noa, alice, "hello");
    tell(alice, &mut noa, "hello back");
    let mut receiving = following(alice);

    // A damaged one of Noa's.
    let damaged = json!({"to": alice.name(), "text": "damaged", "spoiled": true});
    noa.ask("say", damaged);
    assert_eq!(noa.event("retry")["reason"], 2);
    receiving.event(of_text("damaged"));

    // A place that Noa leaves out: there is nothing for it, and the history goes on.
    noa.ask(
        "say",
        json!({"to": alice.name(), "text": "after a gap", "skip": 1}),
    );
    receiving.event(of_text("after a gap"));
    let retry = noa.event("retry");
    assert_eq!(
        (&retry["reason"], &retry["missing"]),
        (&json!(4), &json!(3))
    );

    // A session that Noa has lost: the same message comes under a new one.
    noa.ask("forget", json!({"name": alice.name()}));
    alice.ok(&["send", NOA, "you forgot", "--wait"]);
    noa.event("unreadable");
    let again = noa.event("text");
    assert_eq!(again["text"], "you forgot");
    assert_ne!(again["answers"], "");

    // One that never came to Noa.
    noa.ask("lose", json!({}));
    alice.ok(&["send", NOA, "lost", "--wait"]);
    alice.ok(&["send", NOA, "not lost", "--wait"]);
    assert_eq!(noa.event("text")["gap"], json!([3, 3]));
    noa.ask("missing", json!({"name": alice.name()}));
    assert_eq!(noa.event("text")["text"], "lost");
    receiving.kill();
    assert_eq!(
        history(alice),
        [
            "hello",
            "hello back",
            "damaged",
            "after a gap",
            "you forgot",
            "lost",
            "not lost"
        ]
    );
}

/// Adds a device by its request, which is a link.
fn let_in(person: &Profile, request: &str) {
    person.ok(&["devices", "add", request]);
}

fn last_line(ended: Ended) -> String {
    ended.lines.last().unwrap().clone()
}

#[test]
fn an_account_of_two_devices() {
    let (pair, mut noa) = friends();
    let (alice, laptop) = (&pair.alice, &pair.profile("Alice's laptop"));
    assert_eq!(say(&mut noa, alice, "to one")["devices"], 1);
    alice.receive();
    let invitation = last_line(alice.ok(&["devices", "invite"]));
    let request = last_line(laptop.ok(&["devices", "join", &invitation, "--name", alice.name()]));
    let_in(alice, &request);
    laptop.ok(&["receive"]);

    // Noa's put is refused for its old head; she seals for the new device as well.
    assert_eq!(say(&mut noa, alice, "to both")["devices"], 2);
    assert_eq!(alice.receive(), ["to both"]);
    assert_eq!(laptop.receive(), ["to both"]);
    let first = tell(alice, &mut noa, "from the first");
    let second = tell(laptop, &mut noa, "from the second");
    assert_eq!(first["from"]["account"], second["from"]["account"]);
    assert_ne!(first["from"]["device"], second["from"]["device"]);
}

#[test]
fn a_device_of_another_client_in_the_same_account() {
    let (pair, mut noa) = friends();
    let alice = &pair.alice;
    let mut tablet = Foreign::start("client.js");
    let invitation = last_line(alice.ok(&["devices", "invite"]));
    let request = tablet.ask("join", json!({"invitation": invitation}));
    let_in(alice, request.as_str().unwrap());
    tablet.ask("joined", json!({}));
    let mut receiving = following(alice);
    // The state of the account: contacts, and what its slots are made of.
    let kinds = tablet.event("registers")["kinds"].clone();
    assert!(kinds.as_array().unwrap().contains(&json!(1)), "{kinds}");

    say(&mut noa, alice, "to both");
    assert_eq!(tablet.event("text")["text"], "to both");
    receiving.event(of_text("to both"));
    alice.ok(&["send", NOA, "from the first", "--wait"]);
    assert_eq!(noa.event("text")["text"], "from the first");
    assert_eq!(tablet.event("transcript")["text"], "from the first");
    let answer = tablet.ask("say", json!({"to": NOA, "text": "from the tablet"}));
    assert_eq!(
        (&answer["devices"], &answer["siblings"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(noa.event("text")["text"], "from the tablet");
    receiving.event(of_text("from the tablet"));
    receiving.kill();
    assert_eq!(
        history(alice),
        ["to both", "from the first", "from the tablet"]
    );
}
