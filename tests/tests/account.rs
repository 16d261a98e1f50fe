//! What an account does besides talking: devices that come late, a new recovery key, moving house,
//! links that are taken back.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use sotto_core::testing::{self, ContactStanding, Outcome, OutgoingState};
use sotto_tests::world::World;
use sotto_wire::ids::RelayKey;

#[test]
fn a_device_that_was_added_and_has_no_keys_yet_holds_up_nobody_and_is_caught_up_with() {
    let mut world = World::new(20);
    let relay = world.relay();
    let (ada, ben) = (world.person("ada", relay), world.person("ben", relay));
    world.befriend(ada, ben);
    world.befriend(ben, ada);
    let (a, b) = (world.account(ada), world.account(ben));
    world.send(ben, a, "before the second device");
    world.settle();
    let invitation = world
        .command(ben, |machine, now| machine.invite_device(now))
        .unwrap();
    let late = world.blank("ben's late one");
    let join =
        |machine: &mut testing::Machine, now| machine.prepare_device(&invitation, "Ben", now);
    let request = world.command(late, join).unwrap();
    world.set_offline(late, true);
    let intent = world
        .command(ben, |machine, now| machine.add_device(&request, now))
        .unwrap();
    assert_eq!(
        world.await_outcome(ben),
        Outcome::Statement { intent, done: true }
    );
    for number in 0..100 {
        world.send(ada, b, &format!("while it sleeps, {number}"));
        world.run_for(200);
    }
    world.run_until(|world| world.texts(ben, a).len() == 101);
    world.run_until(|world| testing::outbox(world.device(ada).store()).is_empty());
    world.set_offline(late, false);
    world.run_until(|world| world.texts(late, a).len() >= 100);
    world.send(ada, b, "and now it is awake");
    world.settle();
    let texts = world.texts(late, a);
    assert_eq!(texts.len(), 101, "all that was written since it was added");
    assert_eq!(
        texts.last().map(String::as_str),
        Some("and now it is awake")
    );
}

#[test]
fn a_late_device_is_caught_up_with_by_senders_that_were_restarted() {
    late_device(24, false);
}

#[test]
fn a_late_device_that_writes_first_is_caught_up_with_too() {
    late_device(25, true);
}

fn late_device(seed: u64, writes_first: bool) {
    let mut world = World::new(seed);
    let (here, there) = (world.relay(), world.relay());
    let (ada, ben) = (world.person("ada", here), world.person("ben", there));
    world.befriend(ada, ben);
    world.befriend(ben, ada);
    let a = world.account(ada);
    let invitation = world.command(ada, |machine, now| machine.invite_device(now));
    let late = world.blank("ada's late one");
    let join = |machine: &mut testing::Machine, now| {
        machine.prepare_device(&invitation.unwrap(), "Ada", now)
    };
    let request = world.command(late, join).unwrap();
    world.set_offline(late, true);
    let add = |machine: &mut testing::Machine, now| machine.add_device(&request, now);
    let intent = world.command(ada, add).unwrap();
    assert_eq!(
        world.await_outcome(ada),
        Outcome::Statement { intent, done: true }
    );
    world.send(ben, a, "before it has keys");
    let b = world.account(ben);
    world.run_until(|world| world.texts(ada, b) == ["before it has keys"]);
    world.crash(ben);
    world.set_offline(late, false);
    world.run_until(|world| world.device(late).phase() == testing::Phase::Live);
    // Until its siblings have told it who there is.
    world.run_for(30_000);
    if writes_first {
        world.send(late, b, "hello from the new one");
        world.run_for(10_000);
    }
    world.send(ben, a, "when it has keys");
    world.settle_and_check();
    let all = world.texts(late, b);
    assert_eq!(all.first().map(String::as_str), Some("before it has keys"));
    assert_eq!(all.last().map(String::as_str), Some("when it has keys"));
}

#[test]
fn an_account_gets_a_new_recovery_key_and_the_next_one_needs_it() {
    let mut world = World::new(21);
    let relay = world.relay();
    let ada = world.person("ada", relay);
    for _ in 0..2 {
        let intent = world
            .command(ada, |machine, now| machine.set_recovery(now))
            .unwrap();
        assert_eq!(
            world.await_outcome(ada),
            Outcome::Statement { intent, done: true }
        );
    }
}

#[test]
fn an_account_moves_house_and_its_contacts_do_nothing() {
    let mut world = World::new(22);
    let (old, new) = (world.relay(), world.relay());
    let (ada, ben) = (world.person("ada", old), world.person("ben", old));
    world.befriend(ada, ben);
    world.befriend(ben, ada);
    let (a, b) = (world.account(ada), world.account(ben));
    world.send(ada, b, "from the old house");
    world.send(ben, a, "to the old house");
    world.settle();
    let home: Vec<(String, RelayKey)> = vec![world.address(new)];
    let intent = world
        .command(ada, |machine, now| machine.set_homes(home, now))
        .unwrap();
    assert_eq!(
        world.await_outcome(ada),
        Outcome::Statement { intent, done: true }
    );
    world.send(ada, b, "from the new house");
    world.settle();
    world.run_for(120_000);
    world.send(ben, a, "to the new house");
    world.settle_and_check();
    assert_eq!(world.texts(ada, b).len(), 4);
    let lives_there = world.device(ada).relays();
    assert_eq!(lives_there, [world.address(new).0]);
}

#[test]
fn a_link_that_was_taken_back_lets_nobody_in_and_says_so() {
    let mut world = World::new(23);
    let relay = world.relay();
    let (ada, ben) = (world.person("ada", relay), world.person("ben", relay));
    let link = world
        .command(ben, |machine, now| machine.contact_link(now))
        .unwrap();
    world
        .command(ben, |machine, now| machine.revoke_link(now))
        .unwrap();
    world.run_for(1000);
    world
        .command(ada, |machine, now| machine.add_contact(&link, now))
        .unwrap();
    let b = world.account(ben);
    world.send(ada, b, "does this still work?");
    let failed = |world: &World| {
        testing::outbox(world.device(ada).store())
            .iter()
            .any(|(.., state, reason)| {
                *state == OutgoingState::Failed && reason.as_deref() == Some("denied")
            })
    };
    world.run_until(failed);
    let link = world
        .command(ben, |machine, now| machine.contact_link(now))
        .unwrap();
    world.run_for(1000);
    world
        .command(ada, |machine, now| machine.add_contact(&link, now))
        .unwrap();
    world.settle();
    let a = world.account(ada);
    assert_eq!(world.texts(ben, a), ["does this still work?"]);
    assert_eq!(
        testing::standing(world.device(ben).store(), &a),
        Some(ContactStanding::Request)
    );
}

/// What is written by a link that the relay was not told of yet fails in seconds, all of it at once;
/// when the relay knows, one retry takes along what was denied with it.
#[test]
fn what_is_not_let_in_fails_within_seconds_and_goes_together_later() {
    let mut world = World::new(24);
    let relay = world.relay();
    let (ada, ben) = (world.person("ada", relay), world.person("ben", relay));
    world.set_offline(ben, true);
    world
        .command(ben, |machine, now| machine.revoke_link(now))
        .unwrap();
    let link = world
        .command(ben, |machine, now| machine.contact_link(now))
        .unwrap();
    world
        .command(ada, |machine, now| machine.add_contact(&link, now))
        .unwrap();
    let (a, b) = (world.account(ada), world.account(ben));
    for text in ["one", "two", "three"] {
        world.send(ada, b, text);
    }
    // The card that goes with them fails as well.
    let failed = |world: &World| testing::failed(world.device(ada).store());
    world.run_for(10_000);
    assert_eq!(failed(&world).len(), 4);

    // As long as nothing has changed, trying again comes to the same.
    let retry = |world: &mut World| {
        let first = failed(world)[0];
        world
            .command(ada, |machine, now| machine.retry(first, now))
            .unwrap();
    };
    retry(&mut world);
    assert_eq!(failed(&world).len(), 3);
    world.run_for(10_000);
    assert_eq!(failed(&world).len(), 4);

    world.set_offline(ben, false);
    world.run_for(1000);
    assert_eq!(failed(&world).len(), 4);
    retry(&mut world);
    world.settle_and_check();
    assert_eq!(world.texts(ben, a), ["one", "two", "three"]);
    assert!(failed(&world).is_empty());
}
