//! People talk, on good days and bad ones.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use sotto_tests::world::{DeviceId, RelayId, Weather, World};
use sotto_wire::ids::AccountId;

/// Two relays, three people, two devices each; everybody knows everybody.
struct Village {
    world: World,
    people: [[DeviceId; 2]; 3],
    relays: [RelayId; 2],
}

impl Village {
    fn new(seed: u64) -> Self {
        let mut world = World::new(seed);
        let relays = [world.relay(), world.relay()];
        let people = ["ada", "ben", "cho"].map(|name| {
            let home = relays[usize::from(name == "cho")];
            let first = world.person(name, home);
            [
                first,
                world.second_device(first, &format!("{name}'s other")),
            ]
        });
        for one in 0..3 {
            for other in 0..3 {
                if one != other {
                    world.befriend(people[one][0], people[other][0]);
                }
            }
        }
        world.settle();
        Self {
            world,
            people,
            relays,
        }
    }

    fn account(&self, person: usize) -> AccountId {
        self.world.account(self.people[person][0])
    }
}

#[test]
fn two_people_talk_and_see_their_messages_delivered() {
    let mut world = World::new(1);
    let relay = world.relay();
    let (ada, ben) = (world.person("ada", relay), world.person("ben", relay));
    world.befriend(ada, ben);
    world.befriend(ben, ada);
    let (a, b) = (world.account(ada), world.account(ben));
    world.send(ada, b, "good morning, Ben");
    world.settle();
    world.send(ben, a, "good morning, Ada");
    world.settle_and_check();
    assert_eq!(
        world.texts(ada, b),
        ["good morning, Ben", "good morning, Ada"]
    );
    let receipts: Vec<i32> = world
        .device(ada)
        .history(&b)
        .iter()
        .map(|line| line.receipt)
        .collect();
    assert_eq!(receipts, [1, 0], "the own message is delivered");
}

#[test]
fn three_people_with_two_devices_each_talk_across_two_relays() {
    let mut village = Village::new(2);
    let accounts = [0, 1, 2].map(|person| village.account(person));
    for round in 0..4 {
        for from in 0..3 {
            for (to, account) in accounts.iter().enumerate() {
                if from != to {
                    let device = village.people[from][round % 2];
                    village.world.send(
                        device,
                        *account,
                        &format!("round {round} from {from} to {to}"),
                    );
                }
            }
        }
        village.world.run_for(50);
    }
    village.world.settle_and_check();
    assert_eq!(
        village.world.texts(village.people[0][1], accounts[2]).len(),
        8
    );
    // Some receipts were faster than the transcript of what they are for.
    for device in village.people[0] {
        let history = village.world.device(device).history(&accounts[2]);
        let own = history.iter().filter(|line| line.author == accounts[0]);
        assert!(own.clone().all(|line| line.receipt == 1), "{own:?}");
    }
}

#[test]
fn a_message_to_somebody_offline_waits_for_them() {
    let mut village = Village::new(3);
    let (a, b) = (village.account(0), village.account(1));
    for device in village.people[1] {
        village.world.set_offline(device, true);
    }
    village
        .world
        .send(village.people[0][0], b, "are you there?");
    village.world.run_for(60_000);
    assert!(village.world.texts(village.people[1][0], a).is_empty());
    for device in village.people[1] {
        village.world.set_offline(device, false);
    }
    village.world.settle_and_check();
    assert_eq!(
        village.world.texts(village.people[1][1], a),
        ["are you there?"]
    );
}

#[test]
fn what_is_written_offline_leaves_when_the_network_is_back() {
    let mut village = Village::new(4);
    let (a, c) = (village.account(0), village.account(2));
    let ada = village.people[0][0];
    village.world.set_offline(ada, true);
    for number in 0..5 {
        village
            .world
            .send(ada, c, &format!("from the tunnel, {number}"));
    }
    village.world.run_for(30_000);
    village.world.set_offline(ada, false);
    village.world.settle_and_check();
    assert_eq!(village.world.texts(village.people[2][1], a).len(), 5);
}

#[test]
fn a_relay_that_is_down_for_a_while_loses_nothing() {
    let mut village = Village::new(5);
    let accounts = [0, 1, 2].map(|person| village.account(person));
    village.world.set_relay_down(village.relays[1], true);
    village.world.send(
        village.people[0][0],
        accounts[2],
        "to the relay that is down",
    );
    village
        .world
        .send(village.people[0][0], accounts[1], "to the relay that is up");
    village.world.run_for(60_000);
    assert_eq!(
        village.world.texts(village.people[1][0], accounts[0]),
        ["to the relay that is up"]
    );
    village.world.set_relay_down(village.relays[1], false);
    village.world.settle_and_check();
    assert_eq!(
        village.world.texts(village.people[2][0], accounts[0]),
        ["to the relay that is down"]
    );
}

/// A storm: foul weather, devices that die and come back, relays that are down, pulled plugs.
fn storm(seed: u64) {
    let mut village = Village::new(seed);
    let accounts = [0, 1, 2].map(|person| village.account(person));
    village.world.weather(Weather::FOUL);
    for number in 0..40 {
        let from = village.world.pick(3) as usize;
        let to = (from + 1 + village.world.pick(2) as usize) % 3;
        let device = village.people[from][village.world.pick(2) as usize];
        let text = format!("storm {seed}, message {number}");
        village.world.send(device, accounts[to], &text);
        let victim = village.people[village.world.pick(3) as usize][village.world.pick(2) as usize];
        let relay = village.relays[village.world.pick(2) as usize];
        match village.world.pick(12) {
            0 | 1 => village.world.crash(victim),
            2 => village.world.set_offline(victim, true),
            3 => village.world.set_relay_down(relay, true),
            4 => village.world.crash_relay(relay),
            _ => {}
        }
        let pause = village.world.pick(3000);
        village.world.run_for(pause);
        village.world.set_offline(victim, false);
        village.world.set_relay_down(relay, false);
    }
    village.world.weather(Weather::FAIR);
    village.world.settle_and_check();
}

#[test]
fn storms_lose_and_double_nothing() {
    (100..106).for_each(storm);
}

#[test]
#[ignore = "long: cargo xtask gauntlet"]
fn many_storms_lose_and_double_nothing() {
    let number = |name: &str, otherwise| {
        std::env::var(name)
            .ok()
            .and_then(|text| text.parse().ok())
            .unwrap_or(otherwise)
    };
    let first: u64 = number("SOTTO_FROM_SEED", 1000);
    (first..first + number("SOTTO_SEEDS", 100)).for_each(storm);
}
