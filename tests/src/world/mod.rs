//! A small world on one thread: relays, devices, and a network that is as bad as it is told to be.
//!
//! One seed gives one trace. Relays and devices live in real files under a temporary folder; to
//! crash either, its files are copied as they are at that instant and opened again.

mod copy;
mod device;
mod doom;
mod hostile;
mod invariants;
mod network;
mod relay;
mod tape;
mod template;
mod trace;
mod traffic;

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;

use rand_chacha::ChaCha20Rng;
use rand09::{Rng, SeedableRng};
use sotto_core::testing::{ConnId, Input, Now, Outcome, Phase};
use sotto_wire::ids::AccountId;
use tempfile::TempDir;

pub use device::Device;
pub use hostile::{Line, Sent};
pub use network::Weather;
use network::{Network, Pipe};
use relay::RelayNode;
pub use template::{Template, stream};

/// Names a device of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceId(pub usize);

/// Names a relay of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelayId(pub usize);

/// When worlds begin: 2026-01-01, in milliseconds since the Unix epoch.
pub const BEGINNING: u64 = 1_767_225_600_000;

/// Everything there is.
pub struct World {
    dir: TempDir,
    rng: ChaCha20Rng,
    now: u64,
    relays: Vec<RelayNode>,
    devices: Vec<Device>,
    network: Network,
    pipes: BTreeMap<(DeviceId, ConnId), Pipe>,
    outcomes: VecDeque<(DeviceId, Outcome)>,
    /// Every text that was ever sent, to look for where it must not be.
    texts: Vec<String>,
    liar: Option<hostile::Liar>,
    sent: Vec<Sent>,
    /// How many of `sent` have been looked into.
    checked: usize,
    used_keys: hostile::UsedKeys,
    doom: Option<doom::Doom>,
    tape: tape::Tape,
}

impl World {
    /// An empty world.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        println!("world: seed {seed}");
        Self::quiet(seed)
    }

    fn quiet(seed: u64) -> Self {
        if std::env::var_os("SOTTO_TRACE").is_some() {
            let trace = tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG);
            // A second world of one process writes to the first one's.
            drop(trace.without_time().try_init());
        }
        let memory = PathBuf::from("/dev/shm");
        let dir = if memory.is_dir() {
            TempDir::new_in(memory)
        } else {
            TempDir::new()
        };
        Self {
            dir: dir.expect("a temporary folder"),
            rng: ChaCha20Rng::seed_from_u64(seed),
            now: BEGINNING,
            relays: Vec::new(),
            devices: Vec::new(),
            network: Network::default(),
            pipes: BTreeMap::new(),
            outcomes: VecDeque::new(),
            texts: Vec::new(),
            liar: None,
            sent: Vec::new(),
            checked: 0,
            used_keys: BTreeMap::new(),
            doom: None,
            tape: tape::Tape::default(),
        }
    }

    /// The world's time, in milliseconds since the Unix epoch.
    #[must_use]
    pub const fn now(&self) -> u64 {
        self.now
    }

    /// What a device's own clock says.
    #[must_use]
    pub fn clock(&self, id: DeviceId) -> Now {
        Now(self.now.saturating_add_signed(self.devices[id.0].skew))
    }

    /// Sets a device's clock off by so many milliseconds.
    pub fn set_clock(&mut self, id: DeviceId, skew: i64) {
        self.devices[id.0].skew = skew;
        self.poke(id);
    }

    /// A number below `bound` from the world's seed.
    pub fn pick(&mut self, bound: u64) -> u64 {
        self.rng.random_range(0..bound)
    }

    /// Another relay.
    pub fn relay(&mut self) -> RelayId {
        let id = RelayId(self.relays.len());
        let dir = self.dir.path().join(format!("relay-{}", id.0));
        self.relays
            .push(RelayNode::open(dir, id, self.rng.random()));
        id
    }

    /// A device with no account.
    pub fn blank(&mut self, name: &str) -> DeviceId {
        let id = DeviceId(self.devices.len());
        let dir = self.dir.path().join(format!("device-{}-{name}", id.0));
        let device = Device::open(
            dir,
            name,
            self.rng.random(),
            self.rng.random(),
            Now(self.now),
        );
        self.devices.push(device);
        id
    }

    /// Somebody with an account at a relay and one device.
    pub fn person(&mut self, name: &str, relay: RelayId) -> DeviceId {
        let id = self.blank(name);
        let url = self.relays[relay.0].url();
        let now = self.clock(id);
        self.machine(id)
            .begin_registration(&url, name, None, now)
            .expect("registration begins");
        self.poke(id);
        let outcome = self.await_outcome(id);
        assert_eq!(outcome, Outcome::Registered, "{name} registers");
        self.run_until(|world| world.device(id).phase() == Phase::Live);
        id
    }

    /// Another device of somebody, added by a chain statement.
    pub fn second_device(&mut self, first: DeviceId, name: &str) -> DeviceId {
        let now = self.clock(first);
        let invitation = self
            .machine(first)
            .invite_device(now)
            .expect("an invitation");
        self.poke(first);
        let second = self.blank(name);
        let request = self
            .machine(second)
            .prepare_device(&invitation, name, now)
            .expect("a request");
        self.poke(second);
        let intent = self
            .machine(first)
            .add_device(&request, now)
            .expect("the device is added");
        self.poke(first);
        assert_eq!(
            self.await_outcome(first),
            Outcome::Statement { intent, done: true }
        );
        self.run_until(|world| world.device(second).phase() == Phase::Live);
        second
    }

    /// Adds a contact by the other's link.
    pub fn befriend(&mut self, one: DeviceId, other: DeviceId) {
        let now = self.clock(one);
        let link = self.machine(other).contact_link(now).expect("a link");
        self.poke(other);
        self.machine(one)
            .add_contact(&link, now)
            .expect("the contact is added");
        self.poke(one);
    }

    /// Sends a text.
    pub fn send(&mut self, from: DeviceId, to: AccountId, text: &str) {
        let now = self.clock(from);
        self.texts.push(text.to_owned());
        self.machine(from)
            .send_text(&to, text, now)
            .expect("the text is queued");
        self.poke(from);
    }

    /// Runs a command on a device.
    pub fn command<T>(
        &mut self,
        id: DeviceId,
        command: impl FnOnce(&mut sotto_core::testing::Machine, Now) -> T,
    ) -> T {
        let now = self.clock(id);
        self.running(id, true);
        let result = command(self.machine(id), now);
        self.running(id, false);
        if !self.died_at_the_point(id) {
            self.poke(id);
        }
        result
    }

    /// How often a device was started: a command during which it was started anew may have left
    /// nothing behind.
    #[must_use]
    pub fn lives(&self, id: DeviceId) -> u32 {
        self.devices[id.0].life
    }

    /// Something that may stand in no file, because it is in every text.
    pub fn secret(&mut self, phrase: &str) {
        self.texts.push(phrase.to_owned());
    }

    /// Address of a relay, whether or not it is up.
    #[must_use]
    pub fn url(&self, id: RelayId) -> String {
        self.relays[id.0].url()
    }

    /// Address and key of a relay.
    #[must_use]
    pub fn address(&self, id: RelayId) -> (String, sotto_wire::ids::RelayKey) {
        (self.relays[id.0].url(), self.relays[id.0].key())
    }

    /// A device.
    #[must_use]
    pub fn device(&self, id: DeviceId) -> &Device {
        &self.devices[id.0]
    }

    /// Every device.
    pub fn devices(&self) -> impl Iterator<Item = DeviceId> + use<> {
        (0..self.devices.len()).map(DeviceId)
    }

    /// The account that a device belongs to.
    #[must_use]
    pub fn account(&self, id: DeviceId) -> AccountId {
        self.device(id).me().expect("a device of an account").0
    }

    fn machine(&mut self, id: DeviceId) -> &mut sotto_core::testing::Machine {
        self.devices[id.0].machine()
    }

    /// What the weather is from now on.
    pub fn weather(&mut self, weather: Weather) {
        self.network.weather = weather;
    }

    /// Pulls a device's plug, or puts it back.
    pub fn set_offline(&mut self, id: DeviceId, offline: bool) {
        if self.devices[id.0].offline == offline {
            return;
        }
        self.devices[id.0].offline = offline;
        if offline {
            self.cut_all(|device, _| device == id);
        } else {
            self.feed(id, Input::NetworkChanged);
        }
    }

    /// Stops a relay, or starts it again on its files.
    pub fn set_relay_down(&mut self, id: RelayId, down: bool) {
        if down {
            self.cut_all(|_, pipe| pipe.relay == id);
            self.relays[id.0].stop();
        } else if !self.relays[id.0].is_up() {
            let seed = self.rng.random();
            self.relays[id.0].start(seed);
        }
    }

    /// Kills a relay and starts it on a copy of its files as they were.
    pub fn crash_relay(&mut self, id: RelayId) {
        tracing::debug!("{} relay {} dies", self.now - BEGINNING, id.0);
        self.cut_all(|_, pipe| pipe.relay == id);
        let seed = self.rng.random();
        self.relays[id.0].crash(seed);
    }

    /// Kills a device and starts it on a copy of its files as they were.
    pub fn crash(&mut self, id: DeviceId) {
        tracing::debug!("{} {} dies", self.now - BEGINNING, self.device(id).name());
        self.pardon_if(id);
        self.cut_all(|device, _| device == id);
        let (seed, now) = (self.rng.random(), self.clock(id));
        self.devices[id.0].crash(seed, now);
        self.poke(id);
    }

    /// Keeps a copy of a device's files, for [`World::restore`].
    pub fn snapshot(&mut self, id: DeviceId) -> PathBuf {
        let copy = self
            .dir
            .path()
            .join(format!("snapshot-{}-{}", id.0, self.rng.random::<u32>()));
        self.devices[id.0].copy_to(&copy);
        copy
    }

    /// Copies a device's database to where it outlives the world; returns its key.
    pub fn keep_device(&mut self, id: DeviceId, to: &std::path::Path) -> [u8; 32] {
        let device = &mut self.devices[id.0];
        device.store().checkpoint().expect("an empty log");
        device.copy_to(to);
        device.key()
    }

    /// Puts a device back to an old copy of its files.
    pub fn restore(&mut self, id: DeviceId, copy: &std::path::Path) {
        self.pardon_if(id);
        self.cut_all(|device, _| device == id);
        let (seed, now) = (self.rng.random(), self.clock(id));
        self.devices[id.0].restore(copy, seed, now);
        self.poke(id);
    }

    /// A second copy of a device, alive at the same time as the first.
    pub fn clone_of(&mut self, id: DeviceId, copy: PathBuf) -> DeviceId {
        let clone = DeviceId(self.devices.len());
        let (seed, now) = (self.rng.random(), self.clock(id));
        let device = self.devices[id.0].twin(copy, seed, now);
        self.devices.push(device);
        self.poke(clone);
        clone
    }

    /// Lets things happen until a condition holds. The world is finite: one that never gets there
    /// has stopped, and that is a failure.
    pub fn run_until(&mut self, done: impl Fn(&Self) -> bool) {
        let deadline = self.now + 3 * 60 * 60 * 1000;
        while !done(self) {
            assert!(
                self.now < deadline && self.step(),
                "the world stopped before the condition held:\n{}",
                self.report()
            );
        }
    }

    /// How many connections a device has.
    #[must_use]
    pub fn connections(&self, id: DeviceId) -> usize {
        self.pipes
            .keys()
            .filter(|(device, _)| *device == id)
            .count()
    }

    /// Lets this much time pass.
    pub fn run_for(&mut self, ms: u64) {
        let end = self.now + ms;
        while self.network.next_at().is_some_and(|at| at <= end) {
            self.step();
        }
        self.now = self.now.max(end);
    }

    /// Waits for the end of something that a device began.
    pub fn await_outcome(&mut self, id: DeviceId) -> Outcome {
        self.run_until(|world| world.outcomes.iter().any(|(device, _)| *device == id));
        let at = self
            .outcomes
            .iter()
            .position(|(device, _)| *device == id)
            .expect("an outcome");
        self.outcomes.remove(at).expect("an outcome").1
    }

    fn report(&self) -> String {
        let mut report = format!("at {} ms\n", self.now - BEGINNING);
        for device in &self.devices {
            report.push_str(&device.report());
        }
        report
    }
}
