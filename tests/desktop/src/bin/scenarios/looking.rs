//! Finding what was said.

use serde_json::json;
use sotto_desktop_tests::{Stage, Window, button, field, role, text};

use crate::desk;

/// The wheel goes back in time and forth again, also where the processor draws.
pub fn with_the_wheel(stage: &Stage<'_>) {
    let (app, alice) = stage.app_of("Alice");
    let bob = stage.person("Bob");
    alice.befriend(&bob);
    for number in 1..=20 {
        bob.does(&["send", "Alice", &format!("Word number {number}\n\nof many")]);
    }
    bob.says("Alice", "That was all");
    // What was read already is opened at its end.
    alice.receives();
    alice.does(&["read", "Bob"]);
    let window = app.open_plain();
    desk::open(&window, "Bob");
    let newest = desk::message("Bob", "That was all");
    window.see(&newest);
    let feed = role("feed", "");
    // How far it is to the end, in pixels.
    let left = |window: &Window| {
        let script = "const feed = findAll(arguments[0])[0];\n\
                      return feed.scrollHeight - feed.clientHeight - feed.scrollTop";
        window.js(script, &json!([feed.value()])).as_f64().unwrap()
    };
    assert!(left(&window) < 5.0);
    window.wheel(&feed, -600);
    window.wait("it scrolled back", |window| left(window) > 200.0);
    window.wheel(&feed, 2_000);
    window.wait("it scrolled forth", |window| left(window) < 5.0);
}

pub fn everywhere(stage: &Stage<'_>) {
    let (app, alice) = stage.app_of("Alice");
    let [bob, carol] = ["Bob", "Carol"].map(|name| stage.person(name));
    alice.befriend(&bob);
    alice.befriend(&carol);
    bob.says("Alice", "The lighthouse is open on Sundays");
    for number in 0..40 {
        bob.does(&["send", "Alice", &format!("Word number {number}\n\nof many")]);
    }
    carol.says("Alice", "Which lighthouse do you mean?");
    bob.says("Alice", "That was all");
    let window = app.open();
    window.see(&desk::row("Carol"));

    window.key("Control+Shift+f");
    window.write(
        &role("combobox", "Search messages and people"),
        "lighthouse",
    );
    window.see(&text("2 messages found"));
    // The older one is far above what an open conversation shows at first.
    window.press(&role("option", "").with(&text("is open on Sundays")));
    window.see(&desk::message("Bob", "The lighthouse is open on Sundays"));
    window.see(&desk::composer("Bob"));

    window.key("Control+f");
    let inside = field("Search in this conversation");
    window.write(&inside, "\"number 17\"");
    window.see(&text("1 of 1"));
    window.see(&desk::message("Bob", "Word number 17"));
    window.press(&button("Close the search"));
    window.gone(&inside);
    window.press(&button("Go to the newest message…"));
    window.see(&desk::message("Bob", "That was all"));
}
