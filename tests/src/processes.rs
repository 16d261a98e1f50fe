//! The real programs in real processes: `sotto-relay` and `sotto`, started, killed, started again.
//!
//! Owns where the programs are, how they are started, ended and listened to. Nothing waits by
//! sleeping: a test waits for a line or for the end of a process, and gives up after
//! [`process::PATIENCE`]. Must not know the core: what it learns, it reads off a program's output.

pub mod binaries;
pub mod database;
pub mod foreign;
mod pair;
pub mod process;
mod profile;
mod relay;

pub use foreign::Foreign;
pub use pair::Pair;
pub use process::{Ended, Process};
pub use profile::{Line, Profile};
pub use relay::Relay;
