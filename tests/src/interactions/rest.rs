//! The end of a schedule: everything heals, until nothing moves any more.

use sotto_core::testing::{self, OutgoingState, Phase, Standing};
use sotto_wire::ids::AccountId;

use super::record::Record;
use super::schedule::Schedule;
use super::village::Places;
use crate::world::{DeviceId, Weather, World};

/// How long nothing may happen before the world is at rest, in milliseconds.
const QUIET: u64 = 15_000;
/// More than a clock was ever off, in milliseconds.
const FAR: u64 = 9 * 24 * 60 * 60 * 1000;
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
    if schedule.trouble.far_clocks {
        // What was to be done at a time by a clock that was ahead is done when that time has come.
        schedule.world.run_for(FAR);
    }
    for _ in 0..ROUNDS {
        let (places, record) = (&schedule.places, &schedule.record);
        schedule.world.run_until(|world| {
            places
                .devices()
                .all(|device| is_settled(world, places, record, device))
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

/// Online, and nothing open: what has failed waits for its person, and what came from somebody who
/// is not wanted waits until they are.
fn is_settled(world: &World, places: &Places, record: &Record, device: DeviceId) -> bool {
    let owner = places.owner(device);
    let waits = |account: &AccountId| !record.severed(owner, places.person(account));
    // Who is not wanted is asked for nothing that is missing, or does not answer.
    let unwanted = (0..3).any(|other| record.severed(owner, other));
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
            && (testing::open_ends(store).0 == 0 || unwanted)
            && !testing::parked_accounts(store).iter().any(waits)
            && !testing::outbox(store)
                .iter()
                .any(|(_, _, state, _)| *state == OutgoingState::Open))
}

/// Whether something has failed that has to get through now: to somebody who wants to hear it.
fn may_be_tried_again(schedule: &Schedule, device: DeviceId) -> bool {
    let owner = schedule.places.owner(device);
    let failed = testing::outbox(schedule.world.device(device).store());
    failed
        .iter()
        .filter(|(_, _, state, _)| *state == OutgoingState::Failed)
        .any(|(account, ..)| !schedule.severed(owner, schedule.places.person(account)))
}
