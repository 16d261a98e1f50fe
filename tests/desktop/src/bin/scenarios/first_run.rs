//! From nothing to an account.

use sotto_desktop_tests::{Person, Stage, button, field, role, text};

use crate::desk;

pub fn an_account(stage: &Stage<'_>) {
    let bob = stage.person("Bob");
    let app = stage.app("Alice");
    let window = app.open();

    window.see(&role("heading", "Speak quietly"));
    window.press(&button("Create an account"));
    window.see(&role("heading", "What are you called?"));
    // The relay is filled in, so a name is all that is asked for.
    window.keys("Alice Åström");
    assert_eq!(window.value_of(&field("Your name")), "Alice Åström");
    window.key("Enter");
    window.see(&role("heading", "Welcome, Alice Åström"));
    let link = window.text_of(&text("sotto:"));
    assert!(link.starts_with("sotto:"), "{link}");
    window.press(&button("Open Sotto"));
    window.see(&button("New conversation"));

    // The account is there for others: its link leads to it, and what comes is a request here.
    bob.does(&["contacts", "add", &link]);
    bob.says("Alice Åström", "Are you there?");
    window.see(&desk::row("Bob"));
    // The same profile is the terminal client's.
    let alice = Person::at(app.data().parent().unwrap(), "Alice");
    assert_eq!(alice.does(&["me"])[0]["name"], "Alice Åström");
    assert_eq!(alice.does(&["requests"])[0]["name"], "Bob");
}

/// Another account in the same window, and from one to the other by a key.
pub fn several_accounts(stage: &Stage<'_>) {
    let bob = stage.person("Bob");
    let (app, alice) = stage.app_of("Alice");
    alice.befriend(&bob);
    let window = app.open();
    window.see(&desk::row("Bob"));
    window.press(&button("Alice: your link and accounts"));
    window.press(&role("menuitem", "Accounts…"));
    window.press(&button("Add an account"));
    window.press(&button("Create an account"));
    window.write(&field("Your name"), "Alice at work");
    window.press(&button("Create account"));
    window.press(&button("Open Sotto"));
    window.see(&button("Alice at work: your link and accounts"));
    window.gone(&desk::row("Bob"));

    // What comes for the other one is shown, and does not mix.
    bob.says("Alice", "For the one at home");
    window.see(&button("Switch to Alice, one unread conversation"));
    assert!(!window.has(&desk::row("Bob")));
    window.key("Control+Shift+a");
    window.see(&button("Alice: your link and accounts"));
    desk::open(&window, "Bob");
    window.see(&desk::message("Bob", "For the one at home"));
    window.press(&button("Switch to Alice at work"));
    window.see(&button("Alice at work: your link and accounts"));
    window.gone(&desk::row("Bob"));
}
