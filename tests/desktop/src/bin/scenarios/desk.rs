//! What everybody does at this desk.

use sotto_desktop_tests::{Find, Window, field, role, text};

/// A row of the list.
pub fn row(name: &str) -> Find {
    role("option", "").with(&text(name))
}

/// Opens a conversation by the mouse, and waits until one can write there.
pub fn open(window: &Window, name: &str) {
    window.press(&row(name));
    window.see(&composer(name));
}

/// Where a message to somebody is written.
pub fn composer(name: &str) -> Find {
    field(&format!("Message {name}"))
}

/// Writes a message and sends it.
pub fn say(window: &Window, to: &str, words: &str) {
    window.write(&composer(to), words);
    window.key("Enter");
    window.see(&own(words));
}

/// A message of one's own.
pub fn own(words: &str) -> Find {
    message("You", words)
}

/// A message of somebody.
pub fn message(author: &str, words: &str) -> Find {
    role("article", &format!("{author}: {words}…"))
}

/// Waits until a message of one's own has come so far: `Waiting to be sent`, `Sent`, `Delivered`,
/// `Read`, `Not sent`.
pub fn wait_for_state(window: &Window, words: &str, state: &str) {
    let message = own(words);
    window.wait(&format!("{words:?} is {state:?}"), |window| {
        window.attribute(&message, "aria-label").ends_with(state)
    });
}

/// Chooses something of the menu of a message.
pub fn choose(window: &Window, message: &Find, words: &str, entry: &str) {
    window.press_right(&text(words).within(message));
    window.press(&role("menuitem", &format!("{entry}…")));
}
