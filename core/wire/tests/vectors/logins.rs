//! What relay and device sign to each other.

use ed25519_dalek::SigningKey;
use prost::Message;
use sotto_wire::checkpoint::Checkpoint;
use sotto_wire::ids::{Head, RelayKey};
use sotto_wire::login::{self, Binding};
use sotto_wire::proto::{ChannelBinding, RegistrationPolicy, ServerInfo};
use sotto_wire::{bundle, checkpoint, proto, sign};

use crate::load::{Case, File};

/// Transcript, public key and signature of a case that is signed.
pub fn signed(case: &Case<'_>, label: &[u8], covered: &[u8]) {
    let name = case.text("name");
    assert_eq!(
        [label, covered].concat(),
        case.bytes("transcript"),
        "{name}"
    );
    let key = SigningKey::from_bytes(&case.array("seed"));
    let public = key.verifying_key().to_bytes();
    assert_eq!(public.as_slice(), case.bytes("public"), "{name}");
    let signature = sign::sign(&key, label, &[covered]);
    assert_eq!(signature.as_slice(), case.bytes("signature"), "{name}");
    sign::verify(&public, label, &[covered], &signature).unwrap();
}

fn server_info(case: Case<'_>) -> ServerInfo {
    ServerInfo {
        relay_key: case.bytes("relay_key"),
        protocol_min: case.small("protocol_min"),
        protocol_max: case.small("protocol_max"),
        binding: ChannelBinding::from_str_name(case.text("binding"))
            .unwrap_or_default()
            .into(),
        host: case.text("host").into(),
        registration: RegistrationPolicy::from_str_name(case.text("registration"))
            .unwrap_or_default()
            .into(),
        notice: case.text("notice").into(),
        contact: case.text("contact").into(),
    }
}

#[test]
fn bindings_to_hosts() {
    for case in File::read("logins.json").cases("host_binding") {
        let (mode, bound) = Binding::host(case.text("host")).parts();
        assert_eq!(mode, 2);
        assert_eq!(bound.as_slice(), case.bytes("binding"));
    }
}

#[test]
fn greetings() {
    for case in File::read("logins.json").cases("server_info") {
        let info = case.part("server_info", server_info).unwrap();
        let bytes = info.encode_to_vec();
        assert_eq!(bytes, case.bytes("info"));
        signed(&case, login::SERVER_INFO_LABEL, &bytes);
    }
}

#[test]
fn registrations() {
    for case in File::read("logins.json").cases("registration") {
        let covered = login::registration(
            &case.array::<32>("relay_key").into(),
            &case.array("relay_nonce"),
            &case.array::<32>("account").into(),
            &case.array::<32>("head_hash").into(),
        );
        signed(&case, login::REGISTER_LABEL, &covered);
    }
}

#[test]
fn logins_and_answers() {
    let file = File::read("logins.json");
    for case in file.cases("login") {
        let binding = match case.number("mode") {
            0 => Binding::Loopback,
            2 => Binding::Host(case.array("binding")),
            mode => panic!("mode {mode}"),
        };
        let covered = login::challenge(
            &case.array::<32>("relay_key").into(),
            &case.array("relay_nonce"),
            &case.array("client_nonce"),
            &binding,
            case.number("boot"),
            &case.array::<16>("mailbox").into(),
        );
        signed(&case, login::LOGIN_LABEL, &covered);
    }
    for case in file.cases("login_answer") {
        let covered = login::answer(
            &case.array("relay_nonce"),
            &case.array("client_nonce"),
            case.number("boot"),
            &case.array::<16>("mailbox").into(),
        );
        signed(&case, login::ANSWER_LABEL, &covered);
    }
}

#[test]
fn checkpoints() {
    for case in File::read("logins.json").cases("checkpoint") {
        let given = case
            .part("checkpoint", |part| Checkpoint {
                relay: part.array::<32>("relay_key").into(),
                account: part.array::<32>("account").into(),
                head: part
                    .part("head", |head| Head {
                        epoch: head.small("epoch"),
                        seq: head.small("seq"),
                        hash: head.array::<32>("hash").into(),
                    })
                    .unwrap(),
                hour: part.number("hour"),
            })
            .unwrap();
        let key = SigningKey::from_bytes(&case.array("seed"));
        let word = given.sign(&key);
        assert_eq!(word.checkpoint, case.bytes("bytes"));
        assert_eq!(word.signature, case.bytes("signature"));
        signed(&case, checkpoint::LABEL, &word.checkpoint);
        let relay = RelayKey::new(key.verifying_key().to_bytes());
        assert_eq!(Checkpoint::verify(&word, &relay), Ok(given));
    }
}

#[test]
fn bundles() {
    for case in File::read("keys.json").cases("bundle") {
        let keys = proto::SignedKeys {
            generation: case.number("generation"),
            signed_id: case.small("signed_id"),
            signed_key: case.bytes("signed_key"),
            last_resort_id: case.small("last_resort_id"),
            last_resort_key: case.bytes("last_resort_key"),
            ..Default::default()
        };
        let covered = bundle::transcript(&case.array::<16>("mailbox").into(), &keys);
        signed(&case, bundle::LABEL, &covered);
    }
}
