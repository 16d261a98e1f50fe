//! Everything that can be seen of a world as it happens, in one hash: two worlds with the same hash
//! have done the same.

use sha2::{Digest, Sha256};

use super::{DeviceId, World};

/// The hash of what has happened.
#[derive(Default)]
pub(super) struct Tape(Sha256);

impl Tape {
    fn write(&mut self, parts: &[&[u8]]) {
        for part in parts {
            self.0.update((part.len() as u64).to_be_bytes());
            self.0.update(part);
        }
    }
}

impl World {
    /// Notes that something passed between a device and the network now.
    pub(super) fn tape(&mut self, device: DeviceId, what: &str, bytes: &[u8]) {
        let (now, device) = (self.now.to_be_bytes(), (device.0 as u64).to_be_bytes());
        self.tape.write(&[&now, &device, what.as_bytes(), bytes]);
    }

    /// What has happened so far, hashed: the bytes of every frame, and when each came and went.
    #[must_use]
    pub fn seen_so_far(&self) -> [u8; 32] {
        self.tape.0.clone().finalize().into()
    }
}
