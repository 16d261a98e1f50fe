//! Everything without the mouse: keys alone, as they come from a keyboard.

use sotto_desktop_tests::{Stage, field, role, text};

use crate::desk;

pub fn a_conversation(stage: &Stage<'_>) {
    let (app, _) = stage.app_of("Alice");
    let bob = stage.person("Bob");
    let window = app.open();
    window.see(&sotto_desktop_tests::button("New conversation"));

    // Somebody new, by their link, which is pasted.
    window.key("Control+n");
    window.see(&field("A name, or a link you were given"));
    window.keys(&bob.link());
    window.key("Enter");
    window.see(&desk::composer("Bob"));
    window.keys("good morning");
    window.key("Shift+Enter");
    window.keys("second line");
    window.key("Enter");
    window.see(&desk::own("good morning"));
    bob.receives();
    bob.does(&["requests", "accept", "Alice"]);
    let came = bob.history("Alice");
    assert_eq!(came[0]["text"], "good morning\nsecond line");
    bob.says("Alice", "And to you");
    let theirs = desk::message("Bob", "And to you");
    window.see(&theirs);

    // Up changes the last one of one's own.
    window.key("ArrowUp");
    window.see(&text("Edit message"));
    window.key("Escape");
    window.gone(&text("Edit message"));

    // To the message and an answer, a reaction, and back to writing.
    window.key_until_focused("Shift+Tab", &theirs);
    window.key("r");
    window.see(&text("Reply to Bob"));
    window.keys("answered by keys");
    window.key("Enter");
    assert_eq!(
        bob.hears("Alice", "answered by keys")["quote"]["text"],
        "And to you"
    );
    window.key_until_focused("Shift+Tab", &role("article", "You: answered by keys…"));
    window.key("ArrowUp");
    window.key("e");
    window.see(&role("toolbar", "React"));
    window.key("Enter");
    bob.waits_for("Alice", "a reaction", |message| {
        message["reactions"][0]["own"] == false
    });

    // The palette leads anywhere, and Escape back.
    window.key("Control+k");
    window.keys("keyboard shortcuts");
    window.key("Enter");
    window.see(&role("dialog", "Keyboard shortcuts"));
    window.key("Escape");
    window.gone(&role("dialog", "Keyboard shortcuts"));
    assert!(
        !window.focused().starts_with("body"),
        "{}",
        window.focused()
    );
}
