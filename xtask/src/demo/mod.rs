//! The demonstration: a relay on this machine, Alice and Bob with a database each, and what they say.
//!
//! Everything goes through the two programs that people use, `sotto-relay` and `sotto`; nothing here
//! knows what is inside them.

mod desktop;
mod live;
mod partner;
mod person;
mod place;
pub mod relay;
mod scripted;
mod seeded;

pub use desktop::{has_display, open, open_two};
pub use live::live;
pub use person::{People, meet};
pub use place::Place;
pub use scripted::scripted;
pub use seeded::seed;
