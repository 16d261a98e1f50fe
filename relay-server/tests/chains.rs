//! Device chains: compare-and-swap, removal, recovery, and who may read.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sotto_relay::{CloseCode, Kind};
use sotto_wire::chain::{Chain, Payload};
use sotto_wire::checkpoint::Checkpoint;
use sotto_wire::delivery::ReadVerb;
use sotto_wire::proto::client_frame::Verb;
use sotto_wire::proto::relay_frame::Answer;
use sotto_wire::proto::{self, ErrorCode};
use support::Person;
use support::asking::{append, credential, get_chain};
use support::world::{code, is_accepted, world_with};

#[test]
fn chains_are_appended_by_compare_and_swap() {
    let mut bob = Person::new(1);
    let (_dir, mut world) = world_with(&mut bob);
    let genesis: proto::Head = bob.chain.head().into();
    let mut rival = Person::new(1);
    rival.random = rand09::SeedableRng::seed_from_u64(77);
    let lost = rival.add();
    let added = bob.add();
    let verb = append(&bob, genesis.clone(), vec![added.clone()]);
    let Answer::Chain(chain) = world.ask_anonymously(verb.clone()) else {
        panic!()
    };
    assert!(chain.statements.is_empty());
    let checkpoint = Checkpoint::verify(&chain.checkpoint.unwrap(), &world.key()).unwrap();
    assert_eq!(checkpoint.head, bob.chain.head());
    // The answer was lost, the same again.
    assert!(matches!(world.ask_anonymously(verb), Answer::Chain(_)));

    let Answer::Error(error) =
        world.ask_anonymously(append(&bob, genesis.clone(), vec![lost.clone()]))
    else {
        panic!()
    };
    assert_eq!(error.code(), ErrorCode::Conflict);
    assert_eq!(error.chain.unwrap().statements, [added]);
    let head = proto::Head::from(bob.chain.head());
    let forked = world.ask_anonymously(append(&bob, head.clone(), vec![lost]));
    assert_eq!(code(&forked), ErrorCode::Conflict);
    let (id, _) = world.login(&mut bob.devices[0]);
    let nonsense = world.ask(id, append(&bob, head, vec![vec![1; 40]]));
    assert_eq!(code(&nonsense), ErrorCode::InvalidChain);
}

#[test]
fn appending_tells_nothing_to_who_has_no_say() {
    let mut bob = Person::new(1);
    let (_dir, mut world) = world_with(&mut bob);
    let known = bob.statements();
    bob.add();
    world.register(&bob);
    let nobody = Person::new(3);
    let head = proto::Head::from(bob.chain.head());
    let denied = world.ask_anonymously(append(&nobody, head.clone(), nobody.statements()));
    assert_eq!(code(&denied), ErrorCode::Denied);
    let mut forged = bob.statement(&Payload::Close);
    *forged.last_mut().unwrap() ^= 1;
    for statements in [
        vec![],
        known,
        nobody.statements(),
        vec![vec![1; 40]],
        vec![forged],
    ] {
        for expected in [
            head.clone(),
            proto::Head {
                seq: 0,
                ..head.clone()
            },
        ] {
            let answer = world.ask_anonymously(append(&bob, expected, statements.clone()));
            assert_eq!(answer, denied);
        }
    }
}

#[test]
fn a_removed_device_is_cut_off() {
    let mut bob = Person::with_devices(1, 2);
    let (_dir, mut world) = world_with(&mut bob);
    assert!(is_accepted(&world.put(&bob, 1)));
    let put_to_both = bob.put(&world.key(), 2, 1024);
    let (id, heard) = world.login(&mut bob.devices[1]);
    assert_eq!(heard.seqs(), [1]);
    let before: proto::Head = bob.chain.head().into();
    let removal = bob.remove(1);
    assert!(matches!(
        world.ask_anonymously(append(&bob, before, vec![removal])),
        Answer::Chain(_)
    ));
    assert_eq!(world.hear(id).closed, Some(CloseCode::Removed));

    let (id, nonce) = world.connect(Kind::Device);
    let login = bob.devices[1].login(&world.key(), &nonce, None);
    world.send(id, Verb::Login(login));
    let heard = world.hear(id);
    assert_eq!(code(&heard.answers[0].1), ErrorCode::Closed);
    assert_eq!(heard.closed, Some(CloseCode::Removed));

    // Whoever does not know it yet learns it; whoever does and tries all the same is denied.
    let answer = world.ask_anonymously(Verb::Put(put_to_both.clone()));
    assert_eq!(code(&answer), ErrorCode::StaleHead);
    let mut knowing = put_to_both;
    knowing.head = Some(bob.chain.head().into());
    assert_eq!(
        code(&world.ask_anonymously(Verb::Put(knowing))),
        ErrorCode::Denied
    );
    assert!(is_accepted(&world.put(&bob, 3)));
}

#[test]
fn a_recovery_takes_the_account_back() {
    let mut bob = Person::new(1);
    let (_dir, mut world) = world_with(&mut bob);
    bob.add();
    world.register(&bob);
    let (ghost, _) = world.login(&mut bob.devices[1]);
    let before: proto::Head = bob.chain.head().into();
    let recovery = bob.recover();
    bob.take(&recovery);
    let answer = world.ask_anonymously(append(&bob, before, vec![recovery]));
    assert!(matches!(answer, Answer::Chain(_)), "{answer:?}");
    assert_eq!(world.hear(ghost).closed, Some(CloseCode::Removed));
    let (id, _) = world.login(&mut bob.devices[0]);
    let Answer::Chain(chain) = world.ask(id, get_chain(&bob, None)) else {
        panic!()
    };
    assert_eq!(
        Chain::verify(&chain.statements).unwrap().head(),
        bob.chain.head()
    );
    assert!(is_accepted(&world.put(&bob, 1)));
}

#[test]
fn reading_needs_leave_and_unknown_is_forbidden() {
    let mut bob = Person::new(1);
    let carol = Person::new(2);
    let (_dir, mut world) = world_with(&mut bob);
    let key = world.key();
    let (id, nonce) = world.connect(Kind::Anonymous);
    let good = credential(&bob, &key, &nonce, ReadVerb::Chain);
    let Answer::Chain(chain) = world.ask(id, get_chain(&bob, Some(good.clone()))) else {
        panic!()
    };
    assert_eq!(
        (chain.from_genesis, chain.statements),
        (true, bob.statements())
    );

    let wrong = credential(&bob, &key, &[0; 32], ReadVerb::Chain);
    let other_verb = credential(&bob, &key, &nonce, ReadVerb::Bundles);
    let other_slot = proto::Credential {
        slot: vec![2; 8],
        ..good
    };
    let unknown = credential(&carol, &key, &nonce, ReadVerb::Chain);
    let denied = world.ask(id, get_chain(&bob, None));
    assert_eq!(code(&denied), ErrorCode::Denied);
    for (person, credential) in [
        (&bob, wrong),
        (&bob, other_verb),
        (&bob, other_slot),
        (&carol, unknown),
    ] {
        assert_eq!(world.ask(id, get_chain(person, Some(credential))), denied);
    }
}
