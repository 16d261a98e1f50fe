//! What could not be sent: it is said, with the reason, and can be tried again.

use sotto_desktop_tests::{Stage, button, field, role, text};

use crate::desk;

const REASON: &str = "Their relay does not let you in.";

/// Somebody gives away a link that their relay was not told of; what is written by it fails. Once the
/// relay knows, what has failed is sent by pressing a button.
pub fn a_link_that_does_not_work_yet(stage: &Stage<'_>) {
    let (app, _) = stage.app_of("Alice");
    let bob = stage.person("Bob");
    let link = bob.makes_a_link_without(&stage.relay);
    let window = app.open();
    window.press(&button("New conversation"));
    window.write(&field("A name, or a link you were given"), &link);
    window.key("Enter");
    window.see(&desk::composer("Bob"));
    let all = ["Is this your new link?", "It does not seem to work"];
    for words in all {
        desk::say(&window, "Bob", words);
    }
    for words in all {
        desk::wait_for_state(&window, words, "Not sent");
        window.see(&text(REASON).within(&desk::own(words)));
    }

    // The details say it too, and trying again helps nothing as long as nothing has changed.
    desk::choose(&window, &desk::own(all[1]), all[1], "Details");
    window.see(&text(REASON).within(&role("dialog", "Message")));
    window.key("Escape");

    drop(bob.stays_online());
    desk::choose(&window, &desk::own(all[0]), all[0], "Try again");
    // What was refused for the same reason goes with it.
    for words in all {
        desk::wait_for_state(&window, words, "Sent");
    }
    window.gone(&text(REASON));
    bob.receives();
    bob.does(&["requests", "accept", "Alice"]);
    let said = bob.history("Alice");
    let texts: Vec<_> = said.iter().filter_map(|one| one["text"].as_str()).collect();
    assert_eq!(texts, all);
}

/// Somebody closes their account while a message for them waits.
pub fn an_account_that_was_closed(stage: &Stage<'_>) {
    let (app, alice) = stage.app_of("Alice");
    let bob = stage.person("Bob");
    alice.befriend(&bob);
    bob.says("Alice", "I am leaving");
    alice.receives();
    alice.says("Bob", "Then write down my number");
    bob.receives();
    stage.relay.kill();
    alice.does(&["send", "Bob", "Are you gone already?"]);
    stage.relay.restart();
    bob.does(&["account", "close", "--yes"]);

    let window = app.open();
    window.press(&desk::row("Bob"));
    window.see(&text("Bob has closed their account"));
    let late = "Are you gone already?";
    desk::wait_for_state(&window, late, "Not sent");
    window.see(&text("Not sent. The account is closed.").within(&desk::own(late)));
    // Nothing can be written any more, and what was said stays.
    window.gone(&desk::composer("Bob"));
    assert!(!window.has(&button("Try again")));
    window.see(&desk::message("Bob", "I am leaving"));
    assert_eq!(alice.does(&["contacts", "list"])[0]["closed"], true);
}
