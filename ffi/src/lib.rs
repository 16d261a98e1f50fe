//! Sotto's client for other languages, by UniFFI. The only crate that knows UniFFI, as the core
//! knows nothing of it.
//!
//! Owns the shape of the surface on the other side: plain copies of what goes through, and a sentence
//! for each call. It must not decide or remember anything: every call is one call of
//! [`sotto_core::client`].
//!
//! - Handles are objects, everything else is data.
//! - Calls block until what they promise is on the disk. Call them off the thread that draws.
//!   Asynchronous calls will come beside them.
//! - [`Client::close`] ends a client. A program must not end with an open one: threads would still
//!   encrypt while the libraries under them tidy up. Where a collector decides when handles go, this
//!   is the only way to know that they are gone.
//! - Nothing that panics here ends the other side: it comes out as an internal error of the bindings.
//!   Nothing that is thrown there ends this side: a listener that throws is told the next event.

// What UniFFI's macros write: exported symbols and raw pointers. Nothing here is unsafe by hand.
#![allow(unsafe_code)]

mod client;
mod error;
mod events;
mod records;

pub use client::{Client, Unlock};
pub use error::{Error, ListenerFailed};
pub use events::{ConnectionState, Event, Listener, Subscription};
pub use records::{
    Contact, ContactStanding, DeviceStanding, Direction, Me, Message, MessageState, RelayInfo,
};

uniffi::setup_scaffolding!("sotto");
