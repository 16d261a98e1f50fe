//! The SQL of each noun: plain functions over a transaction, plain values in and out.
//!
//! Owns every statement that the core runs. Must not know why one is run: decisions are the
//! engine's, keys are the crypto floor's.

pub(crate) mod chains;
pub(crate) mod contacts;
pub(crate) mod conversations;
pub(crate) mod deliveries;
pub(crate) mod expiry;
pub(crate) mod gaps;
pub(crate) mod intents;
pub(crate) mod messages;
pub(crate) mod notices;
pub(crate) mod outgoing;
pub(crate) mod pages;
pub(crate) mod parked;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod plan;
pub(crate) mod pre_keys;
pub(crate) mod probe;
pub(crate) mod profile;
pub(crate) mod quotas;
pub(crate) mod receipts;
pub(crate) mod registers;
pub(crate) mod relays;
#[cfg(test)]
#[allow(clippy::indexing_slicing)]
pub(crate) mod said;
pub(crate) mod search;
pub(crate) mod seen;
pub(crate) mod sessions;
pub(crate) mod storage;
pub(crate) mod streams;
pub(crate) mod summaries;
mod value;
