//! People who do not know each other yet.

use sotto_desktop_tests::{Stage, button, field, role, text};

use crate::desk;

/// Somebody writes to the person at the desk.
pub fn theirs(stage: &Stage<'_>) {
    let (app, alice) = stage.app_of("Alice");
    let bob = stage.person("Bob");
    bob.does(&["contacts", "add", &alice.link()]);
    bob.says("Alice", "We met on the train");
    let window = app.open();
    window.press(&desk::row("Bob"));
    window.see(&text("Bob wants to write to you"));
    window.see(&desk::message("Bob", "We met on the train"));
    // Nobody learns that it was seen, and nobody can answer before it is accepted.
    assert!(!window.has(&desk::composer("Bob")));
    window.press(&button("Accept"));
    desk::say(&window, "Bob", "The one that never came?");
    bob.hears("Alice", "The one that never came?");

    // Somebody else is not wanted.
    let mallory = stage.person("Mallory");
    mallory.does(&["contacts", "add", &alice.link()]);
    mallory.says("Alice", "Buy this");
    window.press(&desk::row("Mallory"));
    window.press(&button("Block"));
    window.press(&button("Block").within(&role("alertdialog", "…")));
    window.see(&text("You have blocked Mallory"));
    mallory.says("Alice", "Buy that");
    bob.says("Alice", "Yes, that one");
    desk::open(&window, "Bob");
    window.see(&desk::message("Bob", "Yes, that one"));
    let said = alice.history("Mallory");
    assert!(
        said.iter().all(|message| message["text"] != "Buy that"),
        "{said:?}"
    );
    assert_eq!(
        alice
            .does(&["contacts", "list"])
            .iter()
            .find(|one| one["name"] == "Mallory")
            .unwrap()["standing"],
        "blocked"
    );
}

/// The person at the desk writes to somebody.
pub fn ours(stage: &Stage<'_>) {
    let (app, _) = stage.app_of("Alice");
    let bob = stage.person("Bob");
    let window = app.open();
    window.press(&button("New conversation"));
    window.write(&field("A name, or a link you were given"), &bob.link());
    window.key("Enter");
    window.see(&desk::composer("Bob"));
    desk::say(&window, "Bob", "Hello Bob, it is Alice");
    desk::wait_for_state(&window, "Hello Bob, it is Alice", "Sent");
    bob.receives();
    assert_eq!(bob.does(&["requests"])[0]["name"], "Alice");
    bob.does(&["requests", "accept", "Alice"]);
    bob.says("Alice", "So it is you");
    window.see(&desk::message("Bob", "So it is you"));
    bob.does(&["read", "Alice"]);
    desk::wait_for_state(&window, "Hello Bob, it is Alice", "Read");
}
