//! Bundles that a relay should not be able to pass off.

use sotto_wire::bundle::{LABEL, transcript};
use sotto_wire::sign;

use super::border::bad_keys;
use super::*;

/// Bob signs what he is made to sign.
fn signed(bob: &Party, mut bundle: DeviceBundle) -> DeviceBundle {
    let keys = bundle.keys.as_mut().unwrap();
    keys.signed_signature = bob
        .keys
        .identity_sign(&keys.signed_key, &mut Random::seeded(7))
        .unwrap();
    keys.last_resort_signature = bob
        .keys
        .identity_sign(&keys.last_resort_key, &mut Random::seeded(7))
        .unwrap();
    keys.signature = sign::sign(
        bob.keys.signer(),
        LABEL,
        &[&transcript(&bob.keys.mailbox(), keys)],
    )
    .to_vec();
    bundle
}

fn refused(alice: &Party, bob: &Party, bundle: &DeviceBundle, expected: Fault) {
    let rows = alice.rows();
    assert_eq!(alice.start(&bob.peer(), bundle), Err(fault(expected)));
    assert_eq!(alice.rows(), rows);
}

#[test]
fn every_signature_holds() {
    let (alice, bob, published) = two();
    let honest = bundle(&bob, &published, Some(0));
    type Change = fn(&mut DeviceBundle);
    let changes: [Change; 9] = [
        |bundle| bundle.keys.as_mut().unwrap().signature[3] ^= 1,
        |bundle| bundle.keys.as_mut().unwrap().signed_signature[3] ^= 1,
        |bundle| bundle.keys.as_mut().unwrap().signed_id += 1,
        |bundle| bundle.keys.as_mut().unwrap().last_resort_id += 1,
        |bundle| bundle.keys.as_mut().unwrap().generation += 1,
        |bundle| bundle.one_time_kem.as_mut().unwrap().signature[3] ^= 1,
        |bundle| bundle.one_time_kem.as_mut().unwrap().key[9] ^= 1,
        |bundle| bundle.mailbox[0] ^= 1,
        |bundle| bundle.keys = None,
    ];
    for change in changes {
        let mut changed = honest.clone();
        change(&mut changed);
        refused(&alice, &bob, &changed, Fault::BadBundle);
    }
    alice.start(&bob.peer(), &honest).unwrap();
}

#[test]
fn an_older_generation_is_refused() {
    let (alice, bob, first) = two();
    let second = bob.publish(2);
    alice
        .start(&bob.peer(), &bundle(&bob, &second, None))
        .unwrap();
    refused(
        &alice,
        &bob,
        &bundle(&bob, &first, Some(0)),
        Fault::StaleBundle,
    );
    alice
        .start(&bob.peer(), &bundle(&bob, &second, Some(0)))
        .unwrap();
}

#[test]
fn the_keys_are_ones_that_may_be_computed_with() {
    let (alice, bob, published) = two();
    let honest = bundle(&bob, &published, Some(0));
    for key in bad_keys(&bob.keys.identity_key()) {
        let mut changed = honest.clone();
        changed.keys.as_mut().unwrap().signed_key = key.clone();
        refused(&alice, &bob, &signed(&bob, changed), Fault::NotCanonical);
        let mut changed = honest.clone();
        changed.one_time.as_mut().unwrap().key = key;
        refused(&alice, &bob, &changed, Fault::NotCanonical);
    }
    for key in [
        Vec::new(),
        vec![8; 1_568],
        vec![8; 1_570],
        vec![7; 1_569],
        vec![10; 1_569],
    ] {
        let mut changed = honest.clone();
        changed.keys.as_mut().unwrap().last_resort_key = key.clone();
        refused(&alice, &bob, &signed(&bob, changed), Fault::NotCanonical);
        let mut changed = honest.clone();
        changed.one_time_kem.as_mut().unwrap().key = key;
        refused(&alice, &bob, &changed, Fault::NotCanonical);
    }
}

/// The relay gives Carol's bundle, re-signed by whoever it likes, for Bob's device.
#[test]
fn the_identity_is_the_chains() {
    let (alice, bob, published) = two();
    let carol = Party::new(3);
    let of_carol = carol.publish(1);
    refused(
        &alice,
        &bob,
        &bundle(&carol, &of_carol, Some(0)),
        Fault::BadBundle,
    );
    let mut posing = bundle(&carol, &of_carol, Some(0));
    posing.mailbox = bob.keys.mailbox().to_vec();
    refused(&alice, &bob, &posing, Fault::BadBundle);
    // Even Bob's signing key cannot speak for another identity key.
    let keys = posing.keys.as_mut().unwrap();
    keys.signature = sign::sign(
        bob.keys.signer(),
        LABEL,
        &[&transcript(&bob.keys.mailbox(), keys)],
    )
    .to_vec();
    refused(&alice, &bob, &posing, Fault::BadBundle);
    alice
        .start(&bob.peer(), &bundle(&bob, &published, Some(0)))
        .unwrap();
}

#[test]
fn no_session_with_ourselves() {
    let (_, bob, published) = two();
    bob.meet(&bob.peer());
    refused(
        &bob,
        &bob,
        &bundle(&bob, &published, None),
        Fault::FromOurselves,
    );
}
