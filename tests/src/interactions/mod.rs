//! The random interaction machine: three people with two devices each on two relays do everything
//! that can be done in a conversation, in random order, while everything that can go wrong does.
//!
//! A seed gives a schedule: steps, each of them something that a person does or a mishap, with
//! pauses in between. Then everything heals: the weather is fair, everybody is online, what has
//! failed is tried again. What must hold after that is in [`verdict`]: nothing lost, nothing doubled,
//! nothing out of order, no key used twice, nothing left over, and one state on all devices of a
//! person.
//!
//! One seed gives one trace, byte by byte: see [`Played`].

mod canonical;
mod mishap;
mod operation;
mod record;
mod rest;
mod schedule;
mod verdict;
mod village;

pub use schedule::{Played, number, play, play_all};
pub use village::Village;
