//! Who may put, and what a refusal tells.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use prost::Message;
use sotto_relay::local::Output;
use sotto_relay::{Config, Kind, Limits, Peer, Rate};
use sotto_wire::delivery::PutFlags;
use sotto_wire::proto::client_frame::Verb;
use sotto_wire::proto::relay_frame::Answer;
use sotto_wire::proto::{self, ErrorCode};
use support::world::{DAY_MS, code, is_accepted, world_with};
use support::{Person, World};

const OUTSIDE: Peer = Peer::Prefix([1; 8]);

/// The relay's answer to request 7, as bytes.
fn raw_answer(world: &mut World, put: proto::Put) -> Vec<u8> {
    let (id, _) = world.connect(Kind::Anonymous);
    let frame = proto::ClientFrame {
        request: 7,
        verb: Some(Verb::Put(put)),
    };
    world.local.send(id, frame.encode_to_vec(), world.now);
    let output = world.local.take(id);
    let [Output::Frame(bytes)] = output.as_slice() else {
        panic!("one answer: {output:?}")
    };
    bytes.clone()
}

#[test]
fn every_refusal_without_a_valid_tag_is_the_same_bytes() {
    let mut bob = Person::with_devices(1, 2);
    let carol = Person::new(2);
    let (_dir, mut world) = world_with(&mut bob);
    let key = world.key();
    let good = bob.put(&key, 1, 1024);
    let change = |change: &dyn Fn(&mut proto::Put)| {
        let mut put = good.clone();
        change(&mut put);
        put
    };
    let refused = [
        ("wrong tag", change(&|put| put.items[1].tag[0] ^= 1)),
        ("short tag", change(&|put| put.items[0].tag.truncate(8))),
        ("no tag", change(&|put| put.items[0].tag.clear())),
        (
            "unknown slot",
            change(&|put| put.items[0].slot = vec![2; 8]),
        ),
        (
            "malformed slot",
            change(&|put| put.items[0].slot = vec![2; 3]),
        ),
        (
            "unknown mailbox",
            change(&|put| put.items[0].mailbox = vec![3; 16]),
        ),
        ("unknown account", carol.put(&key, 1, 1024)),
        (
            "another account",
            change(&|put| put.account = carol.account().to_vec()),
        ),
        ("another body", change(&|put| put.body[0] ^= 1)),
        (
            "another envelope id",
            change(&|put| put.items[0].envelope_id = vec![8; 16]),
        ),
        ("another flag", change(&|put| put.ephemeral = true)),
        ("urgent", change(&|put| put.urgent = true)),
        (
            "stale head, no tag",
            change(&|put| {
                put.head.as_mut().unwrap().seq = 0;
                put.items[0].tag = vec![0; 16];
            }),
        ),
        (
            "untagged",
            change(&|put| {
                for item in &mut put.items {
                    item.slot.clear();
                    item.tag.clear();
                }
            }),
        ),
    ];
    let first = raw_answer(&mut world, refused[0].1.clone());
    let frame = proto::RelayFrame::decode(first.as_slice()).unwrap();
    assert_eq!(code(&frame.answer.unwrap()), ErrorCode::Denied);
    for (what, put) in refused {
        assert_eq!(raw_answer(&mut world, put), first, "{what}");
    }
    assert!(is_accepted(&world.ask_anonymously(Verb::Put(good))));
}

#[test]
fn malformed_puts_are_bad_requests() {
    let mut bob = Person::with_devices(1, 2);
    let (_dir, mut world) = world_with(&mut bob);
    let good = bob.put(&world.key(), 1, 1024);
    type Change = dyn Fn(&mut proto::Put);
    let bad: [(&str, &Change); 8] = [
        ("no items", &|put| put.items.clear()),
        ("one mailbox twice", &|put| {
            put.items[1] = put.items[0].clone()
        }),
        ("too many items", &|put| {
            put.items = vec![put.items[0].clone(); 17]
        }),
        ("no size class", &|put| put.body.push(0)),
        ("no head", &|put| put.head = None),
        ("short account", &|put| put.account.truncate(31)),
        ("long envelope id", &|put| put.items[0].envelope_id.push(0)),
        ("half tagged", &|put| {
            put.items[1].slot.clear();
            put.items[1].tag.clear();
        }),
    ];
    for (what, change) in bad {
        let mut put = good.clone();
        change(&mut put);
        let answer = world.ask_anonymously(Verb::Put(put));
        assert_eq!(code(&answer), ErrorCode::BadRequest, "{what}");
    }
    let huge = bob.put(&world.key(), 1, 512 << 10);
    assert_eq!(
        code(&world.ask_anonymously(Verb::Put(huge))),
        ErrorCode::BadRequest
    );
}

#[test]
fn a_stale_sender_gets_what_it_lacks() {
    let mut bob = Person::new(1);
    let (_dir, mut world) = world_with(&mut bob);
    let stale = bob.put(&world.key(), 1, 1024);
    let added = bob.add();
    world.register(&bob);
    let answer = world.ask_anonymously(Verb::Put(stale.clone()));
    let Answer::Error(error) = answer else {
        panic!("{answer:?}")
    };
    assert_eq!(error.code(), ErrorCode::StaleHead);
    let chain = error.chain.unwrap();
    assert_eq!((chain.from_genesis, chain.statements), (false, vec![added]));

    let mut forked = stale.clone();
    let head = bob.chain.head();
    forked.head = Some(proto::Head {
        hash: vec![4; 32],
        ..head.into()
    });
    let Answer::Error(error) = world.ask_anonymously(Verb::Put(forked)) else {
        panic!()
    };
    let chain = error.chain.unwrap();
    assert_eq!(
        (chain.from_genesis, chain.statements),
        (true, bob.statements())
    );

    // Who knows more than the relay is let in.
    let mut ahead = stale;
    ahead.head = Some(proto::Head {
        seq: 9,
        hash: vec![4; 32],
        epoch: 0,
    });
    assert!(is_accepted(&world.ask_anonymously(Verb::Put(ahead))));
}

#[test]
fn strangers_log_in_and_may_not_come_often() {
    let mut bob = Person::new(1);
    let mut carol = Person::new(2);
    let (_dir, mut world) = world_with(&mut bob);
    world.settle(&mut carol);
    let (id, nonce) = world.connect_from(Kind::Device, OUTSIDE);
    let login = carol.devices[0].login(&world.key(), &nonce, None);
    assert!(matches!(
        world.ask(id, Verb::Login(login)),
        Answer::LoggedIn(_)
    ));
    let untagged = |world: &World, number| {
        let mut put = bob.put(&world.key(), number, 1024);
        put.items[0].slot.clear();
        put.items[0].tag.clear();
        Verb::Put(put)
    };
    for number in 0..10 {
        let verb = untagged(&world, number);
        assert!(is_accepted(&world.ask(id, verb)));
    }
    let verb = untagged(&world, 10);
    let Answer::Error(error) = world.ask(id, verb) else {
        panic!()
    };
    assert_eq!(error.code(), ErrorCode::RateLimited);
    assert!(error.retry_after_ms > 0);
    world.pass(u64::from(error.retry_after_ms));
    let verb = untagged(&world, 10);
    assert!(is_accepted(&world.ask(id, verb)));
    let (_, heard) = world.login(&mut bob.devices[0]);
    assert!(
        heard
            .envelopes()
            .iter()
            .all(|one| one.lane() == proto::Lane::Strangers)
    );
}

#[test]
fn anonymous_puts_are_counted_per_prefix_and_loopback_is_exempt() {
    let mut bob = Person::new(1);
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits {
        anonymous_put: Rate::new(2, 1, 1),
        ..Limits::default()
    };
    let mut world = World::open(
        dir.path(),
        Config {
            limits,
            ..Config::default()
        },
    );
    world.settle(&mut bob);
    let (id, _) = world.connect_from(Kind::Anonymous, OUTSIDE);
    let (other, _) = world.connect_from(Kind::Anonymous, Peer::Prefix([2; 8]));
    for number in 0..2 {
        let put = bob.put(&world.key(), number, 1024);
        assert!(is_accepted(&world.ask(id, Verb::Put(put))));
    }
    let put = bob.put(&world.key(), 3, 1024);
    assert_eq!(
        code(&world.ask(id, Verb::Put(put.clone()))),
        ErrorCode::RateLimited
    );
    assert!(is_accepted(&world.ask(other, Verb::Put(put))));
    for number in 4..20 {
        assert!(is_accepted(&world.put(&bob, number)));
    }
}

#[test]
fn a_retiring_slot_works_slower_and_for_thirty_days() {
    let mut bob = Person::new(1);
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits {
        mailbox_put: Rate::new(40, 1, 1),
        ..Limits::default()
    };
    let mut world = World::open(
        dir.path(),
        Config {
            limits,
            ..Config::default()
        },
    );
    world.settle(&mut bob);
    let (id, _) = world.login(&mut bob.devices[0]);
    let mut slots = bob.slots(2);
    slots.slots[0].retiring = true;
    assert!(matches!(
        world.ask(id, Verb::SetSlots(slots)),
        Answer::Done(_)
    ));
    let (from, _) = world.connect_from(Kind::Anonymous, OUTSIDE);
    let put = |world: &mut World, number| {
        let put = bob.put(&world.key(), number, 1024);
        world.ask(from, Verb::Put(put))
    };
    assert!(is_accepted(&put(&mut world, 1)));
    assert!(is_accepted(&put(&mut world, 2)));
    assert_eq!(code(&put(&mut world, 3)), ErrorCode::RateLimited);
    world.pass(30 * DAY_MS);
    assert!(is_accepted(&put(&mut world, 3)));
    world.pass(DAY_MS);
    assert_eq!(code(&put(&mut world, 4)), ErrorCode::Denied);
}

#[test]
fn verbs_on_the_wrong_connection_are_denied() {
    let mut bob = Person::new(1);
    let (_dir, mut world) = world_with(&mut bob);
    let (anonymous, nonce) = world.connect(Kind::Anonymous);
    let login = bob.devices[0].login(&world.key(), &nonce, None);
    for verb in [
        Verb::Login(login),
        Verb::Ack(proto::Ack { seq: 1 }),
        Verb::PublishKeys(bob.devices[0].keys(1, 0..1)),
        Verb::SetSlots(bob.slots(9)),
        Verb::CloseAccount(proto::CloseAccount {}),
    ] {
        assert_eq!(code(&world.ask(anonymous, verb)), ErrorCode::Denied);
    }
    // A device that has not logged in may nothing but that.
    let (fresh, nonce) = world.connect(Kind::Device);
    let put = bob.put_flagged(&world.key(), 1, 1024, PutFlags::default());
    let get = proto::GetChain {
        account: bob.account().to_vec(),
        since: None,
        credential: None,
    };
    for verb in [
        Verb::Register(bob.register(&world.key(), &nonce)),
        Verb::Put(put),
        Verb::GetChain(get),
        Verb::SetSlots(bob.slots(9)),
    ] {
        assert_eq!(code(&world.ask(fresh, verb)), ErrorCode::Denied);
    }
}

#[test]
fn unknown_verbs_are_unsupported_and_nonsense_ends_the_connection() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = World::open(dir.path(), Config::default());
    let (id, _) = world.connect(Kind::Anonymous);
    let of_the_future = [0x08, 0x05, 0x62, 0x00];
    world.local.send(id, of_the_future.to_vec(), world.now);
    let heard = world.hear(id);
    assert_eq!(
        (heard.answers[0].0, code(&heard.answers[0].1)),
        (5, ErrorCode::Unsupported)
    );
    assert_eq!(heard.closed, None);
    world.local.send(id, vec![0xff; 7], world.now);
    let heard = world.hear(id);
    assert_eq!(code(&heard.answers[0].1), ErrorCode::BadRequest);
    assert_eq!(heard.closed.map(|code| code.number()), Some(4400));
}
