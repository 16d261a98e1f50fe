//! What went lost on the way, and is asked for again.

use sotto_desktop_tests::{Stage, text};

use crate::desk;

/// A relay loses envelopes; what is behind them is shown at once, with a word that something is
/// missing, until whoever said it sends it again.
pub fn a_relay_that_loses_mail(stage: &Stage<'_>) {
    let (app, alice) = stage.app_of("Alice");
    let bob = stage.person("Bob");
    alice.befriend(&bob);
    bob.says("Alice", "First the good news");
    alice.receives();
    for lost in ["The bridge is open again", "since this morning"] {
        bob.says("Alice", lost);
        stage.relay.lose_newest();
    }
    bob.says("Alice", "And the bad news is the toll");

    let window = app.open();
    desk::open(&window, "Bob");
    window.see(&desk::message("Bob", "And the bad news is the toll"));
    window.see(&text("2 messages from Bob are on their way"));
    assert!(!window.has(&desk::message("Bob", "The bridge is open again")));

    let online = bob.stays_online();
    window.see(&desk::message("Bob", "The bridge is open again"));
    window.see(&desk::message("Bob", "since this morning"));
    window.gone(&text("on their way"));
    drop(online);
    let said = alice.history("Bob");
    let texts: Vec<_> = said.iter().filter_map(|one| one["text"].as_str()).collect();
    let wanted = [
        "First the good news",
        "The bridge is open again",
        "since this morning",
        "And the bad news is the toll",
    ];
    assert_eq!(texts, wanted);
}
