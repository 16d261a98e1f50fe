//! The state that all devices of a person share, and how two of them differ.

use sha2::{Digest, Sha256};
use sotto_core::testing::{self, Shared, TableRow};

use super::village::{Places, hex};
use crate::world::{DeviceId, World};

/// Rows that both have in common are left out of what is shown.
const SHOWN: usize = 12;

/// One part of what a device holds.
pub fn rows(world: &World, device: DeviceId, part: Shared) -> Vec<TableRow> {
    testing::shared(world.device(device).store(), part)
}

/// Everything that every device holds, hashed.
pub fn digest(world: &World, places: &Places) -> String {
    let mut hash = Sha256::new();
    for device in places.devices() {
        for part in Shared::ALL {
            hash.update(format!(
                "{device:?} {part:?} {:?}",
                rows(world, device, part)
            ));
        }
    }
    hex(&hash.finalize())
}

/// Fails unless both hold the same, and says where they do not.
pub fn compare(places: &Places, what: &str, one: &[TableRow], other: &[TableRow]) {
    if one == other {
        return;
    }
    let only = |here: &[TableRow], there: &[TableRow]| {
        let mut lines: Vec<String> = here
            .iter()
            .filter(|row| !there.contains(row))
            .take(SHOWN)
            .map(|row| places.readable(&format!("{row:?}")))
            .collect();
        if lines.is_empty() {
            lines.push("nothing: the order differs".to_owned());
        }
        lines.join("\n  ")
    };
    panic!(
        "{what} differ\nonly the first:\n  {}\nonly the second:\n  {}",
        only(one, other),
        only(other, one)
    );
}
