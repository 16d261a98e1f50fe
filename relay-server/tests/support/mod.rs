//! People with real keys and real chains, and a relay that is driven on one thread.
#![allow(dead_code, unused_imports)]

pub mod asking;
pub mod client;
pub mod person;
pub mod world;

pub use person::{Device, Person};
pub use world::World;
