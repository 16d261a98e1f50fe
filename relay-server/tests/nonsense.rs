//! No input makes the relay panic, or do anything but answer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use prost::Message;
use rand_chacha::ChaCha20Rng;
use rand09::{Rng, RngCore, SeedableRng};
use sotto_relay::Kind;
use sotto_wire::delivery::ReadVerb;
use sotto_wire::proto;
use sotto_wire::proto::client_frame::Verb;
use support::Person;
use support::asking::{append, credential, get_bundles, get_chain};
use support::world::{is_accepted, world_with};

const SEED: u64 = 7;
const ROUNDS: usize = 1_500;

#[test]
fn mutilated_frames_are_answered_or_end_the_connection() {
    println!("seed {SEED}");
    let mut random = ChaCha20Rng::seed_from_u64(SEED);
    let mut bob = Person::with_devices(1, 2);
    let (_dir, mut world) = world_with(&mut bob);
    for _ in 0..ROUNDS {
        let kind = if random.random() {
            Kind::Device
        } else {
            Kind::Anonymous
        };
        let (id, nonce) = world.connect(kind);
        let key = world.key();
        let leave = |verb| Some(credential(&bob, &key, &nonce, verb));
        let mut verbs = vec![
            Verb::Register(bob.register(&key, &nonce)),
            Verb::Put(bob.put(&key, 1, 1024)),
            Verb::Ack(proto::Ack {
                seq: random.random(),
            }),
            get_chain(&bob, leave(ReadVerb::Chain)),
            get_bundles(&bob, leave(ReadVerb::Bundles)),
            append(&bob, bob.chain.head().into(), bob.statements()),
            Verb::PublishKeys(bob.devices[0].keys(1, 0..2)),
            Verb::SetSlots(bob.slots(1)),
        ];
        if kind == Kind::Device {
            let login = bob.devices[0].login(&key, &nonce, None);
            if random.random() {
                world.send(id, Verb::Login(login));
            } else {
                verbs.push(Verb::Login(login));
            }
        }
        let verb = Some(verbs.swap_remove(random.random_range(0..verbs.len())));
        let request = 1_000_000;
        let mut frame = proto::ClientFrame { request, verb }.encode_to_vec();
        for _ in 0..random.random_range(1..4) {
            mutilate(&mut frame, &mut random);
        }
        world.hear(id);
        world.local.send(id, frame, world.now);
        let heard = world.hear(id);
        assert!(heard.closed.is_some() || heard.answers.len() <= 2);
        world.local.disconnect(id, world.now);
    }
    assert!(is_accepted(&world.put(&bob, 2)));
}

fn mutilate(frame: &mut Vec<u8>, random: &mut ChaCha20Rng) {
    let at = random.random_range(0..frame.len());
    match random.random_range(0..5) {
        0 => frame[at] ^= 1 << random.random_range(0..8),
        1 => frame.truncate(at.max(1)),
        2 => frame.insert(at, random.random()),
        3 => {
            let end = (at + random.random_range(0..40)).min(frame.len());
            random.fill_bytes(&mut frame[at..end]);
        }
        _ => {
            let end = (at + random.random_range(0..40)).min(frame.len());
            let again = frame[at..end].to_vec();
            frame.extend(again);
        }
    }
}
