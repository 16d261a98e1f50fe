//! Mail through the synchronous machine: stored, delivered in order, acknowledged, gone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sotto_relay::Config;
use sotto_wire::proto;
use sotto_wire::proto::client_frame::Verb;
use support::world::is_accepted;
use support::{Person, World};

#[test]
fn register_login_put_deliver_ack() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = World::open(dir.path(), Config::default());
    let mut bob = Person::new(1);
    world.settle(&mut bob);
    assert!(is_accepted(&world.put(&bob, 1)));
    assert!(is_accepted(&world.put(&bob, 2)));

    let (id, heard) = world.login(&mut bob.devices[0]);
    assert_eq!(heard.seqs(), [1, 2]);
    assert_eq!(heard.queue_empty(), 1);
    let envelope = &heard.envelopes()[0];
    assert_eq!(envelope.sealed.len(), 1024);
    assert_eq!(envelope.id, support::person::envelope_id(1).to_vec());
    assert_eq!(envelope.lane(), proto::Lane::Contacts);

    assert!(is_accepted(&world.put(&bob, 3)));
    let live = world.hear(id);
    assert_eq!((live.seqs(), live.queue_empty()), (vec![3], 0));

    world.send(id, Verb::Ack(proto::Ack { seq: 2 }));
    world.local.disconnect(id, world.now);
    let (_, heard) = world.login(&mut bob.devices[0]);
    assert_eq!(heard.seqs(), [3]);
    assert_eq!(heard.logged_in().unwrap().cursor.as_ref().unwrap().seq, 2);
}
