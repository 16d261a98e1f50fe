//! One walk through everything that the terminal can do, between three people with real programs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

// Each file of tests uses its part of it.
#[allow(dead_code, unused_imports)]
mod support;

use std::fs;
use std::io::Write as _;

use serde_json::Value;
use support::{Follow, Person, Relay, acquainted, documented, parse};

/// Nothing of a walk makes these.
const NOT_ON_THE_WALK: [&str; 2] = ["gaps", "typing"];

fn only<'e>(events: &'e [Value], name: &str) -> Vec<&'e Value> {
    events.iter().filter(|it| it["event"] == name).collect()
}

#[test]
fn everything_that_the_terminal_can_do() {
    let mut relay = Relay::start();
    let (alice, bob) = acquainted(&relay);
    let me = alice
        .json(&["me", "--about", "at the sea", "--json"])
        .remove(0);
    assert_eq!(me["about"], "at the sea");

    // Saying, answering, reacting, changing: the other end sees each.
    let said = alice.json(&[
        "send",
        "Bob",
        "What about lunch, see https://example.org/?",
        "--wait",
        "--json",
    ]);
    assert_eq!(said[0]["state"], "sent");
    bob.received();
    let answered = bob
        .json(&["reply", "-1", "Yes, at one", "--wait", "--json"])
        .remove(0);
    assert_eq!(answered["quote"]["id"], said[0]["id"]);
    bob.done(&["react", "Alice/-2", "🎉"]);
    assert_eq!(bob.done(&["edit", "-1", "Yes, at two"]), "sent\n");
    assert_eq!(bob.json(&["read", "Alice", "--json"])[0]["sent"], true);
    let mut follow = alice.follow(&["receive", "--json", "--follow"]);
    let heard = follow.find(|it| it["event"] == "message");
    assert_eq!(heard["from"], "Bob");
    follow.event("drained");
    let history = alice.json(&["history", "Bob", "--json"]);
    assert_eq!(history[0]["reactions"][0]["emoji"], "🎉");
    assert_eq!(history[0]["state"], "read");
    assert_eq!(history[1]["text"], "Yes, at two");
    assert_eq!(history[1]["edited"], true);
    let row = history[1]["row"].to_string();
    bob.done(&["react", "Alice/-2", "--remove"]);
    follow.find(|it| it["event"] == "changed" && it["reactions"] == Value::Array(Vec::new()));
    bob.done(&["delete", "-1", "--everyone"]);
    follow.find(|it| it["event"] == "changed" && it["kind"] == "deleted");
    // A kill in between: the next process has it all.
    follow.kill();
    assert_eq!(
        alice.json(&["history", "Bob", "--json"])[1]["kind"],
        "deleted"
    );
    let text = alice.done(&["history", "Bob"]);
    assert!(
        text.contains(&format!("#{row}  ")) && text.contains("Bob: (deleted)"),
        "{text}"
    );
    let mut follow = alice.follow(&["receive", "--json", "--follow"]);
    follow.event("drained");
    alice.done(&["send", "Bob", "what leaves is told"]);
    follow.event("outbox");
    alice.done(&["delete", "Bob/-1"]);
    follow.event("removed");
    alice.done(&["delete", &row]);
    assert_eq!(follow.event("removed")["row"].to_string(), row);
    drop(follow);
    assert_eq!(alice.json(&["history", "Bob", "--json"]).len(), 1);

    // What is set for a conversation.
    let timer = alice.json(&["timer", "Bob", "1h", "--json"]).remove(0);
    assert_eq!(timer["timer"], 3600);
    bob.received();
    assert_eq!(
        bob.done(&["timer", "Alice"]),
        "Alice: 1 hour after reading\n"
    );
    for (words, field, value) in [
        (vec!["mute", "Bob", "8h"], "archived", Value::Bool(false)),
        (vec!["archive", "Bob"], "archived", Value::Bool(true)),
        (vec!["unarchive", "Bob"], "archived", Value::Bool(false)),
        (vec!["pin", "Bob"], "pinned", Value::Bool(true)),
        (vec!["unpin", "Bob"], "pinned", Value::Bool(false)),
        (vec!["unread", "Bob"], "marked_unread", Value::Bool(true)),
        (
            vec!["notify", "Bob", "mentions"],
            "notify",
            "mentions".into(),
        ),
        (vec!["mute", "Bob", "off"], "muted_until", 0.into()),
    ] {
        let mut words = words;
        words.push("--json");
        assert_eq!(alice.json(&words)[0][field], value, "{words:?}");
    }
    alice.done(&["draft", "Bob", "later, perhaps"]);
    assert_eq!(
        alice.json(&["draft", "Bob", "--json"])[0]["text"],
        "later, perhaps"
    );
    assert_eq!(alice.json(&["draft", "Bob", "", "--json"])[0]["text"], "");
    alice.done(&["note", "buy milk"]);
    assert_eq!(
        alice.json(&["history", "me", "--json"])[0]["text"],
        "buy milk"
    );
    let listed = alice.json(&["conversations", "--json"]);
    assert_eq!(only(&listed, "conversation").len(), 2, "{listed:?}");
    assert!(alice.done(&["conversations"]).contains("buy milk"));

    // Finding.
    let found = alice.json(&[
        "search",
        "lunch has:link",
        "--in",
        "Bob",
        "--context",
        "1",
        "--json",
    ]);
    assert_eq!(only(&found, "hit")[0]["message"]["id"], said[0]["id"]);
    assert_eq!(only(&found, "searched")[0]["hits"], 1);
    assert!(alice.done(&["search", "milk"]).contains("buy milk"));

    // Safety numbers.
    let [hers, his] = [
        alice.json(&["safety-number", "Bob", "--json"]).remove(0),
        bob.json(&["safety-number", "Alice", "--json"]).remove(0),
    ];
    assert_eq!(hers["digits"], his["digits"]);
    assert_eq!(hers["heads"], his["heads"]);
    let code = his["code"].as_str().unwrap();
    let compared = alice.json(&["safety-number", "Bob", "--scan", code, "--verify", "--json"]);
    assert_eq!(only(&compared, "comparison")[0]["outcome"], "same");
    assert_eq!(
        only(&compared, "contact")[0]["verified"]["state"],
        "scanned"
    );
    let own = hers["code"].as_str().unwrap();
    assert_eq!(
        alice.run(&["safety-number", "Bob", "--scan", own]).code,
        Some(8)
    );
    assert!(alice.done(&["safety-number", "Bob", "--qr"]).contains('▀'));
    assert!(!alice.json(&["notices", "--json"]).is_empty());

    // A stranger asks, and tries to command the terminal.
    let eve = Person::registered("Eve", &relay);
    eve.add(&alice);
    eve.done(&["note", "\u{1b}[2Jboo\u{202e}\u{7}"]);
    eve.done(&["forward", "me/-1", "Alice", "--wait"]);
    let mut follow = alice.follow(&["receive", "--json", "--follow"]);
    assert_eq!(follow.find(|it| it["from"] == "Eve")["forwarded"], true);
    follow.event("request");
    drop(follow);
    assert_eq!(alice.json(&["requests", "--json"])[0]["name"], "Eve");
    let shown = alice.done(&["requests"]);
    assert!(shown.contains("[2Jboo"), "{shown}");
    assert!(
        !shown.contains(['\u{1b}', '\u{202e}', '\u{7}']),
        "{shown:?}"
    );
    alice.done(&["requests", "accept", "Eve"]);
    assert!(alice.json(&["requests", "--json"]).is_empty());

    // A file, and back.
    let file = alice.profile().with_file_name("all.jsonl");
    let name = file.to_str().unwrap();
    let exported = alice.json(&["export", name, "--json"]).remove(0);
    assert!(exported["messages"].as_u64() >= Some(3), "{exported}");
    assert_eq!(
        alice.run(&["export", name]).code,
        Some(6),
        "it is there already"
    );
    let imported = alice.json(&["import", name, "--json"]).remove(0);
    assert_eq!(
        (&imported["added"], &imported["damaged_lines"]),
        (&0.into(), &0.into())
    );
    let page = alice.profile().with_file_name("bob.html");
    alice.done(&["export", "Bob", page.to_str().unwrap(), "--html"]);
    assert!(
        fs::read_to_string(&page)
            .unwrap()
            .contains("What about lunch")
    );

    // The account and the program.
    let private = alice.json(&["privacy", "read", "off", "--json"]).remove(0);
    assert_eq!(private["read_receipts"], false);
    assert_eq!(alice.json(&["relay", "list", "--json"])[0]["position"], 1);
    assert_eq!(alice.json(&["devices", "list", "--json"]).len(), 1);
    let invitation = alice.json(&["devices", "invite", "--json"]).remove(0);
    let laptop = Person::new("Laptop");
    let invitation = invitation["invitation"].as_str().unwrap();
    laptop.json(&["devices", "join", invitation, "--name", "Alice", "--json"]);
    alice.json(&["storage", "--json"]);
    assert!(
        !alice.json(&["diagnostics", "--json"])[0]["text"]
            .to_string()
            .contains("Bob")
    );
    for shell in ["bash", "zsh", "fish"] {
        assert!(
            alice
                .done(&["completions", shell])
                .contains("safety-number")
        );
    }

    // An error is an object, too.
    let ran = alice.run(&["react", "999", "🎉", "--json"]);
    assert_eq!(ran.code, Some(5));
    let error = ran.err.lines().map(parse).next_back().unwrap();
    assert_eq!(error["code"], "no_such_message");

    // The account ends, and only when that is meant.
    let mut close = eve.follow(&["account", "close"]);
    writeln!(close.process.stdin.take().unwrap(), "Alice").unwrap();
    assert_eq!(close.process.wait().unwrap().code(), Some(6));
    let mut follow = alice.follow(&["receive", "--json", "--follow"]);
    follow.event("drained");
    eve.done(&["account", "close", "--yes"]);
    assert_eq!(eve.run(&["send", "Alice", "still here?"]).code, Some(7));
    eve.done(&["account", "erase", "--yes"]);
    assert_eq!(eve.run(&["me"]).code, Some(3));
    drop(follow);

    // What waits.
    relay.stop();
    assert_eq!(
        alice.done(&["edit", "Bob/-2", "What about supper?"]),
        "queued\n"
    );
    let waiting = alice.json(&["outbox", "--json"]);
    assert_eq!(waiting[0]["kind"], "edit");
    relay.resume();
    alice.done(&["receive", "--json"]);
    bob.received();
    assert_eq!(
        bob.json(&["history", "Alice", "--json"])[0]["text"],
        "What about supper?"
    );

    let missing: Vec<_> = documented::names()
        .difference(&documented::seen())
        .filter(|name| !NOT_ON_THE_WALK.contains(&name.as_str()))
        .cloned()
        .collect();
    assert!(missing.is_empty(), "never printed: {missing:?}");
}

#[test]
fn a_pipe_obeys_like_a_terminal() {
    let relay = Relay::start();
    let (alice, bob) = acquainted(&relay);
    let mut hers = alice.follow(&["chat", "Bob", "--json"]);
    let mut his = bob.follow(&["chat", "Alice", "--json"]);
    let say = |chat: &mut Follow, line: &str| {
        writeln!(chat.process.stdin.as_mut().unwrap(), "{line}").unwrap();
    };
    say(&mut hers, "Hello");
    let heard = his.find(|it| it["event"] == "message");
    assert_eq!(heard["text"], "Hello");
    hers.find(|it| it["state"] == "read");
    say(&mut his, "/reply //Hello yourself");
    let answer = hers.find(|it| it["event"] == "message");
    assert_eq!(answer["quote"]["text"], "Hello");
    say(&mut hers, "/react 👍");
    his.find(|it| it["reactions"][0]["emoji"] == "👍");
    say(&mut his, "/edit Hello you");
    hers.find(|it| it["event"] == "changed" && it["text"] == "Hello you");
    say(&mut hers, "/timer 1d");
    assert_eq!(his.find(|it| it["kind"] == "timer")["timer"], 86_400);
    say(&mut hers, "/delete -2");
    say(&mut his, "/delete everyone");
    say(&mut his, "/nonsense");
    say(&mut his, "/quit");
    assert_eq!(his.process.wait().unwrap().code(), Some(0));
    drop(hers.process.stdin.take());
    assert_eq!(hers.process.wait().unwrap().code(), Some(0));
}
