//! The crypto floor against Signal's published library in JavaScript: PQXDH, ratchets and seal, in
//! both roles.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fmt::Write as _;

use prost::Message as _;
use sotto_core::testing::Now;
use sotto_core::testing::floor::{Device, Floor};
use sotto_tests::processes::Foreign;
use sotto_wire::ids::MailboxId;
use sotto_wire::proto::{DeviceBundle, PublishKeys};
use tempfile::TempDir;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn unhex(text: &str) -> Vec<u8> {
    assert!(!text.starts_with('!'), "{text}");
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

/// A device of ours and one of the other library that know each other.
struct Two {
    _dir: TempDir,
    ours: Floor,
    theirs: Foreign,
    their: Device,
}

impl Two {
    fn new(seed: u64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let ours = Floor::new(dir.path(), seed, Now(1_800_000_000_000)).unwrap();
        let mut theirs = Foreign::start("floor.js");
        let their = Device {
            account: [2; 32],
            signing_key: unhex(&theirs.say("signing")).try_into().unwrap(),
            identity_key: unhex(&theirs.say("identity")).try_into().unwrap(),
        };
        let our = ours.device();
        theirs.say(&format!(
            "meet {} {}",
            hex(&our.signing_key),
            hex(&our.identity_key)
        ));
        ours.meet(&their).unwrap();
        Self {
            _dir: dir,
            ours,
            theirs,
            their,
        }
    }

    /// We found a session from their pre-keys, with the one-time keys at `index` if there are.
    fn we_start(&mut self, index: Option<usize>) {
        let published = unhex(&self.theirs.say("publish"));
        let published = PublishKeys::decode(published.as_slice()).unwrap();
        self.ours
            .start(&self.their, bundle(&self.their, published, index))
            .unwrap();
    }

    /// They found a session from our pre-keys of a generation.
    fn they_start(&mut self, generation: u64, index: Option<usize>) {
        let published = self.ours.publish(generation).unwrap();
        let bundle = bundle(&self.ours.device(), published, index).encode_to_vec();
        assert_eq!(self.theirs.say(&format!("start {}", hex(&bundle))), "");
    }

    fn we_seal(&self, text: &str) -> Vec<u8> {
        self.ours.seal(&self.their, text.as_bytes()).unwrap()
    }

    fn they_seal(&mut self, text: &str) -> Vec<u8> {
        unhex(&self.theirs.say(&format!("seal {}", hex(text.as_bytes()))))
    }

    fn we_open(&self, sealed: &[u8], text: &str) {
        assert_eq!(
            self.ours.open(&self.their, sealed).unwrap(),
            text.as_bytes()
        );
    }

    fn they_open(&mut self, sealed: &[u8], text: &str) {
        let opened = self.theirs.say(&format!("open {}", hex(sealed)));
        assert_eq!(unhex(&opened), text.as_bytes());
    }

    fn they_refuse(&mut self, sealed: &[u8]) {
        let said = self.theirs.say(&format!("open {}", hex(sealed)));
        assert!(said.starts_with('!'), "{said}");
    }

    /// Several turns of the ratchets, each with several messages.
    fn talk(&mut self, turns: usize) {
        for turn in 0..turns {
            for n in 0..2 {
                let text = format!("ours {turn} {n}");
                let sealed = self.we_seal(&text);
                self.they_open(&sealed, &text);
            }
            for n in 0..2 {
                let text = format!("theirs {turn} {n}");
                let sealed = self.they_seal(&text);
                self.we_open(&sealed, &text);
            }
        }
    }

    /// Out of order, some never, one twice, in both directions.
    fn jumble(&mut self) {
        let texts: Vec<_> = (0..8).map(|n| format!("jumbled {n}")).collect();
        let ours: Vec<_> = texts.iter().map(|text| self.we_seal(text)).collect();
        let theirs: Vec<_> = texts.iter().map(|text| self.they_seal(text)).collect();
        for index in [7, 0, 5, 1, 3] {
            self.they_open(&ours[index], &texts[index]);
            self.we_open(&theirs[index], &texts[index]);
        }
        self.they_refuse(&ours[5]);
        assert!(self.ours.open(&self.their, &theirs[5]).is_err());
        let mut damaged = theirs[2].clone();
        *damaged.last_mut().unwrap() ^= 1;
        assert!(self.ours.open(&self.their, &damaged).is_err());
        self.we_open(&theirs[2], &texts[2]);
    }
}

fn bundle(of: &Device, published: PublishKeys, index: Option<usize>) -> DeviceBundle {
    DeviceBundle {
        mailbox: MailboxId::from_keys(&of.signing_key, &of.identity_key).to_vec(),
        keys: published.keys,
        one_time: index.and_then(|index| published.one_time.get(index).cloned()),
        one_time_kem: index.and_then(|index| published.one_time_kem.get(index).cloned()),
    }
}

#[test]
fn we_begin() {
    for index in [Some(1), None] {
        let mut two = Two::new(1);
        two.we_start(index);
        // Until there is an answer, every message founds the session; the first is lost.
        two.we_seal("lost");
        let first = two.we_seal("one");
        two.they_open(&first, "one");
        let answer = two.they_seal("two");
        assert!(!two.ours.is_first(&answer));
        two.we_open(&answer, "two");
        two.talk(12);
        two.jumble();
        two.talk(2);
    }
}

#[test]
fn they_begin() {
    for index in [Some(1), None] {
        let mut two = Two::new(2);
        two.they_start(1, index);
        two.they_seal("lost");
        let (late, first) = (two.they_seal("late"), two.they_seal("one"));
        assert!(two.ours.is_first(&first));
        two.we_open(&first, "one");
        two.we_open(&late, "late");
        two.talk(12);
        two.jumble();
        two.talk(2);
    }
}

#[test]
fn a_session_is_made_anew() {
    let mut two = Two::new(3);
    two.we_start(Some(0));
    two.talk(3);
    let of_the_old = two.they_seal("of the old one");
    // They have lost theirs and begin again.
    two.theirs.say("forget");
    let unreadable = two.we_seal("cannot be read");
    two.they_refuse(&unreadable);
    two.they_start(1, Some(0));
    let sealed = two.they_seal("a new one");
    assert!(two.ours.is_first(&sealed));
    two.we_open(&sealed, "a new one");
    // What was under way under the old one opens still. It puts that one in front again, until the
    // next message under the new one.
    two.we_open(&of_the_old, "of the old one");
    let sealed = two.they_seal("under the new one");
    two.we_open(&sealed, "under the new one");
    two.talk(2);
    // Now we have.
    two.ours.forget(&two.their).unwrap();
    two.we_start(None);
    two.talk(2);
    two.jumble();
}

#[test]
fn both_begin_at_once() {
    let mut two = Two::new(4);
    two.we_start(Some(0));
    two.they_start(1, Some(0));
    let (ours, theirs) = (two.we_seal("ours"), two.they_seal("theirs"));
    two.they_open(&ours, "ours");
    two.we_open(&theirs, "theirs");
    two.talk(4);
}
