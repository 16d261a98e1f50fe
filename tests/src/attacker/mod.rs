//! Somebody with an account who keeps to no rule: keys, chain, frames and plaintexts by hand.
//!
//! Uses libsignal and the wire and content crates directly, nothing of the core, so that it can say
//! what no honest client would. What it does not change is what an honest client would do.

mod letter;
mod mail;

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use libsignal_protocol::{IdentityKeyPair, InMemSignalProtocolStore};
use rand_chacha::ChaCha20Rng;
use rand09::{RngCore, SeedableRng};
use sotto_content::link::ContactLink;
use sotto_core::testing::{ConnKind, Now};
use sotto_wire::chain::build::{self, Place, Signer};
use sotto_wire::chain::{Chain, HomeRelay, Payload};
use sotto_wire::ids::{AccountId, Head, MailboxId, RelayKey};
use sotto_wire::proto::{ProvenDevice, client_frame::Verb};
use sotto_wire::{login, proto, sign};

use crate::world::{DeviceId, Line, RelayId, World};

pub use letter::{Letter, ratchet_key};

/// The keys of a device.
#[derive(Clone)]
pub struct Keys {
    /// Signs statements and logs in.
    pub signing: SigningKey,
    /// libsignal's.
    pub identity: IdentityKeyPair,
    /// The id that both give.
    pub mailbox: MailboxId,
}

impl Keys {
    /// Makes a device.
    pub fn new(random: &mut ChaCha20Rng) -> Self {
        let mut secret = [0; 32];
        random.fill_bytes(&mut secret);
        let signing = SigningKey::from_bytes(&secret);
        let identity = IdentityKeyPair::generate(random);
        let mailbox = MailboxId::from_keys(
            &signing.verifying_key().to_bytes(),
            &identity_key(&identity),
        );
        Self {
            signing,
            identity,
            mailbox,
        }
    }

    /// Its entry, with the proofs that it holds both keys.
    pub fn proven(&self, account: Option<&AccountId>, random: &mut ChaCha20Rng) -> ProvenDevice {
        let entry = build::device_entry(
            &self.signing.verifying_key().to_bytes(),
            &identity_key(&self.identity),
        );
        self.prove_entry(entry, account, random)
    }

    /// Its entry, proven for an account that it does not belong to.
    #[must_use]
    pub fn proven_for(&self, account: &AccountId, seed: u64) -> ProvenDevice {
        self.proven(Some(account), &mut ChaCha20Rng::seed_from_u64(seed))
    }

    /// Signs an entry with these keys, whoever's it is.
    pub fn prove_entry(
        &self,
        entry: Vec<u8>,
        account: Option<&AccountId>,
        random: &mut ChaCha20Rng,
    ) -> ProvenDevice {
        let transcript = sign::identity_proof_transcript(account, &entry);
        let proof = self
            .identity
            .private_key()
            .calculate_signature(&transcript, random);
        ProvenDevice {
            signing_proof: sign::prove_device(&self.signing, account, &entry).to_vec(),
            identity_proof: proof.expect("a signature").into_vec(),
            entry,
        }
    }
}

fn identity_key(pair: &IdentityKeyPair) -> [u8; 33] {
    pair.identity_key()
        .serialize()
        .as_ref()
        .try_into()
        .expect("33 bytes")
}

/// An account of one device.
pub struct Attacker {
    /// Its device.
    pub keys: Keys,
    /// Holds the recovery key, as the owner of a stolen device would.
    pub recovery: SigningKey,
    /// Its chain as it shows it.
    pub chain: Chain,
    /// Where it lives.
    pub relay: RelayId,
    home: HomeRelay,
    random: ChaCha20Rng,
    store: InMemSignalProtocolStore,
    incarnation: [u8; 8],
    counters: BTreeMap<AccountId, u64>,
    boot: u64,
    line: Option<Line>,
    waiting: Vec<proto::Envelope>,
}

/// Somebody whose link the attacker has.
pub struct Target {
    /// Its verified chain.
    pub chain: Chain,
    /// How to get in.
    pub link: ContactLink,
    relay: RelayId,
}

impl Target {
    /// The account.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.chain.account()
    }

    /// Its first device.
    #[must_use]
    pub fn mailbox(&self) -> MailboxId {
        self.chain.devices()[0].mailbox
    }
}

impl Attacker {
    /// Founds an account and registers it at a relay.
    pub fn new(world: &mut World, relay: RelayId, seed: u64) -> Self {
        let mut attacker = Self::unregistered(world, relay, seed);
        let answers = attacker.register(world, attacker.statements());
        assert!(
            matches!(
                answers.as_slice(),
                [proto::relay_frame::Answer::Registered(_)]
            ),
            "the attacker is registered: {answers:?}"
        );
        attacker.log_in(world);
        attacker
    }

    /// Founds an account that no relay knows.
    pub fn unregistered(world: &mut World, relay: RelayId, seed: u64) -> Self {
        let mut random = ChaCha20Rng::seed_from_u64(seed);
        let keys = Keys::new(&mut random);
        let mut secret = [0; 32];
        random.fill_bytes(&mut secret);
        let recovery = SigningKey::from_bytes(&secret);
        let proven = keys.proven(None, &mut random);
        let genesis = build::genesis(
            proven,
            recovery.verifying_key().to_bytes(),
            &[0; 16],
            &keys.signing,
        );
        let key = world.dial(relay, ConnKind::Anonymous).key;
        let home = HomeRelay {
            url: world.relay_url(relay),
            relay_key: key,
        };
        let mut attacker = Self {
            chain: Chain::verify(&[genesis.expect("a genesis")]).expect("a chain"),
            store: InMemSignalProtocolStore::new(keys.identity, 1).expect("a store"),
            keys,
            recovery,
            relay,
            home: home.clone(),
            incarnation: seed.to_be_bytes(),
            counters: BTreeMap::new(),
            boot: 0,
            line: None,
            waiting: Vec::new(),
            random,
        };
        let home = attacker.statement(&Payload::Home(vec![home]));
        attacker.chain = attacker.chain.extend(&[home]).expect("a home");
        attacker
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.chain.account()
    }

    /// Its chain's statements.
    #[must_use]
    pub fn statements(&self) -> Vec<Vec<u8>> {
        self.chain
            .statements()
            .iter()
            .map(|statement| statement.bytes().to_vec())
            .collect()
    }

    /// The next statement by its device (or, for a recovery, by the recovery key), not taken yet.
    pub fn statement(&mut self, payload: &Payload) -> Vec<u8> {
        let signer = match payload {
            Payload::Recover { .. } => Signer::Recovery(&self.recovery),
            _ => Signer::Device(self.keys.mailbox, &self.keys.signing),
        };
        let mut intent = [0; 16];
        self.random.fill_bytes(&mut intent);
        build::next(&self.chain, payload, &intent, &[signer]).expect("a statement")
    }

    /// A statement after any of its heads, signed by any device, allowed or not.
    pub fn statement_after(&mut self, head: Head, payload: &Payload, by: &Keys) -> Vec<u8> {
        let mut intent = [0; 16];
        self.random.fill_bytes(&mut intent);
        let place = Place {
            account: Some(self.account()),
            epoch: head.epoch,
            seq: head.seq + 1,
            prev: Some(head.hash),
        };
        let body = build::body(&place, payload, &intent);
        build::sign_statement(&body, &[Signer::Device(by.mailbox, &by.signing)])
    }

    /// A statement after the head of somebody else's chain, signed by whoever.
    pub fn statement_of(&mut self, target: &Target, payload: &Payload, by: &Keys) -> Vec<u8> {
        let mut intent = [0; 16];
        self.random.fill_bytes(&mut intent);
        let body = build::body(&Place::after(&target.chain), payload, &intent);
        build::sign_statement(&body, &[Signer::Device(by.mailbox, &by.signing)])
    }

    /// Another account with the same device: its id and its statements.
    pub fn twin_account(&mut self) -> (AccountId, Vec<Vec<u8>>) {
        let proven = self.keys.proven(None, &mut self.random);
        let key = self.recovery.verifying_key().to_bytes();
        let genesis =
            build::genesis(proven, key, &[77; 16], &self.keys.signing).expect("a genesis");
        let chain = Chain::verify(std::slice::from_ref(&genesis)).expect("a chain");
        (chain.account(), vec![genesis])
    }

    /// New keys of a device, and its entry for this account.
    pub fn new_device(&mut self) -> (Keys, ProvenDevice) {
        let keys = Keys::new(&mut self.random);
        let proven = keys.proven(Some(&self.account()), &mut self.random);
        (keys, proven)
    }

    /// Signs an entry with its own keys, whoever's it is.
    pub fn prove_entry(&mut self, entry: Vec<u8>) -> ProvenDevice {
        let account = self.account();
        self.keys
            .prove_entry(entry, Some(&account), &mut self.random)
    }

    /// A link to itself, naming a head.
    #[must_use]
    pub fn link(&self, head: Head) -> String {
        ContactLink {
            relay: self.home.url.clone(),
            relay_key: self.home.relay_key,
            account: self.account(),
            head,
            name: "mallory".to_owned(),
            slot: mail::SLOT,
            token: mail::SECRET,
        }
        .to_text()
    }

    /// Reads somebody's chain by the link that they gave.
    pub fn target(&mut self, world: &mut World, of: DeviceId) -> Target {
        let link = world
            .command(of, |machine, now: Now| machine.contact_link(now))
            .expect("a link");
        // The person's relay has to learn of the link.
        world.run_for(1000);
        let link = ContactLink::parse(&link).expect("a link");
        let relay = world.relay_with_key(&link.relay_key);
        let chain = self.read_chain(world, relay, &link);
        Target { chain, link, relay }
    }

    fn register(
        &self,
        world: &mut World,
        statements: Vec<Vec<u8>>,
    ) -> Vec<proto::relay_frame::Answer> {
        let mut line = world.dial(self.relay, ConnKind::Anonymous);
        let transcript = login::registration(
            &line.key,
            &line.nonce,
            &self.account(),
            &self.chain.head().hash,
        );
        let register = proto::Register {
            account: self.account().to_vec(),
            statements,
            mailbox: self.keys.mailbox.to_vec(),
            signature: sign::sign(&self.keys.signing, login::REGISTER_LABEL, &[&transcript])
                .to_vec(),
            proof: None,
        };
        world.say(&mut line, Verb::Register(register))
    }

    /// Offers a statement to its relay.
    pub fn append(
        &mut self,
        world: &mut World,
        statement: Vec<u8>,
    ) -> Vec<proto::relay_frame::Answer> {
        let append = proto::AppendChain {
            account: self.account().to_vec(),
            expected: Some(self.chain.head().into()),
            statements: vec![statement],
        };
        let line = self.line.as_mut().expect("logged in");
        world.say(line, Verb::AppendChain(append))
    }

    /// Makes a statement, has its relay take it, and goes on from there.
    pub fn advance(&mut self, world: &mut World, payload: &Payload) {
        let statement = self.statement(payload);
        let next = self
            .chain
            .extend(std::slice::from_ref(&statement))
            .expect("an honest statement");
        let answers = self.append(world, statement);
        assert!(
            answers
                .iter()
                .any(|answer| matches!(answer, proto::relay_frame::Answer::Chain(_))),
            "the relay takes it: {answers:?}"
        );
        self.chain = next;
    }

    /// The key of the relay where it lives.
    #[must_use]
    pub const fn relay_key(&self) -> RelayKey {
        self.home.relay_key
    }
}
