//! Restored files, snapshots and clones: nothing that an old copy could still seal with may seal.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;

use sotto_core::testing::{self, NoticeKind, Phase, Standing};
use sotto_tests::world::{DeviceId, World};
use sotto_wire::ids::AccountId;
use sotto_wire::proto::{ErrorCode, relay_frame::Answer};

struct Pair {
    world: World,
    ada: DeviceId,
    ben: DeviceId,
    a: AccountId,
    b: AccountId,
    /// How often the relay has refused a login for its counter.
    refused: Rc<Cell<u32>>,
}

/// Ada and Ben know each other and have talked both ways.
fn pair(seed: u64) -> Pair {
    let mut world = World::new(seed);
    let relay = world.relay();
    let (ada, ben) = (world.person("ada", relay), world.person("ben", relay));
    world.befriend(ada, ben);
    world.befriend(ben, ada);
    let (a, b) = (world.account(ada), world.account(ben));
    world.send(ada, b, "ada: before");
    world.settle();
    world.send(ben, a, "ben: before");
    world.settle_and_check();
    let refused = Rc::new(Cell::new(0));
    let count = refused.clone();
    world.lie(move |_, answer| {
        if matches!(&answer, Answer::Error(error) if error.code() == ErrorCode::StaleState) {
            count.set(count.get() + 1);
        }
        Some(answer)
    });
    Pair {
        world,
        ada,
        ben,
        a,
        b,
        refused,
    }
}

impl Pair {
    fn count(&self, id: DeviceId, kind: NoticeKind) -> usize {
        let notices = testing::notices(self.world.device(id).store());
        notices.into_iter().filter(|notice| *notice == kind).count()
    }

    fn standing(&self, id: DeviceId) -> Standing {
        self.world.device(id).me().expect("an account").2
    }

    /// Ids of the envelopes that have left a device, in order.
    fn envelopes_of(&self, id: DeviceId) -> Vec<Vec<u8>> {
        let sent = self.world.sent().iter().filter(|sent| sent.device == id);
        sent.flat_map(|sent| sent.put.items.iter().map(|item| item.envelope_id.clone()))
            .collect()
    }

    /// Texts both ways, after which every old copy is old.
    fn go_on(&mut self) {
        self.world.send(self.ada, self.b, "ada: after the snapshot");
        self.world.settle();
        self.world.send(self.ben, self.a, "ben: after the snapshot");
        self.world.send(self.ben, self.a, "ben: once more");
        self.world.settle();
    }
}

#[test]
fn an_old_copy_is_noticed_before_it_seals_and_nothing_is_lost() {
    let mut pair = pair(1);
    let copy = pair.world.snapshot(pair.ada);
    pair.world.crash(pair.ada);
    pair.go_on();
    let before = testing::incarnation(pair.world.device(pair.ada).store());

    pair.world.restore(pair.ada, &copy);
    pair.world.send(pair.ada, pair.b, "ada: from the copy");
    pair.world.settle();
    assert_eq!(
        pair.refused.get(),
        1,
        "the relay refuses the old counter once"
    );
    assert_eq!(pair.count(pair.ada, NoticeKind::RestoredCopy), 1);
    assert_ne!(
        testing::incarnation(pair.world.device(pair.ada).store()),
        before
    );

    pair.world.send(pair.ben, pair.a, "ben: to the copy");
    pair.world.settle();
    pair.world.check_message_keys();
    let there = pair.world.texts(pair.ben, pair.a);
    assert_eq!(
        there,
        [
            "ada: before",
            "ben: before",
            "ada: after the snapshot",
            "ben: after the snapshot",
            "ben: once more",
            "ada: from the copy",
            "ben: to the copy",
        ]
    );
    let here: Vec<String> = pair
        .world
        .texts(pair.ada, pair.b)
        .into_iter()
        .filter(|text| text.starts_with("ben"))
        .collect();
    assert_eq!(
        here,
        [
            "ben: before",
            "ben: after the snapshot",
            "ben: once more",
            "ben: to the copy"
        ],
        "what the copy had never seen came again"
    );
}

#[test]
fn what_an_old_copy_had_sealed_is_sealed_anew_and_shown_once() {
    let mut pair = pair(2);
    let sent = pair.world.sent().len();
    pair.world
        .send(pair.ada, pair.b, "ada: sealed and on its way");
    pair.world.run_until(|world| world.sent().len() > sent);
    let copy = pair.world.snapshot(pair.ada);
    pair.world.settle();
    pair.world.crash(pair.ada);
    pair.go_on();

    let before = pair.envelopes_of(pair.ada);
    pair.world.restore(pair.ada, &copy);
    pair.world.settle();
    pair.world.check_message_keys();
    let after = pair.envelopes_of(pair.ada);
    assert!(after.len() > before.len());
    let distinct: BTreeSet<&Vec<u8>> = after.iter().collect();
    assert_eq!(
        distinct.len(),
        after.len(),
        "no envelope of the copy leaves again"
    );
    assert_eq!(pair.refused.get(), 1);
    let there = pair.world.texts(pair.ben, pair.a);
    assert_eq!(
        there
            .iter()
            .filter(|text| *text == "ada: sealed and on its way")
            .count(),
        1
    );
    pair.world.send(pair.ada, pair.b, "ada: later");
    pair.world.settle();
    assert_eq!(
        pair.world
            .texts(pair.ben, pair.a)
            .last()
            .map(String::as_str),
        Some("ada: later")
    );
}

#[test]
fn a_copy_from_the_middle_of_a_connection_is_known_by_the_mail_it_lacks() {
    let mut pair = pair(3);
    let copy = pair.world.snapshot(pair.ada);
    pair.go_on();

    pair.world.restore(pair.ada, &copy);
    pair.world.send(pair.ada, pair.b, "ada: from the copy");
    pair.world.settle();
    pair.world.send(pair.ben, pair.a, "ben: to the copy");
    pair.world.settle();
    pair.world.check_message_keys();
    assert_eq!(pair.refused.get(), 0, "the counter alone does not tell");
    assert_eq!(pair.count(pair.ada, NoticeKind::RestoredCopy), 1);
    assert_eq!(pair.standing(pair.ada), Standing::Active);
    let there = pair.world.texts(pair.ben, pair.a);
    assert_eq!(
        there
            .iter()
            .filter(|text| *text == "ada: from the copy")
            .count(),
        1
    );
    let here = pair.world.texts(pair.ada, pair.b);
    assert_eq!(
        here.iter().filter(|text| text.starts_with("ben")).count(),
        4
    );
}

#[test]
fn a_second_old_copy_within_a_day_is_a_clone_and_stops() {
    let mut pair = pair(4);
    let first = pair.world.snapshot(pair.ada);
    pair.world.crash(pair.ada);
    pair.go_on();
    pair.world.restore(pair.ada, &first);
    pair.world.settle();
    assert_eq!(
        pair.standing(pair.ada),
        Standing::Active,
        "once is an accident"
    );
    let second = pair.world.snapshot(pair.ada);
    pair.world.crash(pair.ada);
    pair.go_on();

    pair.world.restore(pair.ada, &second);
    let sent = pair
        .world
        .sent()
        .iter()
        .filter(|sent| sent.device == pair.ada)
        .count();
    pair.world.run_for(60 * 60 * 1000);
    assert_eq!(pair.standing(pair.ada), Standing::Cloned);
    assert_eq!(pair.count(pair.ada, NoticeKind::Cloned), 1);
    assert_eq!(pair.world.device(pair.ada).phase(), Phase::Offline);
    let (ada, b) = (pair.ada, pair.b);
    let refused = pair.world.command(ada, |machine, now| {
        machine.send_text(&b, "ada: from a clone", now)
    });
    assert!(refused.is_err(), "a clone says so to whoever writes");
    pair.world.run_for(60 * 60 * 1000);
    assert_eq!(
        pair.world
            .sent()
            .iter()
            .filter(|sent| sent.device == pair.ada)
            .count(),
        sent,
        "nothing leaves a clone"
    );
}

#[test]
fn of_two_copies_that_are_alive_one_stops_and_the_other_goes_on() {
    let mut pair = pair(5);
    let copy = pair.world.snapshot(pair.ada);
    let clone = pair.world.clone_of(pair.ada, copy);
    pair.world.run_for(60 * 60 * 1000);
    let standings = [pair.standing(pair.ada), pair.standing(clone)];
    assert!(standings.contains(&Standing::Active), "{standings:?}");
    assert!(standings.contains(&Standing::Cloned), "{standings:?}");
    let left = if standings[0] == Standing::Active {
        pair.ada
    } else {
        clone
    };
    pair.world.send(left, pair.b, "ada: the one that is left");
    pair.world.run_for(60_000);
    pair.world
        .send(pair.ben, pair.a, "ben: to the one that is left");
    pair.world.run_for(60_000);
    pair.world.check_message_keys();
    let there = pair.world.texts(pair.ben, pair.a);
    assert_eq!(
        there[2..],
        ["ada: the one that is left", "ben: to the one that is left"]
    );
    assert_eq!(pair.world.texts(left, pair.b), there);
}
