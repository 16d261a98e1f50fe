//! Keys, not addresses, are what libsignal authenticates: who is who comes from the verified chain.

use super::*;

#[test]
fn the_key_must_be_the_one_that_the_chain_names() {
    let (alice, bob, _) = talking();
    let sealed = alice.seal(&bob.peer(), b"x").unwrap();
    let carol = Party::new(3);
    for claimed in [
        carol.peer(),
        Peer {
            identity_key: carol.keys.identity_key(),
            ..alice.peer()
        },
        Peer {
            mailbox: carol.keys.mailbox(),
            ..alice.peer()
        },
        Peer {
            account: carol.account,
            ..alice.peer()
        },
    ] {
        bob.meet(&carol.peer());
        assert_eq!(bob.open(&claimed, &sealed), Err(fault(Fault::Untrusted)));
    }
    assert_eq!(bob.open(&alice.peer(), &sealed).unwrap(), b"x");
}

/// Mallory lists Bob's identity key as her device's and passes on to Bob what Alice seals to her.
/// The ratchet opens it, for it was Bob's keys all along; what tells it apart is the binding inside,
/// which the caller compares. And Alice's chains refuse a key that belongs to somebody else.
#[test]
fn a_forwarded_envelope_opens_and_says_whom_it_was_for() {
    let (alice, bob, published) = two();
    let mallory = Party::new(3);
    let listed = Peer {
        identity_key: bob.keys.identity_key(),
        ..mallory.peer()
    };
    let fresh = Party::new(1);
    fresh.meet(&listed);
    let mut stolen = bundle(&bob, &published, Some(0));
    stolen.mailbox = listed.mailbox.to_vec();
    assert_eq!(fresh.start(&listed, &stolen), Err(fault(Fault::BadBundle)));
    let keys = stolen.keys.as_mut().unwrap();
    let transcript = sotto_wire::bundle::transcript(&listed.mailbox, keys);
    keys.signature = sotto_wire::sign::sign(
        mallory.keys.signer(),
        sotto_wire::bundle::LABEL,
        &[&transcript],
    )
    .to_vec();
    fresh.start(&listed, &stolen).unwrap();
    let sealed = fresh.seal(&listed, b"binding: to mallory").unwrap();
    assert_eq!(
        bob.open(&alice.peer(), &sealed).unwrap(),
        b"binding: to mallory"
    );
    // Alice herself holds Bob's key under Bob's name, and can hold it under no other.
    let row = DeviceRow {
        mailbox: listed.mailbox,
        account: listed.account,
        signing_key: listed.signing_key,
        identity_key: listed.identity_key,
        active: true,
        heard_at: 0,
    };
    assert!(
        alice
            .store
            .write(move |tx| chains::put_device(tx, &row))
            .is_err()
    );
}

#[test]
fn a_removed_device_neither_gets_nor_says_anything() {
    let (alice, bob, published) = talking();
    let sealed = alice.seal(&bob.peer(), b"x").unwrap();
    bob.hold(&alice.peer(), false);
    assert_eq!(
        bob.open(&alice.peer(), &sealed),
        Err(fault(Fault::Untrusted))
    );
    assert_eq!(bob.seal(&alice.peer(), b"x"), Err(fault(Fault::Untrusted)));
    alice.hold(&bob.peer(), false);
    assert_eq!(
        alice.start(&bob.peer(), &bundle(&bob, &published, Some(1))),
        Err(fault(Fault::Untrusted))
    );
    let (peer, header, now) = (bob.peer(), alice.header(), alice.now.get());
    let answer = alice
        .write(move |tx, random, keys| seal_plaintext(tx, random, keys, &peer, &header, b"x", now));
    assert_eq!(answer, Err(fault(Fault::Untrusted)));
}

/// A retry request has no ratchet that would tell: whoever can seal can write Alice's name on it.
#[test]
fn what_is_under_no_ratchet_is_from_the_key_that_sealed_it() {
    let (alice, bob, _) = two();
    let mallory = Party::new(3);
    mallory.meet(&bob.peer());
    bob.meet(&mallory.peer());
    let request =
        |from: &Party| from.forge(&bob.peer(), CiphertextMessageType::Plaintext, b"\xc0x\x80");
    let posing = Party {
        account: alice.account,
        ..mallory
    };
    let uuid = alice.keys.mailbox().to_uuid_string();
    let certificate = super::seals::named(&posing.keys.identity_key(), Some(&uuid), 1, None);
    let posed = posing.forge_as(
        &bob.peer(),
        CiphertextMessageType::Plaintext,
        b"\xc0x\x80",
        certificate,
    );
    assert_eq!(bob.unseal(&posed).unwrap().sender, alice.keys.mailbox());
    for sealed in [posed, request(&posing)] {
        assert_eq!(
            bob.body(&alice.peer(), &sealed),
            Err(fault(Fault::Untrusted))
        );
    }
    let honest = request(&alice);
    assert_eq!(bob.body(&alice.peer(), &honest).unwrap(), b"x");
    let other_account = Peer {
        account: AccountId::new([3; 32]),
        ..alice.peer()
    };
    assert_eq!(
        bob.body(&other_account, &honest),
        Err(fault(Fault::Untrusted))
    );
    bob.hold(&alice.peer(), false);
    assert_eq!(
        bob.body(&alice.peer(), &honest),
        Err(fault(Fault::Untrusted))
    );
}

/// A session is used with the device that it was founded with and with no other.
#[test]
fn a_session_belongs_to_the_key_it_was_founded_with() {
    let (alice, bob, _) = talking();
    let carol = Party::new(3);
    carol.meet(&bob.peer());
    bob.meet(&carol.peer());
    let (of, to) = (alice.keys.mailbox(), carol.keys.mailbox());
    bob.write(move |tx, _, _| {
        let record = sessions::load(tx, &of)?.unwrap();
        Ok(sessions::store(tx, &to, &record)?)
    })
    .unwrap();
    let message = forged::Whisper::new(carol.keys.identity_key().to_vec(), 0);
    let sealed = carol.forge(
        &bob.peer(),
        CiphertextMessageType::Whisper,
        &message.bytes(),
    );
    assert_eq!(
        bob.open(&carol.peer(), &sealed),
        Err(fault(Fault::Untrusted))
    );
    assert_eq!(bob.seal(&carol.peer(), b"x"), Err(fault(Fault::Untrusted)));
}

#[test]
fn an_unknown_device_does_not_either() {
    let (alice, bob, published) = two();
    let carol = Party::new(3);
    carol.meet(&bob.peer());
    carol
        .start(&bob.peer(), &bundle(&bob, &published, Some(0)))
        .unwrap();
    let sealed = carol.seal(&bob.peer(), b"x").unwrap();
    let rows = bob.rows();
    assert_eq!(
        bob.open(&carol.peer(), &sealed),
        Err(fault(Fault::Untrusted))
    );
    assert_eq!(bob.rows(), rows);
    assert_eq!(
        alice.start(&carol.peer(), &bundle(&carol, &carol.publish(1), None)),
        Err(fault(Fault::Untrusted))
    );
}

/// The identity inside a first message is the sender's, or somebody replays another's.
#[test]
fn a_first_message_is_the_sealers_own() {
    let (alice, bob, published) = two();
    let carol = Party::new(3);
    carol.meet(&bob.peer());
    bob.meet(&carol.peer());
    alice
        .start(&bob.peer(), &bundle(&bob, &published, Some(0)))
        .unwrap();
    let contents = bob
        .unseal(&alice.seal(&bob.peer(), b"x").unwrap())
        .unwrap()
        .contents;
    let sealed = carol.forge(&bob.peer(), CiphertextMessageType::PreKey, &contents);
    assert_eq!(
        bob.open(&carol.peer(), &sealed),
        Err(fault(Fault::Untrusted))
    );
}
