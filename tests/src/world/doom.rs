//! A device that is going to die at one of the crash points of its engine.
//!
//! All devices of a world live in one process, so none of them can be killed alone. At the point
//! the device's files are copied, in the middle of a transaction too; what the engine did after that
//! is forgotten, and it is opened again on the copy.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};

use rand09::Rng;
use sotto_core::crash;

use super::{BEGINNING, DeviceId, World, copy};

/// Not yet there, dead before anything left, dead after it left.
const ALIVE: u8 = 0;
const AT_THE_POINT: u8 = 1;
const ONCE_SENT: u8 = 2;

/// A death that was ordered.
pub(super) struct Doom {
    device: DeviceId,
    shared: Arc<Shared>,
    copy: PathBuf,
}

struct Shared {
    /// Whether the device's engine is the one that runs.
    runs: AtomicBool,
    /// Passings until then.
    left: AtomicU32,
    fate: AtomicU8,
}

impl Drop for Doom {
    fn drop(&mut self) {
        crash::watch(None);
    }
}

impl World {
    /// Has a device die at the n-th passing of a point. There is one such device at a time in a
    /// process.
    pub fn doom(&mut self, id: DeviceId, point: &'static str, passings: u32) {
        self.doom = None;
        let from = self.device(id).dir().to_owned();
        let copy = from.with_extension(format!("doom-{:x}", self.rng.random::<u64>()));
        let shared = Arc::new(Shared {
            runs: AtomicBool::new(false),
            left: AtomicU32::new(passings),
            fate: AtomicU8::new(ALIVE),
        });
        let (seen, to) = (shared.clone(), copy.clone());
        crash::watch(Some(Box::new(move |name, once_sent| {
            let due = name == point
                && seen.runs.load(Ordering::SeqCst)
                && seen.left.fetch_sub(1, Ordering::SeqCst) == 1;
            if due && once_sent {
                seen.fate.store(ONCE_SENT, Ordering::SeqCst);
            } else if due {
                copy::as_cut(&from, &to);
                seen.fate.store(AT_THE_POINT, Ordering::SeqCst);
            }
        })));
        self.doom = Some(Doom {
            device: id,
            shared,
            copy,
        });
    }

    /// Nobody is doomed any more.
    pub fn pardon(&mut self) {
        self.doom = None;
    }

    /// Who dies of something else does so on other files than those that were watched.
    pub(super) fn pardon_if(&mut self, id: DeviceId) {
        self.doom.take_if(|doom| doom.device == id);
    }

    /// The engine of a device begins to run, or has ended.
    pub(super) fn running(&mut self, id: DeviceId, runs: bool) {
        if let Some(doom) = self.doom.as_ref().filter(|doom| doom.device == id) {
            doom.shared.runs.store(runs, Ordering::SeqCst);
        }
    }

    /// Whether the device is dead, and nothing of what it has just done may leave.
    pub(super) fn died_at_the_point(&mut self, id: DeviceId) -> bool {
        if self.fate(id) != AT_THE_POINT {
            return false;
        }
        let doom = self.doom.take().expect("a doomed device");
        tracing::debug!(
            "{} {} dies at its point",
            self.now - BEGINNING,
            self.device(id).name()
        );
        // What is dead says nothing more, not even that its connections have ended.
        self.devices[id.0].stop();
        self.restore(id, &doom.copy);
        true
    }

    /// Whether the device died when what it has just done had left.
    pub(super) fn died_once_sent(&mut self, id: DeviceId) -> bool {
        if self.fate(id) != ONCE_SENT {
            return false;
        }
        self.doom = None;
        self.crash(id);
        true
    }

    fn fate(&self, id: DeviceId) -> u8 {
        self.doom
            .as_ref()
            .filter(|doom| doom.device == id)
            .map_or(ALIVE, |doom| doom.shared.fate.load(Ordering::SeqCst))
    }
}
