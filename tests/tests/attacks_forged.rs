//! Envelopes that lie: about who says something, to whom, from where, and about their keys.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use sotto_content::direct::conversation_id;
use sotto_content::proto::{
    ChainPush, Content, Registers, RetryRequest, Transcript, content::Kind, retry_request::Reason,
};
use sotto_core::testing::{self, NoticeKind};
use sotto_tests::attacker::{Attacker, Letter};
use sotto_tests::stage::Stage;
use sotto_wire::ids::EnvelopeId;
use sotto_wire::proto::relay_frame::Answer;

/// A way to lie in a letter that is properly sealed and encrypted.
type Lie = (&'static str, fn(&mut Letter));

/// Lies in the binding, or in what only an own device may say.
const LIES: [Lie; 9] = [
    ("another sender's account", |letter| {
        letter.binding().sender_account[0] ^= 1
    }),
    ("another sender's mailbox", |letter| {
        letter.binding().sender_mailbox[0] ^= 1
    }),
    ("another recipient's account", |letter| {
        letter.binding().recipient_account[0] ^= 1
    }),
    ("another recipient's mailbox", |letter| {
        letter.binding().recipient_mailbox[0] ^= 1
    }),
    ("a group instead of us", |letter| {
        letter.binding().group = Some(Default::default())
    }),
    ("no message id", |letter| {
        letter.binding().message_id.clear()
    }),
    ("no incarnation", |letter| {
        letter.binding().incarnation.clear()
    }),
    ("no binding at all", |letter| {
        letter.plaintext.binding = None
    }),
    ("another conversation", |letter| {
        letter.place(|place| place.conversation[0] ^= 1)
    }),
];

#[test]
fn a_content_that_lies_is_dropped_and_the_session_stays() {
    let mut stage = Stage::of_friends(1);
    for (number, (lie, tell)) in LIES.iter().enumerate() {
        let mut letter = stage.text("forged, forged, forged");
        tell(&mut letter);
        stage.deliver(&letter);
        assert_eq!(
            stage.notices(NoticeKind::Forged),
            number + 1,
            "{lie}: the person is told"
        );
        stage.say(&format!("honest again, {number}"));
        let shown = stage.shown();
        assert_eq!(
            shown.last(),
            Some(&format!("honest again, {number}")),
            "{lie}: the session stays"
        );
        assert!(
            !shown.contains(&"forged, forged, forged".to_owned()),
            "{lie}: nothing is shown"
        );
    }
    assert_eq!(stage.waiting_for_bob(), 0, "everything is acknowledged");
}

#[test]
fn what_only_own_devices_may_say_is_forged_from_others() {
    let mut stage = Stage::of_friends(2);
    let bob = stage.target.account();
    let honest = stage.text("what Bob never wrote");
    let kinds = [
        Kind::Transcript(Transcript {
            account: stage.account().to_vec(),
            message_id: vec![7; 16],
            content: honest.plaintext.content.clone(),
            sender_mailbox: stage.mallory.keys.mailbox.to_vec(),
            incarnation: vec![0; 8],
        }),
        Kind::Registers(Registers::default()),
        Kind::ChainPush(ChainPush {
            account: bob.to_vec(),
            from_genesis: true,
            statements: Vec::new(),
        }),
    ];
    for (number, kind) in kinds.into_iter().enumerate() {
        let content = Content {
            kind: Some(kind),
            ..Content::default()
        };
        let letter = stage.mallory.letter(&stage.target, &content);
        stage.deliver(&letter);
        assert_eq!(stage.notices(NoticeKind::Forged), number + 1);
    }
    stage.say("still here");
    assert_eq!(stage.shown(), ["hello, bob", "still here"]);
}

#[test]
fn a_seal_that_names_somebody_else_is_dropped() {
    let mut stage = Stage::of_friends(3);
    let other = Attacker::new(&mut stage.world, stage.relay, 33);
    // Bob knows the other, so that nothing is missing to believe the lies.
    let link = other.link(other.chain.head());
    stage
        .world
        .command(stage.bob, |machine, now| machine.add_contact(&link, now))
        .expect("a contact");
    let account = other.account();
    stage
        .world
        .send(stage.bob, account, "so that Bob has the chain");
    stage.world.run_for(60_000);
    let sent = stage.world.sent().len();

    let conversation = conversation_id(&stage.target.account(), &other.account());
    let lie = |letter: &mut Letter| {
        letter.header.account = other.account().to_vec();
        letter.header.head = Some(other.chain.head().into());
        letter.header.suffix = other.statements();
        letter.binding().sender_account = other.account().to_vec();
        letter.place(|place| place.conversation = conversation.to_vec());
    };
    let mut account_lie = stage.text("under another account");
    lie(&mut account_lie);
    stage.deliver(&account_lie);

    let mut mailbox_lie = stage.text("under another mailbox");
    lie(&mut mailbox_lie);
    mailbox_lie.sender = other.keys.mailbox;
    mailbox_lie.binding().sender_mailbox = other.keys.mailbox.to_vec();
    stage.deliver(&mailbox_lie);

    // As one of Bob's own devices, with what only those may say.
    let own = stage.target.chain.clone();
    let transcript = Transcript {
        account: stage.account().to_vec(),
        message_id: vec![7; 16],
        content: account_lie.plaintext.content.clone(),
        sender_mailbox: stage.mallory.keys.mailbox.to_vec(),
        incarnation: vec![0; 8],
    };
    let content = Content {
        kind: Some(Kind::Transcript(transcript)),
        ..Content::default()
    };
    let mut own_lie = stage.mallory.letter(&stage.target, &content);
    own_lie.header.account = own.account().to_vec();
    own_lie.header.head = Some(own.head().into());
    own_lie.header.suffix.clear();
    own_lie.binding().sender_account = own.account().to_vec();
    stage.deliver(&own_lie);

    assert_eq!(
        stage.world.texts(stage.bob, other.account()),
        ["so that Bob has the chain"]
    );
    assert_eq!(stage.waiting_for_bob(), 0, "everything is acknowledged");
    stage.world.run_for(60_000);
    assert_eq!(
        stage.world.sent().len(),
        sent,
        "nobody is asked for what was made up"
    );
    stage.say("an honest one behind them");
    assert_eq!(stage.shown(), ["hello, bob", "an honest one behind them"]);
}

#[test]
fn what_was_sealed_to_mallory_cannot_be_passed_on_to_bob() {
    let mut stage = Stage::of_friends(4);
    let alice = stage.world.person("alice", stage.relay);
    let link = stage.mallory.link(stage.mallory.chain.head());
    stage
        .world
        .command(alice, |machine, now| machine.add_contact(&link, now))
        .expect("a contact");
    let mallory = stage.account();
    stage.world.befriend(stage.bob, alice);
    stage.world.befriend(alice, stage.bob);
    stage.world.run_for(10_000);
    stage.mallory.mail(&mut stage.world);
    stage.world.send(alice, mallory, "only for Mallory");
    stage.world.run_for(10_000);
    let mail = stage.mallory.mail(&mut stage.world);
    let a = stage.world.account(alice);
    let before = stage.world.texts(stage.bob, a);
    assert!(!mail.is_empty(), "Alice's envelopes reach Mallory");

    for envelope in &mail {
        // The bytes as they are, in Bob's mailbox, by a valid tag.
        stage.deliver_bytes(&envelope.sealed);
        // The message inside, under a seal for Bob: in Alice's name and in her own.
        let (sender, kind, contents) = stage.mallory.unseal(&envelope.sealed);
        for name in [sender, stage.mallory.keys.mailbox] {
            let mut letter = stage.text("");
            letter.sender = name;
            let sealed = stage.mallory.wrap(&stage.target, &letter, kind, &contents);
            stage.deliver_bytes(&sealed);
        }
    }
    stage.world.run_for(10_000);
    assert_eq!(
        stage.world.texts(stage.bob, a),
        before,
        "nothing is shown as said to Bob"
    );
    assert_eq!(stage.shown(), ["hello, bob"]);
    stage
        .world
        .send(alice, stage.target.account(), "really for Bob");
    stage.world.run_for(10_000);
    assert_eq!(stage.world.texts(stage.bob, a), ["really for Bob"]);
}

#[test]
fn a_first_message_that_comes_again_is_shown_once() {
    let mut stage = Stage::new(5);
    let letter = stage.text("the first message");
    let message = stage.mallory.encrypt(&stage.world, &stage.target, &letter);
    let sealed = stage.mallory.wrap(
        &stage.target,
        &letter,
        message.message_type(),
        message.serialize(),
    );
    stage.deliver_bytes(&sealed);
    assert_eq!(stage.shown(), ["the first message"]);

    // The same bytes, and the same message under another seal.
    stage.deliver_bytes(&sealed);
    let again = stage.mallory.wrap(
        &stage.target,
        &letter,
        message.message_type(),
        message.serialize(),
    );
    stage.deliver_bytes(&again);
    assert_eq!(stage.shown(), ["the first message"]);

    // The session is gone: Bob's files are put back, and everything about sessions is deleted.
    let copy = stage.world.snapshot(stage.bob);
    stage.world.crash(stage.bob);
    stage.world.run_for(10_000);
    stage.world.restore(stage.bob, &copy);
    stage.world.run_for(60_000);
    assert_eq!(stage.notices(NoticeKind::RestoredCopy), 1);
    stage.deliver_bytes(&sealed);
    let third = stage.mallory.wrap(
        &stage.target,
        &letter,
        message.message_type(),
        message.serialize(),
    );
    stage.deliver_bytes(&third);
    stage.world.run_for(60_000);
    assert_eq!(stage.shown(), ["the first message"]);
    assert_eq!(stage.waiting_for_bob(), 0);
}

#[test]
fn a_first_message_under_last_resort_keys_is_not_opened_again_when_its_session_is_gone() {
    let mut stage = Stage::without_one_time_keys(7);
    let link = stage.mallory.link(stage.mallory.chain.head());
    stage
        .world
        .command(stage.bob, |machine, now| machine.add_contact(&link, now))
        .expect("a contact");
    let letter = stage.text("the first message");
    let message = stage.mallory.encrypt(&stage.world, &stage.target, &letter);
    let sealed = stage.mallory.wrap(
        &stage.target,
        &letter,
        message.message_type(),
        message.serialize(),
    );
    stage.deliver_bytes(&sealed);
    stage.answer("so that Bob's chain has a key");
    stage.world.run_for(60_000);

    // Bob is made to delete the session: a request that names the chain that he sends on.
    let mail = stage.mallory.mail(&mut stage.world);
    let last = mail.last().expect("an answer");
    let request_key = stage.mallory.ratchet_key_of(&last.sealed);
    let request = RetryRequest {
        binding: Some(stage.mallory.binding(&stage.target)),
        envelope: last.id.clone(),
        reason: Reason::Invalid.into(),
        ratchet_key: request_key.clone(),
        ..RetryRequest::default()
    };
    let request = stage.mallory.seal_request(&stage.target, &request);
    stage.deliver_bytes(&request);
    let gaps = |stage: &Stage| testing::open_ends(stage.world.device(stage.bob).store()).0;
    assert_eq!(gaps(&stage), 0);
    stage.world.run_for(60_000);
    let answer = stage
        .mallory
        .mail(&mut stage.world)
        .pop()
        .expect("an answer");
    assert_ne!(
        stage.mallory.ratchet_key_of(&answer.sealed),
        request_key,
        "the session is another one"
    );
    assert_eq!(stage.notices(NoticeKind::SessionReset), 1);

    let again = stage.mallory.wrap(
        &stage.target,
        &letter,
        message.message_type(),
        message.serialize(),
    );
    stage.deliver_bytes(&again);
    assert_eq!(gaps(&stage), 1, "it is refused, not opened");
    assert_eq!(
        stage.shown(),
        ["the first message", "so that Bob's chain has a key"]
    );
}

#[test]
fn an_envelope_id_that_comes_again_changes_nothing() {
    let mut stage = Stage::of_friends(6);
    let first = stage.text("under an id");
    let first = stage.mallory.seal(&stage.world, &stage.target, &first);
    let second = stage.text("under the same id");
    let second = stage.mallory.seal(&stage.world, &stage.target, &second);
    let id = EnvelopeId::new([5; 16]);
    for sealed in [&first, &second, &first] {
        let answer = stage
            .mallory
            .put_as(&mut stage.world, &stage.target, id, sealed);
        assert!(
            matches!(answer, Answer::PutAccepted(_)),
            "a repeated put gets the same answer"
        );
        stage.world.run_for(100);
    }
    assert_eq!(stage.shown(), ["hello, bob", "under an id"]);
}
