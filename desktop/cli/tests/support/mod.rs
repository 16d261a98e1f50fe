//! A relay and people with profiles, as real processes.

pub mod documented;
mod person;
mod relay;

pub use person::{Follow, Person, acquainted, parse, texts};
pub use relay::Relay;
