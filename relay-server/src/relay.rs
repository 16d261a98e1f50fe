//! What all sessions of a relay share: the store, its key, the rates, the counters.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use ed25519_dalek::SigningKey;
use prost::Message;
use sotto_wire::checkpoint::Checkpoint;
use sotto_wire::ids::{AccountId, Head, IncarnationId, RelayKey};
use sotto_wire::{login, proto, sign};

use crate::accounts::{Account, Accounts};
use crate::config::Config;
use crate::identity;
use crate::meters::{Meters, Peer, Use};
use crate::metrics::Metrics;
use crate::now::Now;
use crate::randomness::Randomness;
use crate::rate::TooFast;
use crate::store::sqlite::Sqlite;
use crate::store::{Store, StoreError};

/// The protocol versions that this relay speaks: from, to.
pub const PROTOCOL: (u32, u32) = (1, 1);

/// A file of this name in the data directory says that the data was restored from a backup.
pub const RESTORED_MARKER: &str = "RESTORED";

/// A relay: shared by all of its [`Session`](crate::Session)s, and as synchronous as they are.
pub struct Relay {
    pub(crate) store: Box<dyn Store>,
    pub(crate) config: Config,
    pub(crate) metrics: Metrics,
    pub(crate) accounts: Accounts,
    meters: Meters,
    key: SigningKey,
    public: RelayKey,
    info: Vec<u8>,
    info_signature: Vec<u8>,
    randomness: Mutex<Box<dyn Randomness>>,
}

impl Relay {
    /// Opens the relay that lives in `dir`, or begins it: its key, its data, its policy.
    ///
    /// A file [`RESTORED_MARKER`] in `dir` begins a new incarnation of the data, so that clients
    /// do not trust sequence numbers from before the restore, and is then removed. Randomness that
    /// comes from a seed must come from another one each time the same data is opened.
    ///
    /// # Errors
    /// [`StoreError`]; existing data is untouched.
    pub fn open(
        dir: &Path,
        config: Config,
        randomness: impl Randomness + 'static,
    ) -> Result<Self, StoreError> {
        let mut randomness = randomness;
        fs::create_dir_all(dir).map_err(|source| StoreError::File {
            path: dir.to_owned(),
            source,
        })?;
        let marker = dir.join(RESTORED_MARKER);
        let restored = marker.exists();
        let mut fresh = [0; 16];
        randomness.fill(&mut fresh);
        let fresh = IncarnationId::new(fresh);
        let store = Sqlite::open(dir, config.limits.quotas, fresh, restored)?;
        // After the store, whose lock keeps a second relay from making a second key.
        let key = identity::load(dir, &mut randomness)?;
        if restored {
            fs::remove_file(&marker).map_err(|source| StoreError::File {
                path: marker,
                source,
            })?;
        }
        Ok(Self::over(
            Box::new(store),
            key,
            config,
            Box::new(randomness),
        ))
    }

    /// A relay over any engine.
    #[must_use]
    pub fn over(
        store: Box<dyn Store>,
        key: SigningKey,
        config: Config,
        randomness: Box<dyn Randomness>,
    ) -> Self {
        let public = identity::public(&key);
        let info = proto::ServerInfo {
            relay_key: public.to_vec(),
            protocol_min: PROTOCOL.0,
            protocol_max: PROTOCOL.1,
            binding: config.channel_binding().into(),
            host: config.public_host.clone().unwrap_or_default(),
            registration: config.registration_policy().into(),
            notice: config.notice.clone(),
            contact: config.contact.clone(),
        }
        .encode_to_vec();
        let info_signature = sign::sign(&key, login::SERVER_INFO_LABEL, &[&info]).to_vec();
        Self {
            store,
            metrics: Metrics::default(),
            accounts: Accounts::default(),
            meters: Meters::new(config.limits),
            config,
            key,
            public,
            info,
            info_signature,
            randomness: Mutex::new(randomness),
        }
    }

    /// The relay's id.
    #[must_use]
    pub const fn key(&self) -> RelayKey {
        self.public
    }

    /// The id of its data set.
    #[must_use]
    pub fn incarnation(&self) -> IncarnationId {
        self.store.incarnation()
    }

    /// What is counted.
    #[must_use]
    pub const fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Its policy.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Counts a connection from `peer`, before a session is made for it.
    ///
    /// # Errors
    /// [`TooFast`]: there were too many.
    pub fn admit(&self, peer: Peer, now: Now) -> Result<(), TooFast> {
        self.take(peer, Use::Connect, now)
            .inspect_err(|_| self.metrics.refused.one())
    }

    /// Housekeeping of the store, about once a second.
    ///
    /// # Errors
    /// [`StoreError`]; it is worth trying again the next time.
    pub fn maintain(&self) -> Result<(), StoreError> {
        self.store.maintain()
    }

    /// Deletes what is past its day; once an hour is often enough.
    ///
    /// # Errors
    /// [`StoreError`]; it is worth trying again.
    pub fn expire(&self, now: Now) -> Result<u64, StoreError> {
        let expired = self.store.expire(now.day())?;
        self.metrics.expired.add(expired);
        Ok(expired)
    }

    pub(crate) fn take(&self, peer: Peer, what: Use, now: Now) -> Result<(), TooFast> {
        self.meters.take(peer, what, now)
    }

    pub(crate) fn account(&self, id: &AccountId) -> Result<Option<Arc<Account>>, StoreError> {
        self.accounts.get(self.store.as_ref(), id)
    }

    pub(crate) fn nonce(&self) -> [u8; 32] {
        let mut nonce = [0; 32];
        self.randomness
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .fill(&mut nonce);
        nonce
    }

    pub(crate) fn hello(&self, nonce: &[u8; 32]) -> proto::Hello {
        proto::Hello {
            info: self.info.clone(),
            info_signature: self.info_signature.clone(),
            nonce: nonce.to_vec(),
        }
    }

    pub(crate) fn sign(&self, label: &[u8], message: &[u8]) -> Vec<u8> {
        sign::sign(&self.key, label, &[message]).to_vec()
    }

    pub(crate) fn checkpoint(
        &self,
        account: AccountId,
        head: Head,
        now: Now,
    ) -> proto::SignedCheckpoint {
        Checkpoint {
            relay: self.public,
            account,
            head,
            hour: now.hour(),
        }
        .sign(&self.key)
    }

    /// What follows `since` on the account's line, or all of it where that head is not on it.
    pub(crate) fn chain_after(
        &self,
        account: &Account,
        since: Option<&Head>,
        now: Now,
    ) -> proto::Chain {
        let chain = &account.chain;
        let suffix = since.and_then(|head| chain.suffix_after(head));
        let statements = suffix.unwrap_or_else(|| chain.statements());
        proto::Chain {
            account: chain.account().to_vec(),
            from_genesis: suffix.is_none(),
            statements: statements
                .iter()
                .map(|statement| statement.bytes().to_vec())
                .collect(),
            checkpoint: Some(self.checkpoint(chain.account(), chain.head(), now)),
        }
    }
}
