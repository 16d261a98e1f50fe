//! Strangers and people who were sent away: they get nothing, and take up little.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use sotto_core::testing::{self, ContactStanding};
use sotto_tests::attacker::Attacker;
use sotto_tests::stage::Stage;
use sotto_wire::proto::{ErrorCode, relay_frame::Answer};

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;

fn stand(stage: &mut Stage, standing: ContactStanding) {
    let account = stage.account();
    stage
        .world
        .command(stage.bob, |machine, now| {
            machine.set_standing(&account, standing, now)
        })
        .expect("a contact");
}

#[test]
fn a_stranger_is_a_request_and_nothing_is_sent_to_them_by_itself() {
    let mut stage = Stage::new(1);
    stage.say("do you know me?");
    // A hole, and an envelope that cannot be opened: somebody accepted would be asked about both.
    let _ = stage.text("never sent");
    stage.say("it's me");
    let letter = stage.text("");
    let sealed = {
        let message = stage.mallory.encrypt(&stage.world, &stage.target, &letter);
        let mut bytes = message.serialize().to_vec();
        let last = bytes.len() - 20;
        bytes[last] ^= 1;
        stage
            .mallory
            .wrap(&stage.target, &letter, message.message_type(), &bytes)
    };
    stage.deliver_bytes(&sealed);
    stage.world.run_for(2 * HOUR);
    assert_eq!(stage.shown(), ["do you know me?", "it's me"]);
    assert_eq!(stage.standing(), Some(ContactStanding::Request));
    assert_eq!(
        stage.sent_to_mallory(),
        0,
        "no receipt, no card, no request"
    );
    assert_eq!(
        testing::open_ends(stage.world.device(stage.bob).store()),
        (0, 0)
    );

    let link = stage.mallory.link(stage.mallory.chain.head());
    stage
        .world
        .command(stage.bob, |machine, now| machine.add_contact(&link, now))
        .expect("a contact");
    stage.world.run_for(MINUTE);
    stage.answer("now I do");
    stage.world.run_for(MINUTE);
    assert!(stage.sent_to_mallory() > 0, "who is accepted gets answers");
}

#[test]
fn a_blocked_contact_is_not_shown_and_gets_nothing() {
    let mut stage = Stage::of_friends(2);
    stage.answer("last words");
    stage.world.run_for(MINUTE);
    stand(&mut stage, ContactStanding::Blocked);
    stage.world.run_for(MINUTE);
    let sent = stage.sent_to_mallory();
    let shown = stage.shown();

    // The link that she has is still good: the relay lets her in.
    stage.say("let me in");
    let _ = stage.text("never sent");
    stage.say("let me in, please");
    stage.world.run_for(2 * HOUR);
    assert_eq!(stage.shown(), shown);
    assert_eq!(stage.sent_to_mallory(), sent, "no receipt, no request");
    let (bob, account) = (stage.bob, stage.account());
    let refused = stage
        .world
        .command(bob, |machine, now| machine.send_text(&account, "no", now));
    assert!(refused.is_err(), "writing to somebody blocked says so");

    stand(&mut stage, ContactStanding::Accepted);
    stage.say("thank you");
    stage.world.run_for(MINUTE);
    assert_eq!(stage.shown().last().map(String::as_str), Some("thank you"));
    assert_eq!(
        stage.shown().len(),
        shown.len() + 1,
        "what was said meanwhile is gone"
    );
    assert_eq!(
        testing::open_ends(stage.world.device(stage.bob).store()).0,
        0,
        "and leaves no holes"
    );
}

#[test]
fn somebody_blocked_loses_the_way_in_that_contacts_have() {
    let mut stage = Stage::new(3);
    let ada = stage.world.person("ada", stage.relay);
    stage.world.befriend(ada, stage.bob);
    stage.world.befriend(stage.bob, ada);
    let (a, b) = (stage.world.account(ada), stage.target.account());
    stage.world.send(ada, b, "as friends");
    stage.world.settle();
    stage
        .world
        .command(stage.bob, |machine, now| {
            machine.set_standing(&a, ContactStanding::Blocked, now)
        })
        .expect("a contact");
    stage
        .world
        .command(stage.bob, |machine, now| machine.revoke_link(now))
        .expect("revoked");
    stage.world.run_for(MINUTE);
    stage.world.send(ada, b, "as enemies");
    stage.world.run_for(6 * HOUR);
    assert_eq!(stage.world.texts(stage.bob, a), ["as friends"]);
    assert_eq!(
        stage.waiting_for_bob(),
        0,
        "it does not even come to his mailbox"
    );
    let failed = testing::outbox(stage.world.device(ada).store());
    assert!(
        failed
            .iter()
            .any(|(.., reason)| reason.as_deref() == Some("denied")),
        "Ada sees that it failed: {failed:?}"
    );
}

#[test]
fn a_revoked_link_opens_nothing() {
    let mut stage = Stage::new(4);
    stage
        .world
        .command(stage.bob, |machine, now| machine.revoke_link(now))
        .expect("revoked");
    stage.world.run_for(MINUTE);
    let letter = stage.text("by an old link");
    let sealed = stage.mallory.seal(&stage.world, &stage.target, &letter);
    let answer = stage.mallory.put(&mut stage.world, &stage.target, &sealed);
    assert!(
        matches!(&answer, Answer::Error(error) if error.code() == ErrorCode::Denied),
        "{answer:?}"
    );
    let mut stranger = Attacker::new(&mut stage.world, stage.relay, 44);
    let read = stranger.read(&mut stage.world, &stage.target);
    assert!(
        matches!(&read, Answer::Error(error) if error.code() == ErrorCode::Denied),
        "{read:?}"
    );
    stage.world.run_for(MINUTE);
    assert!(stage.shown().is_empty());
}

#[test]
fn strangers_whose_chain_is_not_known_take_up_twenty_places_in_all() {
    let mut stage = Stage::new(5);
    let mut others: Vec<Attacker> = (0..2)
        .map(|number| Attacker::new(&mut stage.world, stage.relay, 50 + number))
        .collect();
    for other in &mut others {
        other.found_session(&mut stage.world, &stage.target);
        for number in 0..15 {
            let mut letter = other.text(
                &stage.world,
                &stage.target,
                &format!("knock, knock, {number}"),
            );
            letter.header.suffix.clear();
            let sealed = other.seal(&stage.world, &stage.target, &letter);
            other.put(&mut stage.world, &stage.target, &sealed);
            stage.world.run_for(100);
        }
    }
    let (bytes, strangers) = testing::parked(stage.world.device(stage.bob).store());
    assert_eq!(strangers, 20);
    assert!(bytes <= 10 << 20);
    assert_eq!(stage.waiting_for_bob(), 0, "all of it is acknowledged");
    stage.say("somebody else, with a chain");
    assert_eq!(
        stage.shown(),
        ["somebody else, with a chain"],
        "nobody is kept out by them"
    );
}

#[test]
fn what_is_parked_is_opened_when_the_chain_comes_with_a_later_envelope() {
    let mut stage = Stage::new(6);
    let mut letter = stage.text("who I am comes later");
    letter.header.suffix.clear();
    stage.deliver(&letter);
    assert!(stage.shown().is_empty());
    stage.say("this is who I am");
    stage.world.run_for(MINUTE);
    assert_eq!(stage.shown(), ["who I am comes later", "this is who I am"]);
    assert_eq!(
        testing::parked(stage.world.device(stage.bob).store()),
        (0, 0)
    );
}
