//! A relay and people with profiles, as real processes.

mod person;
mod relay;

pub use person::{Person, acquainted, texts};
pub use relay::Relay;
