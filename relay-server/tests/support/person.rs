//! An account with its devices: keys, chain, and the frames that they sign.

use ed25519_dalek::SigningKey;
use libsignal_core::curve::KeyPair;
use rand_chacha::ChaCha20Rng;
use rand09::{RngCore, SeedableRng};
use sotto_wire::chain::build::{self, Signer};
use sotto_wire::chain::{Chain, Listed, Payload};
use sotto_wire::delivery::{self, PutFlags};
use sotto_wire::ids::{AccountId, EnvelopeId, MailboxId, RelayKey};
use sotto_wire::login::{self, Binding};
use sotto_wire::proto::{self, Lane, ProvenDevice};
use sotto_wire::{bundle, sign};

pub struct Device {
    pub signing: SigningKey,
    pub identity: KeyPair,
    pub mailbox: MailboxId,
    pub boot: u64,
}

impl Device {
    pub fn new(random: &mut ChaCha20Rng) -> Self {
        let mut secret = [0; 32];
        random.fill_bytes(&mut secret);
        let signing = SigningKey::from_bytes(&secret);
        let identity = KeyPair::generate(random);
        let identity_key: [u8; 33] = identity.public_key.serialize().as_ref().try_into().unwrap();
        let mailbox = MailboxId::from_keys(&signing.verifying_key().to_bytes(), &identity_key);
        Self {
            signing,
            identity,
            mailbox,
            boot: 0,
        }
    }

    pub fn proven(&self, account: Option<&AccountId>, random: &mut ChaCha20Rng) -> ProvenDevice {
        let identity_key: [u8; 33] = self
            .identity
            .public_key
            .serialize()
            .as_ref()
            .try_into()
            .unwrap();
        let entry = build::device_entry(&self.signing.verifying_key().to_bytes(), &identity_key);
        let transcript = sign::identity_proof_transcript(account, &entry);
        ProvenDevice {
            signing_proof: sign::prove_device(&self.signing, account, &entry).to_vec(),
            identity_proof: self
                .identity
                .calculate_signature(&transcript, random)
                .unwrap()
                .to_vec(),
            entry,
        }
    }

    /// A login on a connection with this nonce; counts the boot up.
    pub fn login(
        &mut self,
        relay: &RelayKey,
        nonce: &[u8; 32],
        cursor: Option<proto::Cursor>,
    ) -> proto::Login {
        self.boot += 1;
        let client_nonce = [9; 32];
        let challenge = login::challenge(
            relay,
            nonce,
            &client_nonce,
            &Binding::Loopback,
            self.boot,
            &self.mailbox,
        );
        proto::Login {
            mailbox: self.mailbox.to_vec(),
            client_nonce: client_nonce.to_vec(),
            mode: 0,
            boot: self.boot,
            signature: sign::sign(&self.signing, login::LOGIN_LABEL, &[&challenge]).to_vec(),
            ticket: Vec::new(),
            cursor,
            head: None,
            protocol: 1,
        }
    }

    /// Keys as they look from outside; the relay does not look inside.
    pub fn keys(&self, generation: u64, one_time: std::ops::Range<u32>) -> proto::PublishKeys {
        let filled = |len: usize, id: u32| {
            let mut key = vec![5; len];
            key[len - 4..].copy_from_slice(&id.to_be_bytes());
            key
        };
        let mut keys = proto::SignedKeys {
            generation,
            signed_id: 1,
            signed_key: filled(33, 1),
            signed_signature: vec![1; 64],
            last_resort_id: 2,
            last_resort_key: filled(1569, 2),
            last_resort_signature: vec![2; 64],
            signature: Vec::new(),
        };
        let transcript = bundle::transcript(&self.mailbox, &keys);
        keys.signature = sign::sign(&self.signing, bundle::LABEL, &[&transcript]).to_vec();
        proto::PublishKeys {
            keys: Some(keys),
            one_time: one_time
                .clone()
                .map(|id| proto::OneTimeKey {
                    id,
                    key: filled(33, 100 + id),
                })
                .collect(),
            one_time_kem: one_time
                .map(|id| proto::OneTimeKemKey {
                    id,
                    key: filled(1569, 100 + id),
                    signature: vec![3; 64],
                })
                .collect(),
            replace: false,
        }
    }
}

pub struct Person {
    pub random: ChaCha20Rng,
    pub devices: Vec<Device>,
    pub recovery: SigningKey,
    pub chain: Chain,
    pub secret: [u8; 32],
    intents: u8,
}

impl Person {
    pub fn new(seed: u64) -> Self {
        let mut random = ChaCha20Rng::seed_from_u64(seed);
        let device = Device::new(&mut random);
        let recovery = SigningKey::from_bytes(&[seed as u8; 32]);
        let genesis = build::genesis(
            device.proven(None, &mut random),
            recovery.verifying_key().to_bytes(),
            &[0; 16],
            &device.signing,
        );
        let chain = Chain::verify(&[genesis.unwrap()]).unwrap();
        let mut secret = [0; 32];
        random.fill_bytes(&mut secret);
        Self {
            random,
            devices: vec![device],
            recovery,
            chain,
            secret,
            intents: 0,
        }
    }

    /// With this many devices from the beginning.
    pub fn with_devices(seed: u64, count: usize) -> Self {
        let mut person = Self::new(seed);
        while person.devices.len() < count {
            person.add();
        }
        person
    }

    pub fn account(&self) -> AccountId {
        self.chain.account()
    }

    pub fn statements(&self) -> Vec<Vec<u8>> {
        self.chain
            .statements()
            .iter()
            .map(|statement| statement.bytes().to_vec())
            .collect()
    }

    /// Makes a statement on the current head, signed by the first device, without taking it.
    pub fn statement(&mut self, payload: &Payload) -> Vec<u8> {
        self.intents += 1;
        let first = &self.devices[0];
        let signer = match payload {
            Payload::Recover { .. } => Signer::Recovery(&self.recovery),
            _ => Signer::Device(first.mailbox, &first.signing),
        };
        build::next(&self.chain, payload, &[self.intents; 16], &[signer]).unwrap()
    }

    pub fn take(&mut self, statement: &[u8]) {
        self.chain = self.chain.extend(&[statement]).unwrap();
    }

    pub fn add(&mut self) -> Vec<u8> {
        let device = Device::new(&mut self.random);
        let account = self.account();
        let proven = device.proven(Some(&account), &mut self.random);
        let statement = self.statement(&Payload::Add(proven));
        self.take(&statement);
        self.devices.push(device);
        statement
    }

    pub fn remove(&mut self, index: usize) -> Vec<u8> {
        let mailbox = self.devices[index].mailbox;
        let statement = self.statement(&Payload::Remove(mailbox));
        self.take(&statement);
        statement
    }

    /// A recovery after genesis that keeps the first device only.
    pub fn recover(&mut self) -> Vec<u8> {
        let parent = self.chain.head_at(0).unwrap().hash;
        let recovery_key = self.recovery.verifying_key().to_bytes();
        let devices = vec![Listed::Known(self.devices[0].mailbox)];
        self.statement(&Payload::Recover {
            parent,
            devices,
            recovery_key,
        })
    }

    pub fn register(&self, relay: &RelayKey, nonce: &[u8; 32]) -> proto::Register {
        let device = &self.devices[0];
        let head = self.chain.head().hash;
        let transcript = login::registration(relay, nonce, &self.account(), &head);
        proto::Register {
            account: self.account().to_vec(),
            statements: self.statements(),
            mailbox: device.mailbox.to_vec(),
            signature: sign::sign(&device.signing, login::REGISTER_LABEL, &[&transcript]).to_vec(),
            proof: None,
        }
    }

    /// One slot for contacts, with a key for every device.
    pub fn slot(&self, id: u8) -> proto::Slot {
        let version = u64::from(id);
        proto::Slot {
            id: vec![id; 8],
            lane: Lane::Contacts.into(),
            read_key: delivery::read_key(&self.secret, &self.account(), version).to_vec(),
            keys: self
                .devices
                .iter()
                .map(|device| proto::MailboxKey {
                    mailbox: device.mailbox.to_vec(),
                    key: delivery::mailbox_key(&self.secret, &device.mailbox, version).to_vec(),
                })
                .collect(),
            retiring: false,
        }
    }

    pub fn slots(&self, version: u64) -> proto::SetSlots {
        proto::SetSlots {
            version,
            slots: vec![self.slot(1)],
        }
    }

    /// A put to every device of this person under slot 1, as a contact would make it.
    pub fn put(&self, relay: &RelayKey, envelope: u32, size: usize) -> proto::Put {
        self.put_flagged(relay, envelope, size, PutFlags::default())
    }

    pub fn put_flagged(
        &self,
        relay: &RelayKey,
        envelope: u32,
        size: usize,
        flags: PutFlags,
    ) -> proto::Put {
        let body = vec![envelope as u8; size - 49];
        let items = self.chain.devices().iter().map(|device| {
            let id = envelope_id(envelope);
            let key = delivery::mailbox_key(&self.secret, &device.mailbox, 1);
            let header = vec![7; 49];
            let tag = delivery::put_tag(&key, relay, &device.mailbox, &id, flags, &header, &body);
            proto::PutItem {
                mailbox: device.mailbox.to_vec(),
                envelope_id: id.to_vec(),
                header,
                slot: vec![1; 8],
                tag: tag.to_vec(),
            }
        });
        proto::Put {
            account: self.account().to_vec(),
            head: Some(self.chain.head().into()),
            items: items.collect(),
            body: body.clone(),
            ephemeral: flags.ephemeral,
            urgent: flags.urgent,
            ttl_seconds: 0,
        }
    }
}

/// The id that a test calls by this number.
pub fn envelope_id(number: u32) -> EnvelopeId {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    EnvelopeId::new(id)
}
