//! Everything that people do with the desktop app, done to its real window.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected has to stop"
)]

mod boundary;
mod desk;
mod first_run;
mod outages;
mod requests;
mod talk;

use std::process::ExitCode;

use sotto_desktop_tests::{Scenario, run};

/// Long ones first, so that none is left alone at the end.
const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "what was written without a network leaves when it is back",
        play: outages::the_relay_goes_and_comes_back,
    },
    Scenario {
        name: "a killed app has lost nothing",
        play: outages::the_app_is_killed,
    },
    Scenario {
        name: "two people talk and each sees how far it has come",
        play: talk::both_ways,
    },
    Scenario {
        name: "what was said is answered changed and taken back",
        play: talk::afterwards,
    },
    Scenario {
        name: "a first account takes three screens",
        play: first_run::an_account,
    },
    Scenario {
        name: "a stranger asks and is let in",
        play: requests::theirs,
    },
    Scenario {
        name: "a link leads to a request that they accept",
        play: requests::ours,
    },
    Scenario {
        name: "the page gets nothing that it must not have",
        play: boundary::the_page_is_shut_in,
    },
];

fn main() -> ExitCode {
    run(SCENARIOS)
}
