//! Knowing who is at the other end.

use sotto_desktop_tests::{Find, Person, Stage, Window, button, css, field, role, text};

use crate::desk;

/// What one's own terminal says of the number with somebody.
fn number(person: &Person, with: &str) -> serde_json::Value {
    person.does(&["safety-number", with]).remove(0)
}

pub fn open_number(window: &Window, name: &str) {
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
    assert_eq!(found(&alice, "Bob"), "scanned");
}

/// What somebody has found out about a contact.
pub fn found(person: &Person, about: &str) -> String {
    let known = person.does(&["contacts", "list"]);
    let known = known.iter().find(|one| one["name"] == about).unwrap();
    known["verified"]["state"].as_str().unwrap().to_owned()
}

/// Digits are compared; then the account is recovered, and what is written waits until they are
/// compared again.
pub fn a_recovered_account(stage: &Stage<'_>) {
    let (app, alice) = stage.app_of("Alice");
    let bob = stage.person("Bob");
    alice.befriend(&bob);
    bob.says("Alice", "Good morning");
    alice.receives();
    let window = app.open();
    desk::open(&window, "Bob");
    assert!(!window.has(&shield()));
    open_number(&window, "Bob");
    window.press(&button("The digits are the same"));
    window.see(&text("You and Bob have the same safety number."));
    window.key("Escape");
    window.see(&shield());
    assert_eq!(found(&alice, "Bob"), "same_accounts");

    bob.is_recovered(stage.relay.url());
    bob.receives();
    bob.says("Alice", "I have a new telephone");
    window.see(&desk::message("Bob", "I have a new telephone"));
    window.see(&text("Bob has a recovered account"));
    window.gone(&shield());
    desk::say(&window, "Bob", "Is that really you?");
    desk::wait_for_state(&window, "Is that really you?", "Waiting to be sent");
    window.press(&button("Compare safety numbers"));
    window.press(&button("The digits are the same"));
    window.key("Escape");
    window.gone(&text("Bob has a recovered account"));
    window.see(&shield());
    desk::wait_for_state(&window, "Is that really you?", "Sent");
    bob.hears("Alice", "Is that really you?");
}

/// Somebody does not want to compare again.
pub fn going_on_without(stage: &Stage<'_>) {
    let (app, alice) = stage.app_of("Alice");
    let carol = stage.person("Carol");
    alice.befriend(&carol);
    carol.says("Alice", "Good morning");
    alice.receives();
    alice.does(&["safety-number", "Carol", "--verify"]);
    carol.is_recovered(stage.relay.url());
    carol.receives();
    carol.says("Alice", "I have a new telephone");

    let window = app.open();
    desk::open(&window, "Carol");
    window.see(&text("Carol has a recovered account"));
    desk::say(&window, "Carol", "I cannot compare now");
    desk::wait_for_state(&window, "I cannot compare now", "Waiting to be sent");
    window.press(&button("Go on without"));
    window.press(&button("Go on without").within(&role("alertdialog", "…")));
    window.gone(&text("Carol has a recovered account"));
    carol.hears("Alice", "I cannot compare now");
    assert!(!window.has(&shield()));
}

/// The sign beside a name of whom one is sure.
fn shield() -> Find {
    text("Verified").within(&css("header"))
}
