//! Histories that come back, on real files.

use std::fs;
use std::sync::mpsc::{Sender, channel};

use serde_json::{Value, json};
use sotto_content::direct::conversation_id;
use sotto_wire::ids::{MailboxId, MessageId};

use super::data_tests::{Profile, profile};
use super::export_tests::{ELSEWHERE, lived_in, of_type, to_text};
use super::id::{from_hex, hex};
use super::remote::Line;
use super::request::{Reply, Request};
use super::{Error, Event, Listener};
use crate::clock::{Now, SECOND};
use crate::store::StoreError;
use crate::store::tables::messages::{self, MessageRow};
use crate::store::tables::outgoing;
use crate::store::tables::streams::{self, Stream};

/// What a second export of the same history may tell differently.
fn comparable(lines: &[Value]) -> Vec<Value> {
    let messages = of_type(lines, "message").into_iter().cloned();
    messages
        .map(|mut line| {
            line.as_object_mut().unwrap().remove("imported");
            line
        })
        .collect()
}

/// The same account on an empty database.
fn fresh() -> Profile {
    profile(1, "Alice")
}

#[test]
fn a_history_comes_back_once_however_often_it_is_taken_over() {
    let (alice, bob) = lived_in();
    let lines = alice.export("all.jsonl");
    let back = fresh();
    assert_eq!(back.account, alice.account);
    let report = back.import(&lines).unwrap();
    let all = u64::try_from(of_type(&lines, "message").len()).unwrap();
    assert_eq!((report.added, report.known, report.contacts), (all, 0, 1));
    assert_eq!(back.texts(&bob), alice.texts(&bob));
    let again = back.import(&lines).unwrap();
    assert_eq!((again.added, again.known, again.contacts), (0, all, 0));

    let second = back.export("second.jsonl");
    assert_eq!(comparable(&second), comparable(&lines));
    assert!(
        of_type(&second, "message")
            .iter()
            .all(|line| line["imported"] == true)
    );
    // Nobody is trusted, nothing leaves, nothing is new.
    let contact = of_type(&second, "contact")[0].clone();
    assert_eq!(
        (&contact["standing"], &contact["profile_name"]),
        (&json!("deleted"), &json!("Bob"))
    );
    let left = back
        .store
        .read::<_, StoreError>(outgoing::all_unfinished)
        .unwrap();
    assert!(left.is_empty(), "{left:?}");
    let Reply::Messages(arrived) = back
        .answer(Request::MessagesAfter { row: 0, limit: 99 })
        .unwrap()
    else {
        panic!("not messages")
    };
    assert!(arrived.is_empty(), "{arrived:?}");
    assert!(back.history(&bob).iter().all(|message| !message.unread));
}

#[test]
fn what_was_said_before_is_found_again() {
    let (alice, _bob) = lived_in();
    let back = fresh();
    back.import(&alice.export("all.jsonl")).unwrap();
    let found: i64 = back
        .store
        .read::<_, StoreError>(|view| {
            view.query_row("SELECT count(*) FROM search_place", [], |row| row.get(0))
        })
        .unwrap()
        .unwrap();
    assert!(found >= 5, "{found} messages are in the index");
}

#[test]
fn what_came_directly_stays_as_it_came() {
    let (alice, bob) = lived_in();
    let mut lines = alice.export("all.jsonl");
    for line in &mut lines {
        if line["id"] == hex(&[1; 16]) {
            line["text"] = json!("I owe you a thousand");
            line["edited"] = json!({"version": 9, "device": hex(&ELSEWHERE), "at": 1});
            line["reactions"][0]["emoji"] = json!("👎");
            line["reactions"][0]["version"] = json!(900);
        }
    }
    let before = alice.history(&bob);
    let report = alice.import(&lines).unwrap();
    assert_eq!((report.added, report.deleted), (0, 0));
    assert_eq!(alice.history(&bob), before);
}

#[test]
fn what_comes_directly_takes_the_place_of_what_was_taken_over() {
    let (alice, bob) = lived_in();
    let mut lines = alice.export("all.jsonl");
    for line in &mut lines {
        if line["id"] == hex(&[1; 16]) {
            line["text"] = json!("I owe you a thousand");
        }
    }
    let back = fresh();
    back.import(&lines).unwrap();
    assert_eq!(back.texts(&bob)[0], "I owe you a thousand");
    back.receives(&bob, 1, "Hello", (0, None));
    assert_eq!(back.texts(&bob)[0], "Hello");
    assert_eq!(back.history(&bob).len(), alice.history(&bob).len());
    back.import(&lines).unwrap();
    assert_eq!(back.texts(&bob)[0], "Hello");
}

#[test]
fn what_was_deleted_or_is_over_does_not_come_back() {
    let (alice, bob) = (profile(1, "Alice"), profile(2, "Bob"));
    alice.add(&bob);
    let later = Now::read().ms() + 3_600 * SECOND;
    alice.receives(&bob, 1, "hidden here", (0, None));
    alice.receives(&bob, 2, "soon over", (60, Some(later)));
    alice.receives(&bob, 3, "not read yet", (60, None));
    alice.receives(&bob, 4, "stays", (0, None));
    let mut lines = alice.export("all.jsonl");
    alice.does(|engine, now| engine.delete_message(1, false, now));
    let report = alice.import(&lines).unwrap();
    assert_eq!((report.added, report.known, report.deleted), (0, 3, 1));
    assert_eq!(alice.texts(&bob), ["soon over", "not read yet", "stays"]);

    for line in &mut lines {
        if line["text"] == "soon over" {
            line["expires_at"] = json!(1_000);
        }
    }
    let back = fresh();
    let report = back.import(&lines).unwrap();
    assert_eq!((report.added, report.expired), (3, 1));
    let unread = &back.history(&bob)[1];
    assert!(
        unread.expires_at.is_some(),
        "its time has begun: {unread:?}"
    );
    // What has expired meanwhile is not in the next export either.
    back.writes(|tx| {
        tx.execute(
            "UPDATE message SET expires_at = 1 WHERE expires_at IS NOT NULL",
            [],
        )
        .map(drop)
    });
    assert_eq!(of_type(&back.export("later.jsonl"), "message").len(), 2);
}

#[test]
fn a_file_cannot_mark_or_delete_what_is_still_to_come() {
    let (alice, bob) = lived_in();
    let mut lines = alice.export("all.jsonl");
    let conversation = conversation_id(&alice.account, &bob.account);
    let muted = lines.iter().find(|line| line["what"] == "muted").unwrap();
    let device = muted["device"].clone();
    let at = lines.len() - 1;
    // Of a device that has said three things here, and of one that has said nothing.
    for (of_device, what) in [
        (ELSEWHERE, "read"),
        (ELSEWHERE, "cleared"),
        ([8; 16], "cleared"),
    ] {
        let mut line = json!({
            "type": "state", "what": what, "conversation": hex(&conversation),
            "of_device": hex(&of_device), "of_incarnation": hex(&[2; 8]),
            "version": 1_u64 << 40, "device": device,
        });
        if what == "read" {
            line["at"] = json!(1);
        }
        lines.insert(at, line);
    }
    *lines.last_mut().unwrap() = json!({"type": "end", "lines": lines.len() - 1});
    let back = fresh();
    let end = Stream {
        highest: 3,
        last_id: MessageId::new([3; 16]),
        last_key: 3,
    };
    let known = end.clone();
    let stream = (MailboxId::new(ELSEWHERE), [2; 8]);
    back.writes(move |tx| streams::put(tx, &conversation, &stream.0, &stream.1, &known));
    back.import(&lines).unwrap();
    let (marks, after) = back
        .store
        .read::<_, StoreError>(|view| {
            let marks: Vec<i64> = view.query_all(
                "SELECT version FROM register WHERE kind IN (7, 15) ORDER BY kind, key",
                [],
                |row| row.get(0),
            )?;
            let after = streams::get(view, &conversation, &stream.0, &stream.1)?;
            Ok((marks, after))
        })
        .unwrap();
    assert_eq!(marks, [3, 3]);
    assert_eq!(after, Some(end), "no stream has moved");
}

#[test]
fn another_accounts_history_is_refused() {
    let (alice, bob) = lived_in();
    let lines = alice.export("all.jsonl");
    assert_eq!(bob.import(&lines), Err(Error::OtherAccount));
    let mut forged = lines.clone();
    forged[0]["account"] = json!(bob.account.to_string());
    // The messages say whose they are, too.
    let error = bob.import(&forged).unwrap_err();
    assert!(matches!(error, Error::DamagedExport { .. }), "{error}");
    assert!(bob.history(&alice).is_empty());
}

#[test]
fn a_damaged_file_changes_nothing_unless_that_is_wanted() {
    let (alice, bob) = lived_in();
    let lines = alice.export("all.jsonl");
    let text = to_text(&lines);
    let first = lines
        .iter()
        .position(|line| line["type"] == "message")
        .unwrap();
    let lines_of = |change: &dyn Fn(&mut Value)| {
        let mut lines = lines.clone();
        change(&mut lines[first]);
        to_text(&lines)
    };
    let cases: Vec<(String, u64)> = vec![
        (
            text.replacen("\"kind\":\"text\"", "\"kind\":\"text", 1),
            first as u64 + 1,
        ),
        (
            lines_of(&|line| line["author"] = json!("00".repeat(32))),
            first as u64 + 1,
        ),
        (
            lines_of(&|line| line["order"] = json!("-1")),
            first as u64 + 1,
        ),
        (
            lines_of(&|line| line["sent_at"] = json!(u64::MAX)),
            first as u64 + 1,
        ),
        (
            lines_of(&|line| line["text"] = json!(" ")),
            first as u64 + 1,
        ),
        (
            lines_of(&|line| line["text"] = json!("x".repeat(5 << 20))),
            first as u64 + 1,
        ),
        (
            lines_of(&|line| {
                line["formats"] = json!([{"start": 0, "length": 999, "style": "bold"}])
            }),
            first as u64 + 1,
        ),
        (
            lines_of(&|line| line["reactions"][0]["emoji"] = json!("yes")),
            first as u64 + 1,
        ),
        (
            lines_of(&|line| line["conversation"] = json!("00".repeat(32))),
            first as u64 + 1,
        ),
        (
            text.lines()
                .take(lines.len() - 1)
                .map(|line| format!("{line}\n"))
                .collect(),
            lines.len() as u64,
        ),
        (
            text.trim_end().trim_end_matches('}').to_owned(),
            lines.len() as u64,
        ),
    ];
    let back = fresh();
    let path = back.file("damaged.jsonl");
    for (damaged, at) in &cases {
        fs::write(&path, damaged).unwrap();
        let error = back.import_from(path.clone(), false).unwrap_err();
        let Error::DamagedExport { line, reason, .. } = &error else {
            panic!("{error}")
        };
        assert_eq!(line, at, "{reason}");
        assert!(back.history(&bob).is_empty());
    }
    // All but the damaged line.
    fs::write(&path, &cases[1].0).unwrap();
    let report = back.import_from(path.clone(), true).unwrap();
    assert_eq!(
        (report.damaged_lines, report.damaged[0].line),
        (1, cases[1].1)
    );
    assert_eq!(back.history(&bob).len() + 1, alice.history(&bob).len());

    for none in [
        "",
        "\n",
        "hello\n",
        "{\"type\":\"end\",\"lines\":0}\n",
        "\u{0}",
    ] {
        fs::write(&path, none).unwrap();
        let error = back.import_from(path.clone(), true).unwrap_err();
        assert!(
            matches!(error, Error::NotAnExport { .. }),
            "{none:?}: {error}"
        );
    }
    let newer = text.replacen("\"version\":1", "\"version\":2", 1);
    fs::write(&path, newer).unwrap();
    assert!(matches!(
        back.import_from(path.clone(), true),
        Err(Error::NotAnExport { .. })
    ));
    assert!(matches!(
        back.import_from(back.file("nowhere"), true),
        Err(Error::File { .. })
    ));
}

#[test]
fn lines_of_the_future_are_passed_over() {
    let (alice, bob) = lived_in();
    let mut lines = alice.export("all.jsonl");
    lines[1]["colour"] = json!("green");
    lines.insert(1, json!({"type": "sticker", "of": "a cat"}));
    *lines.last_mut().unwrap() = json!({"type": "end", "lines": lines.len() - 1});
    let back = fresh();
    let report = back.import(&lines).unwrap();
    assert_eq!((report.unknown_lines, report.damaged_lines), (1, 0));
    assert_eq!(back.texts(&bob), alice.texts(&bob));
}

#[test]
fn a_long_history_goes_out_and_in_by_pages() {
    let (alice, bob) = (profile(1, "Alice"), profile(2, "Bob"));
    alice.add(&bob);
    let row = alice.received(&bob, 1, "one of many", (0, None));
    alice.writes(move |tx| {
        for number in 0_u16..1_203 {
            let mut id = [7; 16];
            id[..2].copy_from_slice(&number.to_be_bytes());
            let row = MessageRow {
                id: MessageId::new(id),
                // Many share a place in time.
                order_key: u64::from(number / 100),
                counter: u64::from(number) + 1,
                body: format!("number {number}"),
                ..row.clone()
            };
            messages::insert(tx, &row)?;
        }
        Ok(())
    });
    let lines = alice.export("all.jsonl");
    assert_eq!(of_type(&lines, "message").len(), 1_203);
    let back = fresh();
    let report = back.import(&lines).unwrap();
    assert_eq!((report.added, report.known), (1_203, 0));
    assert_eq!(comparable(&back.export("second.jsonl")), comparable(&lines));
}

#[test]
fn nothing_that_was_taken_over_is_sent_or_continued() {
    let (alice, bob) = lived_in();
    let back = fresh();
    let mut lines = alice.export("all.jsonl");
    let sent = lines
        .iter_mut()
        .find(|line| line["text"] == "sent and edited");
    let sent = sent.unwrap();
    sent["counter"] = json!(7);
    let id: [u8; 16] = from_hex(sent["id"].as_str().unwrap()).unwrap();
    let incarnation: [u8; 8] = from_hex(sent["incarnation"].as_str().unwrap()).unwrap();
    let device: [u8; 16] = from_hex(sent["device"].as_str().unwrap()).unwrap();
    back.import(&lines).unwrap();
    let conversation = conversation_id(&back.account, &bob.account);
    let (account, id) = (back.account, MessageId::new(id));
    let device = MailboxId::new(device);
    back.store
        .read::<_, StoreError>(|view| {
            assert!(messages::by_id(view, &account, &id)?.is_some());
            assert_eq!(messages::said_by_id(view, &account, &id)?, None);
            let stream = (&conversation, &device, &incarnation);
            assert_eq!(
                messages::in_stream(view, stream.0, stream.1, stream.2, 7)?,
                None
            );
            assert_eq!(
                messages::before_in_stream(view, stream.0, stream.1, stream.2, 9)?,
                None
            );
            Ok(())
        })
        .unwrap();
}

struct Heard(Sender<Event>);

impl Listener for Heard {
    fn on_event(&self, event: Event) {
        let _ = self.0.send(event);
    }
}

#[test]
fn nobody_is_told_that_old_messages_have_come() {
    let (alice, bob) = lived_in();
    let back = fresh();
    let (sender, events) = channel();
    back.local
        .hub()
        .add(Line::new(std::sync::Arc::new(Heard(sender))));
    back.import(&alice.export("all.jsonl")).unwrap();
    let row = back.history(&bob)[0].row;
    back.does(move |engine, now| engine.react(row, "👀", now));
    let mut changed = false;
    let of_messages = events.iter().find(|event| {
        changed |= matches!(event, Event::ConversationChanged { .. });
        matches!(
            event,
            Event::MessageReceived { .. } | Event::MessageChanged { .. }
        )
    });
    let Some(Event::MessageChanged { message }) = of_messages else {
        panic!("{of_messages:?}")
    };
    assert_eq!(message.row, row);
    assert!(changed, "who shows the conversation looks again");
}
