//! What people do in a conversation, besides writing: on two devices each, and whatever comes first.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::sync::{Arc, Mutex};

use prost::Message as _;
use sotto_content::proto::{
    Content, Delete, Edit, Format, Mention, Reaction, Target, Text, Timer, content::Kind,
};
use sotto_content::text::style;
use sotto_core::client::{Message, MessageKind, MessageState, Style};
use sotto_core::testing::{
    self, Change, ContactStanding, EngineError, NoticeKind, Shared, switches,
};
use sotto_tests::stage::Stage;
use sotto_tests::world::{DeviceId, World};
use sotto_wire::ids::AccountId;

const HOUR: u64 = 60 * 60 * 1000;
const DAY: u64 = 24 * HOUR;

/// Two people with two devices each, on two relays.
struct Pair {
    world: World,
    ada: [DeviceId; 2],
    ben: [DeviceId; 2],
}

impl Pair {
    fn new(seed: u64) -> Self {
        let mut world = World::new(seed);
        let relays = [world.relay(), world.relay()];
        let [ada, ben] = [("ada", relays[0]), ("ben", relays[1])].map(|(name, relay)| {
            let first = world.person(name, relay);
            [first, world.second_device(first, "other")]
        });
        world.befriend(ada[0], ben[0]);
        world.befriend(ben[0], ada[0]);
        let mut pair = Self { world, ada, ben };
        pair.say("good morning");
        pair.world.settle();
        pair
    }

    fn a(&self) -> AccountId {
        self.world.account(self.ada[0])
    }

    fn b(&self) -> AccountId {
        self.world.account(self.ben[0])
    }

    /// Ada writes to Ben.
    fn say(&mut self, text: &str) {
        let ben = self.b();
        self.world.send(self.ada[0], ben, text);
    }

    /// The conversation as a device shows it.
    fn shown(&self, id: DeviceId) -> Vec<Message> {
        let with = if self.ada.contains(&id) {
            self.b()
        } else {
            self.a()
        };
        testing::shown(self.world.device(id).store(), &with)
    }

    fn last(&self, id: DeviceId) -> Message {
        self.shown(id).pop().expect("a message")
    }

    fn all(&self) -> [DeviceId; 4] {
        [self.ada[0], self.ada[1], self.ben[0], self.ben[1]]
    }

    fn texts(&self, id: DeviceId) -> Vec<String> {
        let text = |message: Message| {
            message
                .text
                .unwrap_or_else(|| format!("{:?}", message.kind))
        };
        self.shown(id).into_iter().map(text).collect()
    }

    fn react(&mut self, id: DeviceId, row: i64, emoji: &str) {
        let done = self
            .world
            .command(id, |machine, now| machine.react(row, emoji, now));
        done.expect("a reaction");
    }

    fn edit(&mut self, id: DeviceId, row: i64, text: &str) {
        let done = self
            .world
            .command(id, |machine, now| machine.edit_text(row, text, now));
        done.expect("an edit");
    }

    fn delete(&mut self, id: DeviceId, row: i64, everyone: bool) {
        let done = self.world.command(id, |machine, now| {
            machine.delete_message(row, everyone, now)
        });
        done.expect("a deletion");
    }

    fn read(&mut self, id: DeviceId) {
        let with = if self.ada.contains(&id) {
            self.b()
        } else {
            self.a()
        };
        let done = self
            .world
            .command(id, |machine, now| machine.mark_read(&with, None, now));
        done.expect("it is read");
    }

    fn timer(&mut self, id: DeviceId, seconds: u32) {
        let with = if self.ada.contains(&id) {
            self.b()
        } else {
            self.a()
        };
        let done = self
            .world
            .command(id, |machine, now| machine.set_timer(&with, seconds, now));
        done.expect("a timer");
    }

    fn row(&self, id: DeviceId, text: &str) -> i64 {
        let found = self
            .shown(id)
            .into_iter()
            .find(|message| message.text.as_deref() == Some(text));
        found.expect("a message with this text").row
    }

    /// Nothing in a device's database says this.
    fn has_forgotten(&self, id: DeviceId, phrase: &str) {
        let holders = testing::holders(self.world.device(id).store(), phrase).unwrap();
        assert!(holders.is_empty(), "{phrase:?} stands in {holders:?}");
    }
}

fn emojis(message: &Message) -> Vec<&str> {
    message
        .reactions
        .iter()
        .map(|reaction| reaction.emoji.as_str())
        .collect()
}

#[test]
fn reactions_are_the_same_everywhere() {
    let mut pair = Pair::new(1);
    let (ada, ben) = (pair.ada, pair.ben);
    pair.react(ben[0], pair.last(ben[0]).row, "👍");
    pair.react(ada[1], pair.last(ada[1]).row, "❤️");
    pair.world.settle_and_check();
    for id in pair.all() {
        let mut found = pair.last(id).reactions;
        found.sort_by(|one, other| one.emoji.cmp(&other.emoji));
        assert_eq!(found.len(), 2);
        let own = found.iter().filter(|reaction| reaction.own).count();
        assert_eq!(own, 1, "one of them is one's own");
    }
    // The other device of the same person takes the first one's place; then it is taken back.
    pair.react(ben[1], pair.last(ben[1]).row, "🎉");
    pair.world.settle();
    for id in pair.all() {
        let message = pair.last(id);
        assert!(emojis(&message).contains(&"🎉") && !emojis(&message).contains(&"👍"));
    }
    pair.react(ben[0], pair.last(ben[0]).row, "");
    pair.world.settle_and_check();
    for id in pair.all() {
        assert_eq!(emojis(&pair.last(id)), ["❤️"]);
    }
}

#[test]
fn two_reactions_of_one_person_at_once_end_the_same_everywhere() {
    let mut pair = Pair::new(2);
    let ben = pair.ben;
    for id in ben {
        pair.world.set_offline(id, true);
    }
    pair.react(ben[0], pair.last(ben[0]).row, "👍");
    pair.react(ben[1], pair.last(ben[1]).row, "👎");
    for id in ben {
        pair.world.set_offline(id, false);
    }
    pair.world.settle_and_check();
    let stands = emojis(&pair.last(ben[0])).join(" ");
    assert!(["👍", "👎"].contains(&stands.as_str()), "{stands}");
    for id in pair.all() {
        assert_eq!(emojis(&pair.last(id)).join(" "), stands);
    }
}

#[test]
fn what_is_no_emoji_is_no_reaction() {
    let mut pair = Pair::new(3);
    let row = pair.last(pair.ada[0]).row;
    for wrong in ["yes", "👍👍", " ", "1", "\u{7}"] {
        let done = pair
            .world
            .command(pair.ada[0], |machine, now| machine.react(row, wrong, now));
        assert!(
            matches!(done, Err(EngineError::Text(_))),
            "{wrong:?}: {done:?}"
        );
    }
}

#[test]
fn an_edit_shows_everywhere_and_nothing_of_the_first_text_stays() {
    let mut pair = Pair::new(4);
    pair.say("meet me at the old mill");
    pair.world.settle();
    pair.edit(
        pair.ada[1],
        pair.row(pair.ada[1], "meet me at the old mill"),
        "meet me at the harbour",
    );
    pair.world.settle_and_check();
    for id in pair.all() {
        let message = pair.last(id);
        assert_eq!(message.text.as_deref(), Some("meet me at the harbour"));
        assert!(message.edited);
        pair.has_forgotten(id, "old mill");
    }
    // Edits of both own devices at once end the same.
    let ada = pair.ada;
    for id in ada {
        pair.world.set_offline(id, true);
    }
    for (id, text) in [(ada[0], "at nine"), (ada[1], "at ten")] {
        pair.edit(id, pair.last(id).row, text);
    }
    for id in ada {
        pair.world.set_offline(id, false);
    }
    pair.world.settle_and_check();
    let text = pair.last(ada[0]).text;
    for id in pair.all() {
        assert_eq!(pair.last(id).text, text);
    }
}

#[test]
fn only_the_own_text_is_edited_and_deleted_for_everybody() {
    let mut pair = Pair::new(5);
    let (id, row) = (pair.ben[0], pair.last(pair.ben[0]).row);
    let edit = pair
        .world
        .command(id, |machine, now| machine.edit_text(row, "no", now));
    assert_eq!(edit, Err(EngineError::CannotChange));
    let delete = pair
        .world
        .command(id, |machine, now| machine.delete_message(row, true, now));
    assert_eq!(delete, Err(EngineError::CannotChange));
    let nowhere = pair
        .world
        .command(id, |machine, now| machine.react(1 << 40, "👍", now));
    assert_eq!(nowhere, Err(EngineError::NoSuchMessage));
    pair.world.settle();
    assert_eq!(pair.texts(pair.ada[0]), ["good morning"]);
}

#[test]
fn what_was_changed_before_it_left_arrives_as_it_is_then() {
    let mut pair = Pair::new(6);
    let ada = pair.ada[0];
    pair.world.set_offline(ada, true);
    pair.say("a first try");
    pair.say("taken back at once");
    pair.edit(ada, pair.row(ada, "a first try"), "a second try");
    pair.delete(ada, pair.row(ada, "taken back at once"), true);
    pair.world.set_offline(ada, false);
    pair.world.settle_and_check();
    for id in pair.all() {
        assert_eq!(pair.texts(id)[1], "a second try");
        pair.has_forgotten(id, "a first try");
        pair.has_forgotten(id, "taken back");
    }
    for id in pair.ben {
        assert_eq!(pair.texts(id).len(), 2, "nothing tells of what never came");
    }
}

#[test]
fn what_is_deleted_for_everybody_leaves_its_place_and_nothing_else() {
    let mut pair = Pair::new(7);
    pair.say("the combination is 4711");
    pair.world.settle();
    pair.react(pair.ben[0], pair.last(pair.ben[0]).row, "😱");
    pair.world.settle();
    pair.delete(pair.ada[1], pair.last(pair.ada[1]).row, true);
    pair.world.settle_and_check();
    for id in pair.all() {
        let message = pair.last(id);
        assert_eq!(message.kind, MessageKind::Deleted);
        assert!(message.text.is_none() && message.reactions.is_empty() && !message.unread);
        pair.has_forgotten(id, "the combination is");
    }
    pair.say("never mind");
    pair.world.settle_and_check();
    assert_eq!(
        pair.texts(pair.ben[1]),
        ["good morning", "Deleted", "never mind"]
    );
}

#[test]
fn what_is_deleted_here_is_gone_on_the_own_devices_only() {
    let mut pair = Pair::new(8);
    // Ben's other device is away, and hears of the deletion when it hears of the message.
    pair.world.set_offline(pair.ben[1], true);
    pair.say("an embarrassing picture of a cat");
    pair.world.settle();
    pair.delete(pair.ben[0], pair.last(pair.ben[0]).row, false);
    pair.world.set_offline(pair.ben[1], false);
    pair.world.settle();
    for id in pair.ben {
        assert_eq!(pair.texts(id), ["good morning"]);
        pair.has_forgotten(id, "embarrassing");
    }
    for id in pair.ada {
        assert_eq!(pair.texts(id).len(), 2);
    }
}

#[test]
fn who_reads_says_so_once_and_the_other_device_knows() {
    let mut pair = Pair::new(9);
    pair.say("have you read this?");
    pair.world.settle();
    for id in pair.ben {
        assert!(pair.shown(id).iter().all(|message| message.unread));
    }
    pair.read(pair.ben[1]);
    pair.world.settle_and_check();
    for id in pair.ben {
        assert!(pair.shown(id).iter().all(|message| !message.unread));
    }
    for id in pair.ada {
        for message in pair.shown(id) {
            assert_eq!(message.state, MessageState::Read);
            assert!(message.read_at.is_some() && message.delivered_at.is_some());
        }
    }
}

#[test]
fn receipts_can_be_turned_off() {
    let mut pair = Pair::new(10);
    pair.read(pair.ben[0]);
    pair.world.settle();
    let switch = |pair: &mut Pair, name, on| {
        let id = pair.ben[1];
        let done = pair
            .world
            .command(id, |machine, now| machine.switch(name, on, now));
        done.expect("a switch");
        pair.world.settle();
    };
    switch(&mut pair, switches::READ_RECEIPTS, false);
    pair.say("read, and not said");
    pair.world.settle();
    pair.read(pair.ben[0]);
    pair.world.settle();
    assert_eq!(pair.last(pair.ada[0]).state, MessageState::Delivered);
    switch(&mut pair, switches::DELIVERED_RECEIPTS, false);
    pair.say("come, and not said");
    pair.world.settle();
    assert_eq!(pair.last(pair.ada[0]).state, MessageState::Sent);
    // Who does not say it is not told it.
    let to = pair.a();
    pair.world.send(pair.ben[0], to, "an answer");
    pair.world.settle();
    pair.read(pair.ada[0]);
    pair.world.settle_and_check();
    assert_eq!(pair.last(pair.ben[0]).state, MessageState::Delivered);
}

#[test]
fn what_comes_late_from_another_device_stays_unread() {
    let mut pair = Pair::new(11);
    let late = pair.ada[1];
    pair.world.set_offline(late, true);
    let ben = pair.b();
    pair.world.send(late, ben, "written first, sent last");
    pair.world.run_for(10_000);
    pair.say("written last");
    pair.world.run_for(10_000);
    pair.read(pair.ben[0]);
    pair.world.run_for(10_000);
    pair.world.set_offline(late, false);
    pair.world.settle_and_check();
    for id in pair.ben {
        let unread: Vec<_> = pair
            .shown(id)
            .into_iter()
            .filter(|message| message.unread)
            .collect();
        assert_eq!(unread.len(), 1);
        assert_eq!(unread[0].text.as_deref(), Some("written first, sent last"));
        assert_eq!(
            pair.texts(id)[1],
            "written first, sent last",
            "in its place"
        );
    }
}

#[test]
fn messages_disappear_after_they_were_read() {
    let mut pair = Pair::new(12);
    pair.timer(pair.ada[0], 60 * 60);
    pair.say("this will be gone");
    pair.world.settle();
    for id in pair.all() {
        assert_eq!(
            pair.texts(id),
            ["good morning", "Timer", "this will be gone"]
        );
    }
    // What is not read stays, as long as that takes; the sender has read it.
    pair.world.run_for(2 * DAY);
    assert_eq!(pair.texts(pair.ben[0]).len(), 3);
    for id in pair.ada {
        assert_eq!(pair.texts(id), ["good morning", "Timer"]);
        pair.has_forgotten(id, "will be gone");
    }
    pair.read(pair.ben[1]);
    pair.world.run_for(HOUR / 2);
    pair.world.settle();
    assert_eq!(pair.texts(pair.ben[0]).len(), 3, "half of the time is left");
    pair.world.run_for(HOUR);
    for id in pair.ben {
        assert_eq!(pair.texts(id), ["good morning", "Timer"]);
        pair.has_forgotten(id, "will be gone");
    }
    pair.timer(pair.ben[0], 0);
    pair.world.settle();
    pair.say("this stays");
    pair.world.settle();
    pair.read(pair.ben[0]);
    pair.world.run_for(2 * DAY);
    pair.world.settle_and_check();
    assert_eq!(pair.last(pair.ben[1]).text.as_deref(), Some("this stays"));
}

#[test]
fn two_timers_at_once_end_the_same_everywhere() {
    let mut pair = Pair::new(13);
    pair.world.set_offline(pair.ada[0], true);
    pair.world.set_offline(pair.ben[0], true);
    pair.timer(pair.ada[0], 60);
    pair.timer(pair.ben[0], 3600);
    pair.world.set_offline(pair.ada[0], false);
    pair.world.set_offline(pair.ben[0], false);
    pair.world.settle_and_check();
    let timer = |pair: &Pair, id: DeviceId, with: AccountId| {
        testing::set_for(pair.world.device(id).store(), &with)
            .unwrap()
            .0
            .timer
    };
    let (a, b) = (pair.a(), pair.b());
    let stands = timer(&pair, pair.ada[0], b);
    assert!([60, 3600].contains(&stands));
    for (id, with) in [(pair.ada[1], b), (pair.ben[0], a), (pair.ben[1], a)] {
        assert_eq!(timer(&pair, id, with), stands);
    }
}

#[test]
fn what_is_set_for_a_conversation_is_set_on_every_own_device() {
    let mut pair = Pair::new(14);
    let ben = pair.b();
    let set = |pair: &mut Pair, id: DeviceId| {
        pair.world.command(id, |machine, now| {
            machine.mute(&ben, 123_456, now)?;
            machine.archive(&ben, true, now)?;
            machine.pin(&ben, true, now)?;
            machine.mark_unread(&ben, true, now)?;
            machine.set_draft_text(&ben, "dear Ben, ", now)
        })
    };
    let other = pair.ada[1];
    set(&mut pair, other).expect("all of it");
    pair.world.settle_and_check();
    for id in pair.ada {
        let (set, draft) = testing::set_for(pair.world.device(id).store(), &ben).unwrap();
        assert_eq!(set.muted_until, 123_456);
        assert!(set.archived && set.pinned && set.marked_unread);
        assert_eq!(draft, "dear Ben, ");
    }
    // Reading takes the mark away, sending the draft; the rest is taken back by hand.
    pair.read(pair.ada[0]);
    pair.say("dear Ben, hello");
    let done = pair.world.command(pair.ada[0], |machine, now| {
        machine.mute(&ben, 0, now)?;
        machine.archive(&ben, false, now)?;
        machine.pin(&ben, false, now)
    });
    done.expect("all of it");
    pair.world.settle_and_check();
    for id in pair.ada {
        let (set, draft) = testing::set_for(pair.world.device(id).store(), &ben).unwrap();
        assert!(!set.archived && !set.pinned && !set.marked_unread && set.muted_until == 0);
        assert_eq!(draft, "");
    }
    let (set, _) = testing::set_for(pair.world.device(pair.ben[0]).store(), &pair.a()).unwrap();
    assert!(
        !set.pinned && !set.archived,
        "none of it is the other's business"
    );
}

#[test]
fn who_is_there_sees_that_somebody_types() {
    let mut pair = Pair::new(15);
    // Ben has been heard of lately: he answers.
    let to = pair.a();
    pair.world.send(pair.ben[0], to, "I am here");
    pair.world.settle();
    pair.world.set_offline(pair.ben[1], true);
    let seen: Arc<Mutex<Vec<bool>>> = Arc::default();
    let notes = Arc::clone(&seen);
    let watch = pair
        .world
        .device(pair.ben[0])
        .store()
        .subscribe(Box::new(move |changes| {
            for change in changes {
                if let Change::Typing { active, .. } = change {
                    notes.lock().unwrap().push(*active);
                }
            }
        }));
    let ben = pair.b();
    for active in [true, false] {
        let done = pair.world.command(pair.ada[0], |machine, now| {
            machine.set_typing(&ben, active, now)
        });
        done.expect("it types");
        pair.world.run_for(3_000);
    }
    assert_eq!(*seen.lock().unwrap(), [true, false]);
    drop(watch);
    pair.world.set_offline(pair.ben[1], false);
    pair.say("what I typed");
    pair.world.settle_and_check();
    assert_eq!(pair.texts(pair.ben[1]).last().unwrap(), "what I typed");
}

#[test]
fn typing_while_nobody_can_be_reached_is_forgotten() {
    let mut pair = Pair::new(16);
    let to = pair.a();
    pair.world.send(pair.ben[0], to, "I am here");
    pair.world.settle();
    let ben = pair.b();
    pair.world.set_offline(pair.ada[0], true);
    let done = pair.world.command(pair.ada[0], |machine, now| {
        machine.set_typing(&ben, true, now)
    });
    done.expect("it types");
    pair.world.run_for(60_000);
    pair.world.set_offline(pair.ada[0], false);
    pair.world.settle_and_check();
    assert!(testing::outbox(pair.world.device(pair.ada[0]).store()).is_empty());
}

#[test]
fn an_answer_names_what_it_answers_and_a_forward_nobody() {
    let mut pair = Pair::new(17);
    let (ben, to) = (pair.ben[0], pair.a());
    let row = pair.last(ben).row;
    let done = pair.world.command(ben, |machine, now| {
        machine.reply(&to, "to you, too", row, now)
    });
    done.expect("an answer");
    pair.world.settle();
    for id in pair.all() {
        let quote = pair.last(id).quote.expect("a quote");
        assert_eq!(quote.text.as_deref(), Some("good morning"));
        assert!(quote.row.is_some());
        assert_eq!(quote.author, pair.a().to_string());
    }
    let row = pair.last(ben).row;
    let done = pair
        .world
        .command(ben, |machine, now| machine.forward(row, &to, now));
    done.expect("a forward");
    pair.world.settle_and_check();
    for id in pair.all() {
        let message = pair.last(id);
        assert!(message.forwarded && message.quote.is_none());
        assert_eq!(message.text.as_deref(), Some("to you, too"));
    }
    // What is answered goes; the answer says so.
    pair.delete(pair.ada[0], pair.row(pair.ada[0], "good morning"), true);
    pair.world.settle_and_check();
    for id in pair.all() {
        let answer = pair.shown(id).into_iter().nth(1).unwrap();
        assert_eq!(answer.quote.expect("a quote").text, None);
    }
}

#[test]
fn a_note_to_self_is_on_every_own_device_and_nowhere_else() {
    let mut pair = Pair::new(18);
    let me = pair.a();
    pair.world.send(pair.ada[1], me, "buy bread");
    pair.world.settle_and_check();
    for id in pair.ada {
        let notes = testing::shown(pair.world.device(id).store(), &me);
        assert_eq!(notes.len(), 1);
        assert_eq!(notes[0].text.as_deref(), Some("buy bread"));
        assert!(!notes[0].unread);
    }
    let row = testing::shown(pair.world.device(pair.ada[0]).store(), &me)[0].row;
    pair.edit(pair.ada[0], row, "buy bread and wine");
    pair.world.settle_and_check();
    let notes = testing::shown(pair.world.device(pair.ada[1]).store(), &me);
    assert_eq!(notes[0].text.as_deref(), Some("buy bread and wine"));
}

#[test]
fn a_conversation_is_cleared_on_the_own_devices_and_goes_on() {
    let mut pair = Pair::new(19);
    let to = pair.a();
    pair.world.send(pair.ben[1], to, "something of Ben's");
    pair.world.settle();
    let ben = pair.b();
    pair.world.set_offline(pair.ada[1], true);
    pair.world.send(pair.ben[1], to, "one more of Ben's");
    pair.world.settle();
    let done = pair.world.command(pair.ada[0], |machine, now| {
        machine.clear_conversation(&ben, now)
    });
    done.expect("it is cleared");
    pair.world.set_offline(pair.ada[1], false);
    pair.world.settle();
    for id in pair.ada {
        assert!(pair.shown(id).is_empty());
        pair.has_forgotten(id, "of Ben's");
        pair.has_forgotten(id, "good morning");
    }
    assert_eq!(
        pair.texts(pair.ben[0]).len(),
        3,
        "the other end keeps what it has"
    );
    pair.world.send(pair.ben[1], to, "and now?");
    pair.world.settle();
    for id in pair.ada {
        assert_eq!(pair.texts(id), ["and now?"]);
    }
}

#[test]
fn a_name_and_what_one_says_of_oneself_reach_the_contacts() {
    let mut pair = Pair::new(20);
    let done = pair.world.command(pair.ada[1], |machine, now| {
        machine.set_name("Ada the Countess", now)?;
        machine.set_about("counts", now)
    });
    done.expect("a profile");
    pair.world.settle_and_check();
    for id in pair.ben {
        let contact = testing::contact(pair.world.device(id).store(), &pair.a()).unwrap();
        assert_eq!(
            (contact.name.as_str(), contact.about.as_str()),
            ("Ada the Countess", "counts")
        );
    }
    // What the person calls them stays, whatever they call themselves.
    let a = pair.a();
    let rename = |pair: &mut Pair, name: &'static str| {
        let done = pair.world.command(pair.ben[0], |machine, now| {
            machine.rename_contact(&a, name, now)
        });
        done.expect("a name");
        pair.world.settle();
    };
    rename(&mut pair, "Mum");
    for id in pair.ben {
        let contact = testing::contact(pair.world.device(id).store(), &a).unwrap();
        assert_eq!(
            (contact.name.as_str(), contact.profile_name.as_str()),
            ("Mum", "Ada the Countess")
        );
    }
    rename(&mut pair, "");
    let contact = testing::contact(pair.world.device(pair.ben[1]).store(), &a).unwrap();
    assert_eq!(contact.name, "Ada the Countess");
}

#[test]
fn a_contact_finds_the_way_after_two_devices_changed_it_at_once() {
    for seed in 30..34 {
        let mut pair = Pair::new(seed);
        let relay = pair.world.relay();
        let cho = pair.world.person("cho", relay);
        pair.world.befriend(pair.ada[0], cho);
        pair.world.settle();
        let c = pair.world.account(cho);
        let ada = pair.ada;
        for id in ada {
            pair.world.set_offline(id, true);
        }
        // Blocking somebody changes the delivery key that all others have; here on both at once.
        for (id, name) in [(ada[0], "Ada"), (ada[1], "Ada L.")] {
            let done = pair.world.command(id, |machine, now| {
                machine.set_standing(&c, ContactStanding::Blocked, now)?;
                machine.set_name(name, now)
            });
            done.expect("a block and a name");
        }
        for id in ada {
            pair.world.set_offline(id, false);
        }
        pair.world.settle();
        let to = pair.a();
        for id in pair.ben {
            pair.world.send(id, to, "do you hear me?");
        }
        pair.world.settle();
        assert_eq!(
            pair.texts(ada[1])[1..],
            ["do you hear me?", "do you hear me?"],
            "seed {seed}"
        );
        let name = testing::own_name(pair.world.device(ada[0]).store());
        let key = testing::shared(pair.world.device(ada[0]).store(), Shared::Registers)
            .into_iter()
            .find(|register| register["kind"] == "3")
            .expect("a delivery key")["value"]
            .clone();
        for id in pair.ben {
            let contacts = testing::shared(pair.world.device(id).store(), Shared::Contacts);
            let slot = &contacts[0]["delivery_slot"];
            // The slot is the first field of the key; a former one stands behind it.
            assert_eq!(&key[4..20], slot, "seed {seed}");
            let contact = testing::contact(pair.world.device(id).store(), &to).unwrap();
            assert_eq!(contact.profile_name, name, "seed {seed}");
        }
    }
}

#[test]
fn mentions_and_formats_come_as_they_were_written() {
    let mut stage = Stage::of_friends(23);
    let me = stage.world.account(stage.bob).to_vec();
    let rich = |mention: (u32, u32), format: (u32, u32, u32)| {
        Kind::Text(Text {
            body: "ask 🐻 Bob today".to_owned(),
            mentions: vec![Mention {
                start: mention.0,
                length: mention.1,
                account: me.clone(),
            }],
            formats: vec![Format {
                start: format.0,
                length: format.1,
                style: format.2,
            }],
            ..Text::default()
        })
    };
    // Ranges count characters, and end at the end.
    say(&mut stage, rich((6, 3), (10, 5, style::BOLD)));
    let last = |stage: &Stage| {
        let shown = testing::shown(stage.world.device(stage.bob).store(), &stage.account());
        shown.into_iter().next_back().unwrap()
    };
    let message = last(&stage);
    let mention = &message.mentions[0];
    assert_eq!(
        (mention.start, mention.length, mention.name.as_str()),
        (6, 3, "bob")
    );
    assert_eq!(message.formats[0].style, Style::Bold);
    let shown = |stage: &Stage| stage.shown().len();
    let before = shown(&stage);
    for wrong in [
        rich((6, 0), (0, 1, 1)),
        rich((6, 10), (0, 1, 1)),
        rich((6, 3), (15, 1, 1)),
        rich((u32::MAX, u32::MAX), (0, 1, 1)),
        rich((6, 3), (0, u32::MAX, 1)),
    ] {
        say(&mut stage, wrong);
        assert_eq!(
            shown(&stage),
            before,
            "a range outside of the text is refused"
        );
    }
    say(&mut stage, rich((6, 3), (0, 3, 99)));
    let message = last(&stage);
    assert_eq!(message.mentions.len(), 1);
    assert!(
        message.formats.is_empty(),
        "a style of the future is shown plain"
    );
}

#[test]
fn nobody_edits_or_deletes_what_others_said() {
    let mut stage = Stage::of_friends(21);
    stage.answer("these are Bob's own words");
    stage.world.run_for(5_000);
    let bob = stage.world.account(stage.bob);
    let own = testing::shown(stage.world.device(stage.bob).store(), &stage.account());
    let own = own.last().unwrap();
    let target = Some(Target {
        author: bob.to_vec(),
        message_id: hex(&own.id),
    });
    let text = Some(Text {
        body: "words that Bob never said".to_owned(),
        ..Text::default()
    });
    let lies = [
        Kind::Edit(Edit {
            target: target.clone(),
            text,
            version: 9,
        }),
        Kind::Delete(Delete {
            target: target.clone(),
        }),
    ];
    for (number, lie) in lies.into_iter().enumerate() {
        say(&mut stage, lie);
        assert_eq!(stage.notices(NoticeKind::Forged), number + 1);
    }
    // What would be harmless but for its size, its version or its emoji.
    let reaction = |emoji: &str, version| {
        Kind::Reaction(Reaction {
            target: target.clone(),
            emoji: emoji.to_owned(),
            version,
        })
    };
    let nonsense = [
        reaction("not an emoji", 1),
        reaction("👍", 0),
        reaction("👍", 1 << 40),
        Kind::Timer(Timer {
            seconds: u32::MAX,
            version: 1,
        }),
    ];
    for lie in nonsense {
        say(&mut stage, lie);
    }
    let shown = testing::shown(stage.world.device(stage.bob).store(), &stage.account());
    let still = shown.iter().find(|message| message.id == own.id).unwrap();
    assert_eq!(still.text.as_deref(), Some("these are Bob's own words"));
    assert!(still.reactions.is_empty() && !still.edited);
    say(&mut stage, reaction("👍", 1));
    let shown = testing::shown(stage.world.device(stage.bob).store(), &stage.account());
    let still = shown.iter().find(|message| message.id == own.id).unwrap();
    assert_eq!(emojis(still), ["👍"], "the session has survived all of it");
}

#[test]
fn a_stranger_cannot_fill_the_database_with_words_about_nothing() {
    let mut stage = Stage::new(22);
    stage.say("let me in");
    let before = testing::registers(stage.world.device(stage.bob).store());
    for number in 0..20_u8 {
        let kind = Kind::Edit(Edit {
            target: Some(Target {
                author: stage.account().to_vec(),
                message_id: vec![number; 16],
            }),
            text: Some(Text {
                body: "x".repeat(10_000),
                ..Text::default()
            }),
            version: 1,
        });
        say(&mut stage, kind);
    }
    assert_eq!(
        testing::registers(stage.world.device(stage.bob).store()),
        before
    );
}

/// Mallory says something else than a text, with everything in its place.
fn say(stage: &mut Stage, kind: Kind) {
    let mut letter = stage.text("to be replaced");
    let mut content = Content::decode(letter.plaintext.content.as_slice()).unwrap();
    content.kind = Some(kind);
    letter.plaintext.content = content.encode_to_vec();
    stage.deliver(&letter);
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}
