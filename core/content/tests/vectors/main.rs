//! Contents, headers and links against the vectors in `tests/vectors`, which another implementation
//! has computed from docs/protocol.md alone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod complete;
mod contents;
mod links;
#[path = "../../../../tests/vectors/load.rs"]
mod load;
mod safety;
mod seals;
