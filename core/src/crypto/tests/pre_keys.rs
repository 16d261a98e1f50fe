//! Our own pre-keys over time.

use super::*;
use crate::crypto::pre_keys::{ONE_TIME, ONE_TIME_KEM, expire, replace_all, top_up};

fn counts(party: &Party) -> [u64; 3] {
    ["one_time_key", "kem_key", "signed_key"]
        .map(|table| party.read(|view| probe::count(view, table)))
}

fn tidy(party: &Party) {
    let now = party.now.get();
    party.write(move |tx, _, _| expire(tx, now)).unwrap();
}

#[test]
fn a_generation_is_complete() {
    let bob = Party::new(2);
    let published = bob.publish(1);
    assert_eq!(published.one_time.len(), ONE_TIME as usize);
    assert_eq!(published.one_time_kem.len(), ONE_TIME_KEM as usize);
    assert!(published.replace);
    let keys = published.keys.unwrap();
    assert_eq!(keys.generation, 1);
    assert_eq!(keys.signed_key.len(), 33);
    assert_eq!(keys.last_resort_key.len(), 1_569);
    assert_eq!(counts(&bob), [100, 21, 1]);
}

#[test]
fn one_time_keys_are_topped_up_under_ids_of_their_own() {
    let bob = Party::new(2);
    let published = bob.publish(1);
    let now = bob.now.get();
    let ask = |have_ec, have_kem| {
        bob.write(move |tx, random, keys| top_up(tx, random, keys, have_ec, have_kem, now))
            .unwrap()
    };
    assert_eq!(ask(100, 20), None);
    assert_eq!(ask(50, 10), None);
    let more = ask(49, 20).unwrap();
    assert_eq!(
        (
            more.one_time.len(),
            more.one_time_kem.len(),
            more.keys,
            more.replace
        ),
        (51, 0, None, false)
    );
    assert!(
        more.one_time
            .iter()
            .all(|key| published.one_time.iter().all(|old| old.id != key.id))
    );
    let more = ask(100, 0).unwrap();
    assert_eq!((more.one_time.len(), more.one_time_kem.len()), (0, 20));
}

#[test]
fn old_halves_live_sixty_days_after_they_were_replaced() {
    let (alice, bob, first) = two();
    alice
        .start(&bob.peer(), &bundle(&bob, &first, Some(0)))
        .unwrap();
    let in_flight = alice.seal(&bob.peer(), b"long on its way").unwrap();
    // Old, but still what the relay hands out.
    bob.later(200 * DAY);
    tidy(&bob);
    assert_eq!(counts(&bob), [100, 21, 1]);
    bob.publish(2);
    assert_eq!(counts(&bob), [200, 42, 2]);
    bob.later(60 * DAY - 1);
    tidy(&bob);
    assert_eq!(counts(&bob), [200, 42, 2]);
    let copy = bob.copied();
    copy.now.set(bob.now.get());
    assert_eq!(
        copy.open(&alice.peer(), &in_flight).unwrap(),
        b"long on its way"
    );
    bob.later(1);
    tidy(&bob);
    assert_eq!(counts(&bob), [100, 21, 1]);
    assert_eq!(
        bob.open(&alice.peer(), &in_flight),
        Err(fault(Fault::InvalidPreKeyId))
    );
}

#[test]
fn after_a_restored_file_no_old_half_is_left() {
    let (alice, bob, first) = two();
    alice
        .start(&bob.peer(), &bundle(&bob, &first, None))
        .unwrap();
    let sealed = alice.seal(&bob.peer(), b"x").unwrap();
    let now = bob.now.get();
    let published = bob
        .write(move |tx, random, keys| replace_all(tx, random, keys, 2, now))
        .unwrap();
    assert!(published.replace);
    assert_eq!(counts(&bob), [100, 21, 1]);
    assert_eq!(
        bob.open(&alice.peer(), &sealed),
        Err(fault(Fault::InvalidPreKeyId))
    );
    // Ids go on: what was made for an old key can never meet a new one.
    let old = first.keys.unwrap();
    let new = published.keys.clone().unwrap();
    assert!(new.signed_id > old.signed_id && new.last_resort_id > old.last_resort_id);
    assert!(published.one_time[0].id > first.one_time[99].id);
    alice
        .start(&bob.peer(), &bundle(&bob, &published, Some(0)))
        .unwrap();
    say(&alice, &bob, b"y");
}
