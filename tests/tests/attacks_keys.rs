//! Bad keys and endless chains, each by the way on which it would come: dropped, acknowledged, and
//! what stands behind it arrives.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use libsignal_protocol::CiphertextMessageType;
use prost::Message;
use sotto_content::proto::Content;
use sotto_core::testing;
use sotto_tests::attacker::Letter;
use sotto_tests::stage::Stage;
use sotto_wire::chain::{Payload, build};
use sotto_wire::proto::{ErrorCode, relay_frame::Answer};

const MINUTE: u64 = 60_000;

/// A point of order 8, type byte first (RFC 7748's curve; see the table of the core's border).
const LOW_ORDER: [u8; 33] = [
    5, 0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4,
    0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8,
    0x00,
];

/// The same point as 9 has, spelled above p: p + 9.
const NOT_CANONICAL: [u8; 33] = {
    let mut key = [0xff; 33];
    key[0] = 5;
    key[1] = 0xf6;
    key[32] = 0x7f;
    key
};

/// What an envelope under test must not have done.
fn check_unharmed(stage: &mut Stage, name: &str) {
    let before = stage.shown();
    stage.say(&format!("behind {name}"));
    let mut expected = before;
    expected.push(format!("behind {name}"));
    assert_eq!(
        stage.shown(),
        expected,
        "{name}: what stands behind it arrives"
    );
    assert_eq!(stage.waiting_for_bob(), 0, "{name}: it is acknowledged");
}

/// An attack is not worth a request for another copy.
fn check_not_asked_for(stage: &Stage, name: &str) {
    let gaps = testing::open_ends(stage.world.device(stage.bob).store()).0;
    assert_eq!(gaps, 0, "{name}: nobody is asked for it");
}

/// A letter that says nothing and has no place in the conversation.
fn blank(stage: &mut Stage) -> Letter {
    stage.mallory.letter(&stage.target, &Content::default())
}

#[test]
fn a_bundle_with_a_bad_key_founds_no_session() {
    for (seed, key) in [(1, LOW_ORDER), (2, NOT_CANONICAL)] {
        let mut stage = Stage::new(seed);
        let signature = stage.mallory.sign_key(&key);
        stage.mallory.publish(&mut stage.world, |keys| {
            keys.signed_key = key.to_vec();
            keys.signed_signature = signature;
        });
        let link = stage.mallory.link(stage.mallory.chain.head());
        stage
            .world
            .command(stage.bob, |machine, now| machine.add_contact(&link, now))
            .expect("a contact");
        stage.answer("under a key that everybody knows");
        stage.world.run_for(10 * MINUTE);
        assert_eq!(stage.sent_to_mallory(), 0, "nothing is sealed");
        assert!(!stage.all_sent(), "it waits for better keys");
    }
}

#[test]
fn a_chain_with_a_bad_key_is_refused_by_relay_and_client() {
    for (seed, key) in [(3, LOW_ORDER), (4, NOT_CANONICAL)] {
        let mut stage = Stage::of_friends(seed);
        let (keys, _) = stage.mallory.new_device();
        let entry = build::device_entry(&keys.signing.verifying_key().to_bytes(), &key);
        let proven = stage.mallory.prove_entry(entry);
        let statement = stage.mallory.statement(&Payload::Add(proven));
        let answers = stage.mallory.append(&mut stage.world, statement.clone());
        let refused = |answer: &Answer| matches!(answer, Answer::Error(error) if error.code() == ErrorCode::InvalidChain);
        assert!(answers.iter().any(refused), "{answers:?}");
        let mut letter = stage.text("with a device that anybody is");
        letter.header.suffix.push(statement);
        stage.deliver(&letter);
        let chain = testing::chain(stage.world.device(stage.bob).store(), &stage.account());
        assert_eq!(chain.map(|(_, devices)| devices), Some(1));
        check_unharmed(&mut stage, "a chain with a bad key");
    }
}

/// libsignal's messages as an attacker builds them.
#[derive(Clone, PartialEq, Message)]
struct Sealed {
    #[prost(bytes = "vec", optional, tag = "1")]
    ephemeral: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "2")]
    encrypted_static: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "3")]
    encrypted_message: Option<Vec<u8>>,
}

#[derive(Clone, PartialEq, Message)]
struct Whisper {
    #[prost(bytes = "vec", optional, tag = "1")]
    ratchet_key: Option<Vec<u8>>,
    #[prost(uint32, optional, tag = "2")]
    counter: Option<u32>,
    #[prost(uint32, optional, tag = "3")]
    previous_counter: Option<u32>,
    #[prost(bytes = "vec", optional, tag = "4")]
    ciphertext: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "5")]
    pq_ratchet: Option<Vec<u8>>,
}

impl Whisper {
    /// Without a valid MAC: whoever knows the mailbox and its device can send it.
    fn bytes(ratchet_key: &[u8], counter: u32) -> Vec<u8> {
        let message = Self {
            ratchet_key: Some(ratchet_key.to_vec()),
            counter: Some(counter),
            previous_counter: Some(0),
            ciphertext: Some(vec![0; 16]),
            // Version 1, epoch 1, index 0, no payload.
            pq_ratchet: Some(vec![1, 1, 0, 0]),
        };
        [vec![0x44], message.encode_to_vec(), vec![0; 8]].concat()
    }
}

#[test]
fn an_envelope_with_a_bad_key_is_dropped() {
    let mut stage = Stage::of_friends(5);
    for (name, key) in [
        ("a low-order key", LOW_ORDER),
        ("a key above p", NOT_CANONICAL),
    ] {
        // The key that the seal is made with.
        let letter = blank(&mut stage);
        let sealed = stage.mallory.seal(&stage.world, &stage.target, &letter);
        let mut outer = Sealed::decode(&sealed[1..]).expect("a sealed envelope");
        outer.ephemeral = Some(key.to_vec());
        let forged = [vec![sealed[0]], outer.encode_to_vec()].concat();
        assert_eq!(forged.len(), sealed.len());
        stage.deliver_bytes(&forged);
        check_unharmed(&mut stage, name);
        check_not_asked_for(&stage, name);

        // The key of the ratchet's step.
        let letter = blank(&mut stage);
        let message = Whisper::bytes(&key, 0);
        let sealed = stage.mallory.wrap(
            &stage.target,
            &letter,
            CiphertextMessageType::Whisper,
            &message,
        );
        stage.deliver_bytes(&sealed);
        check_unharmed(&mut stage, name);
        check_not_asked_for(&stage, name);

        // The key that the certificate names.
        let mut letter = blank(&mut stage);
        letter.identity_key = key.to_vec();
        let message = Whisper::bytes(&[5; 33], 0);
        let sealed = stage.mallory.wrap(
            &stage.target,
            &letter,
            CiphertextMessageType::Whisper,
            &message,
        );
        stage.deliver_bytes(&sealed);
        check_unharmed(&mut stage, name);
        check_not_asked_for(&stage, name);
    }
}

#[test]
fn an_envelope_that_would_walk_a_chain_for_a_minute_is_not_walked() {
    let mut stage = Stage::of_friends(6);
    // Without a MAC: what costs libsignal 75 seconds before it finds out.
    for counter in [24_999, 2_000, u32::MAX] {
        let letter = blank(&mut stage);
        let honest = stage.mallory.encrypt(&stage.world, &stage.target, &letter);
        let key = sotto_tests::attacker::ratchet_key(&honest);
        for key in [key, [vec![5], vec![9; 32]].concat()] {
            let message = Whisper::bytes(&key, counter);
            let sealed = stage.mallory.wrap(
                &stage.target,
                &letter,
                CiphertextMessageType::Whisper,
                &message,
            );
            stage.deliver_bytes(&sealed);
        }
    }
    check_unharmed(&mut stage, "long walks");
}

#[test]
fn a_walk_that_is_too_long_is_not_made_for_a_good_message_either() {
    let mut stage = Stage::of_friends(7);
    for _ in 0..1_100 {
        let letter = blank(&mut stage);
        stage.mallory.encrypt(&stage.world, &stage.target, &letter);
    }
    let letter = stage.text("from far down the chain");
    stage.deliver(&letter);
    assert_eq!(
        stage.shown(),
        ["hello, bob"],
        "not opened, though every byte of it is good"
    );
    assert_eq!(stage.waiting_for_bob(), 0);
    stage.world.run_for(MINUTE);
    assert_eq!(
        testing::open_ends(stage.world.device(stage.bob).store()).0,
        1,
        "asked for again instead"
    );
}
