//! Two people talk: two processes with two encrypted databases, and the real relay between them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

// Each file of tests uses its part of it.
#[allow(dead_code, unused_imports)]
mod support;

use std::io::Write as _;
use std::process::Stdio;

use support::{Person, Relay, acquainted, texts};

#[test]
fn what_one_says_the_other_hears_once() {
    let relay = Relay::start();
    let (alice, bob) = acquainted(&relay);
    assert_eq!(
        alice.done(&["send", "Bob", "Hello Bob", "--wait"]),
        "sent\n"
    );
    let events = bob.json(&["receive", "--json", "--timeout", "30"]);
    let message = events
        .iter()
        .find(|event| event["event"] == "message")
        .unwrap();
    assert_eq!(message["from"], "Alice");
    assert_eq!(message["text"], "Hello Bob");
    assert_eq!(message["own"], false);
    assert_eq!(message["request"], false);
    assert!(
        bob.received().is_empty(),
        "a second run reports nothing again"
    );

    let mut follow = alice.follow(&["receive", "--json", "--follow"]);
    let delivered = follow.find(|event| event["state"] == "delivered");
    assert_eq!(delivered["id"], message["id"]);
    drop(follow);
    for (person, other) in [(&alice, "Bob"), (&bob, "Alice")] {
        let history = person.json(&["history", other, "--json"]);
        assert_eq!(texts(&history), ["Hello Bob"]);
    }
}

#[test]
fn who_is_not_known_asks_first() {
    let relay = Relay::start();
    let alice = Person::registered("Alice", &relay);
    let bob = Person::registered("Bob", &relay);
    alice.add(&bob);
    alice.done(&["send", "Bob", "May I?", "--wait"]);
    let events = bob.json(&["receive", "--json", "--timeout", "30"]);
    let message = events
        .iter()
        .find(|event| event["event"] == "message")
        .unwrap();
    assert_eq!(message["request"], true);
    assert_eq!(
        bob.json(&["contacts", "list", "--json"])[0]["standing"],
        "request"
    );

    let account = message["account"].as_str().unwrap();
    bob.done(&["contacts", "accept", &account[..8]]);
    bob.done(&["send", account, "You may", "--wait"]);
    assert_eq!(alice.received(), ["You may"]);
}

#[test]
fn a_message_waits_for_the_relay_and_leaves_by_itself() {
    let mut relay = Relay::start();
    let (alice, bob) = acquainted(&relay);
    relay.stop();
    assert_eq!(
        alice.done(&["send", "Bob", "while you were out"]),
        "queued\n"
    );
    let waiting = alice.json(&["outbox", "--json"]);
    assert_eq!(waiting[0]["text"], "while you were out");
    assert_eq!(waiting[0]["state"], "waiting");
    let late = alice.run(&["receive", "--timeout", "1"]);
    assert_eq!(late.code, Some(4), "{}", late.err);

    relay.resume();
    alice.done(&["receive", "--timeout", "30"]);
    assert_eq!(bob.received(), ["while you were out"]);
    assert!(alice.json(&["outbox", "--json"]).is_empty());
}

#[test]
fn a_second_process_sends_while_the_first_receives() {
    let relay = Relay::start();
    let (alice, bob) = acquainted(&relay);
    let mut follow = alice.follow(&["receive", "--json", "--follow"]);
    follow.event("drained");
    assert_eq!(
        alice.done(&["send", "Bob", "from beside", "--wait"]),
        "sent\n"
    );
    bob.done(&["send", "Alice", "to both"]);
    assert_eq!(follow.event("message")["text"], "to both");
    assert_eq!(bob.received(), ["from beside"]);
}

#[test]
fn who_follows_takes_over_when_the_first_process_ends() {
    let relay = Relay::start();
    let (alice, bob) = acquainted(&relay);
    let mut first = alice.follow(&["receive", "--json", "--follow"]);
    first.event("drained");
    let mut second = alice.follow(&["receive", "--json", "--follow"]);
    second.event("drained");
    first.kill();
    bob.done(&["send", "Alice", "who is there?", "--wait"]);
    assert_eq!(second.event("message")["text"], "who is there?");
}

#[test]
fn a_kill_while_receiving_loses_nothing() {
    let relay = Relay::start();
    let (alice, bob) = acquainted(&relay);
    let sent: Vec<String> = (0..8).map(|number| format!("number {number}")).collect();
    let mut heard = Vec::new();
    for text in &sent {
        let mut follow = bob.follow(&["receive", "--json", "--follow"]);
        alice.done(&["send", "Bob", text, "--wait"]);
        let mut events = vec![follow.event("message")];
        events.extend(follow.kill());
        heard.extend(texts(&events));
    }
    heard.extend(bob.received());
    // A kill between the output and the cursor repeats the last one.
    heard.dedup();
    assert_eq!(heard, sent);
    assert_eq!(texts(&bob.json(&["history", "Alice", "--json"])), sent);
}

#[test]
fn a_conversation_works_in_a_pipe() {
    let relay = Relay::start();
    let (alice, bob) = acquainted(&relay);
    bob.done(&["send", "Alice", "are you there?", "--wait"]);
    let mut chat = alice.follow(&["chat", "Bob"]);
    let asked = chat.line().unwrap();
    assert!(asked.ends_with("Bob: are you there?"), "{asked}");
    writeln!(chat.process.stdin.as_mut().unwrap(), "I am").unwrap();
    while !chat.line().unwrap().ends_with("Alice: I am ✓") {}
    drop(chat.process.stdin.take());
    while chat.line().is_some() {}
    assert!(chat.process.wait().unwrap().success());
    assert_eq!(bob.received(), ["I am"]);
}

#[test]
fn a_text_comes_from_a_pipe_and_a_closed_pipe_is_no_failure() {
    let relay = Relay::start();
    let (alice, bob) = acquainted(&relay);
    let mut send = alice
        .command(&["send", "Bob", "-", "--wait"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    send.stdin
        .take()
        .unwrap()
        .write_all("two\nlines\n".as_bytes())
        .unwrap();
    assert!(send.wait().unwrap().success());

    let mut closed = bob
        .command(&["receive", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    drop(closed.stdout.take());
    let status = closed.wait().unwrap();
    assert!(status.success(), "{status:?}");
    assert_eq!(
        bob.received(),
        ["two\nlines"],
        "what nobody read was not reported"
    );
}

#[test]
fn a_second_device_has_the_same_conversation() {
    let relay = Relay::start();
    let (alice, bob) = acquainted(&relay);
    let laptop = Person::new("Alice's laptop");
    let invitation = alice.done(&["devices", "invite"]);
    let mut join = laptop.follow(&[
        "devices",
        "join",
        invitation.trim(),
        "--name",
        "Alice",
        "--wait",
    ]);
    let request = join.line().unwrap();
    assert_eq!(alice.done(&["devices", "add", &request]), "added\n");
    assert!(join.process.wait().unwrap().success());
    assert_eq!(alice.json(&["devices", "list", "--json"]).len(), 2);

    bob.received();
    bob.done(&["send", "Alice", "to both of you", "--wait"]);
    assert_eq!(alice.received(), ["to both of you"]);
    assert_eq!(laptop.received(), ["to both of you"]);
    laptop.done(&["send", "Bob", "from the laptop", "--wait"]);
    let events = alice.json(&["receive", "--json", "--timeout", "30"]);
    let own = events
        .iter()
        .find(|event| event["event"] == "message")
        .unwrap();
    assert_eq!(own["text"], "from the laptop");
    assert_eq!(own["own"], true);
    assert_eq!(bob.received(), ["from the laptop"]);
}
