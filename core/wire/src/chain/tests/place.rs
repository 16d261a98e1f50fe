//! A statement has one place, one encoding and one size limit.

use super::*;
use crate::chain::{MAX_STATEMENT_BYTES, MAX_STATEMENTS};
use crate::ids::Head;

#[test]
fn account_epoch_seq_prev_and_intent_are_exact() {
    let (one, _, chain) = couple();
    let with =
        |change: fn(&mut proto::Body)| altered(&chain, &Payload::Close, &[one.signs()], change);
    accepted(&chain, &with(|_| {}));
    for (change, reason) in [
        (
            (|body| body.account = vec![1; 32]) as fn(&mut proto::Body),
            Reason::WrongAccount,
        ),
        (|body| body.account.clear(), Reason::WrongAccount),
        (|body| body.account.truncate(31), Reason::Malformed),
        (|body| body.epoch = 1, Reason::WrongEpoch),
        (|body| body.seq = 1, Reason::WrongSeq),
        (|body| body.seq = 3, Reason::WrongSeq),
        (|body| body.seq = u32::MAX, Reason::WrongSeq),
        (|body| body.prev.truncate(31), Reason::Malformed),
        (|body| body.intent.clear(), Reason::Malformed),
        (|body| body.intent.push(0), Reason::Malformed),
    ] {
        let wrong = with(change);
        let mut line = bytes(&chain);
        line.push(wrong.clone());
        for result in [chain.extend(&[wrong]), Chain::verify(&line)] {
            match result {
                Err(ChainError::Invalid { reason: found, .. }) => assert_eq!(found, reason),
                other => panic!("{reason:?} was expected, {other:?} came"),
            }
        }
    }
}

#[test]
fn a_statement_after_an_unknown_one_is_detached() {
    let (one, _, chain) = couple();
    for change in [(|body| body.prev.clear()) as fn(&mut proto::Body), |body| {
        body.prev = vec![3; 32]
    }] {
        let wrong = altered(&chain, &Payload::Close, &[one.signs()], change);
        let mut line = bytes(&chain);
        line.push(wrong.clone());
        assert_eq!(Chain::verify(&line), Err(Reason::WrongPrev.at(2)));
        assert!(matches!(
            chain.extend(&[wrong]),
            Err(ChainError::Detached { .. } | ChainError::Invalid { .. })
        ));
    }
    let next = accepted(&chain, &home(&chain, "https://a.example", &one));
    let after = home(&next, "https://b.example", &one);
    let last = accepted(&next, &after);
    assert_eq!(
        chain.extend(&[after]),
        Err(ChainError::Detached {
            claimed: last.head()
        })
    );
}

#[test]
fn a_statement_of_another_account_is_refused() {
    let (_, chain) = founded();
    let phone = Phone::new(5);
    let genesis = build::genesis(
        phone.prove(None),
        public(&words(1)),
        &[0; 16],
        &phone.secret,
    )
    .unwrap();
    let other = Chain::verify(&[&genesis]).unwrap();
    let close = made(&other, &Payload::Close, &[phone.signs()]);
    for statement in [genesis, close] {
        assert!(matches!(
            chain.extend(&[statement]),
            Err(ChainError::Invalid {
                reason: Reason::WrongAccount,
                ..
            })
        ));
    }
}

#[test]
fn the_wrapper_has_one_encoding() {
    let (one, chain) = founded();
    let good = home(&chain, "https://relay.example", &one);
    accepted(&chain, &good);
    let mut trailing = good.clone();
    trailing.extend([0x1a, 1, 0]);
    let mut garbage = good.clone();
    garbage.push(0xff);
    let mut twice = good.clone();
    twice.extend_from_slice(&good);
    for wrong in [trailing, garbage, twice, Vec::new(), vec![0xff; 40]] {
        refused(&chain, &wrong, Reason::Malformed);
    }
}

#[test]
fn a_body_may_hold_fields_that_are_not_known_here() {
    let (one, chain) = founded();
    let mut body = build::body(&Place::after(&chain), &Payload::Close, &intent(1));
    body.extend([0xfa, 0x01, 2, 7, 7]);
    let statement = build::sign_statement(&body, &[one.signs()]);
    let next = accepted(&chain, &statement);
    assert_eq!(next.head().hash, crate::chain::statement_hash(&body));
}

#[test]
fn a_statement_has_at_most_1024_bytes() {
    let (one, chain) = founded();
    let sized = |length: usize| {
        let payload = Payload::Other {
            kind: 99,
            critical: false,
            payload: vec![0; length],
        };
        made(&chain, &payload, &[one.signs()])
    };
    let overhead = sized(700).len() - 700;
    let largest = sized(MAX_STATEMENT_BYTES - overhead);
    assert_eq!(largest.len(), MAX_STATEMENT_BYTES);
    accepted(&chain, &largest);
    refused(
        &chain,
        &sized(MAX_STATEMENT_BYTES - overhead + 1),
        Reason::TooLarge,
    );
}

#[test]
fn a_line_has_at_most_1024_statements() {
    let (one, chain) = founded();
    let mut line = bytes(&chain);
    let mut place = Place::after(&chain);
    let payload = Payload::Home(vec![relay("https://relay.example")]);
    let mut extend = |line: &mut Vec<Vec<u8>>| {
        let body = build::body(&place, &payload, &intent(1));
        line.push(build::sign_statement(&body, &[one.signs()]));
        place.prev = Some(crate::chain::statement_hash(&body));
        place.seq += 1;
    };
    for _ in 1..MAX_STATEMENTS {
        extend(&mut line);
    }
    let full = Chain::verify(&line).unwrap();
    assert_eq!(full.head().seq, 1023);
    assert_eq!(Chain::trusted(&line), Ok(full.clone()));
    extend(&mut line);
    let too_long = Err(Reason::TooLong.at(1024));
    assert_eq!(Chain::verify(&line), too_long);
    assert_eq!(full.extend(&line[1024..]), too_long);

    // A full line can still be recovered, from before its end.
    let last = recover(&full, 1023, vec![known(&one)], &words(1), &words(1));
    assert_eq!(full.extend(&[last]), too_long);
    let earlier = recover(&full, 0, vec![known(&one)], &words(1), &words(1));
    assert_eq!(full.extend(&[earlier]).unwrap().head().position(), (1, 1));
}

#[test]
fn what_is_known_at_the_front_is_skipped() {
    let (one, two, chain) = couple();
    let next = accepted(&chain, &home(&chain, "https://relay.example", &one));
    let line = bytes(&next);
    for from in 0..3 {
        assert_eq!(chain.extend(&line[from..]), Ok(next.clone()));
    }
    assert_eq!(chain.extend(&line[..2]), Ok(chain.clone()));
    assert_eq!(chain.extend::<&[u8]>(&[]), Ok(chain.clone()));
    let twice = [line[2].clone(), line[2].clone()];
    assert_eq!(chain.extend(&twice), Err(Reason::WrongPrev.at(2)));
    assert!(next.device(&two.mailbox).is_some());
}

#[test]
fn heads_and_suffixes() {
    let (one, _, chain) = couple();
    let next = accepted(&chain, &home(&chain, "https://relay.example", &one));
    let line = next.statements();
    assert_eq!(next.suffix_after(&chain.head()), line.get(2..));
    assert_eq!(next.suffix_after(&next.head()), Some(&[][..]));
    assert_eq!(next.suffix_after(&line[0].head()), line.get(1..));
    assert_eq!(chain.suffix_after(&next.head()), None);
    assert_eq!(next.head_at(1), Some(chain.head()));
    assert_eq!(next.head_at(3), None);
    assert!(next.knows(&chain.head()));
    assert!(!chain.knows(&next.head()));
    for lie in [
        Head {
            epoch: 1,
            ..chain.head()
        },
        Head {
            hash: StatementHash::new([0; 32]),
            ..chain.head()
        },
    ] {
        assert!(!next.knows(&lie));
        assert_eq!(next.suffix_after(&lie), None);
    }
    assert_eq!(next.with_intent(&intent(2)), line.get(2));
    assert_eq!(next.with_intent(&intent(9)), None);
    assert_eq!(line[0].devices().len(), 1);
    assert_eq!(line[1].devices().len(), 2);
}

#[test]
fn a_replay_verifies_no_signatures_but_every_rule() {
    let (one, two, chain) = couple();
    let forged = Signer::Device(one.mailbox, &two.secret);
    let line = |statement: Vec<u8>| [bytes(&chain), vec![statement]].concat();
    let forged = line(made(&chain, &Payload::Close, &[forged]));
    assert_eq!(Chain::verify(&forged), Err(Reason::BadSignature.at(2)));
    assert!(Chain::trusted(&forged).unwrap().is_closed());
    let stranger = line(made(&chain, &Payload::Close, &[Phone::new(3).signs()]));
    assert_eq!(Chain::trusted(&stranger), Err(Reason::NotSigner.at(2)));
}
