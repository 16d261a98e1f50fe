//! Decisions: what becomes of a command, an envelope, an answer of a relay.
//!
//! Owns the rules of accounts, chains, contacts, sending and receiving, each as a function of
//! (transaction, input, now) that commits all of its consequences or none. Must not know sockets,
//! threads, timers or how anything is shown. It reads no clock and draws no randomness: both come
//! in with the [`Context`].

pub(crate) mod account;
mod apply;
pub(crate) mod cards;
pub(crate) mod chains;
pub(crate) mod contacts;
pub(crate) mod content;
pub(crate) mod deliver;
pub(crate) mod enqueue;
mod envelope;
mod error;
mod gaps;
pub(crate) mod homes;
pub(crate) mod housekeeping;
pub(crate) mod import;
pub(crate) mod keys;
pub(crate) mod machine;
pub(crate) mod operations;
mod order;
pub(crate) mod parking;
pub(crate) mod reading;
pub(crate) mod receipts;
pub(crate) mod registers;
mod retry;
pub(crate) mod routes;
pub(crate) mod safety;
mod said;
pub(crate) mod seal;
pub(crate) mod settings;
pub(crate) mod settle;
pub(crate) mod slots;
pub(crate) mod stale;
pub(crate) mod typing;
pub(crate) mod vanish;

use std::sync::Arc;

use sotto_wire::ids::{AccountId, MailboxId};

use crate::clock::Now;
use crate::crypto::DeviceKeys;
use crate::random::Random;

pub use error::EngineError;

/// Who acts: this device of this account.
pub(crate) struct Me {
    pub account: AccountId,
    pub mailbox: MailboxId,
    pub keys: DeviceKeys,
}

/// What a decision needs besides its transaction and its input.
pub(crate) struct Context {
    pub me: Arc<Me>,
    pub random: Random,
    pub now: Now,
}

impl Context {
    /// Whether an account is ours.
    pub fn is_own(&self, account: &AccountId) -> bool {
        self.me.account == *account
    }
}
