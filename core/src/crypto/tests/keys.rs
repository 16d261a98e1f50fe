//! Device and recovery keys.

use sotto_wire::ids::MailboxId;
use sotto_wire::proto::DeviceEntry;
use sotto_wire::sign;

use super::border::{bad_keys, low_order};
use super::*;
use crate::crypto::Recovery;
use crate::crypto::border::key::{agreement_key, identity_key};

#[test]
fn a_device_is_what_its_secrets_say() {
    let keys = DeviceKeys::generate(&mut Random::seeded(1)).unwrap();
    let (identity, signing) = keys.secrets();
    let again = DeviceKeys::from_secrets(&identity, signing.as_slice()).unwrap();
    assert_eq!(again.mailbox(), keys.mailbox());
    assert_eq!(again.identity_key(), keys.identity_key());
    assert_eq!(again.signing_key(), keys.signing_key());
    assert_eq!(again.secrets(), (identity, signing));
    assert_eq!(
        keys.mailbox(),
        MailboxId::from_keys(&keys.signing_key(), &keys.identity_key())
    );
    assert_ne!(
        keys.mailbox(),
        DeviceKeys::generate(&mut Random::seeded(2))
            .unwrap()
            .mailbox()
    );
    assert!(matches!(
        DeviceKeys::from_secrets(&[1; 31], &[1; 32]),
        Err(CryptoError::Bug(_))
    ));
    assert!(matches!(
        DeviceKeys::from_secrets(&[1; 32], &[1; 33]),
        Err(CryptoError::Bug(_))
    ));
}

#[test]
fn a_device_proves_both_keys() {
    let keys = DeviceKeys::generate(&mut Random::seeded(1)).unwrap();
    for account in [None, Some(AccountId::new([9; 32]))] {
        let device = keys
            .prove(account.as_ref(), &mut Random::seeded(2))
            .unwrap();
        let entry = DeviceEntry::decode(device.entry.as_slice()).unwrap();
        assert_eq!(entry.signing_key, keys.signing_key());
        assert_eq!(entry.identity_key, keys.identity_key());
        let account = account.as_ref();
        sign::verify_device_proof(
            &keys.signing_key(),
            account,
            &device.entry,
            &device.signing_proof,
        )
        .unwrap();
        sign::verify_identity_proof(
            &keys.identity_key(),
            account,
            &device.entry,
            &device.identity_proof,
        )
        .unwrap();
    }
}

#[test]
fn recovery_keys_come_from_the_seed_alone() {
    let recovery = Recovery::from_seed(&[7; 32]).unwrap();
    let again = Recovery::from_seed(recovery.seed()).unwrap();
    assert_eq!(again.public(), recovery.public());
    assert_eq!(
        again.backup_public().unwrap(),
        recovery.backup_public().unwrap()
    );
    assert_eq!(hex(&recovery.public()), PUBLIC_OF_SEVENS);
    assert_eq!(hex(&recovery.backup_public().unwrap()), BACKUP_OF_SEVENS);
    assert_ne!(
        Recovery::generate(&mut Random::seeded(1)).unwrap().public(),
        recovery.public()
    );
    sign::check_signing_key(&recovery.public()).unwrap();
}

/// Changing how keys are derived would make everybody's words worthless.
const PUBLIC_OF_SEVENS: &str = "88dd262ed6429566961171b01e790214a78819440b20b0e15821137734a49ebe";
const BACKUP_OF_SEVENS: &str = "c8eb8f1fdbc47b7263d03553640976cc5ba03df325ece15cf9ac1d54c3f17d36";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn keys_that_may_not_be_computed_with() {
    let good = DeviceKeys::generate(&mut Random::seeded(1))
        .unwrap()
        .identity_key();
    assert_eq!(agreement_key(&good), Ok(good));
    assert_eq!(identity_key(&good), Ok(good));
    for key in bad_keys(&good) {
        assert_eq!(agreement_key(&key), Err(Fault::NotCanonical), "{key:?}");
        assert_eq!(identity_key(&key), Err(Fault::NotCanonical), "{key:?}");
    }
}

/// The table is complete: with each of these an agreement gives zero.
#[test]
fn low_order_keys_agree_on_nothing() {
    let private = libsignal_protocol::PrivateKey::deserialize(&[9; 32]).unwrap();
    for key in low_order() {
        let public = libsignal_protocol::PublicKey::deserialize(&key).unwrap();
        assert_eq!(
            private.calculate_agreement(&public).unwrap().as_ref(),
            [0; 32],
            "{key:?}"
        );
    }
}
