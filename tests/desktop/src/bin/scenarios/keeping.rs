//! How a person keeps their conversations.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use sotto_desktop_tests::{Stage, Window, button, role, text};

use crate::desk;

/// What is pinned stands first, what is muted and archived says so, what was not sent waits where it was
/// written, and the history leaves as a file.
pub fn arranged(stage: &Stage<'_>) {
    let (app, alice) = stage.app_of("Alice");
    let [bob, carol] = ["Bob", "Carol"].map(|name| stage.person(name));
    for other in [&bob, &carol] {
        alice.befriend(other);
        other.says("Alice", &format!("It is {}", other.name()));
    }
    let window = app.open();
    stands_first(&window, "Carol");

    desk::open(&window, "Bob");
    window.press(&button("Details"));
    window.press(&button("Pin"));
    stands_first(&window, "Bob");
    window.press(&button("Mute"));
    window.press(&role("menuitem", "For 8 hours"));
    window.see(&text("Muted").within(&desk::row("Bob")));
    window.write(&desk::composer("Bob"), "Not yet");

    desk::open(&window, "Carol");
    window.see(&text("Draft:").within(&desk::row("Bob")));
    window.press(&button("Export the history…"));
    window.press(&role("menuitem", "For programs (JSON Lines)"));
    window.see(&text("1 message is now in"));
    let written = files(&stage.path("home"), "jsonl");
    let [written] = written.as_slice() else {
        panic!("one file: {written:?}");
    };
    let written = fs::read_to_string(written).unwrap();
    assert!(written.contains("It is Carol"), "{written}");
    assert!(!written.contains("It is Bob"), "{written}");

    window.press(&role("switch", "Archived…"));
    window.gone(&desk::row("Carol"));
    window.press(&role("radio", "Archived"));
    window.see(&desk::row("Carol"));
    window.gone(&desk::row("Bob"));

    // All of it is so for the next program that looks.
    window.reload();
    stands_first(&window, "Bob");
    window.gone(&desk::row("Carol"));
    desk::open(&window, "Bob");
    window.wait("what was written is there", |window| {
        window.value_of(&desk::composer("Bob")) == "Not yet"
    });
    window.see(&text("Muted").within(&desk::row("Bob")));
}

fn stands_first(window: &Window, name: &str) {
    window.wait(&format!("{name} stands first"), |window| {
        let first = "return document.querySelector('[role=option]')?.textContent ?? ''";
        let first = window.js(first, &json!([]));
        first.as_str().is_some_and(|first| first.contains(name))
    });
}

/// The files with this ending, in a folder and those in it.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|end| end == ending) {
            found.push(path);
        }
    }
    found
}
