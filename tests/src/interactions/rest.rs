//! The end of a schedule: everything heals, and then it is seen whether anything was lost, doubled,
//! out of order or left over.

use std::collections::BTreeMap;

use sotto_core::testing::{
    self, ContactStanding, NoticeKind, OutgoingState, Phase, Shared, Standing, TableRow,
};

use super::canonical::{compare, rows};
use super::operation::is_open;
use super::schedule::Schedule;
use super::village::{PEOPLE, hex};
use crate::world::{DeviceId, Weather, World};

/// How long nothing may happen before the world is at rest, in milliseconds.
const QUIET: u64 = 15_000;
/// Rounds of trying again before it is said that it never rests.
const ROUNDS: usize = 40;

/// Heals everything and waits until nothing moves any more.
pub(super) fn come_to_rest(schedule: &mut Schedule) {
    schedule.note("everything heals");
    let world = &mut schedule.world;
    world.pardon();
    world.weather(Weather::FAIR);
    for relay in schedule.places.relays {
        world.set_relay_down(relay, false);
    }
    for device in schedule.places.devices() {
        world.set_offline(device, false);
        world.set_clock(device, 0);
    }
    for _ in 0..ROUNDS {
        schedule.world.run_until(|world| {
            schedule
                .places
                .devices()
                .all(|device| is_settled(world, device))
        });
        let before = schedule.world.seen_so_far();
        schedule.world.run_for(QUIET);
        if schedule.world.seen_so_far() != before {
            continue;
        }
        let failed: Vec<DeviceId> = schedule
            .places
            .devices()
            .filter(|device| may_be_tried_again(schedule, *device))
            .collect();
        if failed.is_empty() {
            return;
        }
        for device in failed {
            schedule.retry_failed(device);
        }
    }
    panic!("it never comes to rest");
}

/// Online, and nothing open: what has failed waits for its person.
fn is_settled(world: &World, device: DeviceId) -> bool {
    let store = world.device(device).store();
    let stopped = matches!(
        testing::me(store),
        Some((
            _,
            _,
            Standing::Cloned | Standing::Removed | Standing::Closed
        ))
    );
    stopped
        || (world.device(device).phase() == Phase::Live
            && testing::open_ends(store) == (0, 0)
            && !testing::outbox(store)
                .iter()
                .any(|(_, _, state, _)| is_open(*state)))
}

/// Whether something has failed that has to get through now: to somebody who wants to hear it.
fn may_be_tried_again(schedule: &Schedule, device: DeviceId) -> bool {
    let owner = schedule.places.owner(device);
    let failed = testing::outbox(schedule.world.device(device).store());
    failed
        .iter()
        .filter(|(_, _, state, _)| *state == OutgoingState::Failed)
        .any(|(account, ..)| !schedule.severed(owner, person(schedule, account.as_bytes())))
}

fn person(schedule: &Schedule, account: &[u8]) -> usize {
    schedule
        .places
        .accounts
        .iter()
        .position(|known| known.as_bytes() == account)
        .expect("somebody of the village")
}

/// Checks everything that must hold.
pub(super) fn check(schedule: &mut Schedule) {
    for devices in schedule.places.people {
        check_own_devices(schedule, devices);
    }
    for (one, other) in [(0, 1), (0, 2), (1, 2)] {
        check_pair(schedule, one, other);
    }
    check_said(schedule);
    for device in schedule.places.devices() {
        check_leftovers(schedule, device);
    }
    schedule.world.check_secrecy();
    schedule.world.check_message_keys();
}

/// One state on both devices of a person.
fn check_own_devices(schedule: &Schedule, [one, other]: [DeviceId; 2]) {
    // A device that was put back to an old copy has lost what it had said itself.
    if [one, other].contains(&schedule.trouble.restored.unwrap_or(DeviceId(usize::MAX))) {
        return;
    }
    for part in Shared::ALL {
        compare(
            &schedule.places,
            &format!(
                "{part:?} of {} and {}",
                schedule.name(one),
                schedule.name(other)
            ),
            &rows(&schedule.world, one, part),
            &rows(&schedule.world, other, part),
        );
    }
}

/// What both ends of a conversation see alike.
fn seen(schedule: &Schedule, device: DeviceId, with: usize) -> Vec<TableRow> {
    let conversation = conversation(schedule, schedule.places.owner(device), with);
    let columns = |name: &str| {
        matches!(
            name,
            "author" | "id" | "kind" | "body" | "device" | "sent_at"
        )
    };
    rows(&schedule.world, device, Shared::Messages)
        .into_iter()
        .filter(|row| row["conversation"] == conversation)
        .map(|row| {
            row.into_iter()
                .filter(|(name, _)| {
                    columns(name) || (name == "order_key" && !schedule.trouble.far_clocks)
                })
                .collect()
        })
        .collect()
}

fn conversation(schedule: &Schedule, one: usize, other: usize) -> String {
    let accounts = (schedule.account(one), schedule.account(other));
    hex(&sotto_content::direct::conversation_id(
        &accounts.0,
        &accounts.1,
    ))
}

/// Two people see one conversation.
fn check_pair(schedule: &Schedule, one: usize, other: usize) {
    let first = |person: usize| {
        let mut devices = schedule.places.people[person].into_iter();
        devices
            .find(|device| schedule.trouble.restored != Some(*device))
            .expect("two devices, one of them never put back")
    };
    let (here, there) = (first(one), first(other));
    let (left, right) = (seen(schedule, here, other), seen(schedule, there, one));
    if schedule.severed(one, other) {
        // Some of it was refused or dropped; but nobody sees what the other has not said.
        check_part_of(schedule, &left, &right, other);
        check_part_of(schedule, &right, &left, one);
    } else if schedule.trouble.restored.is_none() {
        let what = format!("what {} and {} see", PEOPLE[one], PEOPLE[other]);
        compare(&schedule.places, &what, &left, &right);
    }
}

/// Everything of an author that is seen at one end is at the author's own.
fn check_part_of(schedule: &Schedule, seen: &[TableRow], said: &[TableRow], author: usize) {
    if schedule.trouble.restored.is_some() {
        return;
    }
    let author = hex(schedule.account(author).as_bytes());
    for row in seen.iter().filter(|row| row["author"] == author) {
        let alike = |own: &&TableRow| own["id"] == row["id"] && own["body"] == row["body"];
        assert!(
            said.iter().find(alike).is_some(),
            "nobody said {}",
            schedule.places.readable(&format!("{row:?}"))
        );
    }
}

/// Every text is on every device of both ends, once, in the order in which its device said it, and
/// its author knows that it was delivered.
fn check_said(schedule: &Schedule) {
    let mut last: BTreeMap<(DeviceId, DeviceId, usize), usize> = BTreeMap::new();
    for said in &schedule.record.said {
        let from = schedule.places.owner(said.device);
        if schedule.severed(from, said.to) || schedule.trouble.restored.is_some() {
            continue;
        }
        for (holder, with) in [(from, said.to), (said.to, from)] {
            for device in schedule.places.people[holder] {
                let history = schedule
                    .world
                    .device(device)
                    .history(&schedule.account(with));
                let found: Vec<usize> = (0..history.len())
                    .filter(|at| history[*at].body == said.body)
                    .collect();
                assert_eq!(
                    found.len(),
                    1,
                    "{} holds {:?} {} times",
                    schedule.name(device),
                    said.body,
                    found.len()
                );
                let before = last.insert((device, said.device, with), found[0]);
                assert!(
                    before.is_none_or(|before| before < found[0]),
                    "{} has {:?} before what was said earlier",
                    schedule.name(device),
                    said.body
                );
                assert!(
                    holder != from || history[found[0]].receipt >= 1,
                    "{} does not know that {:?} was delivered",
                    schedule.name(device),
                    said.body
                );
            }
        }
    }
}

/// Nothing waits, nothing has failed that should not have, and nobody was told of an attack.
fn check_leftovers(schedule: &Schedule, device: DeviceId) {
    let store = schedule.world.device(device).store();
    let name = schedule.name(device);
    let owner = schedule.places.owner(device);
    for (account, purpose, state, reason) in testing::outbox(store) {
        let to = person(schedule, account.as_bytes());
        assert!(
            schedule.severed(owner, to) && state == OutgoingState::Failed && reason.is_some(),
            "{name} has {purpose:?} to {} left: {state:?} {reason:?}",
            PEOPLE[to]
        );
    }
    let restored = schedule.trouble.restored == Some(device);
    let mut expected = vec![NoticeKind::DeviceAdded];
    if restored {
        expected.push(NoticeKind::RestoredCopy);
    }
    for notice in testing::notices(store) {
        assert!(expected.contains(&notice), "{name} was told of {notice:?}");
    }
    let home = schedule.places.relays[usize::from(PEOPLE[owner] == "cho")];
    let waiting = schedule.world.waiting_at(home, device);
    assert_eq!(waiting, 0, "mail waits for {name}");
    for (other, called) in PEOPLE.into_iter().enumerate() {
        let standing = testing::standing(store, &schedule.account(other));
        let apart = other == owner || schedule.severed(owner, other);
        assert!(
            apart || standing == Some(ContactStanding::Accepted),
            "{called} stands as {standing:?} with {name}"
        );
    }
}
