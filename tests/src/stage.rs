//! A stage for attacks: a world with one honest person and one attacker who has their link.

use sotto_core::testing::{ContactStanding, NoticeKind, outbox};
use sotto_wire::ids::AccountId;
use sotto_wire::proto::relay_frame::Answer;

use crate::attacker::{Attacker, Letter, Target};
use crate::world::{DeviceId, RelayId, World};

/// Bob is honest; Mallory has his link and a session with his device.
pub struct Stage {
    /// The world that both live in.
    pub world: World,
    /// Where both live.
    pub relay: RelayId,
    /// The honest device.
    pub bob: DeviceId,
    /// The attacker.
    pub mallory: Attacker,
    /// Bob, as Mallory sees him.
    pub target: Target,
}

impl Stage {
    /// Mallory is a stranger.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut world = World::new(seed);
        let relay = world.relay();
        let bob = world.person("bob", relay);
        let mut mallory = Attacker::new(&mut world, relay, seed);
        let target = mallory.target(&mut world, bob);
        mallory.found_session(&mut world, &target);
        Self {
            world,
            relay,
            bob,
            mallory,
            target,
        }
    }

    /// Mallory is a stranger whose session is founded on Bob's keys of last resort: she has used up
    /// all others.
    #[must_use]
    pub fn without_one_time_keys(seed: u64) -> Self {
        let mut stage = Self::new(seed);
        let mut thief = Attacker::new(&mut stage.world, stage.relay, seed + 1000);
        loop {
            let bundle = thief.take_bundle(&mut stage.world, &stage.target);
            if bundle.one_time.is_none() && bundle.one_time_kem.is_none() {
                break;
            }
        }
        stage.mallory = Attacker::new(&mut stage.world, stage.relay, seed + 2000);
        stage.mallory.found_session(&mut stage.world, &stage.target);
        stage
    }

    /// Bob has added Mallory by her link.
    #[must_use]
    pub fn of_friends(seed: u64) -> Self {
        let mut stage = Self::new(seed);
        stage.befriend();
        stage
    }

    /// Bob adds Mallory by her link, and gets a text from her.
    pub fn befriend(&mut self) {
        let link = self.mallory.link(self.mallory.chain.head());
        self.world
            .command(self.bob, |machine, now| machine.add_contact(&link, now))
            .expect("a contact");
        self.say("hello, bob");
        self.world.run_for(60_000);
        assert_eq!(self.shown(), ["hello, bob"]);
    }

    /// Mallory's account.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.mallory.account()
    }

    /// An honest letter with a text.
    pub fn text(&mut self, body: &str) -> Letter {
        self.mallory.text(&self.world, &self.target, body)
    }

    /// Mallory seals a letter and puts it into Bob's mailbox; the relay takes it.
    pub fn deliver(&mut self, letter: &Letter) {
        let sealed = self.mallory.seal(&self.world, &self.target, letter);
        self.deliver_bytes(&sealed);
    }

    /// Mallory puts bytes into Bob's mailbox; the relay takes them.
    pub fn deliver_bytes(&mut self, sealed: &[u8]) {
        let answer = self.mallory.put(&mut self.world, &self.target, sealed);
        assert!(matches!(answer, Answer::PutAccepted(_)), "{answer:?}");
        self.world.run_for(100);
    }

    /// Mallory says something honestly.
    pub fn say(&mut self, body: &str) {
        let letter = self.text(body);
        self.deliver(&letter);
    }

    /// Bob writes to Mallory.
    pub fn answer(&mut self, body: &str) {
        let account = self.account();
        self.world.send(self.bob, account, body);
    }

    /// What Bob shows of the conversation.
    #[must_use]
    pub fn shown(&self) -> Vec<String> {
        self.world.texts(self.bob, self.account())
    }

    /// What Bob was told, by kind.
    #[must_use]
    pub fn notices(&self, kind: NoticeKind) -> usize {
        let all = sotto_core::testing::notices(self.world.device(self.bob).store());
        all.into_iter().filter(|notice| *notice == kind).count()
    }

    /// How many envelopes have left Bob's device for Mallory.
    #[must_use]
    pub fn sent_to_mallory(&self) -> usize {
        let account = self.account();
        let sent = self
            .world
            .sent()
            .iter()
            .filter(|sent| sent.device == self.bob);
        sent.filter(|sent| sent.put.account == account.as_bytes())
            .map(|sent| sent.put.items.len())
            .sum()
    }

    /// Where Mallory stands with Bob.
    #[must_use]
    pub fn standing(&self) -> Option<ContactStanding> {
        sotto_core::testing::standing(self.world.device(self.bob).store(), &self.account())
    }

    /// Whether Bob's outbox is empty.
    #[must_use]
    pub fn all_sent(&self) -> bool {
        outbox(self.world.device(self.bob).store()).is_empty()
    }

    /// How many envelopes wait at the relay for Bob.
    #[must_use]
    pub fn waiting_for_bob(&self) -> u64 {
        self.world.waiting_at(self.relay, self.bob)
    }
}
