//! Which keys and signatures hold, and the proofs that only given randomness makes the same twice.

use ed25519_dalek::SigningKey;
use libsignal_core::curve::PrivateKey;
use rand09::{CryptoRng, RngCore};
use sotto_wire::ids::MailboxId;
use sotto_wire::sign;

use crate::load::File;

/// Randomness that is given.
struct Given(Vec<u8>);

impl RngCore for Given {
    fn next_u32(&mut self) -> u32 {
        unreachable!("libsignal asks for bytes")
    }

    fn next_u64(&mut self) -> u64 {
        unreachable!("libsignal asks for bytes")
    }

    fn fill_bytes(&mut self, to: &mut [u8]) {
        to.copy_from_slice(&self.0.drain(..to.len()).collect::<Vec<u8>>());
    }
}

impl CryptoRng for Given {}

/// An XEdDSA signature.
pub fn xeddsa(private: &[u8], message: &[u8], random: Vec<u8>) -> Vec<u8> {
    let private = PrivateKey::deserialize(private).unwrap();
    let signature = private.calculate_signature(message, &mut Given(random));
    signature.unwrap().into_vec()
}

/// libsignal's public key of a private one, 33 bytes.
pub fn identity_key(private: &[u8]) -> [u8; 33] {
    let public = PrivateKey::deserialize(private)
        .unwrap()
        .public_key()
        .unwrap();
    public.serialize().as_ref().try_into().unwrap()
}

#[test]
fn signatures() {
    let file = File::read("curves.json");
    for case in file.cases("ed25519") {
        let key = SigningKey::from_bytes(&case.array("seed"));
        assert_eq!(
            key.verifying_key().to_bytes(),
            case.array::<32>("public").as_slice()
        );
        let signature = sign::sign(&key, &[], &[&case.bytes("message")]);
        assert_eq!(signature.as_slice(), case.bytes("signature"));
    }
    for case in file.cases("ed25519_verify") {
        let held = sign::verify(
            &case.array("public"),
            &[],
            &[&case.bytes("message")],
            &case.bytes("signature"),
        );
        assert_eq!(held.is_ok(), case.flag("holds"), "{}", case.text("name"));
    }
    for case in file.cases("xeddsa") {
        let (private, message) = (case.bytes("private"), case.bytes("message"));
        assert_eq!(
            identity_key(&private).as_slice(),
            case.bytes("public").as_slice()
        );
        let signature = xeddsa(&private, &message, case.bytes("random"));
        assert_eq!(signature, case.bytes("signature"), "{}", case.text("name"));
    }
}

#[test]
fn keys_that_hold_and_others() {
    let file = File::read("curves.json");
    for case in file.cases("signing_key") {
        let held = sign::check_signing_key(&case.bytes("key")).is_ok();
        assert_eq!(held, case.flag("holds"), "{}", case.text("name"));
    }
    for case in file.cases("identity_key") {
        let held = sign::check_identity_key(&case.bytes("key")).is_ok();
        assert_eq!(held, case.flag("holds"), "{}", case.text("name"));
    }
}

#[test]
fn mailboxes() {
    for case in File::read("names.json").cases("mailbox") {
        let id = MailboxId::from_keys(&case.array("signing_key"), &case.array("identity_key"));
        assert_eq!(id.to_vec(), case.bytes("mailbox"));
        assert_eq!(id.to_uuid_string(), case.text("address"));
        assert_eq!(MailboxId::from_uuid_string(case.text("address")), Some(id));
    }
}
