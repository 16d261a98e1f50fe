//! What people should not have to think of: no network, a crash.

use sotto_desktop_tests::{Stage, text};

use crate::desk;

/// The relay dies; what is written waits, is said to wait, and leaves when it is back.
pub fn the_relay_goes_and_comes_back(stage: &Stage<'_>) {
    let alice = stage.person("Alice");
    let bob = stage.person("Bob");
    alice.befriend(&bob);
    let app = stage.app("Alice");
    let (window, relay) = (app.open(), &stage.relay);
    desk::open(&window, "Bob");
    desk::say(&window, "Bob", "Before the storm");
    desk::wait_for_state(&window, "Before the storm", "Sent");

    relay.kill();
    window.see(&text("Waiting for the network"));
    for words in ["One", "Two", "Three"] {
        desk::say(&window, "Bob", words);
        desk::wait_for_state(&window, words, "Waiting to be sent");
    }
    window.see(&text("3 messages will be sent"));

    relay.restart();
    for words in ["One", "Two", "Three"] {
        desk::wait_for_state(&window, words, "Sent");
    }
    window.gone(&text("Waiting for the network"));
    bob.hears("Alice", "Three");
    let said = bob.history("Alice");
    let texts: Vec<_> = said.iter().filter_map(|one| one["text"].as_str()).collect();
    assert_eq!(texts, ["Before the storm", "One", "Two", "Three"]);
}

/// The app is killed while something waits and something is half written.
pub fn the_app_is_killed(stage: &Stage<'_>) {
    let alice = stage.person("Alice");
    let bob = stage.person("Bob");
    alice.befriend(&bob);
    bob.says("Alice", "Are you writing?");
    let app = stage.app("Alice");
    let window = app.open();
    desk::open(&window, "Bob");
    desk::say(&window, "Bob", "I was, and then");
    stage.relay.kill();
    desk::say(&window, "Bob", "the lights went out");
    window.write(&desk::composer("Bob"), "I will tell you when");
    let draft = ["draft", "Bob"];
    sotto_desktop_tests::until("the draft is kept", || {
        let kept = alice.does(&draft);
        (kept[0]["text"] == "I will tell you when").then_some(())
    });
    app.kill();
    drop(window);
    stage.relay.restart();

    let window = app.open();
    window.see(&text("I will tell you when"));
    desk::open(&window, "Bob");
    window.wait("what was half written", |window| {
        window.value_of(&desk::composer("Bob")) == "I will tell you when"
    });
    for words in ["I was, and then", "the lights went out"] {
        window.see(&desk::own(words));
    }
    bob.hears("Alice", "the lights went out");
    let said = bob.history("Alice");
    let texts: Vec<_> = said.iter().filter_map(|one| one["text"].as_str()).collect();
    assert_eq!(
        texts,
        ["Are you writing?", "I was, and then", "the lights went out"]
    );
    window.write(&desk::composer("Bob"), ", dear Bob");
    window.key("Enter");
    window.see(&desk::own("I will tell you when, dear Bob"));
    bob.hears("Alice", "I will tell you when, dear Bob");
}
