//! Accounts: greeting, registration, login, closing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sotto_relay::{CloseCode, Config, Kind, Peer, Registration};
use sotto_wire::chain::{HomeRelay, Payload};
use sotto_wire::checkpoint::Checkpoint;
use sotto_wire::ids::RelayKey;
use sotto_wire::proto::client_frame::Verb;
use sotto_wire::proto::relay_frame::Answer;
use sotto_wire::proto::{self, ErrorCode};
use sotto_wire::{login, sign};
use support::Person;
use support::asking::get_chain;
use support::world::{code, world, world_with};

#[test]
fn the_greeting_and_every_answer_are_signed() {
    let mut bob = Person::new(1);
    let (_dir, mut world) = world_with(&mut bob);
    let key = world.key();
    let id = world.local.connect(Kind::Device, Peer::Loopback, world.now);
    let Answer::Hello(hello) = world.hear(id).answers.remove(0).1 else {
        panic!()
    };
    let label = login::SERVER_INFO_LABEL;
    sign::verify(key.as_bytes(), label, &[&hello.info], &hello.info_signature).unwrap();
    let nonce: [u8; 32] = hello.nonce.try_into().unwrap();

    let login = bob.devices[0].login(&key, &nonce, None);
    let client_nonce: [u8; 32] = login.client_nonce.as_slice().try_into().unwrap();
    let boot = login.boot;
    let Answer::LoggedIn(logged_in) = world.ask(id, Verb::Login(login)) else {
        panic!()
    };
    let answer = login::answer(&nonce, &client_nonce, boot, &bob.devices[0].mailbox);
    sign::verify(
        key.as_bytes(),
        login::ANSWER_LABEL,
        &[&answer],
        &logged_in.signature,
    )
    .unwrap();
    let checkpoint = Checkpoint::verify(&logged_in.checkpoint.unwrap(), &key).unwrap();
    assert_eq!(
        (checkpoint.account, checkpoint.head),
        (bob.account(), bob.chain.head())
    );
    assert_eq!(checkpoint.hour, 20_000 * 24);
}

#[test]
fn registration_follows_the_policy() {
    let config = |registration| Config {
        registration,
        tokens: vec!["sesame".into(), "open".into()],
        ..Config::default()
    };
    let bob = Person::new(1);
    let (_dir, mut closed) = world(config(Registration::Closed));
    assert_eq!(code(&closed.register(&bob)), ErrorCode::RegistrationClosed);

    let (_dir, mut world) = world(config(Registration::Token));
    let mut with = |token: Option<&str>| {
        let (id, nonce) = world.connect(Kind::Anonymous);
        let mut register = bob.register(&world.key(), &nonce);
        register.proof = token.map(|token| proto::register::Proof::Token(token.into()));
        world.ask(id, Verb::Register(register))
    };
    assert_eq!(code(&with(None)), ErrorCode::TokenRefused);
    assert_eq!(code(&with(Some("sesam"))), ErrorCode::TokenRefused);
    assert_eq!(code(&with(Some("closed"))), ErrorCode::TokenRefused);
    assert!(matches!(with(Some("open")), Answer::Registered(_)));
    // Who is known needs no token.
    assert!(matches!(with(None), Answer::Registered(_)));
}

#[test]
fn registering_again_brings_what_the_relay_lacks() {
    let mut bob = Person::new(1);
    let (_dir, mut world) = world_with(&mut bob);
    let mut behind = Person::new(1);
    bob.add();
    let Answer::Registered(registered) = world.register(&bob) else {
        panic!()
    };
    let checkpoint = Checkpoint::verify(&registered.checkpoint.unwrap(), &world.key()).unwrap();
    assert_eq!(checkpoint.head, bob.chain.head());
    let (_, heard) = world.login(&mut bob.devices[1]);
    assert!(heard.logged_in().is_some());
    // Knowing less is no harm, contradicting is.
    assert!(matches!(world.register(&behind), Answer::Registered(_)));
    behind.random = rand09::SeedableRng::seed_from_u64(77);
    behind.add();
    let Answer::Error(error) = world.register(&behind) else {
        panic!()
    };
    assert_eq!(error.code(), ErrorCode::Conflict);
    assert_eq!(error.chain.unwrap().statements, bob.statements());
}

#[test]
fn registrations_are_checked() {
    let bob = Person::new(1);
    let (_dir, mut world) = world(Config::default());
    let (id, nonce) = world.connect(Kind::Anonymous);
    let good = bob.register(&world.key(), &nonce);
    let (_, other_nonce) = world.connect(Kind::Anonymous);
    let bad = [
        (ErrorCode::Denied, bob.register(&world.key(), &other_nonce)),
        (
            ErrorCode::Denied,
            bob.register(&RelayKey::new([1; 32]), &nonce),
        ),
        (
            ErrorCode::Denied,
            proto::Register {
                mailbox: vec![1; 16],
                ..good.clone()
            },
        ),
        (
            ErrorCode::BadRequest,
            proto::Register {
                mailbox: vec![1; 15],
                ..good.clone()
            },
        ),
        (
            ErrorCode::InvalidChain,
            proto::Register {
                account: vec![1; 32],
                ..good.clone()
            },
        ),
        (
            ErrorCode::InvalidChain,
            proto::Register {
                statements: Vec::new(),
                ..good.clone()
            },
        ),
        (
            ErrorCode::InvalidChain,
            proto::Register {
                statements: vec![vec![1; 9]],
                ..good.clone()
            },
        ),
    ];
    for (index, (expected, register)) in bad.into_iter().enumerate() {
        assert_eq!(
            code(&world.ask(id, Verb::Register(register))),
            expected,
            "{index}"
        );
    }
    assert!(matches!(
        world.ask(id, Verb::Register(good)),
        Answer::Registered(_)
    ));
}

#[test]
fn an_account_registers_where_it_is_going_to_live() {
    let (_dir, mut world) = world(Config::default());
    let home = |relay_key| {
        Payload::Home(vec![HomeRelay {
            url: "http://127.0.0.1:8420".into(),
            relay_key,
        }])
    };
    let mut bob = Person::new(1);
    let elsewhere = RelayKey::new(bob.devices[0].signing.verifying_key().to_bytes());
    let statement = bob.statement(&home(elsewhere));
    bob.take(&statement);
    assert!(matches!(world.register(&bob), Answer::Registered(_)));
    let key = world.key();
    let statement = bob.statement(&home(key));
    bob.take(&statement);
    assert!(matches!(world.register(&bob), Answer::Registered(_)));
}

#[test]
fn logins_are_checked() {
    let mut bob = Person::new(1);
    let mut carol = Person::new(2);
    let (_dir, mut world) = world_with(&mut bob);
    type Change = dyn Fn(&mut proto::Login);
    let change: [(&str, &Change); 4] = [
        ("boot", &|login| login.boot += 1),
        ("mode", &|login| login.mode = 2),
        ("client nonce", &|login| login.client_nonce[0] ^= 1),
        ("signature", &|login| login.signature[5] ^= 1),
    ];
    for (what, change) in change {
        let (id, nonce) = world.connect(Kind::Device);
        let mut login = bob.devices[0].login(&world.key(), &nonce, None);
        change(&mut login);
        world.send(id, Verb::Login(login));
        let heard = world.hear(id);
        assert_eq!(code(&heard.answers[0].1), ErrorCode::LoginRefused, "{what}");
        assert_eq!(heard.closed, Some(CloseCode::LoginRefused), "{what}");
    }
    let (_, heard) = world.login(&mut carol.devices[0]);
    assert_eq!(code(&heard.answers[0].1), ErrorCode::LoginRefused);

    let (id, nonce) = world.connect(Kind::Device);
    let mut login = bob.devices[0].login(&world.key(), &nonce, None);
    login.protocol = 2;
    world.send(id, Verb::Login(login));
    assert_eq!(world.hear(id).closed, Some(CloseCode::Upgrade));
}

#[test]
fn a_boot_that_was_used_is_stale_and_the_next_is_not() {
    let mut bob = Person::new(1);
    let (_dir, mut world) = world_with(&mut bob);
    bob.devices[0].boot = 40;
    world.login(&mut bob.devices[0]);
    for restored_to in [40, 3] {
        bob.devices[0].boot = restored_to;
        let (id, nonce) = world.connect(Kind::Device);
        let login = bob.devices[0].login(&world.key(), &nonce, None);
        let Answer::Error(error) = world.ask(id, Verb::Login(login)) else {
            panic!()
        };
        assert_eq!((error.code(), error.boot), (ErrorCode::StaleState, 41));
        // The same connection may be used with the counter that the relay has named.
        if restored_to == 3 {
            bob.devices[0].boot = error.boot;
            let login = bob.devices[0].login(&world.key(), &nonce, None);
            assert!(matches!(
                world.ask(id, Verb::Login(login)),
                Answer::LoggedIn(_)
            ));
        }
    }
}

#[test]
fn a_closed_account_is_erased_but_its_chain() {
    let mut bob = Person::new(1);
    let mut carol = Person::new(2);
    let (_dir, mut world) = world_with(&mut bob);
    world.settle(&mut carol);
    world.put(&bob, 1);
    let (id, _) = world.login(&mut bob.devices[0]);
    world.send(id, Verb::CloseAccount(proto::CloseAccount {}));
    let heard = world.hear(id);
    assert!(
        heard
            .answers
            .iter()
            .any(|(_, answer)| matches!(answer, Answer::Done(_)))
    );
    assert_eq!(heard.closed, Some(CloseCode::Removed));
    assert_eq!(code(&world.put(&bob, 2)), ErrorCode::Denied);
    let (_, heard) = world.login(&mut bob.devices[0]);
    assert_eq!(code(&heard.answers[0].1), ErrorCode::Closed);
    let (id, _) = world.login(&mut carol.devices[0]);
    assert!(matches!(
        world.ask(id, get_chain(&bob, None)),
        Answer::Chain(_)
    ));
    // Registering again begins anew.
    assert!(matches!(world.register(&bob), Answer::Registered(_)));
    let (_, heard) = world.login(&mut bob.devices[0]);
    assert_eq!((heard.seqs(), heard.queue_empty()), (vec![], 1));
}
