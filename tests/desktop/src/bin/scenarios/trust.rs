//! Knowing who is at the other end.

use sotto_desktop_tests::{Person, Stage, Window, button, css, field, role, text};

use crate::desk;

/// What one's own terminal says of the number with somebody.
fn number(person: &Person, with: &str) -> serde_json::Value {
    person.does(&["safety-number", with]).remove(0)
}

fn open_number(window: &Window, name: &str) {
    window.press(&button("Details"));
    window.press(&role("button", "Safety number…"));
    window.see(&role("dialog", &format!("Safety number with {name}")));
}

pub fn digits_and_code(stage: &Stage<'_>) {
    let (app, alice) = stage.app_of("Alice");
    let [bob, carol] = ["Bob", "Carol"].map(|name| stage.person(name));
    alice.befriend(&bob);
    alice.befriend(&carol);
    bob.says("Alice", "Shall we compare?");
    let window = app.open();
    desk::open(&window, "Bob");
    window.see(&desk::message("Bob", "Shall we compare?"));
    desk::say(&window, "Bob", "Read it to me");
    bob.hears("Alice", "Read it to me");

    // The digits on the screen are those on Bob's.
    open_number(&window, "Bob");
    let theirs = number(&bob, "Alice");
    let groups: Vec<_> = theirs["groups"].as_array().unwrap().iter().collect();
    assert!(groups.len() > 5, "{theirs}");
    for group in &groups {
        window.see(&text(group.as_str().unwrap()).within(&css("dialog, [role=dialog]")));
    }

    // Another person's code is another one, whatever it claims.
    window.press(&button("Scan their code"));
    let paste = field("Or paste the text of their code");
    window.write(&paste, number(&carol, "Alice")["code"].as_str().unwrap());
    window.press(&button("Compare"));
    window.see(&text("Different."));
    assert!(!window.has(&button("Mark as verified")));

    // Bob's is his, and it is remembered.
    window.press(&button("Scan again"));
    window.write(&paste, theirs["code"].as_str().unwrap());
    window.press(&button("Compare"));
    window.see(&text("The same."));
    window.press(&button("Mark as verified"));
    window.see(&text("You have verified Bob."));
    let known = alice.does(&["contacts", "list"]);
    let known = known.iter().find(|one| one["name"] == "Bob").unwrap();
    assert_eq!(known["verified"]["state"], "scanned", "{known}");
}
