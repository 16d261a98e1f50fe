//! First messages: repeated, too many, and what they push out.

use super::*;
use crate::crypto::first::{PER_DAY, PER_HOUR};
use crate::crypto::forget_session;
use crate::crypto::record::MAX_ARCHIVED;

fn forget(party: &Party, peer: &Peer) {
    let mailbox = peer.mailbox;
    party
        .write(move |tx, _, _| forget_session(tx, &mailbox))
        .unwrap();
}

/// With a last-resort key nothing of the key agreement is used up: libsignal would found the same
/// session again from the same bytes.
#[test]
fn a_first_message_is_no_first_message_twice() {
    let (alice, bob, published) = two();
    alice
        .start(&bob.peer(), &bundle(&bob, &published, None))
        .unwrap();
    let first = alice.seal(&bob.peer(), b"pay the bill").unwrap();
    let second = alice.seal(&bob.peer(), b"same session").unwrap();
    assert_eq!(bob.open(&alice.peer(), &first).unwrap(), b"pay the bill");
    assert_eq!(
        bob.open(&alice.peer(), &first),
        Err(fault(Fault::Duplicate))
    );
    forget(&bob, &alice.peer());
    assert_eq!(bob.open(&alice.peer(), &first), Err(fault(Fault::Replay)));
    assert_eq!(bob.open(&alice.peer(), &second), Err(fault(Fault::Replay)));
    // Not after the quota has forgotten it either.
    bob.later(2 * DAY);
    let now = bob.now.get();
    bob.write(move |tx, _, _| crate::crypto::pre_keys::expire(tx, now))
        .unwrap();
    assert_eq!(bob.open(&alice.peer(), &first), Err(fault(Fault::Replay)));
}

#[test]
fn one_time_keys_are_used_once() {
    let (alice, bob, published) = two();
    alice
        .start(&bob.peer(), &bundle(&bob, &published, Some(3)))
        .unwrap();
    let first = alice.seal(&bob.peer(), b"x").unwrap();
    assert_eq!(bob.open(&alice.peer(), &first).unwrap(), b"x");
    assert_eq!(bob.read(|view| probe::count(view, "one_time_key")), 99);
    assert_eq!(bob.read(|view| probe::count(view, "kem_key")), 20);
    forget(&bob, &alice.peer());
    assert_eq!(
        bob.open(&alice.peer(), &first),
        Err(fault(Fault::InvalidPreKeyId))
    );
}

#[test]
fn a_device_founds_so_many_sessions_and_no_more() {
    let (alice, bob, published) = two();
    let found = |expected: Option<Fault>| {
        alice
            .start(&bob.peer(), &bundle(&bob, &published, None))
            .unwrap();
        let sealed = alice.seal(&bob.peer(), b"x").unwrap();
        assert_eq!(bob.open(&alice.peer(), &sealed).err(), expected.map(fault));
        sealed
    };
    for _ in 0..PER_HOUR {
        found(None);
    }
    let refused = found(Some(Fault::TooManyFirstMessages));
    bob.later(HOUR - 1);
    assert_eq!(
        bob.open(&alice.peer(), &refused),
        Err(fault(Fault::TooManyFirstMessages))
    );
    bob.later(1);
    assert_eq!(bob.open(&alice.peer(), &refused).unwrap(), b"x");
    for _ in 1..PER_HOUR {
        found(None);
    }
    for _ in 2..PER_DAY / PER_HOUR {
        bob.later(HOUR);
        for _ in 0..PER_HOUR {
            found(None);
        }
    }
    bob.later(HOUR);
    found(Some(Fault::TooManyFirstMessages));
    bob.later(DAY);
    found(None);
    // Messages of a session that is there are not counted.
    for _ in 0..2 * PER_HOUR {
        say(&alice, &bob, b"again with the pre-key");
    }
}

#[test]
fn another_device_has_its_own_quota() {
    let (alice, bob, published) = two();
    let carol = Party::new(3);
    carol.meet(&bob.peer());
    bob.meet(&carol.peer());
    for _ in 0..PER_HOUR {
        alice
            .start(&bob.peer(), &bundle(&bob, &published, None))
            .unwrap();
        say(&alice, &bob, b"x");
    }
    carol
        .start(&bob.peer(), &bundle(&bob, &published, None))
        .unwrap();
    say(&carol, &bob, b"x");
}

#[test]
fn no_more_than_four_old_states_are_kept() {
    let (alice, bob, published) = two();
    for index in 0..MAX_ARCHIVED + 4 {
        bob.later(HOUR);
        alice
            .start(&bob.peer(), &bundle(&bob, &published, Some(index)))
            .unwrap();
        say(&alice, &bob, b"x");
        assert!(bob.states(&alice.peer()).len() <= MAX_ARCHIVED + 1);
        assert!(alice.states(&bob.peer()).len() <= MAX_ARCHIVED + 1);
    }
    assert_eq!(bob.states(&alice.peer()).len(), MAX_ARCHIVED + 1);
    assert_eq!(alice.states(&bob.peer()).len(), MAX_ARCHIVED + 1);
}
