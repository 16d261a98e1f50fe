//! A seed's schedule: what happens in which order.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use rand_chacha::ChaCha20Rng;
use rand09::Rng;
use sotto_wire::ids::AccountId;

use super::mishap::{Mishap, Trouble};
use super::operation::Operation;
use super::record::Record;
use super::village::{PEOPLE, Places, hex};
use super::{Village, canonical, rest, verdict};
use crate::world::{BEGINNING, DeviceId, World, stream};

/// A crash point is watched by one world per process.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// What a schedule looked like from outside. Equal for equal seeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Played {
    /// Every step, one per line.
    pub steps: Vec<String>,
    /// Every frame and when it came, hashed.
    pub frames: String,
    /// What each device holds at the end, hashed.
    pub end: String,
}

/// A schedule while it is played.
pub(super) struct Schedule {
    pub world: World,
    pub places: Places,
    pub random: ChaCha20Rng,
    pub record: Record,
    pub trouble: Trouble,
    pub steps: Vec<String>,
}

/// Plays the schedule of a seed and checks what must hold after it.
///
/// # Panics
/// Where something does not hold.
#[must_use]
pub fn play(village: &Village, seed: u64) -> Played {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let mut schedule = Schedule::new(village, seed);
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        schedule.go_on();
        rest::come_to_rest(&mut schedule);
        verdict::check(&mut schedule);
    }));
    match outcome {
        Ok(()) => schedule.played(),
        Err(reason) => {
            schedule.tell(seed);
            resume_unwind(reason)
        }
    }
}

/// Plays the schedules of many seeds, and says how long they took. With `SOTTO_KEEP_GOING` it plays
/// them all before it fails.
///
/// # Panics
/// As [`play`].
#[allow(
    clippy::disallowed_methods,
    reason = "how long a run took is for whoever waits for it"
)]
pub fn play_all(village: &Village, seeds: impl Iterator<Item = u64>) {
    let begun = Instant::now();
    let keep_going = std::env::var_os("SOTTO_KEEP_GOING").is_some();
    let (mut count, mut steps, mut failed) = (0_u32, 0, Vec::new());
    for seed in seeds {
        count += 1;
        match catch_unwind(AssertUnwindSafe(|| play(village, seed))) {
            Ok(played) => steps += played.steps.len(),
            Err(_) if keep_going => failed.push(seed),
            Err(reason) => resume_unwind(reason),
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{count} schedules of {steps} steps in {seconds:.1} s: {:.2} schedules a second",
        f64::from(count) / seconds
    );
    assert!(failed.is_empty(), "these failed: {failed:?}");
}

impl Schedule {
    fn new(village: &Village, seed: u64) -> Self {
        let mut random = stream(seed);
        Self {
            world: village.world(seed),
            places: village.places(),
            trouble: Trouble::of(&mut random),
            random,
            record: Record::default(),
            steps: Vec::new(),
        }
    }

    fn go_on(&mut self) {
        let length = match self.below(20) {
            0 => 60,
            1..4 => 30,
            _ => 8 + self.below(10),
        };
        for _ in 0..number("SOTTO_STEPS").unwrap_or(length).min(length) {
            if self.below(100) < 30 {
                Mishap::draw(self).befall(self);
            } else {
                Operation::draw(self).perform(self);
            }
            let pause = match self.below(20) {
                0..9 => self.below(40),
                9..17 => self.below(4_000),
                17..19 => self.below(90_000),
                _ => self.below(5 * 60 * 60 * 1000),
            };
            self.world.run_for(pause);
        }
    }

    fn played(&self) -> Played {
        Played {
            steps: self.steps.clone(),
            frames: hex(&self.world.seen_so_far()),
            end: canonical::digest(&self.world, &self.places),
        }
    }

    /// For whoever has to find out what went wrong.
    fn tell(&self, seed: u64) {
        for step in &self.steps {
            println!("{step}");
        }
        println!(
            "schedule {seed} failed; this one alone, with every frame:\n  SOTTO_TRACE=1 SOTTO_FROM_SEED={seed} SOTTO_SEEDS=1 cargo nextest run -p sotto-tests --run-ignored only --no-capture -E 'test(any_number_of_schedules)'\nSOTTO_STEPS=n ends it after n steps"
        );
    }

    /// Writes a step down.
    pub fn note(&mut self, step: &str) {
        let (at, number) = (self.world.now() - BEGINNING, self.steps.len() + 1);
        tracing::debug!("{at} step {number}: {step}");
        self.steps.push(format!("{number:>3} {at:>9} {step}"));
    }

    /// A number below `bound` from the schedule's own stream.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.random.random_range(0..bound)
    }

    /// One of these.
    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.random.random_range(0..all.len())]
    }

    pub fn any_device(&mut self) -> DeviceId {
        let person = self.random.random_range(0..3);
        self.places.people[person][self.random.random_range(0..2)]
    }

    /// Somebody else than the owner of a device.
    pub fn somebody_else(&mut self, device: DeviceId) -> usize {
        (self.places.owner(device) + 1 + self.random.random_range(0..2)) % 3
    }

    /// Whether one of the two has at some time not wanted to hear of the other.
    pub fn severed(&self, one: usize, other: usize) -> bool {
        self.record.severed(one, other)
    }

    pub fn account(&self, person: usize) -> AccountId {
        self.places.accounts[person]
    }

    /// `ada/1`.
    pub fn name(&self, device: DeviceId) -> String {
        let person = self.places.owner(device);
        let number = usize::from(self.places.people[person][1] == device);
        format!("{}/{number}", PEOPLE[person])
    }
}

/// A number from the environment.
#[must_use]
pub fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}
