//! Recovery: the only way back from a stolen device.

use super::*;

#[test]
fn a_recovery_voids_what_a_thief_did_after_the_parent() {
    let (one, two, chain) = couple();
    let thief = Phone::new(66);
    // Device 2 is stolen, together with the words: the thief adds itself, throws the owner out and
    // sets a recovery key of its own.
    let stolen = accepted(&chain, &add(&chain, &thief, &two));
    let stolen = accepted(&stolen, &remove(&stolen, &one, &thief));
    let set = made(
        &stolen,
        &Payload::SetRecovery(public(&words(66))),
        &[thief.signs(), Signer::Recovery(&words(1))],
    );
    let stolen = accepted(&stolen, &set);
    let moved = accepted(&stolen, &home(&stolen, "https://thief.example", &thief));

    let new = Phone::new(3);
    let statement = recover(
        &moved,
        1,
        vec![known(&one), fresh(&new, &moved)],
        &words(1),
        &words(2),
    );
    let back = moved.extend(&[&statement]).unwrap();
    assert_eq!(back.head().position(), (1, 2));
    assert!(back.head() > moved.head());
    assert_eq!(mailboxes(&back), [one.mailbox, new.mailbox]);
    assert_eq!(back.recovery_key(), &public(&words(2)));
    assert!(back.homes().is_empty());
    assert!(!back.was_ever(&thief.mailbox));
    assert!(back.was_ever(&two.mailbox));
    assert!(!back.knows(&moved.head()));

    // Everybody comes to the same account, however much of the theft they have seen.
    assert_eq!(Chain::verify(back.statements()), Ok(back.clone()));
    for seen in [&chain, &stolen, &moved, &back] {
        assert_eq!(seen.extend(&[&statement]), Ok(back.clone()));
        assert_eq!(seen.extend(back.statements()), Ok(back.clone()));
        assert_eq!(seen.follow(back.statements()), Ok(back.clone()));
    }
    // And a database that keeps what is void replays to it.
    let history = [bytes(&moved), vec![statement]].concat();
    assert_eq!(Chain::trusted(&history), Ok(back.clone()));

    // The thief's statements lead nowhere any more.
    assert_eq!(back.extend(moved.statements()), Err(ChainError::Rollback));
    let late = home(&moved, "https://thief.example", &thief);
    assert!(matches!(
        back.extend(&[late]),
        Err(ChainError::Detached { .. })
    ));
    let next = accepted(&back, &home(&back, "https://relay.example", &new));
    assert_eq!(next.head().position(), (1, 3));
}

#[test]
fn the_key_that_counts_is_the_one_valid_at_the_parent() {
    let (one, chain) = founded();
    let set = made(
        &chain,
        &Payload::SetRecovery(public(&words(2))),
        &[one.signs(), Signer::Recovery(&words(1))],
    );
    let chain = accepted(&chain, &set);
    let by = |parent: u32, key: u8| {
        let statement = recover(&chain, parent, vec![known(&one)], &words(key), &words(3));
        chain
            .extend(&[statement])
            .map(|chain| chain.head().position())
    };
    assert_eq!(by(0, 1), Ok((1, 1)));
    assert_eq!(by(1, 2), Ok((1, 2)));
    assert_eq!(
        by(0, 2),
        Err(Reason::BadSignature.at(1)),
        "set after the parent"
    );
    assert_eq!(
        by(1, 1),
        Err(Reason::BadSignature.at(2)),
        "replaced before it"
    );
}

#[test]
fn a_recovery_is_signed_by_the_recovery_key_alone() {
    let (one, _, chain) = couple();
    let payload = Payload::Recover {
        parent: chain.head().hash,
        devices: vec![known(&one)],
        recovery_key: public(&words(2)),
    };
    let key = words(1);
    let (device, key) = (one.signs(), Signer::Recovery(&key));
    accepted(&chain, &made(&chain, &payload, &[key]));
    let poser = Signer::Recovery(&one.secret);
    for (signers, reason) in [
        (vec![], Reason::WrongSigners),
        (vec![device], Reason::WrongSigners),
        (vec![device, key], Reason::WrongSigners),
        (vec![key, key], Reason::WrongSigners),
        (vec![poser], Reason::BadSignature),
    ] {
        refused(&chain, &made(&chain, &payload, &signers), reason);
    }
}

#[test]
fn a_recovery_lists_devices_that_it_may_list() {
    let (one, two, chain) = couple();
    let chain = accepted(&chain, &remove(&chain, &two, &one));
    let three = Phone::new(3);
    let later = accepted(&chain, &add(&chain, &three, &one));
    let from = |devices: Vec<Listed>| recover(&chain, 2, devices, &words(1), &words(1));
    let weak = {
        let mut proven = three.prove(Some(&chain.account()));
        proven.identity_proof[0] ^= 1;
        Listed::Fresh(proven)
    };
    for (devices, reason) in [
        (vec![], Reason::LastDevice),
        (vec![known(&one), known(&one)], Reason::DuplicateDevice),
        (
            vec![fresh(&three, &chain), fresh(&three, &chain)],
            Reason::DuplicateDevice,
        ),
        (vec![fresh(&one, &chain)], Reason::DuplicateDevice),
        (vec![fresh(&two, &chain)], Reason::DuplicateDevice),
        (vec![known(&three)], Reason::NoSuchDevice),
        (vec![weak], Reason::BadProof),
        (vec![Listed::Fresh(three.prove(None))], Reason::BadProof),
        (
            (10..16).map(|n| fresh(&Phone::new(n), &chain)).collect(),
            Reason::TooLarge,
        ),
    ] {
        refused(&chain, &from(devices), reason);
    }
    // One that was removed may come back, in the order of the list.
    let back = accepted(&chain, &from(vec![fresh(&three, &chain), known(&two)]));
    assert_eq!(mailboxes(&back), [three.mailbox, two.mailbox]);
    assert_eq!(back.device(&two.mailbox).unwrap().since, 1);
    // One that was added after the parent is not known there, but may be proven again.
    let known_later = recover(&later, 2, vec![known(&three)], &words(1), &words(1));
    assert_eq!(
        later.extend(&[known_later]),
        Err(Reason::NoSuchDevice.at(3))
    );
    let fresh_later = recover(&later, 2, vec![fresh(&three, &later)], &words(1), &words(1));
    let again = later.extend(&[fresh_later]).unwrap();
    assert_eq!(mailboxes(&again), [three.mailbox]);
}

#[test]
fn the_parent_is_named_twice_and_the_epoch_is_the_next() {
    let (one, _, chain) = couple();
    let payload = |parent| Payload::Recover {
        parent,
        devices: vec![known(&one)],
        recovery_key: public(&words(1)),
    };
    let key = words(1);
    let by = |parent, epoch: u32| {
        altered(
            &chain,
            &payload(parent),
            &[Signer::Recovery(&key)],
            |body| {
                body.epoch = epoch;
            },
        )
    };
    let head = chain.head().hash;
    accepted(&chain, &by(head, 1));
    refused(&chain, &by(head, 0), Reason::WrongEpoch);
    refused(&chain, &by(head, 2), Reason::WrongEpoch);
    let genesis = chain.head_at(0).unwrap().hash;
    refused(&chain, &by(genesis, 1), Reason::WrongPrev);
}

#[test]
fn a_recovery_closes_the_epochs_before_it() {
    let (one, _, chain) = couple();
    let first = recover(&chain, 1, vec![known(&one)], &words(1), &words(2));
    let back = accepted(&chain, &first);
    // Whoever finds the old words cannot reach behind the recovery: this is a fork, not a takeover.
    for parent in [0, 1] {
        let old_words = recover(&chain, parent, vec![known(&one)], &words(1), &words(9));
        let at = chain.extend(&[&old_words]).unwrap().head();
        assert_eq!(back.extend(&[old_words]), Err(ChainError::Fork { at }));
    }
    // The new words can, within the new epoch.
    let moved = accepted(&back, &home(&back, "https://relay.example", &one));
    let second = recover(&moved, 2, vec![known(&one)], &words(2), &words(3));
    let third = moved.extend(&[&second]).unwrap();
    assert_eq!(third.head().position(), (2, 3));
    assert!(third.homes().is_empty());
    assert_eq!(Chain::verify(third.statements()), Ok(third.clone()));
    // Any number of recoveries come in one go, with what they void or without it.
    let with_void = [bytes(&moved), vec![second]].concat();
    for seen in [&chain, &back, &moved] {
        assert_eq!(seen.extend(&with_void), Ok(third.clone()));
        assert_eq!(seen.extend(third.statements()), Ok(third.clone()));
    }
    assert_eq!(Chain::trusted(&with_void), Ok(third.clone()));
    // But a line that is served whole has nothing void on it.
    assert_eq!(Chain::verify(&with_void), Err(Reason::WrongPrev.at(4)));
    assert_eq!(third.extend(chain.statements()), Ok(third.clone()));
}
