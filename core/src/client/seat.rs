//! Who has the profile open: this process, or another one that this one asks.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::thread;
use std::time::Duration;

use rand09::RngCore as _;

use super::config::{Adapted, ProfileConfig, Unlock};
use super::error::Error;
use super::local::Local;
use super::remote::{Line, Lost, Remote};
use super::request::{Reply, Request};
use super::service::{Front, Gate};
use crate::net::Connector;
use crate::random::Random;
use crate::runtime::Deadline;
use crate::runtime::forward::Server;
use crate::store::keyslots::{self, KeySlotError, KeySlots, NewSlot, PassphraseParams};
use crate::store::{self, DatabaseKey, Store, StoreError};

/// How long a process that has the profile may take to come up or to end.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it is looked for meanwhile.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// What every handle of a client shares.
pub(super) struct Inner {
    dir: PathBuf,
    key: DatabaseKey,
    create: bool,
    connector: Arc<dyn Connector>,
    online: AtomicBool,
    place: Mutex<Place>,
    lines: Mutex<Vec<Weak<Line>>>,
}

enum Place {
    Vacant,
    Taken(Seat),
    Closed,
}

/// Who has the profile.
#[derive(Clone)]
pub(super) enum Seat {
    Local(Arc<Held>),
    Remote(Remote),
}

/// The profile in this process, served to others. Dropping it lets go of it.
pub(super) struct Held {
    local: Option<Arc<Local>>,
    server: Option<Server>,
    gate: Arc<Gate>,
}

impl Held {
    fn start(store: Store, connector: Arc<dyn Connector>, dir: &Path) -> Result<Self, Error> {
        let local = Arc::new(Local::start(Arc::new(store), connector)?);
        let gate = Arc::new(RwLock::new(Some(Arc::clone(&local))));
        let front = Arc::new(Front(Arc::clone(&gate)));
        let server = match local.runtime().handle() {
            Some(tokio) => Server::start(&tokio, dir, front)
                .inspect_err(|error| {
                    // This process works all the same; others will say that it does not answer.
                    tracing::warn!(kind = %error.kind(), "no control socket");
                })
                .ok(),
            None => None,
        };
        Ok(Self {
            local: Some(local),
            server,
            gate,
        })
    }
}

impl Deref for Held {
    type Target = Local;

    #[expect(clippy::expect_used, reason = "it is taken by the drop alone")]
    fn deref(&self) -> &Local {
        self.local.as_deref().expect("held until it is dropped")
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // Whoever waits is sent away, nobody new comes in, and those inside leave.
        self.board().end();
        drop(self.server.take());
        *self.gate.write().unwrap_or_else(PoisonError::into_inner) = None;
        drop(self.local.take());
    }
}

impl Inner {
    pub fn open(config: ProfileConfig, connector: Arc<dyn Connector>) -> Result<Arc<Self>, Error> {
        let dir = PathBuf::from(&config.dir);
        let inner = Arc::new(Self {
            key: database_key(&dir, &config)?,
            dir,
            create: config.create,
            connector,
            online: AtomicBool::new(config.online),
            place: Mutex::new(Place::Vacant),
            lines: Mutex::new(Vec::new()),
        });
        inner.seat()?;
        Ok(inner)
    }

    /// Who has the profile; takes it if nobody has.
    pub fn seat(&self) -> Result<Seat, Error> {
        let mut place = self.place();
        match &*place {
            Place::Taken(seat) => return Ok(seat.clone()),
            Place::Closed => return Err(Error::Closed),
            Place::Vacant => {}
        }
        let seat = self.take_seat()?;
        if self.online.load(Ordering::Relaxed) {
            connect(&seat);
        }
        *place = Place::Taken(seat.clone());
        Ok(seat)
    }

    fn take_seat(&self) -> Result<Seat, Error> {
        let deadline = Deadline::after(PATIENCE);
        let remote = Remote::new(&self.dir);
        loop {
            match self.open_store() {
                Ok(store) => {
                    let connector = Arc::clone(&self.connector);
                    let held = Held::start(store, connector, &self.dir)?;
                    return Ok(Seat::Local(Arc::new(held)));
                }
                // Two may make one profile at the same time; the second one finds it made.
                Err(StoreError::InUse | StoreError::Exists) => {}
                Err(error) => return Err(error.into()),
            }
            if remote.is_served() {
                return Ok(Seat::Remote(remote));
            }
            // It is coming up or ending; both take a moment.
            if deadline.is_over() {
                return Err(Error::InUse);
            }
            thread::sleep(LOOK_AGAIN);
        }
    }

    fn open_store(&self) -> Result<Store, StoreError> {
        match Store::open(&self.dir, &self.key) {
            Err(StoreError::Missing) if self.create => Store::create(&self.dir, &self.key),
            other => other,
        }
    }

    /// The process that had the profile has ended: the next one who asks looks again.
    pub fn vacate(&self) {
        let mut place = self.place();
        if matches!(*place, Place::Taken(Seat::Remote(_))) {
            *place = Place::Vacant;
        }
    }

    pub fn ask(&self, request: &Request) -> Result<Reply, Error> {
        let deadline = Deadline::after(PATIENCE);
        loop {
            let remote = match self.seat()? {
                Seat::Local(held) => return held.answer(request.clone()),
                Seat::Remote(remote) => remote,
            };
            match remote.ask(request) {
                Ok(Err(Error::Interrupted)) | Err(Lost::Unanswered) if !request.is_repeatable() => {
                    self.vacate();
                    return Err(Error::Interrupted);
                }
                Ok(Err(Error::Interrupted)) | Err(_) => self.vacate(),
                Ok(answer) => return answer,
            }
            if deadline.is_over() {
                return Err(Error::Interrupted);
            }
        }
    }

    pub fn go_online(&self) {
        self.online.store(true, Ordering::Relaxed);
        if let Place::Taken(seat) = &*self.place() {
            connect(seat);
        }
    }

    /// Ends a line with this client.
    pub fn remember(&self, line: &Arc<Line>) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.retain(|line| line.strong_count() > 0);
        lines.push(Arc::downgrade(line));
    }

    pub fn close(&self) {
        let lines = std::mem::take(&mut *self.lines.lock().unwrap_or_else(PoisonError::into_inner));
        for line in lines.iter().filter_map(Weak::upgrade) {
            line.cancel();
        }
        let before = std::mem::replace(&mut *self.place(), Place::Closed);
        if let Place::Taken(Seat::Local(held)) = before {
            // A call that still waits on another thread comes back, and the profile is let go with it.
            held.board().end();
        }
    }

    fn place(&self) -> MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

fn connect(seat: &Seat) {
    match seat {
        Seat::Local(held) => held.runtime().go_online(),
        // If it has ended meanwhile, this process connects when it takes its place.
        Seat::Remote(remote) => drop(remote.ask(&Request::GoOnline)),
    }
}

/// The database key, from the profile's slots or into new ones.
fn database_key(dir: &Path, config: &ProfileConfig) -> Result<DatabaseKey, Error> {
    let deadline = Deadline::after(PATIENCE);
    loop {
        match KeySlots::read(dir) {
            Ok(slots) => return unlock(&slots, &config.unlock),
            Err(KeySlotError::Missing) if store::exists(dir) => {
                return Err(KeySlotError::Missing.into());
            }
            Err(KeySlotError::Missing) if config.create => {}
            Err(KeySlotError::Missing) => return Err(Error::NoProfile),
            Err(error) => return Err(error.into()),
        }
        match make_slots(dir, &config.unlock) {
            // Another process makes this profile at the same time.
            Err(KeySlotError::Store(StoreError::Exists | StoreError::InUse))
                if !deadline.is_over() =>
            {
                thread::sleep(LOOK_AGAIN);
            }
            key => return Ok(key?),
        }
    }
}

fn unlock(slots: &KeySlots, how: &Unlock) -> Result<DatabaseKey, Error> {
    let opened = match how {
        Unlock::Passphrase { passphrase } => slots.unlock(&keyslots::Unlock::Passphrase {
            passphrase: passphrase.as_bytes(),
            keystore: None,
        }),
        Unlock::KeyFile => slots.unlock(&keyslots::Unlock::KeyFile),
        Unlock::Keystore { keystore } => {
            slots.unlock(&keyslots::Unlock::Keystore(&Adapted(keystore.as_ref())))
        }
    };
    Ok(opened?.key)
}

fn make_slots(dir: &Path, how: &Unlock) -> Result<DatabaseKey, KeySlotError> {
    let mut random = Random::system();
    let mut fill = move |bytes: &mut [u8]| random.fill_bytes(bytes);
    let key = DatabaseKey::generate(&mut fill);
    match how {
        Unlock::Passphrase { passphrase } => {
            let slot = NewSlot::Passphrase {
                passphrase: passphrase.as_bytes(),
                params: PassphraseParams::recommended(),
            };
            KeySlots::create(dir, &key, &[slot], &mut fill)?
        }
        Unlock::KeyFile => KeySlots::create(dir, &key, &[NewSlot::KeyFile], &mut fill)?,
        Unlock::Keystore { keystore } => {
            let keystore = Adapted(keystore.as_ref());
            KeySlots::create(dir, &key, &[NewSlot::OsKeystore(&keystore)], &mut fill)?
        }
    };
    Ok(key)
}
