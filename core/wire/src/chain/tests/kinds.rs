//! Each kind, where it is right and where it is wrong.

use super::*;

#[test]
fn genesis_founds_an_account_with_one_device() {
    let (phone, chain) = founded();
    assert_eq!(mailboxes(&chain), [phone.mailbox]);
    assert_eq!(chain.account().as_bytes(), chain.head().hash.as_bytes());
    assert_eq!(chain.head().position(), (0, 0));
    assert_eq!(chain.recovery_key(), &public(&words(1)));
    assert!(chain.homes().is_empty());
    assert!(!chain.is_closed());
}

/// Signs a genesis whose body was altered.
fn odd_genesis(change: impl FnOnce(&mut proto::Body)) -> Result<Chain, ChainError> {
    let phone = Phone::new(1);
    let payload = Payload::Genesis {
        device: phone.prove(None),
        recovery_key: public(&words(1)),
    };
    let bytes = build::body(&Place::GENESIS, &payload, &intent(0));
    let mut body = proto::Body::decode(bytes.as_slice()).unwrap();
    change(&mut body);
    Chain::verify(&[build::sign_statement(
        &body.encode_to_vec(),
        &[phone.signs()],
    )])
}

#[test]
fn genesis_has_nothing_before_it() {
    let wrong = |reason: Reason| Err(ChainError::Invalid { seq: 0, reason });
    assert!(odd_genesis(|_| {}).is_ok());
    assert_eq!(
        odd_genesis(|body| body.account = vec![0; 32]),
        wrong(Reason::WrongAccount)
    );
    assert_eq!(
        odd_genesis(|body| body.prev = vec![0; 32]),
        wrong(Reason::WrongPrev)
    );
    assert_eq!(odd_genesis(|body| body.seq = 1), wrong(Reason::WrongSeq));
    assert_eq!(
        odd_genesis(|body| body.epoch = 1),
        wrong(Reason::WrongEpoch)
    );
    assert_eq!(
        odd_genesis(|body| body.kind = 8),
        wrong(Reason::MisplacedGenesis)
    );
    assert_eq!(
        odd_genesis(|body| body.payload.clear()),
        wrong(Reason::Malformed)
    );
    assert_eq!(
        odd_genesis(|body| body.version = 2),
        Err(ChainError::UnknownCritical { seq: 0, kind: 1 })
    );
    assert_eq!(Chain::verify::<&[u8]>(&[]), Err(ChainError::Empty));
}

#[test]
fn genesis_is_signed_by_its_device_and_names_a_recovery_key() {
    let (phone, other) = (Phone::new(1), Phone::new(2));
    let found = |device: proto::ProvenDevice, key: [u8; 32], signers: &[Signer<'_>]| {
        let payload = Payload::Genesis {
            device,
            recovery_key: key,
        };
        let body = build::body(&Place::GENESIS, &payload, &intent(0));
        match Chain::verify(&[build::sign_statement(&body, signers)]) {
            Err(ChainError::Invalid { seq: 0, reason }) => Err(reason),
            Ok(_) => Ok(()),
            Err(other) => panic!("{other}"),
        }
    };
    let key = public(&words(1));
    let own = phone.signs();
    assert_eq!(found(phone.prove(None), key, &[own]), Ok(()));
    assert_eq!(
        found(phone.prove(None), [0; 32], &[own]),
        Err(Reason::BadKey),
        "small order"
    );
    assert_eq!(
        found(phone.prove(None), key, &[other.signs()]),
        Err(Reason::NotSigner)
    );
    let forged = Signer::Device(phone.mailbox, &other.secret);
    assert_eq!(
        found(phone.prove(None), key, &[forged]),
        Err(Reason::BadSignature)
    );
    assert_eq!(
        found(phone.prove(None), key, &[]),
        Err(Reason::WrongSigners)
    );
    assert_eq!(
        found(phone.prove(None), key, &[own, own]),
        Err(Reason::WrongSigners)
    );
    let elsewhere = AccountId::new([7; 32]);
    assert_eq!(
        found(phone.prove(Some(&elsewhere)), key, &[own]),
        Err(Reason::BadProof)
    );
}

#[test]
fn a_chain_has_one_genesis() {
    let (phone, chain) = founded();
    let again = bytes(&chain).remove(0);
    assert_eq!(chain.extend(&[&again]), Ok(chain.clone()));
    let payload = Payload::Genesis {
        device: phone.prove(None),
        recovery_key: public(&words(1)),
    };
    let second = made(&chain, &payload, &[phone.signs()]);
    refused(&chain, &second, Reason::MisplacedGenesis);
}

#[test]
fn add_brings_a_device_at_the_end() {
    let (one, two, chain) = couple();
    assert_eq!(mailboxes(&chain), [one.mailbox, two.mailbox]);
    assert_eq!(chain.device(&two.mailbox).unwrap().since, 1);
    let three = Phone::new(3);
    let chain = accepted(&chain, &add(&chain, &three, &two));
    assert_eq!(mailboxes(&chain), [one.mailbox, two.mailbox, three.mailbox]);
}

#[test]
fn every_ordinary_kind_needs_exactly_one_active_device() {
    let (one, two, chain) = couple();
    let stranger = Phone::new(3);
    let recovery = words(1);
    let chain_account = chain.account();
    for payload in [
        Payload::Add(Phone::new(4).prove(Some(&chain_account))),
        Payload::Remove(one.mailbox),
        Payload::Replace {
            old: one.mailbox,
            new: Phone::new(4).prove(Some(&chain_account)),
        },
        Payload::Home(vec![relay("https://relay.example")]),
        Payload::Close,
        Payload::Other {
            kind: 99,
            critical: false,
            payload: vec![1, 2, 3],
        },
    ] {
        accepted(&chain, &made(&chain, &payload, &[two.signs()]));
        let forged = Signer::Device(two.mailbox, &stranger.secret);
        for (signers, reason) in [
            (vec![stranger.signs()], Reason::NotSigner),
            (vec![forged], Reason::BadSignature),
            (vec![Signer::Recovery(&recovery)], Reason::WrongSigners),
            (vec![], Reason::WrongSigners),
            (vec![one.signs(), two.signs()], Reason::WrongSigners),
            (
                vec![two.signs(), Signer::Recovery(&recovery)],
                Reason::WrongSigners,
            ),
        ] {
            refused(&chain, &made(&chain, &payload, &signers), reason);
        }
    }
}

#[test]
fn a_removed_device_signs_nothing_more() {
    let (one, two, chain) = couple();
    let chain = accepted(&chain, &remove(&chain, &two, &one));
    assert_eq!(mailboxes(&chain), [one.mailbox]);
    assert!(chain.was_ever(&two.mailbox));
    assert!(chain.device(&two.mailbox).is_none());
    let late = home(&chain, "https://relay.example", &two);
    refused(&chain, &late, Reason::NotSigner);
}

#[test]
fn a_device_may_remove_itself_but_not_the_last() {
    let (one, two, chain) = couple();
    let chain = accepted(&chain, &remove(&chain, &two, &two));
    refused(&chain, &remove(&chain, &one, &one), Reason::LastDevice);
    refused(&chain, &remove(&chain, &two, &one), Reason::NoSuchDevice);
    let stranger = Phone::new(3);
    refused(
        &chain,
        &remove(&chain, &stranger, &one),
        Reason::NoSuchDevice,
    );
}

#[test]
fn proofs_are_for_this_account_and_this_entry() {
    let (one, chain) = founded();
    let new = Phone::new(2);
    let other = Phone::new(3);
    let account = chain.account();
    let good = new.prove(Some(&account));
    let elsewhere = AccountId::new([9; 32]);
    let mut swapped_signing = good.clone();
    swapped_signing.signing_proof = other.prove_entry(Some(&account), new.entry()).signing_proof;
    let mut swapped_identity = good.clone();
    swapped_identity.identity_proof = other
        .prove_entry(Some(&account), new.entry())
        .identity_proof;
    let mut none = good.clone();
    none.identity_proof.clear();
    let mut entry = good.clone();
    entry.entry.extend([0x18, 1]);
    for bad in [
        new.prove(None),
        new.prove(Some(&elsewhere)),
        swapped_signing,
        swapped_identity,
        none,
        entry,
    ] {
        for payload in [
            Payload::Add(bad.clone()),
            Payload::Replace {
                old: one.mailbox,
                new: bad.clone(),
            },
        ] {
            let statement = made(&chain, &payload, &[one.signs()]);
            refused(&chain, &statement, Reason::BadProof);
        }
    }
    accepted(&chain, &made(&chain, &Payload::Add(good), &[one.signs()]));
}

#[test]
fn an_entry_may_hold_more_than_is_known_here() {
    let (one, chain) = founded();
    let new = Phone::new(2);
    let mut entry = new.entry();
    entry.extend([0x18, 1]);
    let proven = new.prove_entry(Some(&chain.account()), entry);
    let statement = made(&chain, &Payload::Add(proven), &[one.signs()]);
    assert!(accepted(&chain, &statement).device(&new.mailbox).is_some());
}

#[test]
fn weak_and_malformed_keys_are_refused() {
    let (one, chain) = founded();
    let new = Phone::new(2);
    let good_signing = public(&new.secret).to_vec();
    let good_identity = new.identity.public_key.serialize().to_vec();
    let low_identity = |byte: u8| {
        let mut key = vec![0; 33];
        key[0] = 5;
        key[1] = byte;
        key
    };
    let mut trailing = good_identity.clone();
    trailing.push(0);
    for (signing_key, identity_key) in [
        (vec![0; 32], good_identity.clone()),
        ([vec![1], vec![0; 31]].concat(), good_identity.clone()),
        (good_signing[..31].to_vec(), good_identity.clone()),
        (good_signing.clone(), low_identity(0)),
        (good_signing.clone(), low_identity(1)),
        (good_signing.clone(), good_identity[1..].to_vec()),
        (good_signing.clone(), trailing),
    ] {
        let entry = proto::DeviceEntry {
            signing_key,
            identity_key,
        };
        let proven = new.prove_entry(Some(&chain.account()), entry.encode_to_vec());
        let statement = made(&chain, &Payload::Add(proven), &[one.signs()]);
        refused(&chain, &statement, Reason::BadKey);
    }
    let weak = made(
        &chain,
        &Payload::SetRecovery([0; 32]),
        &[one.signs(), Signer::Recovery(&words(1))],
    );
    refused(&chain, &weak, Reason::BadKey);
}

#[test]
fn keys_enter_a_chain_once() {
    let (one, two, chain) = couple();
    let half_signing = Phone::with(two.secret.clone(), Phone::new(3).identity);
    let half_identity = Phone::with(Phone::new(3).secret, two.identity);
    let gone = accepted(&chain, &remove(&chain, &two, &one));
    for chain in [&chain, &gone] {
        for again in [&two, &half_signing, &half_identity] {
            refused(chain, &add(chain, again, &one), Reason::DuplicateDevice);
            let replace = Payload::Replace {
                old: one.mailbox,
                new: again.prove(Some(&chain.account())),
            };
            refused(
                chain,
                &made(chain, &replace, &[one.signs()]),
                Reason::DuplicateDevice,
            );
        }
    }
}

#[test]
fn ten_devices_and_no_more() {
    let (one, mut chain) = founded();
    for number in 2..=10 {
        chain = accepted(&chain, &add(&chain, &Phone::new(number), &one));
    }
    let eleventh = Phone::new(11);
    refused(
        &chain,
        &add(&chain, &eleventh, &one),
        Reason::TooManyDevices,
    );
    let replace = Payload::Replace {
        old: Phone::new(2).mailbox,
        new: eleventh.prove(Some(&chain.account())),
    };
    let chain = accepted(&chain, &made(&chain, &replace, &[one.signs()]));
    assert_eq!(chain.devices().len(), 10);
    assert_eq!(mailboxes(&chain).last(), Some(&eleventh.mailbox));
    let all: Vec<Listed> = (1..=11).map(|n| known(&Phone::new(n))).collect();
    let recovered = recover(&chain, 10, all, &words(1), &words(2));
    refused(&chain, &recovered, Reason::TooManyDevices);
}

#[test]
fn replace_works_for_the_only_device_and_by_itself() {
    let (one, chain) = founded();
    let two = Phone::new(2);
    let payload = Payload::Replace {
        old: one.mailbox,
        new: two.prove(Some(&chain.account())),
    };
    let chain = accepted(&chain, &made(&chain, &payload, &[one.signs()]));
    assert_eq!(mailboxes(&chain), [two.mailbox]);
    assert!(chain.was_ever(&one.mailbox));
    let payload = Payload::Replace {
        old: one.mailbox,
        new: Phone::new(3).prove(Some(&chain.account())),
    };
    refused(
        &chain,
        &made(&chain, &payload, &[two.signs()]),
        Reason::NoSuchDevice,
    );
}

#[test]
fn set_recovery_needs_a_device_and_the_current_key() {
    let (one, chain) = founded();
    let (old, new) = (words(1), words(2));
    let payload = Payload::SetRecovery(public(&new));
    let by = |signers: &[Signer<'_>]| made(&chain, &payload, signers);
    let (device, key) = (one.signs(), Signer::Recovery(&old));
    for (statement, reason) in [
        (by(&[device]), Reason::WrongSigners),
        (by(&[key]), Reason::WrongSigners),
        (by(&[key, device]), Reason::WrongSigners),
        (by(&[device, device]), Reason::WrongSigners),
        (by(&[device, key, key]), Reason::WrongSigners),
        (by(&[device, Signer::Recovery(&new)]), Reason::BadSignature),
        (by(&[Phone::new(2).signs(), key]), Reason::NotSigner),
    ] {
        refused(&chain, &statement, reason);
    }
    let chain = accepted(&chain, &by(&[device, key]));
    assert_eq!(chain.recovery_key(), &public(&new));
    let by_old = made(&chain, &Payload::SetRecovery(public(&old)), &[device, key]);
    refused(&chain, &by_old, Reason::BadSignature);
}

#[test]
fn home_names_one_to_five_relays() {
    let (one, chain) = founded();
    let homes = |count: usize| Payload::Home(vec![relay("https://relay.example"); count]);
    for count in [0, 6] {
        let statement = made(&chain, &homes(count), &[one.signs()]);
        refused(&chain, &statement, Reason::BadHome);
    }
    for count in [1, 5] {
        let next = accepted(&chain, &made(&chain, &homes(count), &[one.signs()]));
        assert_eq!(next.homes(), vec![relay("https://relay.example"); count]);
    }
    let statement = home(&chain, "https://user@relay.example", &one);
    refused(&chain, &statement, Reason::BadHome);
    let weak = HomeRelay {
        relay_key: RelayKey::new([0; 32]),
        ..relay("https://relay.example")
    };
    let statement = made(&chain, &Payload::Home(vec![weak]), &[one.signs()]);
    refused(&chain, &statement, Reason::BadKey);
}

#[test]
fn nothing_but_a_recovery_follows_close() {
    let (one, two, chain) = couple();
    let chain = accepted(&chain, &made(&chain, &Payload::Close, &[two.signs()]));
    assert!(chain.is_closed());
    let late = home(&chain, "https://relay.example", &one);
    refused(&chain, &late, Reason::Closed);
    let twice = made(&chain, &Payload::Close, &[one.signs()]);
    refused(&chain, &twice, Reason::Closed);
    for parent in [1, 2] {
        let again = recover(&chain, parent, vec![known(&one)], &words(1), &words(1));
        let open = chain.extend(&[again]).unwrap();
        assert!(!open.is_closed());
        accepted(&open, &home(&open, "https://relay.example", &one));
    }
}

#[test]
fn an_unknown_kind_is_skipped_unless_it_is_critical() {
    let (one, chain) = founded();
    for kind in [9, 4_000_000_000] {
        let other = |critical: bool| Payload::Other {
            kind,
            critical,
            payload: b"of the future".to_vec(),
        };
        let next = accepted(&chain, &made(&chain, &other(false), &[one.signs()]));
        assert_eq!(next.devices(), chain.devices());
        assert_eq!(next.statements()[1].kind(), kind);
        accepted(&next, &add(&next, &Phone::new(2), &one));

        let stop = ChainError::UnknownCritical { seq: 1, kind };
        let recovery = words(1);
        for signer in [one.signs(), Signer::Recovery(&recovery)] {
            let critical = made(&chain, &other(true), &[signer]);
            assert_eq!(offer(&chain, &critical), Err(stop));
        }
        let stranger = made(&chain, &other(true), &[Phone::new(2).signs()]);
        refused(&chain, &stranger, Reason::BadSignature);
    }
    let nobodys = Payload::Other {
        kind: 0,
        critical: true,
        payload: Vec::new(),
    };
    let statement = made(&chain, &nobodys, &[one.signs()]);
    refused(&chain, &statement, Reason::Malformed);
}

#[test]
fn an_unknown_version_is_critical_and_believed_only_of_signers() {
    let (one, chain) = founded();
    for version in [0, 2] {
        let by = |signer: Signer<'_>| {
            altered(&chain, &Payload::Close, &[signer], |body| {
                body.version = version;
                body.critical = false;
            })
        };
        assert_eq!(
            offer(&chain, &by(one.signs())),
            Err(ChainError::UnknownCritical { seq: 1, kind: 8 })
        );
        refused(&chain, &by(Phone::new(2).signs()), Reason::BadSignature);
    }
}

#[test]
fn a_known_kind_means_the_same_with_and_without_the_critical_flag() {
    let (one, chain) = founded();
    let quiet = altered(&chain, &Payload::Close, &[one.signs()], |body| {
        body.critical = false;
    });
    assert!(accepted(&chain, &quiet).is_closed());
}
