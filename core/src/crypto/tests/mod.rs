//! The floor against friends and attackers, on real database files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod border;
mod bundles;
mod exchange;
mod first;
mod identity;
mod keys;
mod pre_keys;
mod seals;
mod sizes;
mod store;
mod vectors;
mod walk;

use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;

use libsignal_protocol::{CiphertextMessageType, SenderCertificate};
use prost::Message;
use sotto_content::header;
use sotto_content::proto::SealedHeader;
use sotto_wire::ids::AccountId;
use sotto_wire::proto::{DeviceBundle, PublishKeys};
use tempfile::TempDir;

use super::record::{Record, State};
use super::seal::{Letter, wrap};
use super::{
    CryptoError, DeviceKeys, Fault, Peer, Unsealed, certificate, open, plaintext_body, seal,
    seal_plaintext, start_session, unseal,
};
use crate::clock::{DAY, HOUR, Now};
use crate::random::Random;
use crate::store::tables::chains::{self, DeviceRow};
use crate::store::tables::{probe, sessions};
use crate::store::{DatabaseKey, Store, StoreError, Tx, View};

/// A moment at which tests begin.
const START: Now = Now(1_800_000_000_000);

/// A device with its database.
struct Party {
    dir: TempDir,
    store: Store,
    keys: Arc<DeviceKeys>,
    account: AccountId,
    seed: u64,
    draws: Cell<u64>,
    now: Cell<Now>,
}

impl Party {
    fn new(seed: u64) -> Self {
        let dir = folder();
        let store = Store::create(dir.path(), &database_key()).unwrap();
        Self::with(dir, store, seed)
    }

    fn with(dir: TempDir, store: Store, seed: u64) -> Self {
        let keys = Arc::new(DeviceKeys::generate(&mut Random::seeded(seed)).unwrap());
        let account = AccountId::new([u8::try_from(seed).unwrap(); 32]);
        Self {
            dir,
            store,
            keys,
            account,
            seed,
            draws: Cell::new(0),
            now: Cell::new(START),
        }
    }

    /// What a power cut at this instant would leave, opened again.
    fn copied(&self) -> Self {
        let dir = folder();
        for entry in std::fs::read_dir(self.dir.path()).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                std::fs::copy(entry.path(), dir.path().join(entry.file_name())).unwrap();
            }
        }
        let store = Store::open(dir.path(), &database_key()).unwrap();
        Self::with(dir, store, self.seed)
    }

    fn peer(&self) -> Peer {
        Peer {
            account: self.account,
            mailbox: self.keys.mailbox(),
            identity_key: self.keys.identity_key(),
            signing_key: self.keys.signing_key(),
        }
    }

    /// Takes a device up as if its chain had been verified.
    fn meet(&self, other: &Peer) {
        self.hold(other, true);
    }

    fn hold(&self, other: &Peer, active: bool) {
        let row = DeviceRow {
            mailbox: other.mailbox,
            account: other.account,
            signing_key: other.signing_key,
            identity_key: other.identity_key,
            active,
            heard_at: 0,
        };
        self.store
            .write(move |tx| chains::put_device(tx, &row))
            .unwrap();
    }

    fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>, &mut Random, &DeviceKeys) -> Result<T, CryptoError>
        + Send
        + 'static,
    ) -> Result<T, CryptoError> {
        self.draws.set(self.draws.get() + 1);
        let mut random = Random::seeded(self.seed << 32 | self.draws.get());
        let keys = Arc::clone(&self.keys);
        self.store.write(move |tx| work(tx, &mut random, &keys))
    }

    fn read<T>(&self, work: impl FnOnce(&View<'_>) -> Result<T, StoreError>) -> T {
        self.store.read(work).unwrap()
    }

    fn later(&self, ms: u64) {
        self.now.set(Now(self.now.get().ms() + ms));
    }

    /// Publishes a generation of pre-keys.
    fn publish(&self, generation: u64) -> PublishKeys {
        let now = self.now.get();
        self.write(move |tx, random, keys| {
            super::pre_keys::generate(tx, random, keys, generation, now)
        })
        .unwrap()
    }

    fn start(&self, peer: &Peer, bundle: &DeviceBundle) -> Result<(), CryptoError> {
        let (peer, bundle, now) = (*peer, bundle.clone(), self.now.get());
        self.write(move |tx, random, keys| start_session(tx, random, keys, &peer, &bundle, now))
    }

    fn header(&self) -> SealedHeader {
        SealedHeader {
            version: header::VERSION,
            account: self.account.to_vec(),
            ..Default::default()
        }
    }

    fn seal(&self, peer: &Peer, text: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let (peer, header, text, now) = (*peer, self.header(), text.to_vec(), self.now.get());
        self.write(move |tx, random, keys| seal(tx, random, keys, &peer, &header, &text, now))
    }

    /// An envelope around a message that no honest client would send.
    fn forge(&self, peer: &Peer, kind: CiphertextMessageType, contents: &[u8]) -> Vec<u8> {
        self.forge_as(peer, kind, contents, certificate::own(&self.keys).unwrap())
    }

    fn forge_as(
        &self,
        peer: &Peer,
        kind: CiphertextMessageType,
        contents: &[u8],
        certificate: SenderCertificate,
    ) -> Vec<u8> {
        let (peer, header, contents, now) =
            (*peer, self.header(), contents.to_vec(), self.now.get());
        self.write(move |tx, random, keys| {
            let letter = Letter {
                certificate,
                header: &header,
                kind,
                contents: &contents,
            };
            wrap(tx, random, keys, &peer, letter, now)
        })
        .unwrap()
    }

    fn unseal(&self, sealed: &[u8]) -> Result<Unsealed, CryptoError> {
        unseal(&self.keys, sealed)
    }

    fn open(&self, sender: &Peer, sealed: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let envelope = self.unseal(sealed)?;
        let (sender, now) = (*sender, self.now.get());
        self.write(move |tx, random, keys| open(tx, random, keys, &envelope, &sender, now))
    }

    /// The body of an envelope that is under no ratchet.
    fn body(&self, sender: &Peer, sealed: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let envelope = self.unseal(sealed)?;
        self.store
            .read(|view| plaintext_body(view, &envelope, sender).map(<[u8]>::to_vec))
    }

    /// The states of the sessions with a device, the current one first.
    fn states(&self, peer: &Peer) -> Vec<State> {
        let stored = self
            .read(|view| sessions::load(view, &peer.mailbox))
            .unwrap();
        Record::decode(&stored).unwrap().states().unwrap()
    }

    /// Everything that this floor keeps.
    fn rows(&self) -> Vec<String> {
        self.read(probe::crypto_rows)
    }
}

/// A relay's answer: the bundle of `published`, with the one-time keys at `index` if there are.
fn bundle(of: &Party, published: &PublishKeys, index: Option<usize>) -> DeviceBundle {
    DeviceBundle {
        mailbox: of.keys.mailbox().to_vec(),
        keys: published.keys.clone(),
        one_time: index.and_then(|index| published.one_time.get(index).cloned()),
        one_time_kem: index.and_then(|index| published.one_time_kem.get(index).cloned()),
    }
}

/// Two devices that hold each other's chain, and the pre-keys that the second has published.
fn two() -> (Party, Party, PublishKeys) {
    let (alice, bob) = (Party::new(1), Party::new(2));
    alice.meet(&bob.peer());
    bob.meet(&alice.peer());
    let published = bob.publish(1);
    (alice, bob, published)
}

/// The same with a session that both have used.
fn talking() -> (Party, Party, PublishKeys) {
    let (alice, bob, published) = two();
    alice
        .start(&bob.peer(), &bundle(&bob, &published, Some(0)))
        .unwrap();
    say(&alice, &bob, b"hello");
    say(&bob, &alice, b"hello yourself");
    (alice, bob, published)
}

/// Seals and opens one message.
fn say(from: &Party, to: &Party, text: &[u8]) {
    let sealed = from.seal(&to.peer(), text).unwrap();
    assert_eq!(to.open(&from.peer(), &sealed).unwrap(), text);
}

fn fault(fault: Fault) -> CryptoError {
    CryptoError::Fault(fault)
}

fn database_key() -> DatabaseKey {
    DatabaseKey::from_bytes([7; 32])
}

/// A folder that goes with the test, in memory where the system has such a place.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    }
    .unwrap()
}

/// libsignal's messages as an attacker builds them.
mod forged {
    use prost::Message;

    /// The outermost layer, behind its version byte.
    #[derive(Clone, PartialEq, Message)]
    pub struct Sealed {
        #[prost(bytes = "vec", optional, tag = "1")]
        pub ephemeral_public: Option<Vec<u8>>,
        #[prost(bytes = "vec", optional, tag = "2")]
        pub encrypted_static: Option<Vec<u8>>,
        #[prost(bytes = "vec", optional, tag = "3")]
        pub encrypted_message: Option<Vec<u8>>,
    }

    /// A ratchet message.
    #[derive(Clone, PartialEq, Message)]
    pub struct Whisper {
        #[prost(bytes = "vec", optional, tag = "1")]
        pub ratchet_key: Option<Vec<u8>>,
        #[prost(uint32, optional, tag = "2")]
        pub counter: Option<u32>,
        #[prost(uint32, optional, tag = "3")]
        pub previous_counter: Option<u32>,
        #[prost(bytes = "vec", optional, tag = "4")]
        pub ciphertext: Option<Vec<u8>>,
        #[prost(bytes = "vec", optional, tag = "5")]
        pub pq_ratchet: Option<Vec<u8>>,
    }

    impl Whisper {
        /// Without a valid MAC: what somebody can send who never saw the session.
        pub fn new(ratchet_key: Vec<u8>, counter: u32) -> Self {
            Self {
                ratchet_key: Some(ratchet_key),
                counter: Some(counter),
                previous_counter: Some(0),
                ciphertext: Some(vec![0; 16]),
                // Version 1, epoch 1, index 0, no payload.
                pq_ratchet: Some(vec![1, 1, 0, 0]),
            }
        }

        pub fn bytes(&self) -> Vec<u8> {
            [vec![0x44], self.encode_to_vec(), vec![0; 8]].concat()
        }

        pub fn read(bytes: &[u8]) -> Self {
            Self::decode(&bytes[1..bytes.len() - 8]).unwrap()
        }
    }

    /// A first message.
    #[derive(Clone, PartialEq, Message)]
    pub struct First {
        #[prost(uint32, optional, tag = "1")]
        pub pre_key_id: Option<u32>,
        #[prost(bytes = "vec", optional, tag = "2")]
        pub base_key: Option<Vec<u8>>,
        #[prost(bytes = "vec", optional, tag = "3")]
        pub identity_key: Option<Vec<u8>>,
        #[prost(bytes = "vec", optional, tag = "4")]
        pub message: Option<Vec<u8>>,
        #[prost(uint32, optional, tag = "5")]
        pub registration_id: Option<u32>,
        #[prost(uint32, optional, tag = "6")]
        pub signed_pre_key_id: Option<u32>,
        #[prost(uint32, optional, tag = "7")]
        pub kyber_pre_key_id: Option<u32>,
        #[prost(bytes = "vec", optional, tag = "8")]
        pub kyber_ciphertext: Option<Vec<u8>>,
    }

    impl First {
        pub fn bytes(&self) -> Vec<u8> {
            [vec![0x44], self.encode_to_vec()].concat()
        }

        pub fn read(bytes: &[u8]) -> Self {
            Self::decode(&bytes[1..]).unwrap()
        }
    }
}
