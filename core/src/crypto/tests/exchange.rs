//! What honest devices do.

use super::*;
use crate::crypto::{
    Shape, forget_all_sessions, forget_session, has_usable_session, ratchet_key_matches,
};

fn usable(party: &Party, peer: &Peer) -> bool {
    let now = party.now.get();
    party
        .store
        .read(|view| has_usable_session(view, &peer.mailbox, now))
        .unwrap()
}

#[test]
fn two_devices_talk_in_both_directions() {
    let (alice, bob, published) = two();
    assert!(!usable(&alice, &bob.peer()));
    assert_eq!(
        alice.seal(&bob.peer(), b"too early"),
        Err(fault(Fault::NoSession))
    );
    alice
        .start(&bob.peer(), &bundle(&bob, &published, Some(0)))
        .unwrap();
    assert!(usable(&alice, &bob.peer()));

    let first = alice.seal(&bob.peer(), b"one").unwrap();
    let second = alice.seal(&bob.peer(), b"two").unwrap();
    let envelope = bob.unseal(&first).unwrap();
    assert_eq!(envelope.shape, Shape::PreKey);
    assert_eq!(envelope.sender, alice.keys.mailbox());
    assert_eq!(envelope.identity_key, alice.keys.identity_key());
    assert_eq!(envelope.header, alice.header());
    assert_eq!(bob.open(&alice.peer(), &first).unwrap(), b"one");
    assert_eq!(bob.open(&alice.peer(), &second).unwrap(), b"two");
    assert!(usable(&bob, &alice.peer()));
    for round in 0..40_u8 {
        say(&bob, &alice, &[round; 3]);
        say(&alice, &bob, &[round; 5]);
    }
    let envelope = bob.unseal(&alice.seal(&bob.peer(), b"x").unwrap()).unwrap();
    assert_eq!(envelope.shape, Shape::Whisper);
    // The post-quantum ratchet has left its first epoch on the way.
    assert!(bob.states(&alice.peer()).len() == 1);
}

#[test]
fn an_envelope_opens_once() {
    let (alice, bob, _) = talking();
    let sealed = alice.seal(&bob.peer(), b"once").unwrap();
    assert_eq!(bob.open(&alice.peer(), &sealed).unwrap(), b"once");
    let rows = bob.rows();
    assert_eq!(
        bob.open(&alice.peer(), &sealed),
        Err(fault(Fault::Duplicate))
    );
    assert_eq!(bob.rows(), rows);
}

#[test]
fn messages_open_in_any_order() {
    let (alice, bob, published) = two();
    alice
        .start(&bob.peer(), &bundle(&bob, &published, Some(0)))
        .unwrap();
    let sealed: Vec<_> = (0..50_u8)
        .map(|n| alice.seal(&bob.peer(), &[n]).unwrap())
        .collect();
    let mut order: Vec<usize> = (0..50).rev().collect();
    order.swap(3, 30);
    for index in order {
        assert_eq!(
            bob.open(&alice.peer(), &sealed[index]).unwrap(),
            [u8::try_from(index).unwrap()]
        );
    }
}

#[test]
fn a_message_may_be_a_thousand_ahead_and_no_more() {
    let (alice, bob, _) = talking();
    let sealed: Vec<_> = (0..1_003_u32)
        .map(|n| alice.seal(&bob.peer(), &n.to_be_bytes()).unwrap())
        .collect();
    // The first of this chain to arrive walks it from its beginning, 0.
    assert_eq!(
        bob.open(&alice.peer(), &sealed[1_001]),
        Err(fault(Fault::TooFarAhead))
    );
    assert_eq!(
        bob.open(&alice.peer(), &sealed[1_000]).unwrap(),
        1_000_u32.to_be_bytes()
    );
    assert_eq!(
        bob.open(&alice.peer(), &sealed[1_002]).unwrap(),
        1_002_u32.to_be_bytes()
    );
    for index in [0_u32, 500, 999, 1_001] {
        assert_eq!(
            bob.open(&alice.peer(), &sealed[index as usize]).unwrap(),
            index.to_be_bytes()
        );
    }
}

#[test]
fn sessions_that_cross_on_the_way_both_work() {
    let (alice, bob, of_bob) = two();
    let of_alice = alice.publish(1);
    alice
        .start(&bob.peer(), &bundle(&bob, &of_bob, Some(0)))
        .unwrap();
    bob.start(&alice.peer(), &bundle(&alice, &of_alice, Some(0)))
        .unwrap();
    let to_bob = alice.seal(&bob.peer(), b"from alice").unwrap();
    let to_alice = bob.seal(&alice.peer(), b"from bob").unwrap();
    assert_eq!(bob.open(&alice.peer(), &to_bob).unwrap(), b"from alice");
    assert_eq!(alice.open(&bob.peer(), &to_alice).unwrap(), b"from bob");
    for _ in 0..3 {
        say(&alice, &bob, b"a");
        say(&bob, &alice, b"b");
    }
}

#[test]
fn a_late_message_of_an_archived_session_opens_and_brings_it_back() {
    let (alice, bob, published) = talking();
    let late = alice.seal(&bob.peer(), b"late").unwrap();
    alice
        .start(&bob.peer(), &bundle(&bob, &published, Some(1)))
        .unwrap();
    say(&alice, &bob, b"of the new session");
    let current = bob.states(&alice.peer())[0].clone();
    assert_eq!(bob.open(&alice.peer(), &late).unwrap(), b"late");
    let states = bob.states(&alice.peer());
    assert_eq!(states.len(), 2);
    assert_eq!(states[1], current);
    say(&bob, &alice, b"answer");
    say(&alice, &bob, b"and back");
}

#[test]
fn a_retry_request_travels_without_a_session() {
    let (alice, bob, _) = two();
    let (peer, header, now) = (bob.peer(), alice.header(), alice.now.get());
    let sealed = alice
        .write(move |tx, random, keys| {
            seal_plaintext(tx, random, keys, &peer, &header, b"again please", now)
        })
        .unwrap();
    let envelope = bob.unseal(&sealed).unwrap();
    assert_eq!(envelope.shape, Shape::Plaintext);
    assert_eq!(bob.body(&alice.peer(), &sealed).unwrap(), b"again please");
    assert_eq!(bob.open(&alice.peer(), &sealed), Err(fault(Fault::Shape)));
    let unframed = alice.forge(
        &bob.peer(),
        CiphertextMessageType::Plaintext,
        b"again please\x80",
    );
    assert_eq!(
        bob.body(&alice.peer(), &unframed),
        Err(fault(Fault::Malformed))
    );
    let sealed = alice.seal(&bob.peer(), b"x");
    assert_eq!(sealed, Err(fault(Fault::NoSession)));
}

#[test]
fn a_ratchet_key_matches_while_it_is_the_one_we_send_on() {
    let (alice, bob, _) = talking();
    let sealed = alice.seal(&bob.peer(), b"x").unwrap();
    let key = bob.unseal(&sealed).unwrap().ratchet_key().unwrap();
    let matches = |key: &[u8; 33]| {
        let peer = bob.peer();
        alice
            .store
            .read(|view| ratchet_key_matches(view, &peer.mailbox, key))
            .unwrap()
    };
    assert!(matches(&key));
    assert!(!matches(&bob.keys.identity_key()));
    assert_eq!(bob.open(&alice.peer(), &sealed).unwrap(), b"x");
    say(&bob, &alice, b"y");
    say(&alice, &bob, b"z");
    assert!(!matches(&key));
}

#[test]
fn what_is_forgotten_is_deleted() {
    let (alice, bob, _) = talking();
    let late = alice.seal(&bob.peer(), b"late").unwrap();
    let mailbox = alice.keys.mailbox();
    bob.write(move |tx, _, _| forget_session(tx, &mailbox))
        .unwrap();
    assert_eq!(bob.open(&alice.peer(), &late), Err(fault(Fault::NoSession)));
    assert_eq!(bob.seal(&alice.peer(), b"x"), Err(fault(Fault::NoSession)));
    alice.write(|tx, _, _| forget_all_sessions(tx)).unwrap();
    assert_eq!(alice.read(|view| probe::count(view, "session")), 0);
}

#[test]
fn an_unanswered_session_is_not_used_after_a_month() {
    let (alice, bob, published) = two();
    alice
        .start(&bob.peer(), &bundle(&bob, &published, Some(0)))
        .unwrap();
    alice.later(30 * DAY);
    assert!(usable(&alice, &bob.peer()));
    alice.later(HOUR);
    assert!(!usable(&alice, &bob.peer()));
    assert_eq!(alice.seal(&bob.peer(), b"x"), Err(fault(Fault::NoSession)));
}

#[test]
fn what_must_not_be_logged_is_not_in_debug() {
    let (alice, bob, _) = talking();
    let envelope = bob
        .unseal(&alice.seal(&bob.peer(), b"secret").unwrap())
        .unwrap();
    let (identity, _) = alice.keys.secrets();
    let shown = format!("{envelope:?} {:?}", alice.keys);
    assert!(!shown.contains(&format!("{:?}", &identity[..4])[1..]));
    assert!(!shown.contains("contents"));
}
