//! Where schedules begin: two relays, three people, two devices each; everybody knows everybody and
//! has sessions with all of their devices.

use std::collections::BTreeMap;

use sotto_wire::ids::{AccountId, MailboxId};

use crate::world::{DeviceId, RelayId, Template, World};

/// The people.
pub const PEOPLE: [&str; 3] = ["ada", "ben", "cho"];
/// All villages are the same one.
const SEED: u64 = 7;
/// In every text, so that one search finds whether any stands where it must not.
pub const SECRET: &str = "between you and me";

/// A village at rest, for any number of schedules.
pub struct Village {
    template: Template,
    places: Places,
}

/// Who and what is where. The same in every world of a village.
#[derive(Clone)]
pub struct Places {
    /// By person, then by device.
    pub people: [[DeviceId; 2]; 3],
    /// Two people live at the first, one at the second.
    pub relays: [RelayId; 2],
    /// By person.
    pub accounts: [AccountId; 3],
    names: BTreeMap<String, String>,
}

impl Village {
    /// Builds it. Takes as long as some schedules.
    #[must_use]
    pub fn new() -> Self {
        let mut world = World::new(SEED);
        let relays = [world.relay(), world.relay()];
        let people = PEOPLE.map(|name| {
            let home = relays[usize::from(name == "cho")];
            let first = world.person(name, home);
            let second = world.second_device(first, &format!("{name}'s other"));
            [first, second]
        });
        let accounts = people.map(|devices| world.account(devices[0]));
        let pairs = [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)];
        for (one, other) in pairs {
            world.befriend(people[one][0], people[other][0]);
        }
        world.settle();
        for device in [0, 1] {
            for (from, to) in pairs {
                world.send(
                    people[from][device],
                    accounts[to],
                    &format!("{SECRET}: hello"),
                );
            }
            world.settle();
        }
        world.settle_and_check();
        let places = Places {
            people,
            relays,
            accounts,
            names: names(&world, &people),
        };
        Self {
            places,
            template: world.keep(),
        }
    }

    /// A world that begins here.
    #[must_use]
    pub fn world(&self, seed: u64) -> World {
        let mut world = self.template.world(seed);
        world.secret(SECRET);
        world
    }

    /// Who and what is where.
    #[must_use]
    pub fn places(&self) -> Places {
        self.places.clone()
    }
}

impl Default for Village {
    fn default() -> Self {
        Self::new()
    }
}

impl Places {
    /// Every device, person by person.
    pub fn devices(&self) -> impl Iterator<Item = DeviceId> + use<> {
        self.people.into_iter().flatten()
    }

    /// Whose device this is.
    #[must_use]
    pub fn owner(&self, device: DeviceId) -> usize {
        self.people
            .iter()
            .position(|devices| devices.contains(&device))
            .expect("a device of the village")
    }

    /// Whose account this is.
    #[must_use]
    pub fn person(&self, account: &AccountId) -> usize {
        self.accounts
            .iter()
            .position(|known| known == account)
            .expect("somebody of the village")
    }

    /// A text in which ids have names.
    #[must_use]
    pub fn readable(&self, text: &str) -> String {
        self.names
            .iter()
            .fold(text.to_owned(), |text, (id, name)| text.replace(id, name))
    }
}

fn names(world: &World, people: &[[DeviceId; 2]; 3]) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for (person, devices) in people.iter().enumerate() {
        let account = world.account(devices[0]);
        names.insert(hex(account.as_bytes()), PEOPLE[person].to_owned());
        for (number, device) in devices.iter().enumerate() {
            let (_, mailbox, _): (AccountId, MailboxId, _) =
                world.device(*device).me().expect("a device of an account");
            names.insert(
                hex(mailbox.as_bytes()),
                format!("{}/{number}", PEOPLE[person]),
            );
        }
        for (other, others) in people.iter().enumerate().skip(person) {
            let with = world.account(others[0]);
            let id = sotto_content::direct::conversation_id(&account, &with);
            names.insert(hex(&id), format!("{}+{}", PEOPLE[person], PEOPLE[other]));
        }
    }
    names
}

/// As the shared state spells bytes.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
