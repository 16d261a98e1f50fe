//! People with devices, who make statements right and wrong.

mod divergence;
mod kinds;
mod mutation;
mod place;
mod recover;
mod walk;

use ed25519_dalek::SigningKey;
use libsignal_core::curve::KeyPair;
use prost::Message;
use rand_chacha::ChaCha20Rng;
use rand09::{RngCore, SeedableRng};

use super::build::{self, Place, Signer};
use super::{Chain, ChainError, HomeRelay, Intent, Listed, Payload, Reason};
use crate::ids::{AccountId, MailboxId, RelayKey, StatementHash};
use crate::{proto, sign};

/// A device with its private keys.
#[derive(Clone)]
struct Phone {
    secret: SigningKey,
    identity: KeyPair,
    mailbox: MailboxId,
}

impl Phone {
    fn new(number: u64) -> Self {
        let mut random = ChaCha20Rng::seed_from_u64(number);
        let mut seed = [0; 32];
        random.fill_bytes(&mut seed);
        Self::with(
            SigningKey::from_bytes(&seed),
            KeyPair::generate(&mut random),
        )
    }

    fn with(secret: SigningKey, identity: KeyPair) -> Self {
        let identity_key = identity.public_key.serialize().as_ref().try_into().unwrap();
        let mailbox = MailboxId::from_keys(&secret.verifying_key().to_bytes(), &identity_key);
        Self {
            secret,
            identity,
            mailbox,
        }
    }

    fn entry(&self) -> Vec<u8> {
        build::device_entry(
            &self.secret.verifying_key().to_bytes(),
            &self
                .identity
                .public_key
                .serialize()
                .as_ref()
                .try_into()
                .unwrap(),
        )
    }

    fn prove(&self, account: Option<&AccountId>) -> proto::ProvenDevice {
        self.prove_entry(account, self.entry())
    }

    fn prove_entry(&self, account: Option<&AccountId>, entry: Vec<u8>) -> proto::ProvenDevice {
        let mut random = ChaCha20Rng::seed_from_u64(77);
        let transcript = sign::identity_proof_transcript(account, &entry);
        proto::ProvenDevice {
            signing_proof: sign::prove_device(&self.secret, account, &entry).to_vec(),
            identity_proof: self
                .identity
                .calculate_signature(&transcript, &mut random)
                .unwrap()
                .to_vec(),
            entry,
        }
    }

    fn signs(&self) -> Signer<'_> {
        Signer::Device(self.mailbox, &self.secret)
    }
}

/// A recovery key.
fn words(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number; 32])
}

fn public(secret: &SigningKey) -> [u8; 32] {
    secret.verifying_key().to_bytes()
}

/// Device 1 founds an account with recovery key 1.
fn founded() -> (Phone, Chain) {
    let phone = Phone::new(1);
    let genesis = build::genesis(
        phone.prove(None),
        public(&words(1)),
        &[0; 16],
        &phone.secret,
    )
    .unwrap();
    (phone, Chain::verify(&[genesis]).unwrap())
}

/// Devices 1 and 2, in this order.
fn couple() -> (Phone, Phone, Chain) {
    let (one, chain) = founded();
    let two = Phone::new(2);
    let chain = accepted(&chain, &add(&chain, &two, &one));
    (one, two, chain)
}

fn intent(number: u8) -> Intent {
    [number; 16]
}

fn made(chain: &Chain, payload: &Payload, signers: &[Signer<'_>]) -> Vec<u8> {
    let number = u8::try_from(chain.head().seq % 250).unwrap() + 1;
    build::next(chain, payload, &intent(number), signers).unwrap()
}

fn add(chain: &Chain, new: &Phone, by: &Phone) -> Vec<u8> {
    let payload = Payload::Add(new.prove(Some(&chain.account())));
    made(chain, &payload, &[by.signs()])
}

fn remove(chain: &Chain, gone: &Phone, by: &Phone) -> Vec<u8> {
    made(chain, &Payload::Remove(gone.mailbox), &[by.signs()])
}

fn home(chain: &Chain, url: &str, by: &Phone) -> Vec<u8> {
    made(chain, &Payload::Home(vec![relay(url)]), &[by.signs()])
}

fn relay(url: &str) -> HomeRelay {
    HomeRelay {
        url: url.to_owned(),
        relay_key: RelayKey::new(public(&words(200))),
    }
}

fn recover(
    chain: &Chain,
    parent_seq: u32,
    devices: Vec<Listed>,
    key: &SigningKey,
    new_key: &SigningKey,
) -> Vec<u8> {
    let payload = Payload::Recover {
        parent: chain.head_at(parent_seq).unwrap().hash,
        devices,
        recovery_key: public(new_key),
    };
    made(chain, &payload, &[Signer::Recovery(key)])
}

fn known(phone: &Phone) -> Listed {
    Listed::Known(phone.mailbox)
}

fn fresh(phone: &Phone, chain: &Chain) -> Listed {
    Listed::Fresh(phone.prove(Some(&chain.account())))
}

/// Signs a body after `change` has had its way with it.
fn altered(
    chain: &Chain,
    payload: &Payload,
    signers: &[Signer<'_>],
    change: impl FnOnce(&mut proto::Body),
) -> Vec<u8> {
    let bytes = build::body(&Place::after(chain), payload, &intent(9));
    let mut body = proto::Body::decode(bytes.as_slice()).unwrap();
    change(&mut body);
    build::sign_statement(&body.encode_to_vec(), signers)
}

/// Offers a statement after the last one. A newcomer who gets the whole line, a contact who gets
/// the suffix and a database that replays must come to the same result.
fn offer(chain: &Chain, statement: &[u8]) -> Result<Chain, ChainError> {
    let extended = chain.extend(&[statement]);
    let mut line: Vec<&[u8]> = chain.statements().iter().map(AsRef::as_ref).collect();
    line.push(statement);
    assert_eq!(Chain::verify(&line), extended);
    assert_eq!(chain.follow(&line), extended);
    if extended.is_ok() {
        assert_eq!(Chain::trusted(&line), extended);
    }
    extended
}

#[track_caller]
fn accepted(chain: &Chain, statement: &[u8]) -> Chain {
    let next = offer(chain, statement).unwrap();
    assert_eq!(next.statements().last().unwrap().bytes(), statement);
    assert_eq!(next.account(), chain.account());
    next
}

#[track_caller]
fn refused(chain: &Chain, statement: &[u8], reason: Reason) {
    let seq = chain.head().seq + 1;
    assert_eq!(
        offer(chain, statement),
        Err(ChainError::Invalid { seq, reason })
    );
}

fn mailboxes(chain: &Chain) -> Vec<MailboxId> {
    chain
        .devices()
        .iter()
        .map(|device| device.mailbox)
        .collect()
}

fn bytes(chain: &Chain) -> Vec<Vec<u8>> {
    chain
        .statements()
        .iter()
        .map(|statement| statement.bytes().to_vec())
        .collect()
}
