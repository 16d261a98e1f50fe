//! The attacker's way to relays: login, keys, mail.

use libsignal_protocol::{
    DeviceId as SignalDevice, GenericSignedPreKey, KeyPair, KyberPreKeyRecord, KyberPreKeyStore,
    PreKeyBundle, PublicKey, SignedPreKeyRecord, SignedPreKeyStore, Timestamp, kem,
    process_prekey_bundle,
};
use rand09::RngCore;
use sotto_content::link::ContactLink;
use sotto_core::testing::ConnKind;
use sotto_wire::chain::Chain;
use sotto_wire::delivery::{self, PutFlags, ReadVerb};
use sotto_wire::ids::{EnvelopeId, Head, MailboxId};
use sotto_wire::login::{self, Binding};
use sotto_wire::proto::{
    self, Credential, DeviceBundle, Lane, PutItem, client_frame::Verb, relay_frame::Answer,
};
use sotto_wire::{bundle, sign};

use super::letter::{address, finish};
use super::{Attacker, Target};
use crate::world::{RelayId, World};

/// Names the attacker's link at its relay.
pub(super) const SLOT: [u8; 8] = [3; 8];
/// The link's token.
pub(super) const SECRET: [u8; 32] = [4; 32];

impl Attacker {
    /// Logs in, publishes keys and a link.
    pub(super) fn log_in(&mut self, world: &mut World) {
        let mut line = world.dial(self.relay, ConnKind::Device);
        self.boot += 1;
        let client_nonce = [9; 32];
        let transcript = login::challenge(
            &line.key,
            &line.nonce,
            &client_nonce,
            &Binding::Loopback,
            self.boot,
            &self.keys.mailbox,
        );
        let login = proto::Login {
            mailbox: self.keys.mailbox.to_vec(),
            client_nonce: client_nonce.to_vec(),
            mode: 0,
            boot: self.boot,
            signature: sign::sign(&self.keys.signing, login::LOGIN_LABEL, &[&transcript]).to_vec(),
            ticket: Vec::new(),
            cursor: None,
            head: Some(self.chain.head().into()),
            protocol: 1,
        };
        let answers = world.say(&mut line, Verb::Login(login));
        assert!(
            matches!(answers.first(), Some(Answer::LoggedIn(_))),
            "{answers:?}"
        );
        let publish = proto::PublishKeys {
            keys: Some(self.signed_keys()),
            ..Default::default()
        };
        world.say(&mut line, Verb::PublishKeys(publish));
        world.say(&mut line, Verb::SetSlots(self.slots()));
        self.line = Some(line);
    }

    /// Publishes keys anew, after somebody has changed them.
    pub fn publish(&mut self, world: &mut World, change: impl FnOnce(&mut proto::SignedKeys)) {
        let mut keys = self.signed_keys();
        keys.generation = 2;
        change(&mut keys);
        let transcript = bundle::transcript(&self.keys.mailbox, &keys);
        keys.signature = sign::sign(&self.keys.signing, bundle::LABEL, &[&transcript]).to_vec();
        let publish = proto::PublishKeys {
            keys: Some(keys),
            ..Default::default()
        };
        let line = self.line.as_mut().expect("logged in");
        let answers = world.say(line, Verb::PublishKeys(publish));
        assert!(
            answers
                .iter()
                .any(|answer| matches!(answer, Answer::Done(_))),
            "{answers:?}"
        );
    }

    /// An identity key's signature over a pre-key, as bundles carry it.
    pub fn sign_key(&mut self, key: &[u8]) -> Vec<u8> {
        let signature = self
            .keys
            .identity
            .private_key()
            .calculate_signature(key, &mut self.random);
        signature.expect("a signature").into_vec()
    }

    fn signed_keys(&mut self) -> proto::SignedKeys {
        let (signed, kyber) = (
            KeyPair::generate(&mut self.random),
            kem::KeyPair::generate(kem::KeyType::Kyber1024, &mut self.random),
        );
        let (signed_key, kyber_key) = (
            signed.public_key.serialize().into_vec(),
            kyber.public_key.serialize().into_vec(),
        );
        let (signed_signature, kyber_signature) =
            (self.sign_key(&signed_key), self.sign_key(&kyber_key));
        let at = Timestamp::from_epoch_millis(0);
        let record = SignedPreKeyRecord::new(1.into(), at, &signed, &signed_signature);
        finish(self.store.save_signed_pre_key(1.into(), &record)).expect("stored");
        let record = KyberPreKeyRecord::new(2.into(), at, &kyber, &kyber_signature);
        finish(self.store.save_kyber_pre_key(2.into(), &record)).expect("stored");
        let mut keys = proto::SignedKeys {
            generation: 1,
            signed_id: 1,
            signed_key,
            signed_signature,
            last_resort_id: 2,
            last_resort_key: kyber_key,
            last_resort_signature: kyber_signature,
            signature: Vec::new(),
        };
        let transcript = bundle::transcript(&self.keys.mailbox, &keys);
        keys.signature = sign::sign(&self.keys.signing, bundle::LABEL, &[&transcript]).to_vec();
        keys
    }

    fn slots(&self) -> proto::SetSlots {
        let keys = self.chain.devices().iter().map(|device| proto::MailboxKey {
            mailbox: device.mailbox.to_vec(),
            key: delivery::mailbox_key(&SECRET, &device.mailbox, 0).to_vec(),
        });
        proto::SetSlots {
            version: 1,
            slots: vec![proto::Slot {
                id: SLOT.to_vec(),
                lane: Lane::Links.into(),
                read_key: delivery::read_key(&SECRET, &self.account(), 0).to_vec(),
                keys: keys.collect(),
                retiring: false,
            }],
        }
    }

    /// Reads a chain by a link.
    pub(super) fn read_chain(
        &self,
        world: &mut World,
        relay: RelayId,
        link: &ContactLink,
    ) -> Chain {
        let Answer::Chain(chain) = ask_for_chain(world, relay, link) else {
            panic!("no chain")
        };
        Chain::verify(&chain.statements).expect("a chain")
    }

    /// Reads a target's chain by the link that it once gave.
    pub fn read(&mut self, world: &mut World, target: &Target) -> Answer {
        ask_for_chain(world, target.relay, &target.link)
    }

    /// Takes a bundle of a target's first device; one-time keys in it are used up.
    pub fn take_bundle(&mut self, world: &mut World, target: &Target) -> DeviceBundle {
        let mut line = world.dial(target.relay, ConnKind::Anonymous);
        let get = proto::GetBundles {
            account: target.account().to_vec(),
            mailboxes: vec![target.mailbox().to_vec()],
            credential: Some(credential(&target.link, &line.nonce, ReadVerb::Bundles)),
        };
        let answers = world.say(&mut line, Verb::GetBundles(get));
        let Some(Answer::Bundles(bundles)) = answers.into_iter().next() else {
            panic!("no bundles")
        };
        bundles.bundles.into_iter().next().expect("a bundle")
    }

    /// Founds a session with a target's first device.
    pub fn found_session(&mut self, world: &mut World, target: &Target) {
        let bundle = self.take_bundle(world, target);
        let bundle = signal_bundle(&bundle, &target.chain.devices()[0].identity_key);
        let now = std::time::UNIX_EPOCH + std::time::Duration::from_millis(world.now());
        finish(process_prekey_bundle(
            &address(&target.mailbox()),
            &mut self.store.session_store,
            &mut self.store.identity_store,
            &bundle,
            now,
            &mut self.random,
        ))
        .expect("a session");
    }

    /// Puts sealed bytes into a target's first mailbox, by its link.
    pub fn put(&mut self, world: &mut World, target: &Target, sealed: &[u8]) -> Answer {
        let mut id = [0; 16];
        self.random.fill_bytes(&mut id);
        self.put_as(world, target, EnvelopeId::new(id), sealed)
    }

    /// The same under a chosen envelope id.
    pub fn put_as(
        &mut self,
        world: &mut World,
        target: &Target,
        id: EnvelopeId,
        sealed: &[u8],
    ) -> Answer {
        put(
            world,
            target,
            &target.mailbox(),
            target.chain.head(),
            id,
            sealed,
        )
    }

    /// What has come for it.
    pub fn mail(&mut self, world: &mut World) -> Vec<proto::Envelope> {
        let line = self.line.as_ref().expect("logged in");
        for answer in world.hear(line) {
            if let Answer::Delivery(delivery) = answer {
                self.waiting.extend(delivery.envelopes);
            }
        }
        std::mem::take(&mut self.waiting)
    }
}

fn put(
    world: &mut World,
    target: &Target,
    mailbox: &MailboxId,
    head: Head,
    id: EnvelopeId,
    sealed: &[u8],
) -> Answer {
    let mut line = world.dial(target.relay, ConnKind::Anonymous);
    let key = delivery::mailbox_key(&target.link.token, mailbox, 0);
    let tag = delivery::put_tag(
        &key,
        &line.key,
        mailbox,
        &id,
        PutFlags::default(),
        sealed,
        &[],
    );
    let item = PutItem {
        mailbox: mailbox.to_vec(),
        envelope_id: id.to_vec(),
        header: sealed.to_vec(),
        slot: target.link.slot.to_vec(),
        tag: tag.to_vec(),
    };
    let put = proto::Put {
        account: target.account().to_vec(),
        head: Some(head.into()),
        items: vec![item],
        ..Default::default()
    };
    let answers = world.say(&mut line, Verb::Put(put));
    answers.into_iter().next().expect("an answer to a put")
}

fn ask_for_chain(world: &mut World, relay: RelayId, link: &ContactLink) -> Answer {
    let mut line = world.dial(relay, ConnKind::Anonymous);
    let get = proto::GetChain {
        account: link.account.to_vec(),
        since: None,
        credential: Some(credential(link, &line.nonce, ReadVerb::Chain)),
    };
    let answers = world.say(&mut line, Verb::GetChain(get));
    answers.into_iter().next().expect("an answer to a read")
}

fn credential(link: &ContactLink, nonce: &[u8; 32], verb: ReadVerb) -> Credential {
    let key = delivery::read_key(&link.token, &link.account, 0);
    let tag = delivery::read_tag(&key, &link.relay_key, nonce, verb, &link.account);
    Credential {
        slot: link.slot.to_vec(),
        tag: tag.to_vec(),
    }
}

fn signal_bundle(bundle: &DeviceBundle, identity_key: &[u8; 33]) -> PreKeyBundle {
    let keys = bundle.keys.as_ref().expect("signed keys");
    let curve = |bytes: &[u8]| PublicKey::deserialize(bytes).expect("a key");
    let (kem_id, kem_key, kem_signature) = match &bundle.one_time_kem {
        Some(key) => (key.id, &key.key, &key.signature),
        None => (
            keys.last_resort_id,
            &keys.last_resort_key,
            &keys.last_resort_signature,
        ),
    };
    PreKeyBundle::new(
        1,
        SignalDevice::new(1).expect("device 1"),
        bundle
            .one_time
            .as_ref()
            .map(|key| (key.id.into(), curve(&key.key))),
        keys.signed_id.into(),
        curve(&keys.signed_key),
        keys.signed_signature.clone(),
        kem_id.into(),
        kem::PublicKey::deserialize(kem_key).expect("a KEM key"),
        kem_signature.clone(),
        libsignal_protocol::IdentityKey::decode(identity_key).expect("an identity key"),
    )
    .expect("a bundle")
}
