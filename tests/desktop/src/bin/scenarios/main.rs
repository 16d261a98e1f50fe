//! Everything that people do with the desktop app, done to its real window.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected has to stop"
)]

mod safety;

use std::process::ExitCode;

use sotto_desktop_tests::{Scenario, run};

fn main() -> ExitCode {
    run(&[Scenario {
        name: "the page gets nothing that it must not have",
        play: safety::the_page_is_shut_in,
    }])
}
