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
    schedules_0_to_100: 0..100;
    schedules_100_to_200: 100..200;
    schedules_200_to_300: 200..300;
    schedules_300_to_400: 300..400;
    schedules_400_to_500: 400..500;
    schedules_500_to_600: 500..600;
    schedules_600_to_700: 600..700;
    schedules_700_to_800: 700..800;
    schedules_800_to_900: 800..900;
    schedules_900_to_1000: 900..1000;
    schedules_1000_to_1100: 1000..1100;
    schedules_1100_to_1200: 1100..1200;
    schedules_1200_to_1300: 1200..1300;
    schedules_1300_to_1400: 1300..1400;
    schedules_1400_to_1500: 1400..1500;
}
