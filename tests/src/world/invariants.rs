//! What holds in every world once it has come to rest.

use std::collections::BTreeSet;

use sotto_core::testing::Line;
use sotto_wire::ids::AccountId;

use super::{DeviceId, World};

impl World {
    /// Lets everything that waits arrive, then checks the invariants: every text exactly once on
    /// every device of both ends, in the order in which its sender said it, in one order
    /// everywhere, nothing pending, no text in any file or anywhere at a relay, and no message key
    /// used twice.
    pub fn settle_and_check(&mut self) {
        self.settle();
        let all: Vec<DeviceId> = self.devices().filter(|id| self.is_active(*id)).collect();
        for one in &all {
            for other in &all {
                self.check_pair(*one, *other);
            }
        }
        self.check_secrecy();
        self.check_message_keys();
    }

    /// Lets everything that waits arrive.
    pub fn settle(&mut self) {
        self.run_until(|world| {
            world
                .devices()
                .filter(|id| world.is_active(*id))
                .all(|id| world.device(id).is_settled())
        });
        // Receipts and own devices are told a little later.
        self.run_for(10_000);
        self.run_until(|world| {
            world
                .devices()
                .filter(|id| world.is_active(*id))
                .all(|id| world.device(id).is_settled())
        });
    }

    fn is_active(&self, id: DeviceId) -> bool {
        self.device(id)
            .me()
            .is_some_and(|(_, _, standing)| standing == sotto_core::testing::Standing::Active)
    }

    fn check_pair(&self, one: DeviceId, other: DeviceId) {
        let (mine, theirs) = (self.account(one), self.account(other));
        if mine == theirs {
            for third in self.devices().filter(|id| self.is_active(*id)) {
                let with = self.account(third);
                assert_eq!(
                    skeleton(&self.device(one).history(&with)),
                    skeleton(&self.device(other).history(&with)),
                    "own devices {} and {} agree",
                    self.device(one).name(),
                    self.device(other).name()
                );
            }
            return;
        }
        let here = self.device(one).history(&theirs);
        let there = self.device(other).history(&mine);
        assert_eq!(
            skeleton(&here),
            skeleton(&there),
            "{} and {} see one conversation in one order",
            self.device(one).name(),
            self.device(other).name()
        );
        let ids: BTreeSet<_> = here.iter().map(|line| (line.author, line.id)).collect();
        assert_eq!(ids.len(), here.len(), "every message exactly once");
        for author in [mine, theirs] {
            let said: Vec<u64> = here
                .iter()
                .filter(|line| line.author == author)
                .map(|line| line.order_key)
                .collect();
            assert!(
                said.is_sorted_by(|left, right| left < right),
                "an author's messages keep their order"
            );
        }
    }

    /// No text may stand in any file of a relay or, unencrypted, of a device.
    pub fn check_secrecy(&self) {
        let files = self
            .relays
            .iter()
            .map(|relay| relay.dir())
            .chain(self.devices.iter().map(|device| device.dir()));
        for dir in files {
            for path in std::fs::read_dir(dir)
                .expect("a folder")
                .map(|entry| entry.expect("an entry").path())
            {
                let bytes = std::fs::read(&path).expect("a file");
                for text in self.texts.iter().filter(|text| text.len() >= 8) {
                    let found = memchr::memmem::find(&bytes, text.as_bytes());
                    assert_eq!(found, None, "a text stands in {}", path.display());
                }
            }
        }
    }

    /// The texts of a conversation as one device shows them.
    #[must_use]
    pub fn texts(&self, id: DeviceId, with: AccountId) -> Vec<String> {
        self.device(id).texts(&with)
    }
}

fn skeleton(lines: &[Line]) -> Vec<(u64, AccountId, sotto_wire::ids::MessageId, String)> {
    lines
        .iter()
        .map(|line| (line.order_key, line.author, line.id, line.body.clone()))
        .collect()
}
