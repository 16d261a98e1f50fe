//! A device: the real engine on a real SQLCipher file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sotto_core::testing::{
    self, Effect, Input, Line, Machine, Now, Phase, Random, Standing, Store,
};
use sotto_wire::ids::{AccountId, MailboxId};

use super::DeviceId;
use super::network::{Event, Network};

/// One device.
pub struct Device {
    name: String,
    dir: PathBuf,
    key: [u8; 32],
    store: Option<Arc<Store>>,
    machine: Option<Machine>,
    pub(super) offline: bool,
    pub(super) wake: Option<u64>,
    /// How often it was started.
    pub(super) life: u32,
    /// How far its clock is off, in milliseconds.
    pub(super) skew: i64,
}

impl Device {
    pub(super) fn open(dir: PathBuf, name: &str, key: [u8; 32], seed: u64, now: Now) -> Self {
        let mut device = Self {
            name: name.to_owned(),
            dir,
            key,
            store: None,
            machine: None,
            offline: false,
            wake: None,
            life: 0,
            skew: 0,
        };
        device.start(seed, now);
        device
    }

    /// The same device on a copy of its files.
    pub(super) fn twin(&self, copy: PathBuf, seed: u64, now: Now) -> Self {
        Self::open(copy, &format!("{}'s copy", self.name), self.key, seed, now)
    }

    fn start(&mut self, seed: u64, now: Now) {
        let store = testing::store(&self.dir, self.key).expect("the store opens");
        self.machine = Some(
            Machine::open(store.clone(), Random::seeded(seed), now).expect("the engine opens"),
        );
        self.store = Some(store);
        self.wake = None;
        self.life += 1;
    }

    pub(super) fn key(&self) -> [u8; 32] {
        self.key
    }

    pub(super) fn stop(&mut self) {
        self.machine = None;
        self.store = None;
    }

    pub(super) fn machine(&mut self) -> &mut Machine {
        self.machine.as_mut().expect("a device that runs")
    }

    pub(super) fn handle(&mut self, input: Input, now: Now) -> Option<Vec<Effect>> {
        Some(self.machine.as_mut()?.handle(input, now))
    }

    pub(super) fn schedule_wake(&mut self, id: DeviceId, now: Now, network: &mut Network) {
        let Some(due) = self
            .machine
            .as_ref()
            .and_then(|machine| machine.next_wake(now))
        else {
            return;
        };
        let due = due.saturating_add_signed(-self.skew);
        if self.wake.is_none_or(|wake| due < wake) {
            self.wake = Some(due);
            network.push(due, Event::Wake(id, due));
        }
    }

    /// Copies the files as they are while everything runs: what a power cut would leave.
    pub(super) fn copy_to(&self, to: &Path) {
        super::copy::as_cut(&self.dir, to);
    }

    pub(super) fn crash(&mut self, seed: u64, now: Now) {
        let copy = self.dir.with_extension(format!("crash-{seed:x}"));
        self.copy_to(&copy);
        self.stop();
        self.dir = copy;
        self.start(seed, now);
    }

    pub(super) fn restore(&mut self, copy: &Path, seed: u64, now: Now) {
        self.stop();
        self.dir = copy.to_owned();
        self.start(seed, now);
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Its store.
    #[must_use]
    pub fn store(&self) -> &Store {
        self.store.as_ref().expect("a device that runs")
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Account, mailbox, standing.
    #[must_use]
    pub fn me(&self) -> Option<(AccountId, MailboxId, Standing)> {
        testing::me(self.store())
    }

    /// Where its connection stands.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.machine.as_ref().map_or(Phase::Offline, Machine::phase)
    }

    /// Where its account lives, as it knows it.
    #[must_use]
    pub fn relays(&self) -> Vec<String> {
        testing::homes(self.store())
    }

    /// A conversation as it shows it.
    #[must_use]
    pub fn history(&self, with: &AccountId) -> Vec<Line> {
        testing::history(self.store(), with)
    }

    /// The texts of a conversation, in order.
    #[must_use]
    pub fn texts(&self, with: &AccountId) -> Vec<String> {
        self.history(with)
            .into_iter()
            .map(|line| line.body)
            .collect()
    }

    /// Whether nothing waits: outbox, gaps, parked envelopes.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        testing::outbox(self.store()).is_empty() && testing::open_ends(self.store()) == (0, 0)
    }

    pub(super) fn report(&self) -> String {
        format!(
            "{}: {:?} {:?} offline={} outbox={:?} open ends={:?} parked={:?} notices={:?}\n",
            self.name,
            self.me().map(|(_, _, standing)| standing),
            self.phase(),
            self.offline,
            testing::outbox(self.store())
                .iter()
                .map(|(_, purpose, state, _)| (*purpose, *state))
                .collect::<Vec<_>>(),
            testing::open_ends(self.store()),
            testing::parked_accounts(self.store()),
            testing::notices(self.store()),
        )
    }
}
