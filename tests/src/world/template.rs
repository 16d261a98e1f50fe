//! A world at rest, from which any number of worlds begin.
//!
//! Registering people and founding their sessions costs more than a short schedule of what they do
//! afterwards. The files of all relays and devices are kept, all closed, and copied together for
//! each new world: nothing in it is older than anything else, so no copy of it is an old one.

use std::path::{Path, PathBuf};

use rand_chacha::ChaCha20Rng;
use rand09::{Rng, SeedableRng};
use sotto_core::testing::Now;
use tempfile::TempDir;

use super::device::Device;
use super::relay::RelayNode;
use super::{DeviceId, RelayId, World, hostile};

/// A world that was closed.
pub struct Template {
    /// Owns the files.
    _dir: TempDir,
    now: u64,
    relays: Vec<PathBuf>,
    devices: Vec<Kept>,
    used_keys: hostile::UsedKeys,
}

struct Kept {
    name: String,
    dir: PathBuf,
    key: [u8; 32],
}

impl World {
    /// Closes everything and keeps it.
    #[must_use]
    pub fn keep(mut self) -> Template {
        self.check_message_keys();
        let devices = self.devices.iter_mut().map(|device| {
            device.stop();
            Kept {
                name: device.name().to_owned(),
                dir: device.dir().to_owned(),
                key: device.key(),
            }
        });
        let devices = devices.collect();
        let relays = self.relays.iter_mut().map(|relay| {
            relay.stop();
            relay.dir().to_owned()
        });
        Template {
            now: self.now,
            relays: relays.collect(),
            devices,
            used_keys: std::mem::take(&mut self.used_keys),
            _dir: self.dir,
        }
    }
}

impl Template {
    /// A world that goes on where this one stopped. What is random in it comes from the seed.
    #[must_use]
    pub fn world(&self, seed: u64) -> World {
        let mut world = World::quiet(seed);
        world.now = self.now;
        world.used_keys = self.used_keys.clone();
        for (number, from) in self.relays.iter().enumerate() {
            let dir = copy(from, world.dir.path());
            let seed = world.rng.random();
            let relay = RelayNode::open(dir, RelayId(number), seed);
            world.relays.push(relay);
        }
        for kept in &self.devices {
            let dir = copy(&kept.dir, world.dir.path());
            let seed = world.rng.random();
            let device = Device::open(dir, &kept.name, kept.key, seed, Now(self.now));
            world.devices.push(device);
        }
        for device in 0..world.devices.len() {
            world.poke(DeviceId(device));
        }
        world
    }
}

fn copy(from: &Path, into: &Path) -> PathBuf {
    let to = into.join(from.file_name().expect("a name"));
    super::copy::as_cut(from, &to);
    to
}

/// The stream of a schedule, apart from the one of the network that it meets.
#[must_use]
pub fn stream(seed: u64) -> ChaCha20Rng {
    let mut stream = ChaCha20Rng::seed_from_u64(seed);
    stream.set_stream(1);
    stream
}
