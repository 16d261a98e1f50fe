//! Forks and rollbacks.

use super::*;

#[test]
fn another_statement_in_the_same_place_is_a_fork() {
    let (one, two, chain) = couple();
    let ours = accepted(&chain, &home(&chain, "https://ours.example", &one));
    let longer = accepted(&ours, &home(&ours, "https://longer.example", &one));
    let theirs = accepted(&chain, &home(&chain, "https://theirs.example", &two));
    let fork = Err(ChainError::Fork { at: theirs.head() });
    for held in [&ours, &longer] {
        assert_eq!(held.extend(&theirs.statements()[2..]), fork);
        assert_eq!(held.extend(theirs.statements()), fork);
        assert_eq!(held.follow(theirs.statements()), fork);
    }
    let more = accepted(&theirs, &home(&theirs, "https://more.example", &two));
    assert_eq!(ours.extend(more.statements()), fork);
}

#[test]
fn a_recovery_settles_a_fork_whichever_branch_it_builds_on() {
    let (one, two, chain) = couple();
    let ours = accepted(&chain, &home(&chain, "https://ours.example", &one));
    let theirs = accepted(&chain, &home(&chain, "https://theirs.example", &two));
    let fork = Err(ChainError::Fork { at: theirs.head() });
    let recovery = recover(&theirs, 2, vec![known(&two)], &words(1), &words(1));
    let recovered = accepted(&theirs, &recovery);
    let later = accepted(&recovered, &home(&recovered, "https://later.example", &two));
    for line in [&recovered, &later] {
        for offered in [line.statements(), &line.statements()[2..]] {
            let settled = ours.extend(offered).unwrap();
            assert_eq!(settled.head(), line.head());
            assert!(!settled.knows(&ours.head()), "the other branch is void");
        }
        // As a database keeps it: what was held, then what settled it.
        let history = [ours.statements(), &line.statements()[2..]].concat();
        assert_eq!(Chain::trusted(&history).unwrap().head(), line.head());
    }
    // Without the recovery key's word, and with a word that does not hold, it stays a fork.
    assert_eq!(ours.extend(theirs.statements()), fork);
    let forged = recover(&theirs, 2, vec![known(&two)], &words(9), &words(9));
    let forged = [&[theirs.statements()[2].bytes().to_vec()][..], &[forged]].concat();
    assert_eq!(ours.extend(&forged), fork);
}

#[test]
fn nobody_without_a_say_can_cause_a_fork_or_a_rollback() {
    let (one, _, chain) = couple();
    let ours = accepted(&chain, &home(&chain, "https://ours.example", &one));
    let stranger = home(&chain, "https://stranger.example", &Phone::new(3));
    assert_eq!(ours.extend(&[stranger]), Err(Reason::NotSigner.at(2)));
    let forged = made(
        &chain,
        &Payload::Close,
        &[Signer::Device(one.mailbox, &words(9))],
    );
    assert_eq!(ours.extend(&[&forged]), Err(Reason::BadSignature.at(2)));
    let again = recover(&ours, 1, vec![known(&one)], &words(1), &words(1));
    let later = ours.extend(&[again]).unwrap();
    assert_eq!(later.extend(&[forged]), Err(Reason::BadSignature.at(2)));
    let poser = recover(&chain, 1, vec![known(&one)], &words(9), &words(9));
    assert_eq!(later.extend(&[poser]), Err(Reason::BadSignature.at(2)));
}

#[test]
fn two_recoveries_into_one_epoch_are_a_fork() {
    let (one, two, chain) = couple();
    let chain = accepted(&chain, &home(&chain, "https://relay.example", &one));
    let ours = recover(&chain, 1, vec![known(&one)], &words(1), &words(2));
    let ours = chain.extend(&[ours]).unwrap();
    // Another device list after the same parent; an earlier parent; one that we hold void.
    for parent in 0..=2 {
        let devices = vec![known(if parent == 0 { &one } else { &two })];
        let theirs = recover(&chain, parent, devices, &words(1), &words(3));
        let theirs = chain.extend(&[theirs]).unwrap();
        let at = if parent == 2 {
            chain.head()
        } else {
            theirs.head()
        };
        assert_eq!(
            ours.extend(theirs.statements()),
            Err(ChainError::Fork { at }),
            "parent {parent}"
        );
    }
}

#[test]
fn what_leads_into_an_older_epoch_is_a_rollback() {
    let (one, two, chain) = couple();
    let void = accepted(&chain, &home(&chain, "https://void.example", &two));
    let first = recover(&chain, 1, vec![known(&one)], &words(1), &words(2));
    let first = accepted(&chain, &first);
    let second = recover(&first, 2, vec![known(&one)], &words(2), &words(3));
    let second = accepted(&first, &second);
    for held in [&first, &second] {
        assert_eq!(held.extend(void.statements()), Err(ChainError::Rollback));
        assert_eq!(
            held.extend(&void.statements()[2..]),
            Err(ChainError::Rollback)
        );
    }
    // So is another recovery into an epoch that has been recovered from since.
    let other = recover(&chain, 0, vec![known(&one)], &words(1), &words(9));
    assert_eq!(second.extend(&[&other]), Err(ChainError::Rollback));
    let more = first.extend(&[&other]);
    assert!(matches!(more, Err(ChainError::Fork { .. })));
}

#[test]
fn a_line_that_ends_too_early_is_no_line_to_follow() {
    let (one, _, chain) = couple();
    let ours = accepted(&chain, &home(&chain, "https://ours.example", &one));
    assert_eq!(ours.follow(chain.statements()), Err(ChainError::Rollback));
    assert_eq!(ours.follow(ours.statements()), Ok(ours.clone()));
    assert_eq!(ours.follow::<&[u8]>(&[]), Err(ChainError::Empty));
    // As a delivery it is merely nothing new.
    assert_eq!(ours.extend(chain.statements()), Ok(ours.clone()));
}
