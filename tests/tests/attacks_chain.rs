//! Chains that lie: ghosts, hidden heads, forks, rollbacks, and relays that contradict themselves.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use ed25519_dalek::SigningKey;
use sotto_content::proto::{RetryRequest, retry_request::Reason};
use sotto_core::testing::{self, Freeze, NoticeKind};
use sotto_tests::attacker::Attacker;
use sotto_tests::stage::Stage;
use sotto_tests::world::World;
use sotto_wire::chain::{Chain, Listed, Payload, build};
use sotto_wire::checkpoint::Checkpoint;
use sotto_wire::ids::{AccountId, Head};
use sotto_wire::proto::{self, ErrorCode, relay_frame::Answer};

const MINUTE: u64 = 60_000;

/// Makes of the chains that relays give of an account what `change` makes of them.
fn lie_about(world: &mut World, account: AccountId, change: impl Fn(&mut proto::Chain) + 'static) {
    world.lie(move |_, mut answer| {
        let chain = match &mut answer {
            Answer::Chain(chain) => Some(chain),
            Answer::Error(error) => error.chain.as_mut(),
            _ => None,
        };
        if let Some(chain) = chain.filter(|chain| chain.account == account.as_bytes()) {
            change(chain);
        }
        Some(answer)
    });
}

fn chain_of(stage: &Stage) -> Option<(Freeze, usize)> {
    testing::chain(stage.world.device(stage.bob).store(), &stage.account())
}

#[test]
fn nothing_is_sealed_to_a_chain_with_a_ghost() {
    let mut world = World::new(1);
    let relay = world.relay();
    let (ada, ben) = (world.person("ada", relay), world.person("ben", relay));
    let b = world.account(ben);
    let mut ghost = Attacker::new(&mut world, relay, 11);
    let target = ghost.target(&mut world, ben);
    let (keys, _) = ghost.new_device();
    let entry = keys.proven_for(&b, 12);
    // In the name of Ben's device, which has not signed it.
    let mut forger = keys.clone();
    forger.mailbox = target.mailbox();
    let forged = ghost.statement_of(&target, &Payload::Add(entry), &forger);
    lie_about(&mut world, b, move |chain| {
        chain.statements.push(forged.clone());
        chain.checkpoint = None;
    });
    world.befriend(ada, ben);
    world.send(ada, b, "not for ghosts");
    world.run_for(10 * MINUTE);
    assert!(
        world
            .sent()
            .iter()
            .all(|sent| sent.put.account != b.as_bytes()),
        "nothing is sealed"
    );
    assert_eq!(
        testing::chain(world.device(ada).store(), &b),
        None,
        "the forged chain is not taken"
    );

    world.stop_lying();
    world.settle_and_check();
    let a = world.account(ada);
    assert_eq!(world.texts(ben, a), ["not for ghosts"]);
    let ghost = keys.mailbox.to_vec();
    assert!(
        world
            .sent()
            .iter()
            .flat_map(|sent| &sent.put.items)
            .all(|item| item.mailbox != ghost)
    );
}

#[test]
fn a_head_that_a_contact_names_and_the_relay_hides_holds_up_everything_sealed() {
    let mut stage = Stage::of_friends(2);
    let account = stage.account();
    let shown_by_relay = stage.mallory.statements();
    let (_, entry) = stage.mallory.new_device();
    stage
        .mallory
        .advance(&mut stage.world, &Payload::Add(entry));
    lie_about(&mut stage.world, account, move |chain| {
        chain.statements = shown_by_relay.clone();
        chain.from_genesis = true;
        chain.checkpoint = None;
    });
    let mut letter = stage.text("under a head that you do not know");
    letter.header.suffix.clear();
    stage.deliver(&letter);
    assert_eq!(stage.shown(), ["hello, bob"], "it waits for its chain");

    let sent = stage.sent_to_mallory();
    stage.answer("only for all of your devices");
    stage.world.run_for(10 * MINUTE);
    assert_eq!(
        stage.sent_to_mallory(),
        sent,
        "nothing is sealed until the chain is there"
    );
    assert_eq!(chain_of(&stage), Some((Freeze::No, 1)));

    stage.world.stop_lying();
    stage.world.run_for(10 * MINUTE);
    assert_eq!(chain_of(&stage), Some((Freeze::No, 2)));
    assert!(stage.sent_to_mallory() > sent);
    let mut shown = stage.shown();
    shown.sort();
    assert_eq!(
        shown,
        [
            "hello, bob",
            "only for all of your devices",
            "under a head that you do not know"
        ],
        "what was parked is opened"
    );
}

#[test]
fn a_link_that_names_a_head_which_the_chain_lacks_is_not_believed() {
    for (name, change) in [
        (
            "another hash at its place",
            (|head| head.hash = [9; 32].into()) as fn(&mut Head),
        ),
        ("a later head", |head| {
            head.seq += 1;
            head.hash = [9; 32].into();
        }),
    ] {
        let mut stage = Stage::new(3);
        let mut head = stage.mallory.chain.head();
        change(&mut head);
        let link = stage.mallory.link(head);
        stage
            .world
            .command(stage.bob, |machine, now| machine.add_contact(&link, now))
            .expect("a contact");
        stage.answer("to whoever that is");
        stage.world.run_for(10 * MINUTE);
        assert_eq!(stage.sent_to_mallory(), 0, "{name}");
        assert!(!stage.all_sent(), "{name}: it waits");
    }
}

#[test]
fn a_recovery_on_the_other_branch_of_a_fork_lifts_the_freeze() {
    let mut stage = Stage::of_friends(14);
    let home = stage.mallory.chain.head();
    let (_, entry) = stage.mallory.new_device();
    stage
        .mallory
        .advance(&mut stage.world, &Payload::Add(entry));
    stage.say("with the thief's device");
    let (_, entry) = stage.mallory.new_device();
    let keys = stage.mallory.keys.clone();
    let fork = stage
        .mallory
        .statement_after(home, &Payload::Add(entry), &keys);
    let branch = Chain::verify(&stage.mallory.statements()[..2])
        .and_then(|chain| chain.extend(std::slice::from_ref(&fork)))
        .expect("the owner's branch");
    let mut letter = stage.text("with a fork");
    letter.header.suffix.push(fork);
    letter.header.suffix.remove(2);
    stage.deliver(&letter);
    let frozen = chain_of(&stage).map(|(freeze, _)| freeze);
    assert_eq!(frozen, Some(Freeze::Fork), "Bob holds the thief's branch");

    // The owner holds the other one, and builds on it.
    stage.mallory.chain = branch.clone();
    let recovery = stage.mallory.statement(&Payload::Recover {
        parent: branch.head().hash,
        devices: vec![Listed::Known(stage.mallory.keys.mailbox)],
        recovery_key: stage.mallory.recovery.verifying_key().to_bytes(),
    });
    stage.mallory.chain = branch.extend(&[recovery]).expect("a recovery");
    stage.say("I am back");
    assert_eq!(
        chain_of(&stage),
        Some((Freeze::No, 1)),
        "both new devices are void"
    );
    assert_eq!(stage.shown().last().map(String::as_str), Some("I am back"));
    stage.world.crash(stage.bob);
    stage.say("and it is remembered");
    assert_eq!(chain_of(&stage), Some((Freeze::No, 1)));
}

#[test]
fn a_fork_freezes_and_a_recovery_voids_what_the_thief_did() {
    let mut stage = Stage::of_friends(4);
    let home = stage.mallory.chain.head();
    // A thief has the device and adds one of his own; the relay takes it, and so does Bob.
    let (thief, entry) = stage.mallory.new_device();
    stage
        .mallory
        .advance(&mut stage.world, &Payload::Add(entry));
    stage.say("with the thief's device");
    assert_eq!(chain_of(&stage), Some((Freeze::No, 2)));
    let stolen = stage.mallory.chain.clone();
    let theft = stage.mallory.statements();

    // The owner adds another one, on the same head: two statements of one device on one place.
    let (_, entry) = stage.mallory.new_device();
    let keys = stage.mallory.keys.clone();
    let fork = stage
        .mallory
        .statement_after(home, &Payload::Add(entry), &keys);
    let answers = stage.mallory.append(&mut stage.world, fork.clone());
    assert!(
        answers
            .iter()
            .any(|answer| matches!(answer, Answer::Error(_))),
        "the relay refuses a fork: {answers:?}"
    );
    let mut letter = stage.text("with a fork");
    letter.header.suffix.push(fork);
    letter.header.suffix.remove(2);
    stage.deliver(&letter);
    assert_eq!(
        chain_of(&stage).map(|(freeze, _)| freeze),
        Some(Freeze::Fork)
    );
    assert_eq!(stage.notices(NoticeKind::Fork), 1);
    let sent = stage.sent_to_mallory();
    stage.answer("after the fork");
    stage.world.run_for(10 * MINUTE);
    assert_eq!(stage.sent_to_mallory(), sent, "nothing is sealed to a fork");

    // The recovery key outranks both.
    stage.mallory.chain =
        Chain::verify(&stage.mallory.statements()[..2]).expect("before the theft");
    let recover = Payload::Recover {
        parent: home.hash,
        devices: vec![Listed::Known(stage.mallory.keys.mailbox)],
        recovery_key: stage.mallory.recovery.verifying_key().to_bytes(),
    };
    let recovery = stage.mallory.statement(&recover);
    stage.mallory.chain = stolen;
    stage.mallory.append(&mut stage.world, recovery.clone());
    stage.mallory.chain = Chain::verify(&stage.mallory.statements()[..2])
        .and_then(|chain| chain.extend(&[recovery]))
        .expect("a recovery");
    stage.say("I am back");
    assert_eq!(
        chain_of(&stage),
        Some((Freeze::No, 1)),
        "the thief's device is void"
    );
    assert_eq!(stage.notices(NoticeKind::Recovered), 1);
    stage.world.run_for(10 * MINUTE);
    assert!(stage.sent_to_mallory() > sent, "what waited leaves");
    let items = stage.world.sent().iter().flat_map(|sent| &sent.put.items);
    assert_eq!(
        items
            .filter(|item| item.mailbox == thief.mailbox.to_vec())
            .count(),
        0,
        "nothing for the thief"
    );
    assert_eq!(stage.shown().last().map(String::as_str), Some("I am back"));

    // The line of the theft is not believed again, whoever shows it.
    let account = stage.account();
    lie_about(&mut stage.world, account, move |chain| {
        chain.statements = theft.clone();
        chain.from_genesis = true;
        chain.checkpoint = None;
    });
    let mut letter = stage.text("look it up");
    letter.header.suffix.clear();
    let head = letter.header.head.as_mut().expect("a head");
    head.seq += 1;
    head.hash = vec![8; 32];
    stage.deliver(&letter);
    stage.world.run_for(10 * MINUTE);
    assert_eq!(
        chain_of(&stage),
        Some((Freeze::No, 1)),
        "a rolled-back chain is refused"
    );
}

#[test]
fn a_device_that_was_removed_is_neither_heard_nor_answered() {
    let mut stage = Stage::of_friends(9);
    stage.answer("while the device was hers");
    stage.world.run_for(MINUTE);
    let mail = stage.mallory.mail(&mut stage.world);
    let last = mail.last().expect("an answer").id.clone();

    // The owner adds a device, and with it removes the one that was stolen.
    let (owner, entry) = stage.mallory.new_device();
    stage
        .mallory
        .advance(&mut stage.world, &Payload::Add(entry));
    let before = stage.mallory.chain.clone();
    let remove = Payload::Remove(stage.mallory.keys.mailbox);
    let statement = stage
        .mallory
        .statement_after(before.head(), &remove, &owner);
    stage.mallory.append(&mut stage.world, statement);
    stage.answer("to whoever is left");
    stage.world.run_for(MINUTE);
    assert_eq!(
        stage.notices(NoticeKind::DeviceRemoved),
        1,
        "Bob learns of it when he puts"
    );

    let sent = stage.sent_to_mallory();
    let shown = stage.shown();
    // With a session that is as good as any.
    stage.mallory.found_session(&mut stage.world, &stage.target);
    stage.say("from the stolen device");
    let request = RetryRequest {
        binding: Some(stage.mallory.binding(&stage.target)),
        envelope: last,
        reason: Reason::Invalid.into(),
        ..RetryRequest::default()
    };
    let request = stage.mallory.seal_request(&stage.target, &request);
    stage.deliver_bytes(&request);
    stage.world.run_for(10 * MINUTE);
    assert_eq!(stage.shown(), shown, "nothing of it is shown");
    assert_eq!(stage.sent_to_mallory(), sent, "and nothing is sent to it");
    assert_eq!(stage.waiting_for_bob(), 0);
}

/// Bob is made to ask the relay for Mallory's chain, again and again: it never has what he was told.
fn keep_bob_asking(stage: &mut Stage) {
    let mut letter = stage.text("look it up");
    letter.header.head.as_mut().expect("a head").seq += 1;
    letter.header.suffix.clear();
    stage.deliver(&letter);
    stage.world.run_for(MINUTE);
}

/// From now on the relay says that Mallory's last statement is another one, signed with this key.
fn contradict(stage: &mut Stage, key: &SigningKey) {
    let (account, relay) = (stage.account(), stage.mallory.relay_key());
    let head = Head {
        hash: [7; 32].into(),
        ..stage.mallory.chain.head()
    };
    let hour = stage.world.now() / 3_600_000;
    let word = Checkpoint {
        relay,
        account,
        head,
        hour,
    }
    .sign(key);
    lie_about(&mut stage.world, account, move |chain| {
        chain.checkpoint = Some(word.clone())
    });
    stage.world.run_for(MINUTE);
}

#[test]
fn a_relay_that_contradicts_its_signed_word_leaves_evidence() {
    let mut stage = Stage::of_friends(5);
    keep_bob_asking(&mut stage);
    assert_eq!(testing::evidence(stage.world.device(stage.bob).store()), 0);
    let secret = stage.world.relay_secret(stage.relay);
    contradict(&mut stage, &secret);
    assert!(
        testing::evidence(stage.world.device(stage.bob).store()) >= 1,
        "both words are kept"
    );
    assert!(
        stage.notices(NoticeKind::RelayContradicts) >= 1,
        "the person is told"
    );
}

#[test]
fn a_word_that_another_key_signed_is_no_evidence() {
    let mut stage = Stage::of_friends(6);
    keep_bob_asking(&mut stage);
    let secret = stage.mallory.keys.signing.clone();
    contradict(&mut stage, &secret);
    assert_eq!(testing::evidence(stage.world.device(stage.bob).store()), 0);
    assert_eq!(stage.notices(NoticeKind::RelayContradicts), 0);
}

#[test]
fn mallory_cannot_list_keys_that_she_does_not_hold() {
    let mut stage = Stage::new(7);
    let bob = stage.target.chain.devices()[0].clone();
    let own_signing = stage.mallory.keys.signing.verifying_key().to_bytes();
    for (name, signing, identity) in [
        ("both of Bob's keys", bob.signing_key, bob.identity_key),
        (
            "Bob's identity key under another signing key",
            own_signing,
            bob.identity_key,
        ),
    ] {
        let entry = stage
            .mallory
            .prove_entry(build::device_entry(&signing, &identity));
        let statement = stage.mallory.statement(&Payload::Add(entry));
        let answers = stage.mallory.append(&mut stage.world, statement.clone());
        let refused = answers.iter().any(|answer| {
            matches!(answer, Answer::Error(error) if error.code() == ErrorCode::InvalidChain)
        });
        assert!(refused, "{name}: the relay refuses it: {answers:?}");
        let alice = stage.world.person("alice", stage.relay);
        let account = stage.account();
        lie_about(&mut stage.world, account, move |chain| {
            chain.statements.push(statement.clone());
            chain.checkpoint = None;
        });
        let link = stage.mallory.link(stage.mallory.chain.head());
        stage
            .world
            .command(alice, |machine, now| machine.add_contact(&link, now))
            .expect("a contact");
        stage.world.send(alice, account, "for Mallory, not for Bob");
        stage.world.run_for(MINUTE);
        assert_eq!(
            testing::chain(stage.world.device(alice).store(), &account),
            None,
            "{name}"
        );
        let by_alice = stage
            .world
            .sent()
            .iter()
            .filter(|sent| sent.device == alice);
        let to_mallory = by_alice.filter(|sent| sent.put.account == account.as_bytes());
        assert_eq!(to_mallory.count(), 0, "{name}: Alice seals nothing");
        stage.world.stop_lying();
    }
}

#[test]
fn keys_belong_to_one_account_for_ever() {
    let mut stage = Stage::of_friends(8);
    // An account that Mallory founds with the keys of her device: she holds them, so all proofs are
    // good. No relay knows it; it comes in a header.
    let (other, statements) = stage.mallory.twin_account();
    let mut lie = stage.text("from my other account");
    lie.header.account = other.to_vec();
    lie.header.head = Some(Chain::verify(&statements).expect("a chain").head().into());
    lie.header.suffix = statements;
    lie.binding().sender_account = other.to_vec();
    stage.deliver(&lie);
    stage.world.run_for(MINUTE);
    assert_eq!(
        testing::chain(stage.world.device(stage.bob).store(), &other),
        None
    );
    assert!(stage.world.texts(stage.bob, other).is_empty());
    stage.say("as before");
    assert_eq!(stage.shown(), ["hello, bob", "as before"]);
}
