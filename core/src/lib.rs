//! The client engine of Sotto: sessions, history, device sync and outbox in one encrypted file.
//!
//! *A message, its ratchet step and its place in the queue are one transaction.* The floors, each
//! of which may use only those below it:
//!
//! ```text
//! client     what apps call
//! runtime    threads, sockets, timers: the only floor that joins net and engine
//! net        engine     bytes to a relay | decisions: (transaction, input, now) -> outcome
//!            crypto     the only importer of libsignal
//!            store      the only importer of rusqlite
//! model, clock, random  nouns that every floor shares
//! ```

pub mod client;
mod clock;
#[doc(hidden)]
pub mod crash;
mod crypto;
mod engine;
mod model;
mod net;
mod random;
mod runtime;
mod store;

#[doc(hidden)]
pub mod testing;
