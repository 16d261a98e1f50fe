//! Lost envelopes, and requests for them: what is missing heals, and nobody is answered who may not ask.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use sotto_content::proto::{
    Content, Missing, RetryRequest, Void, content::Kind, retry_request::Reason,
};
use sotto_core::testing;
use sotto_tests::stage::Stage;
use sotto_tests::world::{DeviceId, RelayId, World};
use sotto_wire::ids::AccountId;

const MINUTE: u64 = 60_000;

struct Pair {
    world: World,
    relay: RelayId,
    ada: DeviceId,
    ben: DeviceId,
    a: AccountId,
    b: AccountId,
}

fn pair(seed: u64) -> Pair {
    let mut world = World::new(seed);
    let relay = world.relay();
    let (ada, ben) = (world.person("ada", relay), world.person("ben", relay));
    world.befriend(ada, ben);
    world.befriend(ben, ada);
    let (a, b) = (world.account(ada), world.account(ben));
    world.send(ada, b, "the first one");
    world.settle_and_check();
    Pair {
        world,
        relay,
        ada,
        ben,
        a,
        b,
    }
}

#[test]
fn an_envelope_that_the_relay_lost_is_noticed_and_comes_again() {
    let mut pair = pair(1);
    pair.world.set_offline(pair.ben, true);
    for number in 1..4 {
        pair.world
            .send(pair.ada, pair.b, &format!("number {number} of three"));
    }
    pair.world.run_for(MINUTE);
    let (_, mailbox, _) = pair.world.device(pair.ben).me().expect("an account");
    let lost = pair
        .world
        .relay_database(pair.relay)
        .execute(
            "DELETE FROM log WHERE id = (SELECT log.id FROM log JOIN device ON number = device
             WHERE mailbox = ?1 ORDER BY seq LIMIT 1 OFFSET 1)",
            [mailbox.as_bytes()],
        )
        .expect("a row is deleted");
    assert_eq!(lost, 1);
    pair.world.set_offline(pair.ben, false);
    pair.world
        .run_until(|world| world.texts(pair.ben, pair.a).len() == 3);
    assert_eq!(
        testing::open_ends(pair.world.device(pair.ben).store()).0,
        1,
        "the hole is shown while it heals"
    );
    pair.world.settle_and_check();
    assert_eq!(
        pair.world.texts(pair.ben, pair.a),
        [
            "the first one",
            "number 1 of three",
            "number 2 of three",
            "number 3 of three"
        ]
    );
}

/// The requests for places that have come to Mallory.
fn requests(stage: &mut Stage) -> Vec<RetryRequest> {
    let mail = stage.mallory.mail(&mut stage.world);
    mail.iter()
        .filter_map(|envelope| stage.mallory.request(&envelope.sealed))
        .collect()
}

#[test]
fn a_place_that_will_not_be_filled_is_healed_by_its_sender() {
    let mut stage = Stage::of_friends(2);
    let _ = stage.text("never sent");
    stage.say("the one behind it");
    let gaps = |stage: &Stage| testing::open_ends(stage.world.device(stage.bob).store()).0;
    assert_eq!(gaps(&stage), 1);
    stage.world.run_for(10_000);
    let asked = requests(&mut stage);
    let missing = asked
        .iter()
        .find_map(|request| request.missing.clone())
        .expect("Bob asks for the place");
    assert_eq!((missing.first, missing.last), (2, 2));

    let void = Void {
        incarnation: missing.incarnation,
        conversation: missing.conversation,
        counter: 2,
        ..Void::default()
    };
    let content = Content {
        kind: Some(Kind::Void(void)),
        ..Content::default()
    };
    let letter = stage.mallory.letter(&stage.target, &content);
    stage.deliver(&letter);
    assert_eq!(gaps(&stage), 0);
    assert_eq!(stage.shown(), ["hello, bob", "the one behind it"]);
}

/// A request of Mallory's, properly bound.
fn ask(stage: &mut Stage, change: impl FnOnce(&mut RetryRequest)) {
    let mut request = RetryRequest {
        binding: Some(stage.mallory.binding(&stage.target)),
        reason: Reason::Invalid.into(),
        ..RetryRequest::default()
    };
    change(&mut request);
    let sealed = stage.mallory.seal_request(&stage.target, &request);
    stage.deliver_bytes(&sealed);
}

/// Envelopes that Bob sends to Mallory in ten minutes.
fn answers(stage: &mut Stage, ask: impl FnOnce(&mut Stage)) -> usize {
    let before = stage.sent_to_mallory();
    ask(stage);
    stage.world.run_for(10 * MINUTE);
    stage.sent_to_mallory() - before
}

#[test]
fn a_request_about_somebody_elses_envelope_is_not_answered() {
    let mut stage = Stage::of_friends(3);
    let ada = stage.world.person("ada", stage.relay);
    stage.world.befriend(stage.bob, ada);
    let a = stage.world.account(ada);
    stage.world.send(stage.bob, a, "for Ada alone");
    stage.world.run_for(MINUTE);
    let for_ada: Vec<Vec<u8>> = stage
        .world
        .sent()
        .iter()
        .filter(|sent| sent.device == stage.bob && sent.put.account == a.as_bytes())
        .flat_map(|sent| sent.put.items.iter().map(|item| item.envelope_id.clone()))
        .collect();
    assert!(!for_ada.is_empty());
    let answered = answers(&mut stage, |stage| {
        for envelope in for_ada {
            ask(stage, |request| request.envelope = envelope);
        }
    });
    assert_eq!(answered, 0, "not even with a void");
    let conversation = sotto_content::direct::conversation_id(&stage.target.account(), &a);
    let answered = answers(&mut stage, |stage| {
        ask(stage, |request| {
            request.reason = Reason::Missing.into();
            request.missing = Some(Missing {
                conversation: conversation.to_vec(),
                incarnation: vec![0; 8],
                first: 1,
                last: 5,
                message_id: Vec::new(),
            });
        });
    });
    assert_eq!(answered, 0, "nor about another conversation");
}

#[test]
fn a_request_in_another_name_is_not_answered() {
    let mut stage = Stage::of_friends(4);
    stage.answer("asked for in vain");
    stage.world.run_for(MINUTE);
    let envelope = last_to_mallory(&stage);
    let answered = answers(&mut stage, |stage| {
        for (number, field) in [0_usize, 1, 2, 3].into_iter().enumerate() {
            let envelope = envelope.clone();
            ask(stage, |request| {
                request.envelope = envelope;
                let binding = request.binding.as_mut().expect("a binding");
                let fields = [
                    &mut binding.sender_account,
                    &mut binding.sender_mailbox,
                    &mut binding.recipient_account,
                    &mut binding.recipient_mailbox,
                ];
                fields.into_iter().nth(field).expect("a field")[0] ^= 1;
            });
            assert_eq!(stage.notices(testing::NoticeKind::Forged), number + 1);
        }
    });
    assert_eq!(answered, 0);
}

#[test]
fn requests_are_answered_three_times_an_envelope_and_thirty_times_an_hour() {
    let mut stage = Stage::of_friends(5);
    stage.answer("asked for again and again");
    stage.world.run_for(MINUTE);
    let envelope = last_to_mallory(&stage);
    let answered = answers(&mut stage, |stage| {
        for _ in 0..10 {
            let envelope = envelope.clone();
            ask(stage, |request| request.envelope = envelope);
        }
    });
    assert_eq!(answered, 3, "of one envelope");

    let conversation =
        sotto_content::direct::conversation_id(&stage.target.account(), &stage.account()).to_vec();
    let answered = answers(&mut stage, |stage| {
        for place in 1000..1040 {
            let conversation = conversation.clone();
            ask(stage, |request| {
                request.reason = Reason::Missing.into();
                request.missing = Some(Missing {
                    conversation,
                    incarnation: vec![7; 8],
                    first: place,
                    last: place,
                    message_id: Vec::new(),
                });
            });
        }
    });
    assert_eq!(answered, 20, "ten of this hour's thirty were spent before");
}

#[test]
fn a_request_for_very_many_places_is_answered_for_a_few() {
    let mut stage = Stage::of_friends(6);
    let conversation =
        sotto_content::direct::conversation_id(&stage.target.account(), &stage.account()).to_vec();
    let answered = answers(&mut stage, |stage| {
        ask(stage, |request| {
            request.reason = Reason::Missing.into();
            request.missing = Some(Missing {
                conversation,
                incarnation: vec![7; 8],
                first: 0,
                last: u64::MAX,
                message_id: Vec::new(),
            });
        });
    });
    assert_eq!(answered, 20);
}

#[test]
fn a_request_that_comes_again_is_answered_once() {
    let mut stage = Stage::of_friends(7);
    stage.answer("asked for once");
    stage.world.run_for(MINUTE);
    let envelope = last_to_mallory(&stage);
    let request = RetryRequest {
        binding: Some(stage.mallory.binding(&stage.target)),
        reason: Reason::Invalid.into(),
        envelope,
        ..RetryRequest::default()
    };
    let answered = answers(&mut stage, |stage| {
        for _ in 0..3 {
            let sealed = stage.mallory.seal_request(&stage.target, &request);
            stage.deliver_bytes(&sealed);
        }
    });
    assert_eq!(answered, 1);
}

fn last_to_mallory(stage: &Stage) -> Vec<u8> {
    let account = stage.account();
    let sent = stage
        .world
        .sent()
        .iter()
        .rev()
        .find(|sent| sent.put.account == account.as_bytes());
    sent.expect("something was sent").put.items[0]
        .envelope_id
        .clone()
}
