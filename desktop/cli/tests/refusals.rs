//! What goes wrong says so, with the exit code that `--help` promises.
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
use std::os::unix::fs::PermissionsExt as _;

use support::{Person, Relay, acquainted};

#[test]
fn a_profile_must_be_there_and_have_an_account() {
    let nobody = Person::new("Nobody");
    let none = nobody.run(&["me"]);
    assert_eq!(none.code, Some(3));
    assert!(none.err.contains("no profile"), "{}", none.err);

    let unreachable = nobody.run(&["register", "--relay", "http://127.0.0.1:1", "--name", "N"]);
    assert_eq!(unreachable.code, Some(4), "{}", unreachable.err);
    let empty = nobody.run(&["me"]);
    assert_eq!(empty.code, Some(3));
    assert!(empty.err.contains("no account"), "{}", empty.err);
}

#[test]
fn only_the_passphrase_opens_what_was_made_with_it() {
    let relay = Relay::start();
    let person = Person::new("Ada").with_passphrase("correct horse");
    person.done(&["register", "--relay", &relay.url(), "--name", "Ada"]);
    assert!(!person.profile().join("key").exists());
    person.done(&["me"]);

    let wrong = person
        .command(&["me"])
        .env("SOTTO_PASSPHRASE", "wrong")
        .output()
        .unwrap();
    assert_eq!(wrong.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("wrong passphrase"));
    let without = person
        .command(&["me"])
        .env_remove("SOTTO_PASSPHRASE")
        .output()
        .unwrap();
    assert_eq!(without.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&without.stderr).contains("--passphrase-file"));

    let file = person.profile().join("passphrase");
    fs::write(&file, "correct horse\n").unwrap();
    let by_file = person
        .command(&["me", "--passphrase-file"])
        .arg(&file)
        .env_remove("SOTTO_PASSPHRASE")
        .output()
        .unwrap();
    assert!(by_file.status.success());
}

#[test]
fn a_wrong_passphrase_is_refused_while_another_process_has_the_profile() {
    let relay = Relay::start();
    let person = Person::new("Ada").with_passphrase("correct horse");
    person.done(&["register", "--relay", &relay.url(), "--name", "Ada"]);
    let mut follow = person.follow(&["receive", "--json", "--follow"]);
    follow.event("drained");
    let wrong = person
        .command(&["me"])
        .env("SOTTO_PASSPHRASE", "wrong")
        .output()
        .unwrap();
    assert_eq!(wrong.status.code(), Some(3));
    person.done(&["me"]);
}

#[test]
fn without_a_passphrase_a_private_key_file_is_made_with_a_warning() {
    let relay = Relay::start();
    let person = Person::new("Ada");
    let ran = person.run(&["register", "--relay", &relay.url(), "--name", "Ada"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    let mode = fs::metadata(person.profile().join("key"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let again = person.run(&["register", "--relay", &relay.url(), "--name", "Ada"]);
    assert_eq!(again.code, Some(3));
    assert!(again.err.contains("already"), "{}", again.err);
}

#[test]
fn what_is_said_wrongly_is_refused_and_nothing_is_queued() {
    let relay = Relay::start();
    let (alice, bob) = acquainted(&relay);
    let link = bob.link();
    let cut = &link[..link.len() - 3];
    for (words, code) in [
        (vec!["send", "Nobody", "hello"], 5),
        (vec!["history", "Nobody"], 5),
        (vec!["contacts", "accept", "Nobody"], 5),
        (vec!["outbox", "retry", "99"], 5),
        (vec!["send", "Bob", "  "], 6),
        (vec!["contacts", "add", cut], 6),
        (vec!["contacts", "add", "https://example.org"], 6),
        (vec!["react", "99", "👍"], 5),
        (vec!["react", "what?", "👍"], 5),
        (vec!["edit", "-1", "nothing was said yet"], 5),
        (vec!["reply", "Nobody/-1", "hello"], 5),
        (vec!["delete", "Bob/-1"], 5),
        (vec!["safety-number", "Nobody"], 5),
        (vec!["relay", "remove", "http://127.0.0.1:1"], 5),
        (vec!["timer", "Bob", "soon"], 6),
        (vec!["mute", "Bob", "99999999999999999999w"], 6),
        (vec!["search", "before:tomorrow"], 6),
        (vec!["safety-number", "Bob", "--scan", "nonsense"], 6),
        (vec!["account", "close"], 6),
        (vec!["import", "/nonexistent/file"], 1),
        (vec!["privacy", "read"], 2),
        (vec!["search"], 2),
        (vec!["delete"], 2),
        (vec!["react", "1"], 2),
        (vec!["completions", "abacus"], 2),
        (vec!["frobnicate"], 2),
        (vec!["receive", "--timeout", "soon"], 2),
    ] {
        let ran = alice.run(&words);
        assert_eq!(ran.code, Some(code), "{words:?}: {}", ran.err);
        assert!(ran.out.is_empty(), "{words:?}");
        assert!(!ran.err.is_empty(), "{words:?}");
    }
    let own = alice.run(&["contacts", "add", &alice.link()]);
    assert_eq!(own.code, Some(6), "{}", own.err);
    let far = Person::new("Far").run(&["register", "--relay", "http://example.org", "--name", "F"]);
    assert_eq!(far.code, Some(6), "{}", far.err);
    assert!(alice.json(&["outbox", "--json"]).is_empty());
}

#[test]
fn a_name_that_two_have_must_be_told_apart() {
    let relay = Relay::start();
    let alice = Person::registered("Alice", &relay);
    let twins = [
        Person::registered("Bob", &relay),
        Person::registered("Bob", &relay),
    ];
    twins.iter().for_each(|twin| alice.add(twin));
    let ran = alice.run(&["send", "Bob", "which one?"]);
    assert_eq!(ran.code, Some(5));
    let account = twins[1].json(&["me", "--json"])[0]["account"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(ran.err.contains(&account[..12]), "{}", ran.err);
    alice.done(&["send", &account[..16], "you", "--wait"]);
    assert_eq!(twins[1].received(), ["you"]);
    assert!(twins[0].received().is_empty());
}

#[test]
fn whoever_is_blocked_gets_nothing() {
    let relay = Relay::start();
    let (alice, _bob) = acquainted(&relay);
    alice.done(&["contacts", "block", "Bob"]);
    let ran = alice.run(&["send", "Bob", "hello"]);
    assert_eq!(ran.code, Some(7), "{}", ran.err);
    alice.done(&["contacts", "unblock", "Bob"]);
    alice.done(&["send", "Bob", "hello", "--wait"]);
}

#[test]
fn the_help_tells_the_exit_codes() {
    let help = Person::new("Anybody").done(&["--help"]);
    assert!(
        help.contains("Exit codes:") && help.contains("Examples:"),
        "{help}"
    );
}
