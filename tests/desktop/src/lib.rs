//! The desktop app's real window on a display of its own, driven as a person would: buttons are found
//! by their role and name, keys are pressed, and what is seen is waited for. Around it are a real relay
//! and other people, who are real terminal clients.
//!
//! WebKit's driver speaks plain HTTP with JSON, a dozen requests of which are needed here. A library
//! for it would change how the whole workspace is built (the order of fields in JSON), so the few lines
//! are here.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected has to stop"
)]

pub mod audit;
pub mod cast;
pub mod display;
pub mod driver;
pub mod find;
pub mod group;
pub mod http;
pub mod keys;
pub mod person;
pub mod runner;
pub mod stage;
pub mod until;
pub mod views;
pub mod window;

pub use display::Display;
pub use find::{Find, button, css, field, role, text};
pub use person::Person;
pub use runner::{Scenario, run};
pub use stage::{App, Stage};
pub use until::{Deadline, until};
pub use window::Window;
