//! Everything that people do with the desktop app, done to its real window.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected has to stop"
)]

mod boundary;
mod codes;
mod desk;
mod failing;
mod first_run;
mod healing;
mod keeping;
mod keyboard;
mod looking;
mod outages;
mod requests;
mod talk;
mod trust;
mod views;

use std::process::ExitCode;

use sotto_desktop_tests::{Scenario, run};

/// Long ones first, so that none is left alone at the end.
const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "nobody is shut out of any view",
        play: views::every_view_can_be_used_by_everybody,
    },
    Scenario {
        name: "nor is anybody when something is wrong",
        play: views::nor_is_anybody_when_something_is_wrong,
    },
    Scenario {
        name: "a whole conversation goes without the mouse",
        play: keyboard::a_conversation,
    },
    Scenario {
        name: "a safety number is compared by digits and by code",
        play: trust::digits_and_code,
    },
    Scenario {
        name: "what is written to a recovered account waits for the person",
        play: trust::a_recovered_account,
    },
    Scenario {
        name: "somebody goes on without comparing again",
        play: trust::going_on_without,
    },
    Scenario {
        name: "codes are read off photos of a screen",
        play: codes::photos,
    },
    Scenario {
        name: "a code is read by the camera",
        play: codes::camera,
    },
    Scenario {
        name: "what could not be sent says why and is tried again",
        play: failing::a_link_that_does_not_work_yet,
    },
    Scenario {
        name: "what went lost on the way is asked for again",
        play: healing::a_relay_that_loses_mail,
    },
    Scenario {
        name: "a wheel goes back and forth in time",
        play: looking::with_the_wheel,
    },
    Scenario {
        name: "a conversation is kept as one likes it",
        play: keeping::arranged,
    },
    Scenario {
        name: "a message is found and shown where it was said",
        play: looking::everywhere,
    },
    Scenario {
        name: "several accounts live side by side",
        play: first_run::several_accounts,
    },
    Scenario {
        name: "messages disappear when both are told that they do",
        play: talk::a_timer,
    },
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
        name: "nothing goes to an account that was closed",
        play: failing::an_account_that_was_closed,
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
