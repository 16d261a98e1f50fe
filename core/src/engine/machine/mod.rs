//! The engine as one state machine: commands and frames go in, frames and connections come out.
//!
//! Owns what a connection means: greeting, login, drain, requests and their answers, and which
//! account's lane may do what next. Must not know sockets, threads or timers; a test drives it with
//! a fake network and a hand-cranked clock exactly as the runtime does with real ones.
//!
//! Everything durable is in the store. What is here may be lost at any instant: a machine that is
//! opened on the same store goes on where the last one stopped.

mod commands;
mod conversing;
mod frames;
mod greeting;
mod house;
mod importing;
mod intents;
mod lanes;
mod link;
mod moving;
mod reach;
mod requests;
mod schedule;
mod session;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sotto_wire::ids::{AccountId, RelayKey};

use super::{Context, EngineError, Me, account, housekeeping};
use crate::clock::{DAY, Now};
use crate::crash;
use crate::model::Standing;
use crate::random::Random;
use crate::store::tables::profile;
use crate::store::{Store, Tx};

use house::House;
use lanes::Lane;
use link::{Backoff, Link};
use moving::Adding;

pub use house::RelayStatus;

/// Names a connection, for as long as this machine lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnId(pub u64);

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConnKind {
    /// This device logs in and gets its mail.
    Device,
    /// Nobody says who they are.
    Anonymous,
}

impl ConnKind {
    /// Path of the relay's endpoint.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Device => "/v1/device",
            Self::Anonymous => "/v1/anonymous",
        }
    }
}

/// A relay to connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayAddress {
    /// `http(s)://host[:port][/path]`.
    pub url: String,
    /// Its key; unknown only while an account is being founded there.
    pub key: Option<RelayKey>,
}

/// What happens to the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A connection is there.
    Opened(ConnId),
    /// A frame came.
    Frame(ConnId, Vec<u8>),
    /// A connection ended or could not be made; with the WebSocket's close code, if there was one.
    Closed(ConnId, Option<u16>),
    /// Time has passed.
    Tick,
    /// The network is back, or is another.
    NetworkChanged,
}

/// What the machine wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Connect.
    Connect {
        /// The new connection's name.
        conn: ConnId,
        /// Where to.
        relay: RelayAddress,
        /// What for.
        kind: ConnKind,
    },
    /// Send a frame.
    Send {
        /// On which connection.
        conn: ConnId,
        /// The frame.
        frame: Vec<u8>,
    },
    /// End a connection. Nothing of it comes in any more.
    Close {
        /// Which.
        conn: ConnId,
    },
    /// Something that a caller waits for has ended.
    Settled(Outcome),
}

/// The end of something that took the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The account is known at its relay.
    Registered,
    /// It is not, and nothing of it is left.
    RegistrationFailed {
        /// A stable name.
        code: String,
        /// For a person.
        text: String,
    },
    /// The account is known at another relay, which is one of its homes now.
    HomeAdded {
        /// Its address.
        url: String,
    },
    /// It is not, and nothing was changed.
    HomeRefused {
        /// Its address.
        url: String,
        /// A stable name.
        code: String,
        /// For a person.
        text: String,
    },
    /// A statement is on the own chain, or never will be.
    Statement {
        /// Its intent.
        intent: [u8; 16],
        /// Which of the two.
        done: bool,
    },
}

/// Where the connection to an own relay stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// There is none.
    Offline,
    /// One is being made.
    Connecting,
    /// Logged in; mail that waited is coming in.
    Draining,
    /// Logged in; mail comes as it is sent.
    Live,
}

/// An account that is being founded.
struct Founding {
    url: String,
    name: String,
    token: Option<String>,
}

/// The engine of one profile.
pub struct Machine {
    store: Arc<Store>,
    random: Random,
    me: Option<Arc<Me>>,
    founding: Option<Founding>,
    links: BTreeMap<ConnId, Link>,
    next_conn: u64,
    backoffs: BTreeMap<(String, ConnKind), Backoff>,
    lanes: BTreeMap<AccountId, Lane>,
    /// Our relays, as the store has them.
    house: House,
    /// A relay that is to become a home.
    adding: Option<Adding>,
    /// A relay where a link says that our account lives.
    hint: Option<RelayAddress>,
    /// Addresses of relays that do not know us: they are told before the next login.
    unknown_at: BTreeSet<String>,
    /// A login of this process has succeeded, and nothing has shown since that this is an old copy.
    proven: bool,
    own_chain_wanted: bool,
    intent_under_way: bool,
    intent_after: u64,
    expired_at: u64,
    effects: Vec<Effect>,
}

impl Machine {
    /// Opens the engine on a store, whether or not there is an account in it yet.
    ///
    /// # Errors
    /// [`EngineError::Store`], and [`EngineError::Crypto`] if the keys in it are damaged.
    pub fn open(store: Arc<Store>, random: Random, now: Now) -> Result<Self, EngineError> {
        let me = store.read(account::load)?.map(Arc::new);
        let mut machine = Self {
            store,
            random,
            me,
            founding: None,
            links: BTreeMap::new(),
            next_conn: 0,
            backoffs: BTreeMap::new(),
            lanes: BTreeMap::new(),
            house: House::default(),
            adding: None,
            hint: None,
            unknown_at: BTreeSet::new(),
            proven: false,
            own_chain_wanted: false,
            intent_under_way: false,
            intent_after: 0,
            expired_at: 0,
            effects: Vec::new(),
        };
        machine.look_at_house(now);
        machine.expire(now);
        Ok(machine)
    }

    /// Takes an input and says what is to be done. Errors are handled inside: what can be tried
    /// again will be, and nothing is acknowledged that is not committed.
    pub fn handle(&mut self, input: Input, now: Now) -> Vec<Effect> {
        crash::turn();
        self.look_at_house(now);
        match input {
            Input::Opened(conn) => self.opened(conn),
            Input::Frame(conn, bytes) => self.frame(conn, &bytes, now),
            Input::Closed(conn, code) => self.closed(conn, code, now),
            Input::Tick => {}
            Input::NetworkChanged => self.network_changed(),
        }
        self.expire(now);
        self.schedule(now);
        std::mem::take(&mut self.effects)
    }

    fn standing(&self) -> Option<Standing> {
        let profile = self.store.read(profile::load).ok().flatten()?;
        Some(profile.standing)
    }

    /// Runs a decision in one transaction.
    fn run<T: Send + 'static>(
        &mut self,
        now: Now,
        decide: impl FnOnce(&mut Tx<'_>, &mut Context) -> Result<T, EngineError> + Send + 'static,
    ) -> Result<T, EngineError> {
        let me = self.me.clone().ok_or(EngineError::NoAccount)?;
        let mut cx = Context {
            me,
            random: self.random.fork(),
            now,
        };
        self.store.write(move |tx| decide(tx, &mut cx))
    }

    /// As [`Machine::run`], where a failure means that it is tried again another time.
    fn attempt<T: Send + 'static>(
        &mut self,
        now: Now,
        decide: impl FnOnce(&mut Tx<'_>, &mut Context) -> Result<T, EngineError> + Send + 'static,
    ) -> Option<T> {
        self.run(now, decide)
            .inspect_err(|error| tracing::warn!(code = error.code(), "a decision failed"))
            .ok()
    }

    fn expire(&mut self, now: Now) {
        if self.me.is_some() && now.ms() >= self.expired_at.saturating_add(DAY) {
            self.expired_at = now.ms();
            self.attempt(now, |tx, cx| housekeeping::expire(tx, cx));
            if let Err(error) = self.store.checkpoint() {
                tracing::debug!(code = error.code(), "the log was not emptied");
            }
        }
    }
}
