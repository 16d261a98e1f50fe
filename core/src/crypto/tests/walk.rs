//! Envelopes that would make libsignal walk chains: the 75 seconds in 68 bytes, and their kin.

use super::*;
use crate::crypto::border::{MAX_AHEAD, MAX_AHEAD_ARCHIVED, MAX_PQ_AHEAD, RatchetMessage};
use crate::crypto::open::candidates;
use crate::crypto::record::MAX_ARCHIVED;

/// A ratchet key that nobody has seen.
fn fresh_key(seed: u64) -> Vec<u8> {
    DeviceKeys::generate(&mut Random::seeded(seed))
        .unwrap()
        .identity_key()
        .to_vec()
}

/// Two devices with `archived` old states at Bob.
fn with_archived(archived: usize) -> (Party, Party) {
    let (alice, bob, published) = talking();
    for index in 1..=archived {
        bob.later(HOUR);
        alice
            .start(&bob.peer(), &bundle(&bob, &published, Some(index)))
            .unwrap();
        say(&alice, &bob, b"new session");
    }
    (alice, bob)
}

fn whisper(alice: &Party, bob: &Party, message: &forged::Whisper) -> Result<Vec<u8>, CryptoError> {
    let sealed = alice.forge(
        &bob.peer(),
        CiphertextMessageType::Whisper,
        &message.bytes(),
    );
    bob.open(&alice.peer(), &sealed)
}

#[test]
fn the_75_second_envelope_is_refused_whatever_is_archived() {
    for archived in [0, 1, MAX_ARCHIVED, MAX_ARCHIVED + 1] {
        let (alice, bob) = with_archived(archived);
        let rows = bob.rows();
        for counter in [MAX_AHEAD + 1, 25_000, u32::MAX] {
            let message = forged::Whisper::new(fresh_key(99), counter);
            assert!(message.bytes().len() < 80);
            assert_eq!(
                whisper(&alice, &bob, &message),
                Err(fault(Fault::TooFarAhead)),
                "{counter}"
            );
        }
        // The worst that is let in is walked, and found wanting.
        let message = forged::Whisper::new(fresh_key(99), MAX_AHEAD);
        assert_eq!(
            whisper(&alice, &bob, &message),
            Err(fault(Fault::InvalidMessage))
        );
        assert_eq!(bob.rows(), rows);
        say(&alice, &bob, b"still here");
    }
}

#[test]
fn the_post_quantum_chain_is_measured_too() {
    let (alice, bob) = with_archived(2);
    for index in [MAX_PQ_AHEAD + 100, 25_000, u32::MAX] {
        let mut message = forged::Whisper::new(fresh_key(99), 0);
        message.pq_ratchet = Some(pq(1, u64::from(index), &[0]));
        assert_eq!(
            whisper(&alice, &bob, &message),
            Err(fault(Fault::TooFarAhead)),
            "{index}"
        );
    }
}

/// Whatever is let in asks for a bounded number of steps, added up over all states that it may be
/// tried with.
#[test]
fn the_steps_of_an_admitted_message_are_bounded() {
    let (alice, bob) = with_archived(MAX_ARCHIVED);
    let states = bob.states(&alice.peer());
    assert_eq!(states.len(), MAX_ARCHIVED + 1);
    let place = |counter| {
        RatchetMessage::parse(&forged::Whisper::new(fresh_key(99), counter).bytes()).unwrap()
    };
    let all: Vec<usize> = (0..=MAX_ARCHIVED).collect();
    assert_eq!(candidates(&states, &place(MAX_AHEAD_ARCHIVED)), Ok(all));
    assert_eq!(
        candidates(&states, &place(MAX_AHEAD_ARCHIVED + 1)),
        Ok(vec![0])
    );
    assert_eq!(candidates(&states, &place(MAX_AHEAD)), Ok(vec![0]));
    assert_eq!(
        candidates(&states, &place(MAX_AHEAD + 1)),
        Err(Fault::TooFarAhead)
    );
    // A sender who uses one ratchet key everywhere has one state walked, not five.
    let sealed = alice.seal(&bob.peer(), b"x").unwrap();
    let inner = forged::First::read(&bob.unseal(&sealed).unwrap().contents)
        .message
        .unwrap();
    let known = RatchetMessage::parse(&inner).unwrap();
    let same = vec![states[0].clone(); MAX_ARCHIVED + 1];
    assert_eq!(candidates(&same, &known), Ok(vec![0]));
}

/// A chain far along is known to one state. To the others it would be a new one, to be walked from
/// 0: they must not be asked, or an honest-looking long chain brings the 75 seconds back.
#[test]
fn a_long_chain_concerns_its_own_state_only() {
    let (alice, bob) = with_archived(MAX_ARCHIVED);
    let mut last = Vec::new();
    for n in 0..2_500_u32 {
        last = alice.seal(&bob.peer(), &n.to_be_bytes()).unwrap();
        if n % 900 == 0 {
            assert_eq!(bob.open(&alice.peer(), &last).unwrap(), n.to_be_bytes());
        }
    }
    let contents = bob.unseal(&last).unwrap().contents;
    // A first message, as nobody has answered in this session: what counts is inside.
    let inner = forged::First::read(&contents).message.unwrap();
    let place = RatchetMessage::parse(&inner).unwrap();
    assert!(place.counter > 2 * MAX_AHEAD);
    assert_eq!(candidates(&bob.states(&alice.peer()), &place).unwrap(), [0]);
    let mut broken = forged::Whisper::read(&inner);
    broken.counter = Some(place.counter);
    assert_eq!(
        whisper(&alice, &bob, &broken),
        Err(fault(Fault::InvalidMessage))
    );
    assert_eq!(
        bob.open(&alice.peer(), &last).unwrap(),
        2_499_u32.to_be_bytes()
    );
    // Archived, the chain is still measured from where it is, and no other state is asked.
    bob.later(HOUR);
    let published = bob.publish(2);
    alice
        .start(&bob.peer(), &bundle(&bob, &published, Some(0)))
        .unwrap();
    say(&alice, &bob, b"a session in front of it");
    assert_eq!(candidates(&bob.states(&alice.peer()), &place).unwrap(), [1]);
    assert_eq!(whisper(&alice, &bob, &broken), Err(fault(Fault::Duplicate)));
    broken.counter = Some(place.counter + 1 + MAX_AHEAD);
    assert_eq!(
        whisper(&alice, &bob, &broken),
        Err(fault(Fault::InvalidMessage))
    );
    broken.counter = Some(place.counter + 2 + MAX_AHEAD);
    assert_eq!(
        whisper(&alice, &bob, &broken),
        Err(fault(Fault::TooFarAhead))
    );
}

/// A first message brings its own walk.
#[test]
fn a_first_message_may_not_ask_for_more() {
    let (alice, bob, published) = two();
    alice
        .start(&bob.peer(), &bundle(&bob, &published, Some(0)))
        .unwrap();
    let mut first = forged::First::read(
        &bob.unseal(&alice.seal(&bob.peer(), b"x").unwrap())
            .unwrap()
            .contents,
    );
    let honest = forged::Whisper::read(&first.message.clone().unwrap());
    for (counter, index, expected) in [
        (1_001, 0, Fault::TooFarAhead),
        (0, 2_001, Fault::TooFarAhead),
        (1_000, 2_000, Fault::InvalidMessage),
    ] {
        let inner = forged::Whisper {
            counter: Some(counter),
            pq_ratchet: Some(pq(1, index, &[0])),
            ..honest.clone()
        };
        first.message = Some(inner.bytes());
        let sealed = alice.forge(&bob.peer(), CiphertextMessageType::PreKey, &first.bytes());
        let rows = bob.rows();
        assert_eq!(
            bob.open(&alice.peer(), &sealed),
            Err(fault(expected)),
            "{counter} {index}"
        );
        assert_eq!(bob.rows(), rows);
    }
}

/// The post-quantum part of a message.
pub(super) fn pq(epoch: u64, index: u64, rest: &[u8]) -> Vec<u8> {
    let mut bytes = vec![1];
    for mut number in [epoch, index] {
        while number >= 0x80 {
            bytes.push(u8::try_from(number & 0x7f).unwrap() | 0x80);
            number >>= 7;
        }
        bytes.push(u8::try_from(number).unwrap());
    }
    bytes.extend_from_slice(rest);
    bytes
}
