//! A conversation, and what is done with what was said.

use sotto_desktop_tests::{Stage, button, css, role, text, until};

use crate::desk;

/// Each says something, and the ticks tell how far it has come.
pub fn both_ways(stage: &Stage<'_>) {
    let (app, alice) = stage.app_of("Alice");
    let bob = stage.person("Bob");
    alice.befriend(&bob);
    let window = app.open();
    desk::open(&window, "Bob");
    let first = "Morning! 👋 <b>not bold</b> & “quoted”";
    desk::say(&window, "Bob", first);
    desk::wait_for_state(&window, first, "Sent");
    bob.hears("Alice", first);
    desk::wait_for_state(&window, first, "Delivered");
    bob.does(&["read", "Alice"]);
    desk::wait_for_state(&window, first, "Read");

    let online = bob.stays_online();
    bob.does(&["send", "Alice", "שלום, and good morning"]);
    window.see(&desk::message("Bob", "שלום, and good morning"));
    // It is on the screen, so he learns that it was read.
    bob.waits_for("Alice", "it was read", |message| {
        message["text"] == "שלום, and good morning" && message["state"] == "read"
    });
    drop(online);
    for number in 0..5 {
        desk::say(&window, "Bob", &format!("And one more, the {number}th"));
    }
    bob.hears("Alice", "And one more, the 4th");
    let said: Vec<_> = bob.history("Alice");
    let texts: Vec<_> = said.iter().filter_map(|one| one["text"].as_str()).collect();
    assert_eq!(texts.len(), 7, "nothing twice: {texts:?}");
}

/// Answer, react, edit, forward, delete.
pub fn afterwards(stage: &Stage<'_>) {
    let (app, alice) = stage.app_of("Alice");
    let [bob, carol] = ["Bob", "Carol"].map(|name| stage.person(name));
    alice.befriend(&bob);
    alice.befriend(&carol);
    bob.says("Alice", "Tea or coffee?");
    let window = app.open();
    desk::open(&window, "Bob");
    let question = desk::message("Bob", "Tea or coffee?");

    desk::choose(&window, &question, "Tea or coffee?", "Reply");
    window.see(&text("Reply to Bob"));
    desk::say(&window, "Bob", "Tee, please");
    let answer = bob.hears("Alice", "Tee, please");
    assert_eq!(answer["quote"]["text"], "Tea or coffee?", "{answer}");

    desk::choose(&window, &question, "Tea or coffee?", "React");
    window.press(&button("❤️"));
    window.see(&role("button", "❤️…").within(&question));
    bob.waits_for("Alice", "a heart", |message| {
        message["reactions"][0]["emoji"] == "❤️"
    });

    desk::choose(&window, &desk::own("Tee, please"), "Tee, please", "Edit");
    window.see(&text("Edit message"));
    window.rewrite(&desk::composer("Bob"), "Tea, please");
    window.key("Enter");
    window.see(&desk::own("Tea, please"));
    let changed = bob.hears("Alice", "Tea, please");
    assert_eq!(changed["edited"], true, "{changed}");
    assert_eq!(changed["id"], answer["id"]);

    desk::choose(&window, &question, "Tea or coffee?", "Forward");
    let dialog = role("dialog", "Forward");
    window.press(&text("Carol").within(&dialog));
    window.press(&button("Forward to 1").within(&dialog));
    let forwarded = carol.hears("Alice", "Tea or coffee?");
    assert_eq!(forwarded["forwarded"], true, "{forwarded}");
    // Whoever forwards to one person is taken there.
    desk::open(&window, "Bob");

    desk::say(&window, "Bob", "And a secret");
    bob.hears("Alice", "And a secret");
    let secret = desk::own("And a secret");
    desk::choose(&window, &secret, "And a secret", "Delete for everyone");
    window.press(&button("Delete for everyone").within(&css("[role=alertdialog], dialog")));
    window.see(&text("You deleted this message"));
    window.gone(&secret);
    let gone = bob.waits_for("Alice", "it is deleted", |message| {
        message["kind"] == "deleted"
    });
    assert!(gone["text"].is_null(), "{gone}");
}

/// A timer is set here, holds there, and takes away what was read.
pub fn a_timer(stage: &Stage<'_>) {
    let (app, alice) = stage.app_of("Alice");
    let (bob, carol) = (stage.person("Bob"), stage.person("Carol"));
    alice.befriend(&bob);
    let window = app.open();
    desk::open(&window, "Bob");
    window.press(&button("More"));
    window.press(&role("menuitem", "Disappearing messages…"));
    window.press(&role("menuitemradio", "After 1 hour"));
    window.see(&text("You let messages disappear after 1 hour"));
    bob.waits_for("Alice", "the timer", |message| message["timer"] == 3600);
    desk::say(&window, "Bob", "This stays for an hour");
    let kept = bob.hears("Alice", "This stays for an hour");
    assert_eq!(kept["expires_in"], 3600, "{kept}");

    // Bob sets it shorter, and what he then says goes once it was looked at.
    alice.befriend(&carol);
    desk::open(&window, "Carol");
    bob.does(&["timer", "Alice", "1s"]);
    bob.says("Alice", "Nor will this");
    let stays = || {
        let mut history = alice.history("Bob").into_iter();
        history.any(|message| message["text"] == "Nor will this")
    };
    until("it came", || stays().then_some(()));
    desk::open(&window, "Bob");
    window.see(&text("Bob lets messages disappear after 1 second"));
    until("it went", || (!stays()).then_some(()));
    window.gone(&desk::message("Bob", "Nor will this"));
}
