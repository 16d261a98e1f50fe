//! Pre-keys and delivery keys: published, checked, handed out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sotto_relay::{Kind, Peer};
use sotto_wire::delivery::ReadVerb;
use sotto_wire::proto::client_frame::Verb;
use sotto_wire::proto::relay_frame::Answer;
use sotto_wire::proto::{self, ErrorCode};
use support::asking::{credential, get_bundles};
use support::world::{code, world_with};
use support::{Device, Person};

const OUTSIDE: Peer = Peer::Prefix([1; 8]);

#[test]
fn one_time_keys_are_for_slots_and_siblings_only() {
    let mut bob = Person::with_devices(1, 2);
    let mut carol = Person::new(2);
    let (_dir, mut world) = world_with(&mut bob);
    world.settle(&mut carol);
    let (id, _) = world.login(&mut bob.devices[0]);
    let keys = bob.devices[0].keys(1, 0..3);
    assert!(matches!(
        world.ask(id, Verb::PublishKeys(keys)),
        Answer::Done(_)
    ));

    let one_time = |answer: Answer| {
        let Answer::Bundles(bundles) = answer else {
            panic!("{answer:?}")
        };
        let [bundle] = bundles.bundles.as_slice() else {
            panic!("the second has no keys")
        };
        (
            bundle.one_time.as_ref().map(|key| key.id),
            bundle.one_time_kem.as_ref().map(|key| key.id),
        )
    };
    let (asking, _) = world.login(&mut carol.devices[0]);
    assert_eq!(
        one_time(world.ask(asking, get_bundles(&bob, None))),
        (None, None)
    );
    let (anonymous, nonce) = world.connect(Kind::Anonymous);
    let leave = credential(&bob, &world.key(), &nonce, ReadVerb::Bundles);
    let by_slot = get_bundles(&bob, Some(leave));
    assert_eq!(
        one_time(world.ask(anonymous, by_slot.clone())),
        (Some(0), Some(0))
    );
    assert_eq!(
        one_time(world.ask(id, get_bundles(&bob, None))),
        (Some(1), Some(1))
    );
    assert_eq!(
        one_time(world.ask(anonymous, by_slot.clone())),
        (Some(2), Some(2))
    );
    assert_eq!(one_time(world.ask(anonymous, by_slot)), (None, None));
    let (_, heard) = world.login(&mut bob.devices[0]);
    let logged_in = heard.logged_in().unwrap();
    assert_eq!((logged_in.one_time_keys, logged_in.generation), (0, 1));
}

#[test]
fn bundles_are_fetched_six_times_in_ten_minutes() {
    let mut bob = Person::new(1);
    let (_dir, mut world) = world_with(&mut bob);
    let (id, nonce) = world.connect_from(Kind::Anonymous, OUTSIDE);
    let leave = credential(&bob, &world.key(), &nonce, ReadVerb::Bundles);
    let get = get_bundles(&bob, Some(leave));
    for _ in 0..6 {
        assert!(matches!(world.ask(id, get.clone()), Answer::Bundles(_)));
    }
    let Answer::Error(error) = world.ask(id, get.clone()) else {
        panic!()
    };
    assert_eq!(
        (error.code(), error.retry_after_ms),
        (ErrorCode::RateLimited, 100_000)
    );
    world.pass(100_000);
    assert!(matches!(world.ask(id, get), Answer::Bundles(_)));
}

#[test]
fn publications_are_checked() {
    let mut bob = Person::new(1);
    let (_dir, mut world) = world_with(&mut bob);
    let other = Device::new(&mut bob.random);
    let (id, _) = world.login(&mut bob.devices[0]);
    let good = bob.devices[0].keys(5, 0..2);
    type Change = dyn Fn(&mut proto::PublishKeys);
    let change: [(&str, &Change); 5] = [
        ("signature", &|keys| {
            keys.keys.as_mut().unwrap().signature[0] ^= 1
        }),
        ("generation", &|keys| {
            keys.keys.as_mut().unwrap().generation = u64::MAX
        }),
        ("signed key", &|keys| {
            keys.keys.as_mut().unwrap().signed_key.push(0)
        }),
        ("one-time key", &|keys| keys.one_time[0].key.push(0)),
        ("kem key", &|keys| keys.one_time_kem[0].key.truncate(33)),
    ];
    for (what, change) in change {
        let mut keys = good.clone();
        change(&mut keys);
        let answer = world.ask(id, Verb::PublishKeys(keys));
        assert_eq!(code(&answer), ErrorCode::BadRequest, "{what}");
    }
    let foreign = world.ask(id, Verb::PublishKeys(other.keys(6, 0..1)));
    assert_eq!(code(&foreign), ErrorCode::BadRequest);
    assert!(matches!(
        world.ask(id, Verb::PublishKeys(good)),
        Answer::Done(_)
    ));
    let older = bob.devices[0].keys(4, 0..0);
    assert_eq!(
        code(&world.ask(id, Verb::PublishKeys(older))),
        ErrorCode::Conflict
    );
    let many = bob.devices[0].keys(6, 0..201);
    assert_eq!(
        code(&world.ask(id, Verb::PublishKeys(many))),
        ErrorCode::BadRequest
    );
}

#[test]
fn slots_replace_each_other_and_never_go_back() {
    use prost::Message;
    use sha2::{Digest, Sha256};
    let mut bob = Person::new(1);
    let (_dir, mut world) = world_with(&mut bob);
    let (id, _) = world.login(&mut bob.devices[0]);
    let mut next = bob.slots(5);
    next.slots[0].id = vec![6; 8];
    assert!(matches!(
        world.ask(id, Verb::SetSlots(next.clone())),
        Answer::Done(_)
    ));
    assert_eq!(code(&world.put(&bob, 1)), ErrorCode::Denied);
    assert_eq!(
        code(&world.ask(id, Verb::SetSlots(bob.slots(4)))),
        ErrorCode::Conflict
    );
    let mut malformed = bob.slots(6);
    malformed.slots[0].read_key.pop();
    assert_eq!(
        code(&world.ask(id, Verb::SetSlots(malformed))),
        ErrorCode::BadRequest
    );
    let (_, heard) = world.login(&mut bob.devices[0]);
    let digest = Sha256::digest(next.encode_to_vec()).to_vec();
    assert_eq!(heard.logged_in().unwrap().slots_digest, digest);
}
