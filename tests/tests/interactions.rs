//! Random schedules of everything that people do and everything that goes wrong.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use sotto_tests::interactions::{Village, number, play, play_all};

#[test]
fn one_seed_gives_one_trace() {
    let village = Village::new();
    for seed in 0..4 {
        assert_eq!(play(&village, seed), play(&village, seed));
    }
    let again = Village::new();
    assert_eq!(play(&village, 4), play(&again, 4));
}

#[test]
#[ignore = "long: cargo xtask gauntlet"]
fn any_number_of_schedules() {
    let first = number("SOTTO_FROM_SEED").unwrap_or(100_000);
    let seeds = first..first + number("SOTTO_SEEDS").unwrap_or(2_000);
    play_all(&Village::new(), seeds);
}

/// A part of the schedules of every day: each in a process of its own, so that all cores have some.
macro_rules! schedules {
    ($($name:ident: $seeds:expr;)+) => {
        $(
            #[test]
            fn $name() {
                play_all(&Village::new(), $seeds);
            }
        )+
    };
}

schedules! {
    schedules_0_to_25: 0..25;
    schedules_25_to_50: 25..50;
    schedules_50_to_75: 50..75;
    schedules_75_to_100: 75..100;
    schedules_100_to_125: 100..125;
    schedules_125_to_150: 125..150;
    schedules_150_to_175: 150..175;
    schedules_175_to_200: 175..200;
}
