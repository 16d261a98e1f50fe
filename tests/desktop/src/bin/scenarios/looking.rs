//! Finding what was said.

use sotto_desktop_tests::{Stage, button, field, role, text};

use crate::desk;

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
