//! Two people and a relay.

use tempfile::TempDir;

use super::profile::Profile;
use super::relay::Relay;

/// Alice and Bob at one relay, each a contact of the other. No process but the relay's runs.
pub struct Pair {
    /// The relay.
    pub relay: Relay,
    /// Alice.
    pub alice: Profile,
    /// Bob.
    pub bob: Profile,
    dir: TempDir,
}

impl Pair {
    /// A relay with nobody there yet.
    #[must_use]
    pub fn strangers() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self {
            relay: Relay::start(dir.path()),
            alice: Profile::new(dir.path(), "Alice Zephyrine"),
            bob: Profile::new(dir.path(), "Bob Quillfeather"),
            dir,
        }
    }

    /// Both registered, both in the other's list.
    #[must_use]
    pub fn friends() -> Self {
        let pair = Self::strangers();
        pair.register(&pair.alice).ok();
        pair.register(&pair.bob).ok();
        pair.befriend();
        pair
    }

    /// Who writes to whom: 0 from Alice to Bob, 1 back.
    #[must_use]
    pub fn way(&self, one: usize) -> [&Profile; 2] {
        if one == 0 {
            [&self.alice, &self.bob]
        } else {
            [&self.bob, &self.alice]
        }
    }

    /// Runs `sotto register`.
    pub fn register(&self, person: &Profile) -> super::Ended {
        person.run(&self.registration(person))
    }

    /// The arguments of `sotto register`.
    #[must_use]
    pub fn registration<'a>(&'a self, person: &'a Profile) -> [&'a str; 5] {
        [
            "register",
            "--relay",
            self.relay.url(),
            "--name",
            person.name(),
        ]
    }

    /// Each adds the other.
    pub fn befriend(&self) {
        self.alice.add(&self.bob);
        self.bob.add(&self.alice);
    }

    /// One more profile in the same place.
    #[must_use]
    pub fn profile(&self, name: &str) -> Profile {
        Profile::new(self.dir.path(), name)
    }

    /// The end of every story: what still waits arrives, both can write, and both have the same
    /// history in the same order, nothing in it twice, nothing left to send.
    pub fn agree(&self) {
        let (alice, bob) = (&self.alice, &self.bob);
        alice.send(bob, "the last of Alice");
        bob.receive();
        bob.send(alice, "the last of Bob");
        alice.receive();
        let [hers, his] = [alice.history(bob), bob.history(alice)];
        let ids =
            |lines: &[super::Line]| lines.iter().map(|line| line.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&hers), ids(&his), "{hers:#?}\n{his:#?}");
        for (mine, other) in hers.iter().zip(&his) {
            assert_eq!((&mine.text, mine.own), (&other.text, !other.own));
        }
        let mut once = ids(&hers);
        once.sort();
        once.dedup();
        assert_eq!(once.len(), hers.len(), "a message is there twice");
        assert!(alice.outbox().is_empty(), "{:?}", alice.outbox());
        assert!(bob.outbox().is_empty(), "{:?}", bob.outbox());
    }
}
