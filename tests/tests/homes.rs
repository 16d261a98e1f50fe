//! Several home relays: mail flows while one of them is down, an account moves and its contacts do
//! nothing, and relays that lie or die take nobody with them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeSet;

use sotto_core::testing::{self, ConnKind, EngineError, Freeze, Outcome, Phase, Standing};
use sotto_tests::world::{DeviceId, RelayId, Weather, World};
use sotto_wire::proto::{Hello, relay_frame::Answer};

/// Waits for the end of an addition.
fn added(world: &mut World, id: DeviceId) -> Outcome {
    loop {
        match world.await_outcome(id) {
            Outcome::Statement { .. } => {}
            outcome => return outcome,
        }
    }
}

fn add_home(world: &mut World, id: DeviceId, relay: RelayId) {
    let url = world.relay_url(relay);
    begin_adding(world, id, relay);
    assert_eq!(added(world, id), Outcome::HomeAdded { url });
}

fn begin_adding(world: &mut World, id: DeviceId, relay: RelayId) {
    let url = world.relay_url(relay);
    world
        .command(id, |machine, now| machine.add_home(&url, None, now))
        .unwrap();
}

fn stated(world: &mut World, id: DeviceId, intent: [u8; 16]) {
    loop {
        if world.await_outcome(id) == (Outcome::Statement { intent, done: true }) {
            return;
        }
    }
}

fn remove_home(world: &mut World, id: DeviceId, relay: RelayId) {
    let url = world.relay_url(relay);
    let intent = world
        .command(id, |machine, now| machine.remove_home(&url, now))
        .unwrap();
    stated(world, id, intent);
}

fn homes(world: &World, id: DeviceId) -> Vec<String> {
    world.device(id).relays()
}

/// Two people who have talked, at two relays, and one more relay.
fn friends(seed: u64) -> (World, [RelayId; 3], DeviceId, DeviceId) {
    let (world, relays, ada, _, ben) = friends_with(seed, 0);
    (world, relays, ada, ben)
}

/// The same where one of the two has more devices.
fn friends_with(
    seed: u64,
    more: usize,
) -> (World, [RelayId; 3], DeviceId, Vec<DeviceId>, DeviceId) {
    let mut world = World::new(seed);
    let relays = [world.relay(), world.relay(), world.relay()];
    let (ada, ben) = (
        world.person("ada", relays[0]),
        world.person("ben", relays[2]),
    );
    let name = |number| format!("ada's other one, {number}");
    let more = (0..more)
        .map(|number| world.second_device(ada, &name(number)))
        .collect();
    world.befriend(ada, ben);
    world.befriend(ben, ada);
    let (a, b) = (world.account(ada), world.account(ben));
    world.run_for(30_000);
    world.send(ada, b, "good morning, ben");
    world.send(ben, a, "good morning, ada");
    world.settle();
    (world, relays, ada, more, ben)
}

#[test]
fn with_two_homes_mail_flows_while_either_is_down() {
    for first_dies in [true, false] {
        let (mut world, [here, there, _], ada, ben) = friends(600);
        let (a, b) = (world.account(ada), world.account(ben));
        add_home(&mut world, ada, there);
        world.settle();
        assert_eq!(homes(&world, ada).len(), 2);
        let dying = if first_dies { here } else { there };
        world.set_relay_down(dying, true);
        for number in 0..5 {
            world.send(ada, b, &format!("from ada while one is down, {number}"));
            world.send(ben, a, &format!("from ben while one is down, {number}"));
            world.run_for(500);
        }
        world.settle_and_check();
        assert_eq!(world.texts(ada, b).len(), 12);
        assert_eq!(world.device(ada).phase(), Phase::Live);
        world.set_relay_down(dying, false);
        world.send(ben, a, "and when it is back");
        world.settle_and_check();
        assert_eq!(world.texts(ada, b).len(), 13);
    }
}

#[test]
fn what_came_in_over_two_relays_is_there_once() {
    let (mut world, [here, there, _], ada, ben) = friends(601);
    let (a, b) = (world.account(ada), world.account(ben));
    add_home(&mut world, ada, there);
    world.settle();
    world.run_for(90_000);
    // The first relay takes the envelope, and dies before it can say so.
    let down = std::rc::Rc::new(std::cell::Cell::new(true));
    let swallow = std::rc::Rc::clone(&down);
    world.lie(move |device, answer| match answer {
        Answer::PutAccepted(_) if device == ben && swallow.get() => None,
        other => Some(other),
    });
    world.set_offline(ada, true);
    world.send(ben, a, "this one travels twice");
    world.run_for(5_000);
    down.set(false);
    world.set_relay_down(here, true);
    world.run_until(|world| testing::outbox(world.device(ben).store()).is_empty());
    world.set_relay_down(here, false);
    assert_eq!(world.waiting_at(here, ada), 1);
    assert_eq!(world.waiting_at(there, ada), 1);
    world.set_offline(ada, false);
    world.settle_and_check();
    assert_eq!(world.texts(ada, b).len(), 3);
    world.run_for(60_000);
    assert_eq!(world.waiting_at(here, ada), 0);
    assert_eq!(world.waiting_at(there, ada), 0);
}

#[test]
fn a_contact_that_was_offline_during_the_whole_move_follows_although_the_old_relay_is_gone() {
    let (mut world, [old, new, _], ada, ben) = friends(602);
    let (a, b) = (world.account(ada), world.account(ben));
    world.set_offline(ben, true);
    add_home(&mut world, ada, new);
    remove_home(&mut world, ada, old);
    // The statements are on their way to the contact's relay.
    world.run_for(120_000);
    world.set_relay_down(old, true);
    world.set_offline(ben, false);
    world.send(ben, a, "where do you live now?");
    world.settle_and_check();
    assert_eq!(world.texts(ada, b).len(), 3);
    assert_eq!(homes(&world, ada), [world.relay_url(new)]);
    world.send(ada, b, "in the new house");
    world.settle_and_check();
    assert_eq!(world.texts(ben, a).len(), 4);
}

#[test]
fn a_contact_that_heard_nothing_is_told_by_the_old_relay() {
    let (mut world, [old, new, third], ada, ben) = friends(603);
    let (a, b) = (world.account(ada), world.account(ben));
    add_home(&mut world, ada, new);
    remove_home(&mut world, ada, old);
    // Before anything is pushed to contacts; and what is pushed later comes too late.
    world.set_offline(ada, true);
    assert_eq!(world.waiting_at(third, ben), 0);
    world.send(ben, a, "to where you lived");
    world.run_until(|world| testing::outbox(world.device(ben).store()).is_empty());
    assert_eq!(world.waiting_at(old, ada), 0, "the old relay takes no more");
    assert_eq!(world.waiting_at(new, ada), 1);
    world.set_offline(ada, false);
    world.settle_and_check();
    assert_eq!(world.texts(ada, b).len(), 3);
}

#[test]
fn a_link_from_before_the_move_still_works() {
    let (mut world, [old, new, third], ada, _) = friends(604);
    let link = world
        .command(ada, |machine, now| machine.contact_link(now))
        .unwrap();
    add_home(&mut world, ada, new);
    remove_home(&mut world, ada, old);
    let cara = world.person("cara", third);
    world
        .command(cara, |machine, now| machine.add_contact(&link, now))
        .unwrap();
    let (a, c) = (world.account(ada), world.account(cara));
    world.send(cara, a, "your link is old");
    world.settle();
    assert_eq!(world.texts(ada, c), ["your link is old"]);
    // The new link names the new house.
    let link = world
        .command(ada, |machine, now| machine.contact_link(now))
        .unwrap();
    let link = sotto_content::link::ContactLink::parse(&link).unwrap();
    assert_eq!(link.relay, world.relay_url(new));
}

#[test]
fn an_account_leaves_a_relay_that_is_dead() {
    let (mut world, [dead, new, _], ada, more, ben) = friends_with(605, 2);
    let (a, b) = (world.account(ada), world.account(ben));
    world.set_relay_down(dead, true);
    world.send(ben, a, "are you still there?");
    world.run_for(60_000);
    // The new one is ready, but the dead one would have to take the statement.
    begin_adding(&mut world, ada, new);
    world.run_for(120_000);
    assert_eq!(homes(&world, ada), [world.relay_url(dead)]);
    let url = world.relay_url(dead);
    let intent = world
        .command(ada, |machine, now| machine.abandon_home(&url, now))
        .unwrap();
    stated(&mut world, ada, intent);
    assert_eq!(homes(&world, ada), [world.relay_url(new)]);
    world.send(ada, b, "I have moved");
    world.run_until(|world| world.texts(ada, b).len() == 4);
    // The other devices know no relay that works. A link tells one of them where the account is.
    world.run_for(60_000);
    let link = world
        .command(ada, |machine, now| machine.contact_link(now))
        .unwrap();
    assert_eq!(homes(&world, more[0]), [world.relay_url(dead)]);
    world
        .command(more[0], |machine, _| machine.follow_link(&link))
        .unwrap();
    world.run_until(|world| homes(world, more[0]) == [world.relay_url(new)]);
    world.send(more[0], b, "and I have followed");
    world.run_until(|world| world.texts(ben, a).len() == 5);
    // And if the old one comes back, it is given the line that it lacks: there is no other.
    world.set_relay_down(dead, false);
    world.run_for(3 * 60 * 60 * 1000);
    world.settle_and_check();
    assert_eq!(homes(&world, more[1]), [world.relay_url(new)]);
    assert_eq!(world.texts(more[1], b).len(), 5);
    let chain = testing::chain(world.device(ben).store(), &a).unwrap();
    assert_eq!(chain.0, Freeze::No);
}

#[test]
fn a_relay_that_answers_is_not_abandoned_and_the_last_one_not_removed() {
    let (mut world, [here, there, elsewhere], ada, _) = friends(606);
    let (first, other) = (world.relay_url(here), world.relay_url(elsewhere));
    let refused = world.command(ada, |machine, now| machine.remove_home(&first, now));
    assert_eq!(refused, Err(EngineError::LastRelay));
    let refused = world.command(ada, |machine, now| machine.remove_home(&other, now));
    assert_eq!(refused, Err(EngineError::NoSuchRelay));
    add_home(&mut world, ada, there);
    let refused = world.command(ada, |machine, now| machine.abandon_home(&first, now));
    assert_eq!(refused, Err(EngineError::RelayAnswers));
}

#[test]
fn the_other_devices_of_an_account_that_moves_follow_by_themselves() {
    let (mut world, [old, new, _], ada, more, ben) = friends_with(607, 2);
    let (a, b) = (world.account(ada), world.account(ben));
    let (laptop, asleep) = (more[0], more[1]);
    world.set_offline(asleep, true);
    add_home(&mut world, ada, new);
    remove_home(&mut world, ada, old);
    world.run_for(60_000);
    assert_eq!(homes(&world, laptop), [world.relay_url(new)]);
    world.send(ben, a, "to all of your devices");
    world.send(laptop, b, "from the laptop");
    world.run_for(60_000);
    world.set_offline(asleep, false);
    world.run_until(|world| homes(world, asleep) == [world.relay_url(new)]);
    world.settle_and_check();
    assert_eq!(world.texts(asleep, b).len(), 4);
    // Now all of them work without the old relay.
    world.set_relay_down(old, true);
    world.send(asleep, b, "from the tablet");
    world.send(ben, a, "without the old house");
    world.settle_and_check();
    assert_eq!(world.texts(laptop, b).len(), 6);
}

#[test]
fn a_relay_that_was_left_is_visited_for_thirty_days() {
    let (mut world, [old, new, _], ada, _) = friends(608);
    add_home(&mut world, ada, new);
    remove_home(&mut world, ada, old);
    let visits = |world: &mut World| {
        let url = world.relay_url(old);
        world.command(ada, |_, _| {});
        let relays = world.command(ada, |machine, now| machine.relays(now));
        let old = relays.into_iter().find(|relay| relay.url == url);
        old.map(|relay| (relay.former, relay.phase))
    };
    world.run_for(60_000);
    assert_eq!(visits(&mut world), Some((true, Phase::Live)));
    world.run_for(30 * 24 * 60 * 60 * 1000);
    world.run_for(60_000);
    assert_eq!(visits(&mut world), None);
}

#[test]
fn no_two_relays_hand_out_the_same_one_time_key() {
    let (mut world, relays, ada, _) = friends(609);
    add_home(&mut world, ada, relays[1]);
    add_home(&mut world, ada, relays[2]);
    world.settle();
    let (_, mailbox, _) = world.device(ada).me().unwrap();
    let mut seen = BTreeSet::new();
    let mut signed = BTreeSet::new();
    for relay in relays {
        let database = world.relay_database(relay);
        let mut rows = database
            .prepare(
                "SELECT kind, key_id, key FROM one_time_key JOIN device ON number = device WHERE mailbox = ?1",
            )
            .unwrap();
        let keys: Vec<(i64, i64, Vec<u8>)> = rows
            .query_map([mailbox.as_bytes()], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert!(keys.len() > 100, "{} keys at a relay", keys.len());
        for (kind, id, key) in keys {
            assert!(
                seen.insert((kind, id.to_be_bytes().to_vec())),
                "an id twice"
            );
            assert!(seen.insert((2, key)), "a key twice");
        }
        let bundle: Vec<u8> = database
            .query_row(
                "SELECT keys FROM signed_keys JOIN device ON number = device WHERE mailbox = ?1",
                [mailbox.as_bytes()],
                |row| row.get(0),
            )
            .unwrap();
        signed.insert(bundle);
    }
    assert_eq!(signed.len(), 1, "the signed keys are the same everywhere");
}

#[test]
fn two_devices_that_change_the_homes_at_once_make_one_line() {
    for seed in 610..616 {
        let (mut world, [here, second, third], ada, more, _) = friends_with(seed, 1);
        let (a, laptop) = (world.account(ada), more[0]);
        add_home(&mut world, ada, second);
        world.settle();
        let fourth = world.relay();
        begin_adding(&mut world, ada, third);
        begin_adding(&mut world, laptop, fourth);
        let url = world.relay_url(third);
        assert_eq!(added(&mut world, ada), Outcome::HomeAdded { url });
        let url = world.relay_url(fourth);
        assert_eq!(added(&mut world, laptop), Outcome::HomeAdded { url });
        world.settle();
        let mut all = homes(&world, ada);
        assert_eq!(all, homes(&world, laptop));
        assert_eq!(all[0], world.relay_url(here));
        all.sort();
        let mut wanted: Vec<String> = [here, second, third, fourth]
            .map(|relay| world.relay_url(relay))
            .to_vec();
        wanted.sort();
        assert_eq!(all, wanted);
        let heads: BTreeSet<Vec<u8>> = [here, second, third, fourth]
            .into_iter()
            .map(|relay| {
                world
                    .relay_database(relay)
                    .query_row(
                        "SELECT hash FROM account WHERE account = ?1",
                        [a.as_bytes()],
                        |row| row.get(0),
                    )
                    .unwrap()
            })
            .collect();
        assert_eq!(heads.len(), 1, "all relays have one line");
        assert_eq!(
            testing::chain(world.device(ada).store(), &a).unwrap().0,
            Freeze::No
        );
    }
}

#[test]
fn a_relay_that_lies_about_its_key_does_not_become_a_home() {
    let (mut world, [here, there, _], ada, _) = friends(617);
    let genuine = world.dial(there, ConnKind::Anonymous).key;
    let stolen = world.hello(here);
    world.lie(move |_, answer| match answer {
        Answer::Hello(hello) if key_of(&hello) == *genuine.as_bytes() => {
            Some(Answer::Hello(Hello {
                nonce: hello.nonce,
                ..stolen.clone()
            }))
        }
        other => Some(other),
    });
    begin_adding(&mut world, ada, there);
    let Outcome::HomeRefused { code, .. } = added(&mut world, ada) else {
        panic!("a liar is a home");
    };
    assert_eq!(code, "relay_key");
    assert_eq!(homes(&world, ada), [world.relay_url(here)]);
    // And one that signs nothing at all.
    world.lie(move |_, answer| match answer {
        Answer::Hello(hello) if key_of(&hello) == *genuine.as_bytes() => {
            Some(Answer::Hello(Hello {
                info_signature: vec![0; 64],
                ..hello
            }))
        }
        other => Some(other),
    });
    begin_adding(&mut world, ada, there);
    let Outcome::HomeRefused { code, .. } = added(&mut world, ada) else {
        panic!("a liar is a home");
    };
    assert_eq!(code, "relay_key");
}

fn key_of(hello: &Hello) -> Vec<u8> {
    use prost::Message;
    let info = sotto_wire::proto::ServerInfo::decode(hello.info.as_slice()).unwrap();
    info.relay_key
}

#[test]
fn mail_that_a_home_withholds_is_asked_for_again_and_comes_by_another() {
    let (mut world, [here, there, _], ada, ben) = friends(618);
    let (a, b) = (world.account(ada), world.account(ben));
    add_home(&mut world, ada, there);
    world.settle();
    world.run_for(90_000);
    let incarnation: Vec<u8> = world
        .relay_database(there)
        .query_row("SELECT incarnation FROM data_set", [], |row| row.get(0))
        .unwrap();
    world.lie(move |_, answer| match answer {
        Answer::Delivery(delivery) if delivery.incarnation == incarnation => None,
        other => Some(other),
    });
    world.set_relay_down(here, true);
    world.send(ben, a, "the second home keeps this to itself");
    world.run_until(|world| testing::outbox(world.device(ben).store()).is_empty());
    world.set_relay_down(here, false);
    world.run_for(60_000);
    assert_eq!(world.texts(ada, b).len(), 2);
    for number in 0..3 {
        world.send(ben, a, &format!("afterwards, {number}"));
        world.run_for(60_000);
    }
    world.settle();
    assert_eq!(world.texts(ada, b).len(), 6);
}

#[test]
fn an_old_copy_is_found_out_by_whichever_home_it_reaches() {
    for down in [0, 1] {
        let (mut world, relays, ada, ben) = friends(619);
        let (a, b) = (world.account(ada), world.account(ben));
        add_home(&mut world, ada, relays[1]);
        world.settle();
        let copy = world.snapshot(ada);
        for number in 0..3 {
            world.send(ada, b, &format!("after the copy was made, {number}"));
            world.crash(ada);
            world.settle();
        }
        world.set_relay_down(relays[down], true);
        world.restore(ada, &copy);
        world.send(ada, b, "from the old copy");
        world.send(ben, a, "to the old copy");
        world.run_until(|world| {
            world
                .texts(ada, b)
                .iter()
                .any(|text| text == "to the old copy")
        });
        world.set_relay_down(relays[down], false);
        world.run_for(120_000);
        assert_eq!(
            world.device(ada).me().unwrap().2,
            Standing::Active,
            "no clone"
        );
        world.send(ada, b, "all is well");
        world.run_until(|world| world.texts(ben, a).iter().any(|text| text == "all is well"));
        world.check_message_keys();
    }
}

#[test]
fn a_closed_account_leaves_nothing_at_its_relays_and_its_contacts_are_told() {
    let (mut world, [here, there, _], ada, more, ben) = friends_with(620, 1);
    let (a, b) = (world.account(ada), world.account(ben));
    let laptop = more[0];
    add_home(&mut world, ada, there);
    world.settle();
    world.run_for(90_000);
    world.set_offline(laptop, true);
    world.send(ben, a, "the laptop will never read this");
    world.run_until(|world| testing::outbox(world.device(ben).store()).is_empty());
    let intent = world
        .command(ada, |machine, now| machine.close_account(now))
        .unwrap();
    stated(&mut world, ada, intent);
    let told = |world: &World| {
        testing::notices(world.device(ben).store()).contains(&testing::NoticeKind::AccountClosed)
    };
    world.run_until(told);
    world.run_for(60_000);
    assert_eq!(world.device(ada).me().unwrap().2, Standing::Closed);
    assert_eq!(world.device(ada).phase(), Phase::Offline);
    // What was said is still there to read.
    assert_eq!(world.texts(ada, b).len(), 3);
    let refused = world.command(ada, |machine, now| machine.send_text(&b, "once more", now));
    assert_eq!(refused, Err(EngineError::NotActive));
    // What the other side writes now fails, and says why.
    world.send(ben, a, "are you gone?");
    world.run_for(10_000);
    let outbox = testing::outbox(world.device(ben).store());
    assert!(
        outbox
            .iter()
            .any(|(.., reason)| reason.as_deref() == Some("closed")),
        "{outbox:?}"
    );
    world.set_offline(laptop, false);
    world.run_until(|world| world.device(laptop).me().unwrap().2 == Standing::Closed);
    for relay in [here, there] {
        let database = world.relay_database(relay);
        let count = |sql: &str| -> i64 { database.query_row(sql, [], |row| row.get(0)).unwrap() };
        for table in [
            "log",
            "body",
            "seen",
            "signed_keys",
            "one_time_key",
            "spent_key",
            "retired_slot",
        ] {
            assert_eq!(
                count(&format!("SELECT count(*) FROM {table}")),
                0,
                "{table}"
            );
        }
        assert_eq!(
            count("SELECT count(*) FROM account WHERE slots IS NOT NULL"),
            0
        );
        assert_eq!(count("SELECT count(*) FROM account WHERE closed = 0"), 0);
        assert_eq!(count("SELECT count(*) FROM device WHERE active = 1"), 0);
    }
}

#[test]
fn in_foul_weather_a_move_loses_nothing() {
    for seed in 621..625 {
        let (mut world, [old, new, third], ada, more, ben) = friends_with(seed, 1);
        let (a, b) = (world.account(ada), world.account(ben));
        let laptop = more[0];
        world.weather(Weather::FOUL);
        let mut said = 2;
        let mut talk = |world: &mut World, rounds: u64| {
            for _ in 0..rounds {
                let who = [(ada, b), (ben, a), (laptop, b)][world.pick(3) as usize];
                world.send(who.0, who.1, &format!("in the storm, number {said}"));
                said += 1;
                world.run_for(3_000);
                match world.pick(8) {
                    0 => world.crash(ada),
                    1 => world.crash(laptop),
                    2 => world.crash(ben),
                    3 => world.crash_relay(new),
                    _ => {}
                }
            }
        };
        talk(&mut world, 5);
        // An addition that the weather ends is begun again, as a person would.
        let url = world.relay_url(new);
        while !homes(&world, ada).contains(&url) {
            begin_adding(&mut world, ada, new);
            world.run_for(60_000);
        }
        talk(&mut world, 10);
        let url = world.relay_url(old);
        world
            .command(ada, |machine, now| machine.remove_home(&url, now))
            .unwrap();
        talk(&mut world, 10);
        world.run_until(|world| homes(world, ada).len() == 1 && homes(world, laptop).len() == 1);
        world.set_relay_down(old, true);
        talk(&mut world, 5);
        world.weather(Weather::FAIR);
        world.set_relay_down(old, false);
        world.set_relay_down(third, false);
        world.settle_and_check();
        assert_eq!(world.texts(ben, a).len(), 32, "seed {seed}");
    }
}

#[test]
fn keys_that_one_home_does_not_have_are_had_from_another() {
    let (mut world, [here, there, third], ada, _) = friends(626);
    add_home(&mut world, ada, there);
    world.settle();
    world
        .relay_database(here)
        .execute_batch("DELETE FROM signed_keys; DELETE FROM one_time_key;")
        .unwrap();
    let cara = world.person("cara", third);
    world.befriend(cara, ada);
    let (a, c) = (world.account(ada), world.account(cara));
    let before = world.now();
    world.send(cara, a, "with keys from the second home");
    world.run_until(|world| world.texts(ada, c).len() == 1);
    assert!(world.now() - before < 4_000, "nothing was waited for");
}

#[test]
fn a_device_that_closed_the_account_and_was_started_anew_sends_what_it_had_sealed() {
    let (mut world, [here, _, third], ada, ben) = friends(627);
    let cara = world.person("cara", third);
    let (a, c) = (world.account(ada), world.account(cara));
    world.befriend(cara, ada);
    world.befriend(ada, cara);
    world.send(cara, a, "hello, ada");
    world.send(ada, c, "hello, cara");
    world.settle();
    // They get it, and their relay cannot say so.
    world.lie(move |device, answer| match answer {
        Answer::PutAccepted(_) if device == ada => None,
        other => Some(other),
    });
    let intent = world
        .command(ada, |machine, now| machine.close_account(now))
        .unwrap();
    stated(&mut world, ada, intent);
    world.run_for(2_000);
    let open = |world: &World| testing::outbox(world.device(ada).store());
    assert_eq!(open(&world).len(), 2, "{:?}", open(&world));
    world.crash(ada);
    world.stop_lying();
    world.run_until(|world| open(world).is_empty());
    let told = |world: &World, who: DeviceId| {
        testing::notices(world.device(who).store()).contains(&testing::NoticeKind::AccountClosed)
    };
    world.run_until(|world| told(world, ben) && told(world, cara));
    assert_eq!(world.device(ada).me().unwrap().2, Standing::Closed);
    world.check_message_keys();
    let closed: i64 = world
        .relay_database(here)
        .query_row("SELECT count(*) FROM account WHERE closed = 1", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(closed, 1);
}
