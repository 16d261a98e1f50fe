//! What was done, as far as it decides what must be found at the end.

use std::collections::{BTreeMap, BTreeSet};

use sotto_wire::ids::MessageId;

use crate::world::DeviceId;

/// What was done.
#[derive(Default)]
pub(super) struct Record {
    /// Messages whose command succeeded on a device that lived on.
    pub said: Vec<Said>,
    /// Somebody has switched something off, receipts perhaps.
    pub switched: bool,
    severed: BTreeSet<(usize, usize)>,
    timed: BTreeSet<(usize, usize)>,
    gone: BTreeSet<(usize, MessageId)>,
    taken_back: BTreeSet<MessageId>,
    /// By person and the other one: how much had been said when they last cleared it.
    cleared: BTreeMap<(usize, usize), usize>,
    numbered: u64,
}

/// A message.
pub(super) struct Said {
    pub device: DeviceId,
    pub to: usize,
    pub id: MessageId,
    /// The number of its step.
    pub step: usize,
}

impl Record {
    /// One of the two does not want to hear of the other for a while.
    pub fn sever(&mut self, one: usize, other: usize) {
        self.severed.insert((one.min(other), one.max(other)));
    }

    /// Whether that has ever been so.
    pub fn severed(&self, one: usize, other: usize) -> bool {
        self.severed.contains(&(one.min(other), one.max(other)))
    }

    /// From now on messages between the two may go by themselves.
    pub fn timed(&mut self, one: usize, other: usize) {
        self.timed.insert((one.min(other), one.max(other)));
    }

    /// Whether messages between the two may have gone by themselves.
    pub fn has_timer(&self, one: usize, other: usize) -> bool {
        self.timed.contains(&(one.min(other), one.max(other)))
    }

    /// A person has deleted a message for themselves.
    pub fn gone_for(&mut self, person: usize, id: &MessageId) {
        self.gone.insert((person, *id));
    }

    /// An author has deleted a message for both ends.
    pub fn take_back(&mut self, id: &MessageId) {
        self.taken_back.insert(*id);
    }

    /// A person has cleared a conversation.
    pub fn cleared(&mut self, person: usize, with: usize) {
        self.cleared.insert((person, with), self.said.len());
    }

    /// Whether a person may have deleted what was said as number `place` of all.
    pub fn may_be_gone(&self, person: usize, with: usize, place: usize) -> bool {
        let cleared = self.cleared.get(&(person, with));
        cleared.is_some_and(|upto| place < *upto)
            || self.gone.contains(&(person, self.said[place].id))
            || self.taken_back.contains(&self.said[place].id)
    }

    /// Whether a person has deleted anything of a conversation for themselves.
    pub fn has_cleared(&self, person: usize, with: usize) -> bool {
        self.cleared.contains_key(&(person, with))
    }

    /// Whether a person has deleted a message for themselves.
    pub fn has_deleted(&self, person: usize, id: &str) -> bool {
        let spelled = |known: &MessageId| super::village::hex(known.as_bytes()) == id;
        self.gone
            .iter()
            .any(|(who, known)| *who == person && spelled(known))
    }

    /// Whether its author has deleted a message for both ends.
    pub fn was_taken_back(&self, id: &str) -> bool {
        let spelled = |known: &MessageId| super::village::hex(known.as_bytes()) == id;
        self.taken_back.iter().any(spelled)
    }

    pub fn next_number(&mut self) -> u64 {
        self.numbered += 1;
        self.numbered
    }
}
