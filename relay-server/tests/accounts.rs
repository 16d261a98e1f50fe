//! Accounts: registration, login, chains, pre-keys, delivery keys.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sotto_relay::{CloseCode, Config, Kind, Peer, Registration};
use sotto_wire::chain::{Chain, HomeRelay, Payload};
use sotto_wire::checkpoint::Checkpoint;
use sotto_wire::delivery::{self, ReadVerb};
use sotto_wire::ids::RelayKey;
use sotto_wire::proto::client_frame::Verb;
use sotto_wire::proto::relay_frame::Answer;
use sotto_wire::proto::{self, ErrorCode};
use sotto_wire::{login, sign};
use support::world::{code, is_accepted};
use support::{Device, Person, World};
use tempfile::TempDir;

const OUTSIDE: Peer = Peer::Prefix([1; 8]);

fn world(config: Config) -> (TempDir, World) {
    let dir = tempfile::tempdir().unwrap();
    let world = World::open(dir.path(), config);
    (dir, world)
}

fn world_with(person: &mut Person) -> (TempDir, World) {
    let (dir, mut world) = world(Config::default());
    world.settle(person);
    (dir, world)
}

fn append(person: &Person, expected: proto::Head, statements: Vec<Vec<u8>>) -> Verb {
    let account = person.account().to_vec();
    Verb::AppendChain(proto::AppendChain {
        account,
        expected: Some(expected),
        statements,
    })
}

fn credential(
    person: &Person,
    relay: &RelayKey,
    nonce: &[u8; 32],
    verb: ReadVerb,
) -> proto::Credential {
    let key = delivery::read_key(&person.secret, &person.account(), 1);
    let tag = delivery::read_tag(&key, relay, nonce, verb, &person.account());
    proto::Credential {
        slot: vec![1; 8],
        tag: tag.to_vec(),
    }
}

fn get_chain(person: &Person, credential: Option<proto::Credential>) -> Verb {
    Verb::GetChain(proto::GetChain {
        account: person.account().to_vec(),
        since: None,
        credential,
    })
}

fn get_bundles(person: &Person, credential: Option<proto::Credential>) -> Verb {
    Verb::GetBundles(proto::GetBundles {
        account: person.account().to_vec(),
        mailboxes: person
            .devices
            .iter()
            .map(|device| device.mailbox.to_vec())
            .collect(),
        credential,
    })
}

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
fn an_account_that_lives_elsewhere_does_not_register_here() {
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
    assert_eq!(code(&world.register(&bob)), ErrorCode::InvalidChain);
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
    let change: [(&str, &dyn Fn(&mut proto::Login)); 4] = [
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

#[test]
fn one_time_keys_are_for_slots_and_siblings_only() {
    let mut bob = Person::with_devices(1, 2);
    let mut carol = Person::new(2);
    let (_dir, mut world) = world_with(&mut bob);
    world.settle(&mut carol);
    let (id, _) = world.login(&mut bob.devices[0]);
    let keys = bob.devices[0].keys(1, 0..3);
    assert!(matches!(
        world.ask(id, Verb::PublishKeys(keys)),
        Answer::Done(_)
    ));

    let one_time = |answer: Answer| {
        let Answer::Bundles(bundles) = answer else {
            panic!("{answer:?}")
        };
        let [bundle] = bundles.bundles.as_slice() else {
            panic!("the second has no keys")
        };
        (
            bundle.one_time.as_ref().map(|key| key.id),
            bundle.one_time_kem.as_ref().map(|key| key.id),
        )
    };
    let (asking, _) = world.login(&mut carol.devices[0]);
    assert_eq!(
        one_time(world.ask(asking, get_bundles(&bob, None))),
        (None, None)
    );
    let (anonymous, nonce) = world.connect(Kind::Anonymous);
    let leave = credential(&bob, &world.key(), &nonce, ReadVerb::Bundles);
    let by_slot = get_bundles(&bob, Some(leave));
    assert_eq!(
        one_time(world.ask(anonymous, by_slot.clone())),
        (Some(0), Some(0))
    );
    assert_eq!(
        one_time(world.ask(id, get_bundles(&bob, None))),
        (Some(1), Some(1))
    );
    assert_eq!(
        one_time(world.ask(anonymous, by_slot.clone())),
        (Some(2), Some(2))
    );
    assert_eq!(one_time(world.ask(anonymous, by_slot)), (None, None));
    let (_, heard) = world.login(&mut bob.devices[0]);
    let logged_in = heard.logged_in().unwrap();
    assert_eq!((logged_in.one_time_keys, logged_in.generation), (0, 1));
}

#[test]
fn bundles_are_fetched_six_times_in_ten_minutes() {
    let mut bob = Person::new(1);
    let (_dir, mut world) = world_with(&mut bob);
    let (id, nonce) = world.connect_from(Kind::Anonymous, OUTSIDE);
    let leave = credential(&bob, &world.key(), &nonce, ReadVerb::Bundles);
    let get = get_bundles(&bob, Some(leave));
    for _ in 0..6 {
        assert!(matches!(world.ask(id, get.clone()), Answer::Bundles(_)));
    }
    let Answer::Error(error) = world.ask(id, get.clone()) else {
        panic!()
    };
    assert_eq!(
        (error.code(), error.retry_after_ms),
        (ErrorCode::RateLimited, 100_000)
    );
    world.pass(100_000);
    assert!(matches!(world.ask(id, get), Answer::Bundles(_)));
}

#[test]
fn publications_are_checked() {
    let mut bob = Person::new(1);
    let (_dir, mut world) = world_with(&mut bob);
    let other = Device::new(&mut bob.random);
    let (id, _) = world.login(&mut bob.devices[0]);
    let good = bob.devices[0].keys(5, 0..2);
    let change: [(&str, &dyn Fn(&mut proto::PublishKeys)); 5] = [
        ("signature", &|keys| {
            keys.keys.as_mut().unwrap().signature[0] ^= 1
        }),
        ("generation", &|keys| {
            keys.keys.as_mut().unwrap().generation = u64::MAX
        }),
        ("signed key", &|keys| {
            keys.keys.as_mut().unwrap().signed_key.push(0)
        }),
        ("one-time key", &|keys| keys.one_time[0].key.push(0)),
        ("kem key", &|keys| keys.one_time_kem[0].key.truncate(33)),
    ];
    for (what, change) in change {
        let mut keys = good.clone();
        change(&mut keys);
        let answer = world.ask(id, Verb::PublishKeys(keys));
        assert_eq!(code(&answer), ErrorCode::BadRequest, "{what}");
    }
    let foreign = world.ask(id, Verb::PublishKeys(other.keys(6, 0..1)));
    assert_eq!(code(&foreign), ErrorCode::BadRequest);
    assert!(matches!(
        world.ask(id, Verb::PublishKeys(good)),
        Answer::Done(_)
    ));
    let older = bob.devices[0].keys(4, 0..0);
    assert_eq!(
        code(&world.ask(id, Verb::PublishKeys(older))),
        ErrorCode::Conflict
    );
    let many = bob.devices[0].keys(6, 0..201);
    assert_eq!(
        code(&world.ask(id, Verb::PublishKeys(many))),
        ErrorCode::BadRequest
    );
}

#[test]
fn slots_replace_each_other_and_never_go_back() {
    use prost::Message;
    use sha2::{Digest, Sha256};
    let mut bob = Person::new(1);
    let (_dir, mut world) = world_with(&mut bob);
    let (id, _) = world.login(&mut bob.devices[0]);
    let mut next = bob.slots(5);
    next.slots[0].id = vec![6; 8];
    assert!(matches!(
        world.ask(id, Verb::SetSlots(next.clone())),
        Answer::Done(_)
    ));
    assert_eq!(code(&world.put(&bob, 1)), ErrorCode::Denied);
    assert_eq!(
        code(&world.ask(id, Verb::SetSlots(bob.slots(4)))),
        ErrorCode::Conflict
    );
    let mut malformed = bob.slots(6);
    malformed.slots[0].read_key.pop();
    assert_eq!(
        code(&world.ask(id, Verb::SetSlots(malformed))),
        ErrorCode::BadRequest
    );
    let (_, heard) = world.login(&mut bob.devices[0]);
    let digest = Sha256::digest(next.encode_to_vec()).to_vec();
    assert_eq!(heard.logged_in().unwrap().slots_digest, digest);
}
