//! Device chains: statements byte for byte, lines and extensions with what is to be said of them.

use std::collections::BTreeSet;

use ed25519_dalek::SigningKey;
use prost::Message;
use sotto_wire::chain::build::{self, Place, Signer};
use sotto_wire::chain::{Chain, ChainError, HomeRelay, Payload, statement_hash};
use sotto_wire::ids::{AccountId, Head, MailboxId, RelayKey};
use sotto_wire::proto::{self, StatementKind};
use sotto_wire::sign;

use crate::curves::{identity_key, xeddsa};
use crate::load::{Case, File};

fn account(case: &Case<'_>) -> Option<AccountId> {
    let bytes = case.bytes("account");
    (!bytes.is_empty()).then(|| AccountId::try_from(bytes.as_slice()).unwrap())
}

fn head(case: Case<'_>) -> Head {
    Head {
        epoch: case.small("epoch"),
        seq: case.small("seq"),
        hash: case.array::<32>("hash").into(),
    }
}

fn statements(file: &File, names: &[&str]) -> Vec<Vec<u8>> {
    names
        .iter()
        .map(|name| file.named("statement", name).bytes("statement"))
        .collect()
}

fn active(chain: &Chain) -> BTreeSet<Vec<u8>> {
    chain
        .devices()
        .iter()
        .map(|device| device.mailbox.to_vec())
        .collect()
}

/// What the vectors call an outcome.
fn named(error: ChainError) -> &'static str {
    match error {
        ChainError::Fork { .. } => "fork",
        ChainError::Rollback => "rollback",
        ChainError::Detached { .. } => "detached",
        ChainError::UnknownCritical { .. } => "update needed",
        ChainError::Invalid { .. } | ChainError::Empty => "invalid",
    }
}

#[test]
fn devices_and_their_proofs() {
    let file = File::read("chains.json");
    for case in file.cases("device") {
        let signing = SigningKey::from_bytes(&case.array("signing_seed"))
            .verifying_key()
            .to_bytes();
        let identity = identity_key(&case.bytes("identity_private"));
        assert_eq!(signing.as_slice(), case.bytes("signing_key"));
        assert_eq!(identity.as_slice(), case.bytes("identity_key"));
        let mailbox = MailboxId::from_keys(&signing, &identity);
        assert_eq!(mailbox.to_vec(), case.bytes("mailbox"));
        assert_eq!(
            build::device_entry(&signing, &identity),
            case.bytes("entry")
        );
    }
    for case in file.cases("proof") {
        let device = file.named("device", case.text("device"));
        let (account, entry) = (account(&case), device.bytes("entry"));
        let account = account.as_ref();
        let transcript = sign::device_proof_transcript(account, &entry);
        assert_eq!(transcript, case.bytes("transcript"));
        let second = sign::identity_proof_transcript(account, &entry);
        assert_eq!(second, case.bytes("identity_transcript"));

        let key = SigningKey::from_bytes(&device.array("signing_seed"));
        let proof = sign::prove_device(&key, account, &entry);
        assert_eq!(proof.as_slice(), case.bytes("signing_proof"));
        let private = device.bytes("identity_private");
        let proof = xeddsa(&private, &second, case.bytes("random"));
        assert_eq!(proof, case.bytes("identity_proof"));
        let identity = device.array("identity_key");
        assert!(sign::verify_identity_proof(&identity, account, &entry, &proof).is_ok());
    }
}

#[test]
fn hashes_of_statements() {
    for case in File::read("chains.json").cases("statement_hash") {
        assert_eq!(
            statement_hash(&case.bytes("body")).to_vec(),
            case.bytes("hash")
        );
    }
}

#[test]
fn statements_byte_for_byte() {
    let file = File::read("chains.json");
    let mut made = BTreeSet::new();
    for case in file.cases("statement") {
        let name = case.text("name");
        let body = case.bytes("body");
        assert_eq!(statement_hash(&body).to_vec(), case.bytes("hash"), "{name}");
        let secrets: Vec<SigningKey> = case
            .texts("by")
            .into_iter()
            .map(|by| SigningKey::from_bytes(&secret(&file, by)))
            .collect();
        let signers: Vec<Signer<'_>> = case
            .texts("by")
            .into_iter()
            .zip(&secrets)
            .map(|(by, secret)| match mailbox(&file, by) {
                Some(mailbox) => Signer::Device(mailbox, secret),
                None => Signer::Recovery(secret),
            })
            .collect();
        let mut statement = build::sign_statement(&body, &signers);
        statement.extend(case.bytes("trailing"));
        assert_eq!(statement, case.bytes("statement"), "{name}");

        if !case.has("body_overrides")
            && let Some(again) = body_again(&body)
        {
            assert_eq!(again, body, "{name}");
            made.insert(case.number("kind"));
        }
    }
    assert_eq!(
        made.into_iter().collect::<Vec<_>>(),
        [1, 2, 3, 4, 5, 6, 7, 8]
    );
}

/// A body taken apart and made again; `None` for kinds without a name and for bad payloads.
fn body_again(bytes: &[u8]) -> Option<Vec<u8>> {
    let body = proto::Body::decode(bytes).unwrap();
    let kind = StatementKind::try_from(i32::try_from(body.kind).unwrap()).ok()?;
    let payload = Payload::from_parts(kind, &body.payload).ok()?;
    let place = Place {
        account: AccountId::try_from(body.account.as_slice()).ok(),
        epoch: body.epoch,
        seq: body.seq,
        prev: body.prev.as_slice().try_into().ok(),
    };
    let intent = body.intent.as_slice().try_into().unwrap();
    Some(build::body(&place, &payload, &intent))
}

/// The Ed25519 seed of a device, or of a recovery key.
fn secret(file: &File, name: &str) -> [u8; 32] {
    file.cases("device")
        .into_iter()
        .find(|case| case.text("name") == name)
        .map_or_else(
            || file.named("recovery", name).array("signing_seed"),
            |device| device.array("signing_seed"),
        )
}

fn mailbox(file: &File, name: &str) -> Option<MailboxId> {
    file.cases("device")
        .into_iter()
        .find(|case| case.text("name") == name)
        .map(|device| device.array::<16>("mailbox").into())
}

#[test]
fn whole_lines() {
    let file = File::read("chains.json");
    for case in file.cases("line") {
        let name = case.text("name");
        let line = statements(&file, &case.texts("statements"));
        let verdict = Chain::verify(&line);
        let said = verdict
            .as_ref()
            .map_or_else(|error| named(*error), |_| "valid");
        assert_eq!(said, case.text("outcome"), "{name}: {verdict:?}");
        let Ok(chain) = verdict else { continue };
        assert_eq!(chain.account().to_vec(), case.bytes("account"), "{name}");
        assert_eq!(Some(chain.head()), case.part("head", head), "{name}");
        let devices = case.many("active").into_iter().collect();
        assert_eq!(active(&chain), devices, "{name}");
        assert_eq!(
            chain.recovery_key().as_slice(),
            case.bytes("recovery_key"),
            "{name}"
        );
        assert_eq!(chain.is_closed(), case.flag("closed"), "{name}");
        let homes = case.list("homes", |home| HomeRelay {
            url: home.text("url").into(),
            relay_key: home.array::<32>("relay_key").into(),
        });
        assert_eq!(chain.homes(), homes, "{name}");
    }
}

#[test]
fn extensions_of_known_lines() {
    let file = File::read("chains.json");
    for case in file.cases("extension") {
        let name = case.text("name");
        let known = Chain::verify(&statements(&file, &case.texts("known"))).unwrap();
        let offered = statements(&file, &case.texts("offered"));
        let verdict = if case.flag("whole") {
            known.follow(&offered)
        } else {
            known.extend(&offered)
        };
        let said = verdict
            .as_ref()
            .map_or_else(|error| named(*error), |_| "longer");
        assert_eq!(said, case.text("outcome"), "{name}: {verdict:?}");
        let after = verdict.unwrap_or(known);
        assert_eq!(Some(after.head()), case.part("head", head), "{name}");
        let devices = case.many("active").into_iter().collect();
        assert_eq!(active(&after), devices, "{name}");
    }
}

#[test]
fn addresses_of_relays() {
    let file = File::read("chains.json");
    let chain = Chain::verify(&statements(&file, &["genesis"])).unwrap();
    let (by, secret) = (mailbox(&file, "A").unwrap(), secret(&file, "A"));
    let secret = SigningKey::from_bytes(&secret);
    let relay_key = RelayKey::new(secret.verifying_key().to_bytes());
    for case in file.cases("url") {
        let url = case.text("url").to_owned();
        let home = Payload::Home(vec![HomeRelay { url, relay_key }]);
        let signer = [Signer::Device(by, &secret)];
        let next = build::next(&chain, &home, &[1; 16], &signer).unwrap();
        let held = chain.extend(&[next]).is_ok();
        assert_eq!(held, case.flag("holds"), "{}", case.text("url"));
    }
}
