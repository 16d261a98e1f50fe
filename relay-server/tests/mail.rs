//! Mail through the synchronous machine: stored, delivered in order, acknowledged, gone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sotto_relay::{CloseCode, Config, Hint, Kind, Limits, Notice, Quota, Quotas};
use sotto_wire::delivery::PutFlags;
use sotto_wire::proto;
use sotto_wire::proto::client_frame::Verb;
use sotto_wire::proto::relay_frame::Answer;
use support::person::envelope_id;
use support::world::{DAY_MS, code, is_accepted, world_with};
use support::{Person, World};

fn ack(seq: u64) -> Verb {
    Verb::Ack(proto::Ack { seq })
}

#[test]
fn register_login_put_deliver_ack() {
    let mut bob = Person::new(1);
    let (_dir, mut world) = world_with(&mut bob);
    assert!(is_accepted(&world.put(&bob, 1)));
    assert!(is_accepted(&world.put(&bob, 2)));

    let (id, heard) = world.login(&mut bob.devices[0]);
    assert_eq!(heard.seqs(), [1, 2]);
    assert_eq!(heard.queue_empty(), 1);
    let envelope = &heard.envelopes()[0];
    assert_eq!(envelope.sealed.len(), 1024);
    assert_eq!(envelope.id, envelope_id(1).to_vec());
    assert_eq!(envelope.lane(), proto::Lane::Contacts);

    assert!(is_accepted(&world.put(&bob, 3)));
    let live = world.hear(id);
    assert_eq!((live.seqs(), live.queue_empty()), (vec![3], 0));

    world.send(id, ack(2));
    world.local.disconnect(id, world.now);
    let (_, heard) = world.login(&mut bob.devices[0]);
    assert_eq!(heard.seqs(), [3]);
    assert_eq!(heard.logged_in().unwrap().cursor.as_ref().unwrap().seq, 2);
}

#[test]
fn a_repeated_put_gets_the_same_answer_and_is_stored_once() {
    let mut bob = Person::new(1);
    let (_dir, mut world) = world_with(&mut bob);
    let first = world.put(&bob, 1);
    assert_eq!(world.put(&bob, 1), first);
    let (id, heard) = world.login(&mut bob.devices[0]);
    assert_eq!(heard.seqs(), [1]);
    world.send(id, ack(1));
    assert_eq!(world.put(&bob, 1), first);
    assert_eq!(world.hear(id).seqs(), Vec::<u64>::new());
}

#[test]
fn hints_may_be_lost_doubled_late_and_out_of_order() {
    let mut bob = Person::new(1);
    let (_dir, mut world) = world_with(&mut bob);
    let (id, _) = world.login(&mut bob.devices[0]);
    let mailbox = bob.devices[0].mailbox;
    for number in 1..=3 {
        world.put(&bob, number);
    }
    let mut seqs = world.hear(id).seqs();
    for seq in [2, 9, 3, 1, 3, 1_000, 0] {
        let hint = Notice::Mail(Hint::new(mailbox, seq));
        world.local.notify(hint, world.now);
        seqs.extend(world.hear(id).seqs());
    }
    world.put(&bob, 4);
    seqs.extend(world.hear(id).seqs());
    assert_eq!(seqs, [1, 2, 3, 4]);
}

#[test]
fn a_session_follows_a_hint_without_its_envelope() {
    use sotto_relay::{Effect, Input, Peer, Session};
    let mut bob = Person::new(1);
    let (_dir, mut world) = world_with(&mut bob);
    let mailbox = bob.devices[0].mailbox;
    // A session whose hints are withheld, as if a bus had lost them.
    let mut session = Session::new(world.local.relay(), Kind::Device, Peer::Loopback);
    let effects = session.handle(world.local.relay(), Input::Opened, world.now);
    let [Effect::Send(hello)] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    let hello = <proto::RelayFrame as prost::Message>::decode(hello.as_slice()).unwrap();
    let Some(Answer::Hello(hello)) = hello.answer else {
        panic!()
    };
    let login = bob.devices[0].login(&world.key(), &hello.nonce.try_into().unwrap(), None);
    let frame = proto::ClientFrame {
        request: 1,
        verb: Some(Verb::Login(login)),
    };
    let frame = prost::Message::encode_to_vec(&frame);
    let mut inputs = vec![Input::Frame(frame)];
    while let Some(input) = inputs.pop() {
        for effect in session.handle(world.local.relay(), input, world.now) {
            match effect {
                Effect::Store(job) => {
                    let committed = world.local.relay().commit(vec![job], world.now);
                    inputs.extend(committed.stored.into_iter().map(Input::Stored));
                }
                Effect::Claim { .. } => inputs.push(Input::Claimed),
                _ => {}
            }
        }
    }
    for number in 1..=3 {
        assert!(is_accepted(&world.put(&bob, number)));
    }
    let hint = Input::Notice(Notice::Mail(Hint::new(mailbox, 2)));
    let effects = session.handle(world.local.relay(), hint, world.now);
    let [Effect::Send(frame)] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    let frame = <proto::RelayFrame as prost::Message>::decode(frame.as_slice()).unwrap();
    let Some(Answer::Delivery(delivery)) = frame.answer else {
        panic!()
    };
    let seqs: Vec<u64> = delivery
        .envelopes
        .iter()
        .map(|envelope| envelope.seq)
        .collect();
    assert_eq!(seqs, [1, 2, 3]);
}

#[test]
fn the_window_holds_256_envelopes_in_batches_of_50() {
    let mut bob = Person::new(1);
    let (_dir, mut world) = world_with(&mut bob);
    for number in 1..=300 {
        assert!(is_accepted(&world.put(&bob, number)));
    }
    let (id, heard) = world.login(&mut bob.devices[0]);
    assert_eq!(heard.seqs(), (1..=256).collect::<Vec<_>>());
    assert_eq!(heard.queue_empty(), 0);
    for (_, answer) in &heard.answers {
        if let Answer::Delivery(delivery) = answer {
            assert!(delivery.envelopes.len() <= 50);
        }
    }
    world.put(&bob, 301);
    assert!(world.hear(id).answers.is_empty());
    world.send(id, ack(10));
    assert_eq!(world.hear(id).seqs(), (257..=266).collect::<Vec<_>>());
    world.send(id, ack(266));
    let rest = world.hear(id);
    assert_eq!(rest.seqs(), (267..=301).collect::<Vec<_>>());
    assert_eq!(rest.queue_empty(), 1);
}

#[test]
fn the_window_holds_a_mebibyte_but_always_one_envelope() {
    let mut bob = Person::new(1);
    let (_dir, mut world) = world_with(&mut bob);
    for number in 1..=6 {
        let put = bob.put(&world.key(), number, 256 << 10);
        assert!(is_accepted(&world.ask_anonymously(Verb::Put(put))));
    }
    let (id, heard) = world.login(&mut bob.devices[0]);
    assert_eq!(heard.seqs(), [1, 2, 3, 4]);
    world.send(id, ack(1));
    assert_eq!(world.hear(id).seqs(), [5]);
    world.send(id, ack(5));
    assert_eq!(world.hear(id).seqs(), [6]);
}

#[test]
fn nobody_acknowledges_what_was_not_sent() {
    let mut bob = Person::new(1);
    let (_dir, mut world) = world_with(&mut bob);
    let (id, _) = world.login(&mut bob.devices[0]);
    world.send(id, ack(1_000));
    world.put(&bob, 1);
    assert_eq!(world.hear(id).seqs(), [1]);
    let (_, heard) = world.login(&mut bob.devices[0]);
    assert_eq!(heard.seqs(), [1]);
}

#[test]
fn a_cursor_counts_only_for_its_own_data() {
    let mut bob = Person::new(1);
    let (dir, mut world) = world_with(&mut bob);
    for number in 1..=4 {
        world.put(&bob, number);
    }
    let incarnation = world.local.relay().incarnation().to_vec();
    let cursor = |incarnation: &[u8], seq| {
        Some(proto::Cursor {
            incarnation: incarnation.to_vec(),
            seq,
        })
    };
    let (_, heard) = world.login_at(&mut bob.devices[0], cursor(&[9; 16], 3));
    assert_eq!(heard.seqs(), [1, 2, 3, 4]);
    let (_, heard) = world.login_at(&mut bob.devices[0], cursor(&incarnation, 2));
    assert_eq!(heard.seqs(), [3, 4]);
    // What the cursor said was as good as an acknowledgement.
    let (_, heard) = world.login_at(&mut bob.devices[0], None);
    assert_eq!(heard.seqs(), [3, 4]);
    drop(world);

    std::fs::write(dir.path().join(sotto_relay::RESTORED_MARKER), b"").unwrap();
    let mut world = World::open_seeded(dir.path(), Config::default(), 43);
    let now_incarnation = world.local.relay().incarnation().to_vec();
    assert_ne!(now_incarnation, incarnation);
    let (_, heard) = world.login_at(&mut bob.devices[0], cursor(&incarnation, 4));
    assert_eq!(heard.seqs(), [3, 4]);
    assert!(!dir.path().join(sotto_relay::RESTORED_MARKER).exists());
}

#[test]
fn nobody_has_committed_what_does_not_exist_yet() {
    let mut bob = Person::new(1);
    let (_dir, mut world) = world_with(&mut bob);
    let cursor = proto::Cursor {
        incarnation: world.local.relay().incarnation().to_vec(),
        seq: 1_000,
    };
    let (id, _) = world.login_at(&mut bob.devices[0], Some(cursor));
    assert!(is_accepted(&world.put(&bob, 1)));
    assert_eq!(world.hear(id).seqs(), [1]);
}

#[test]
fn ephemeral_envelopes_reach_who_is_there_and_are_never_stored() {
    let mut bob = Person::with_devices(1, 2);
    let (_dir, mut world) = world_with(&mut bob);
    let (id, _) = world.login(&mut bob.devices[0]);
    let flags = PutFlags {
        ephemeral: true,
        urgent: false,
    };
    let put = bob.put_flagged(&world.key(), 1, 1024, flags);
    assert!(is_accepted(&world.ask_anonymously(Verb::Put(put))));
    assert_eq!(world.hear(id).seqs(), [0]);
    let (_, heard) = world.login(&mut bob.devices[1]);
    assert_eq!((heard.seqs(), heard.queue_empty()), (vec![], 1));
    let (_, heard) = world.login(&mut bob.devices[0]);
    assert_eq!(heard.seqs(), Vec::<u64>::new());
}

#[test]
fn one_put_reaches_every_device() {
    let mut bob = Person::with_devices(1, 9);
    let (_dir, mut world) = world_with(&mut bob);
    let put = bob.put(&world.key(), 1, 4096);
    assert!(is_accepted(&world.ask_anonymously(Verb::Put(put.clone()))));
    for device in &mut bob.devices {
        let (_, heard) = world.login(device);
        let sealed = [put.items[0].header.as_slice(), &put.body].concat();
        assert_eq!(heard.envelopes()[0].sealed, sealed);
    }
}

#[test]
fn siblings_need_no_tag_and_keep_their_room() {
    let mut bob = Person::with_devices(1, 2);
    let (dir, _) = (tempfile::tempdir().unwrap(), ());
    let none = Quota {
        envelopes: 0,
        bytes: 0,
    };
    let limits = Limits {
        quotas: Quotas {
            contacts: none,
            ..Quotas::default()
        },
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
    assert_eq!(code(&world.put(&bob, 1)), proto::ErrorCode::Full);

    let (id, _) = world.login(&mut bob.devices[0]);
    let mut put = bob.put(&world.key(), 2, 1024);
    put.items.remove(0);
    for item in &mut put.items {
        item.slot.clear();
        item.tag.clear();
    }
    assert!(is_accepted(&world.ask(id, Verb::Put(put))));
    let (_, heard) = world.login(&mut bob.devices[1]);
    assert_eq!(heard.envelopes()[0].lane(), proto::Lane::Siblings);
}

#[test]
fn mail_expires_after_its_time() {
    let mut bob = Person::new(1);
    let (_dir, mut world) = world_with(&mut bob);
    world.put(&bob, 1);
    let mut brief = bob.put(&world.key(), 2, 1024);
    brief.ttl_seconds = 3_600;
    assert!(is_accepted(&world.ask_anonymously(Verb::Put(brief))));
    world.pass(DAY_MS);
    assert_eq!(world.local.relay().expire(world.now).unwrap(), 1);
    let (_, heard) = world.login(&mut bob.devices[0]);
    assert_eq!(heard.seqs(), [1]);
    world.pass(30 * DAY_MS);
    assert_eq!(world.local.relay().expire(world.now).unwrap(), 1);
    let (_, heard) = world.login(&mut bob.devices[0]);
    assert_eq!((heard.seqs(), heard.queue_empty()), (vec![], 1));
    world.put(&bob, 3);
    let (_, heard) = world.login(&mut bob.devices[0]);
    assert_eq!(heard.seqs(), [3]);
}

#[test]
fn a_second_login_closes_the_first_connection() {
    let mut bob = Person::new(1);
    let (_dir, mut world) = world_with(&mut bob);
    let (first, _) = world.login(&mut bob.devices[0]);
    let (second, _) = world.login(&mut bob.devices[0]);
    assert_eq!(world.hear(first).closed, Some(CloseCode::Replaced));
    world.put(&bob, 1);
    assert_eq!(world.hear(second).seqs(), [1]);
    assert!(world.hear(first).answers.is_empty());
    world.send(first, ack(1));
    let (_, heard) = world.login(&mut bob.devices[0]);
    assert_eq!(heard.seqs(), [1]);
}

#[test]
fn a_restarted_relay_goes_on_where_it_was() {
    let mut bob = Person::new(1);
    let (dir, mut world) = world_with(&mut bob);
    world.put(&bob, 1);
    let key = world.key();
    drop(world);
    let mut world = World::open(dir.path(), Config::default());
    assert_eq!(world.key(), key);
    assert!(is_accepted(&world.put(&bob, 2)));
    let (_, heard) = world.login(&mut bob.devices[0]);
    assert_eq!(heard.seqs(), [1, 2]);
}
