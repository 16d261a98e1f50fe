//! kill -9 of the three real programs under traffic, at random moments.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use memchr::memmem;
use rand_chacha::ChaCha8Rng;
use rand09::{Rng as _, SeedableRng as _};
use sotto_tests::processes::{Ended, Pair, Process, Profile};

/// In every text, and nowhere but where the texts are kept in the open.
const MARK: &str = "marmalade";

/// How often each program is killed.
fn kills() -> usize {
    if let Ok(number) = env::var("SOTTO_KILLS") {
        return number.parse().unwrap();
    }
    if env::var_os("SOTTO_GAUNTLET").is_some() {
        25
    } else {
        5
    }
}

fn seed() -> u64 {
    let seed = env::var("SOTTO_SEED").map_or(20_261_120, |seed| seed.parse().unwrap());
    println!("SOTTO_SEED={seed}");
    seed
}

/// The texts of one person, as far as the commands have told what became of them.
#[derive(Default)]
struct Said {
    attempted: Vec<String>,
    /// `send` has ended well: this one is not to be lost, whatever happens.
    reported: BTreeSet<String>,
}

impl Said {
    fn next(&mut self, who: &Profile) -> String {
        let text = format!("{MARK} {} of {}", self.attempted.len(), who.name());
        self.attempted.push(text.clone());
        text
    }

    fn ended(&mut self, text: &str, ended: &Ended) {
        if ended.code() == Some(0) {
            self.reported.insert(text.to_owned());
        }
    }

    fn send(&mut self, from: &Profile, to: &Profile) {
        let text = self.next(from);
        let ended = from.run(&["send", to.name(), &text]);
        self.ended(&text, &ended);
    }
}

/// Two people who write to each other, each with a process that listens.
struct Traffic {
    pair: Pair,
    said: [Said; 2],
    followers: [Option<Process>; 2],
    random: ChaCha8Rng,
}

impl Traffic {
    fn new(seed: u64) -> Self {
        let mut traffic = Self {
            pair: Pair::friends(),
            said: Default::default(),
            followers: [None, None],
            random: ChaCha8Rng::seed_from_u64(seed),
        };
        traffic.follow();
        traffic.flow();
        traffic
    }

    fn people(&self) -> [&Profile; 2] {
        self.pair.way(0)
    }

    /// Has everybody listen who does not.
    fn follow(&mut self) {
        for one in 0..2 {
            if self.followers[one].is_none() {
                self.followers[one] =
                    Some(self.people()[one].start(&["receive", "--json", "--follow"]));
            }
        }
    }

    /// A few texts, of whom it falls to.
    fn flow(&mut self) {
        for _ in 0..self.random.random_range(1..4) {
            let one = self.random.random_range(0..2);
            let [from, to] = self.pair.way(one);
            self.said[one].send(from, to);
        }
    }

    /// Starts to send, and gives the command a random time before whatever comes next.
    fn begin(&mut self, one: usize) -> (String, Process) {
        let [from, to] = self.pair.way(one);
        let text = self.said[one].next(from);
        let sending = from.start(&["send", to.name(), &text]);
        let moment = self.random.random_range(0..60_000);
        std::thread::sleep(Duration::from_micros(moment));
        (text, sending)
    }

    fn kill_relay(&mut self) {
        let one = self.random.random_range(0..2);
        let (text, sending) = self.begin(one);
        self.pair.relay.kill();
        self.said[one].ended(&text, &sending.end());
        // Sometimes somebody writes while there is no relay.
        if self.random.random_bool(0.2) {
            self.flow();
        }
        self.pair.relay.restart(None);
        self.flow();
    }

    /// Kills the command that sends, or the process through which it does.
    fn kill_sender(&mut self) {
        if self.random.random_bool(0.3) {
            // Without anybody who listens, the command does everything itself.
            self.followers[0].take().map(Process::kill);
        }
        let (text, sending) = self.begin(0);
        match self.followers[0].take() {
            Some(follower) if self.random.random_bool(0.5) => {
                follower.kill();
                self.said[0].ended(&text, &sending.end());
            }
            follower => {
                self.followers[0] = follower;
                self.said[0].ended(&text, &sending.kill());
            }
        }
        self.follow();
        self.flow();
    }

    fn kill_receiver(&mut self) {
        let (text, sending) = self.begin(0);
        self.followers[1].take().map(Process::kill);
        self.said[0].ended(&text, &sending.end());
        if self.random.random_bool(0.3) {
            self.flow();
        }
        self.follow();
        self.flow();
    }

    /// What must be true when everybody has come to rest.
    fn settle(&mut self) {
        for follower in &mut self.followers {
            follower.take().map(Process::kill);
        }
        self.pair.agree();
        for one in 0..2 {
            let [from, to] = self.pair.way(one);
            let said = &self.said[one];
            let heard: Vec<String> = texts(to, from, false);
            // What was kept here was delivered there: once, in the order in which it was said.
            assert_eq!(heard, texts(from, to, true));
            let in_order: Vec<String> = said
                .attempted
                .iter()
                .filter(|text| heard.contains(text))
                .cloned()
                .collect();
            assert_eq!(heard, in_order);
            let lost: Vec<&String> = said
                .reported
                .iter()
                .filter(|text| !heard.contains(text))
                .collect();
            assert!(lost.is_empty(), "lost: {lost:?}");
            println!(
                "{}: {} tried, {} reported, {} arrived",
                from.name(),
                said.attempted.len(),
                said.reported.len(),
                heard.len()
            );
        }
        self.relay_knows_nothing();
    }

    /// Neither what the relay keeps nor what it logs holds a text or a name, nor does the log name
    /// an account or a device.
    fn relay_knows_nothing(&self) {
        let names = self.people().map(|who| who.name().to_owned());
        let mut secrets = names.to_vec();
        secrets.extend(
            names
                .iter()
                .flat_map(|name| name.split(' '))
                .map(str::to_owned),
        );
        secrets.push(MARK.to_owned());
        let data = files(self.pair.relay.data());
        assert!(data.len() >= 2, "{data:?}");
        for path in &data {
            assert_holds_none(path, &secrets);
        }
        let ids = self
            .people()
            .map(|who| who.ok(&["me", "--json"]).events().remove(0));
        for id in ["account", "device"] {
            secrets.extend(ids.iter().map(|me| me[id].as_str().unwrap().to_owned()));
        }
        secrets.push("127.0.0.1".to_owned());
        assert_holds_none(self.pair.relay.log(), &secrets);
        // That the search finds what is there: the relay does keep accounts.
        let account = bytes(ids[0]["account"].as_str().unwrap());
        assert!(
            data.iter()
                .any(|path| memmem::find(&fs::read(path).unwrap(), &account).is_some())
        );
    }
}

fn texts(who: &Profile, with: &Profile, own: bool) -> Vec<String> {
    let lines = who.history(with).into_iter().filter(|line| line.own == own);
    lines
        .map(|line| line.text)
        .filter(|text| text.starts_with(MARK))
        .collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_file()).collect()
}

fn assert_holds_none(path: &Path, secrets: &[String]) {
    let bytes = fs::read(path).unwrap();
    for secret in secrets {
        assert!(
            memmem::find(&bytes, secret.as_bytes()).is_none(),
            "{} holds {secret:?}",
            path.display()
        );
    }
}

#[test]
fn the_relay_is_killed_under_traffic() {
    let mut traffic = Traffic::new(seed());
    (0..kills()).for_each(|_| traffic.kill_relay());
    traffic.settle();
}

#[test]
fn the_sender_is_killed_under_traffic() {
    let mut traffic = Traffic::new(seed() + 1);
    (0..kills()).for_each(|_| traffic.kill_sender());
    traffic.settle();
}

#[test]
fn the_receiver_is_killed_under_traffic() {
    let mut traffic = Traffic::new(seed() + 2);
    (0..kills()).for_each(|_| traffic.kill_receiver());
    traffic.settle();
}
