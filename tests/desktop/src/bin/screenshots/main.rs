//! A picture of every view, of what real clients have said through a real relay.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "pictures that cannot be taken have to stop it"
)]

use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::{Value, json};
use sotto_desktop_tests::cast::{Cast, JONAS, gather, trouble};
use sotto_desktop_tests::views::{BEGINNING, TROUBLE, VIEWS, View};
use sotto_desktop_tests::{Display, Stage, Window, field, text};

/// Another look of the window, and of which views it is worth a picture.
struct Look {
    name: &'static str,
    width: u32,
    preferences: fn() -> Value,
    views: &'static [&'static str],
}

const LOOKS: &[Look] = &[
    Look {
        name: "light",
        width: 1120,
        preferences: || json!({ "theme": "light" }),
        views: &[""],
    },
    Look {
        name: "dark",
        width: 1120,
        preferences: || json!({ "theme": "dark" }),
        views: &[
            "conversation",
            "conversation-details",
            "search",
            "safety-number",
            "palette",
            "settings-appearance",
        ],
    },
    Look {
        name: "narrow",
        width: 400,
        preferences: || json!({ "theme": "light" }),
        views: &[
            "list",
            "conversation",
            "search",
            "settings-appearance",
            "request",
        ],
    },
    Look {
        name: "right-to-left",
        width: 1120,
        preferences: || json!({ "theme": "light", "locale": "x-bidi" }),
        views: &[],
    },
    Look {
        name: "large",
        width: 1120,
        preferences: || json!({ "theme": "light", "fontSize": 150 }),
        views: &["list", "conversation", "settings-appearance"],
    },
    Look {
        name: "compact",
        width: 1120,
        preferences: || json!({ "theme": "dark", "density": "compact", "accent": "violet" }),
        views: &["conversation"],
    },
    Look {
        name: "contrast",
        width: 1120,
        preferences: || json!({ "theme": "light", "contrast": "more" }),
        views: &["conversation"],
    },
];

/// What is audited, but not worth its weight as a picture.
const PLAIN: &[&str] = &[
    "accounts",
    "delete",
    "jump-to-date",
    "message-details",
    "no-archive",
    "reacting",
    "safety-number-scan",
    "selecting",
    "settings-about",
    "settings-advanced",
    "settings-devices",
    "settings-relays",
    "settings-storage",
    "settings-writing",
];

fn main() {
    let folder = PathBuf::from(env::var_os("SOTTO_OUTPUT").expect("where the pictures go"));
    let filter = env::args().nth(1).unwrap_or_default();
    fs::create_dir_all(&folder).unwrap();
    let display = Display::start();
    let stage = Stage::new(&display, &env::temp_dir().join("sotto-screenshots"));
    if filter.is_empty() || BEGINNING.iter().any(|view| view.name.contains(&filter)) {
        beginning(&stage, &folder);
    }
    troubled(&display, &folder, &filter);
    if !filter.is_empty() && TROUBLE.iter().any(|view| filter.starts_with(view.name)) {
        return;
    }
    let cast = gather(&stage);
    let window = cast.app.open();
    for look in LOOKS {
        window.size(look.width, 760);
        window.prefer(&(look.preferences)());
        let chosen = |name: &str| {
            (look.views.contains(&"") && !PLAIN.contains(&name)) || look.views.contains(&name)
        };
        for view in VIEWS.iter().filter(|view| chosen(view.name)) {
            let name = format!("{}-{}", view.name, look.name);
            if name.contains(&filter) {
                window.reload();
                (view.reach)(&window);
                take(&window, &folder, &name);
            }
        }
        if look.name == "right-to-left" && "right-to-left".contains(&filter) {
            right_to_left(&window, &folder);
        }
        window.prefer(&json!({ "locale": "en", "fontSize": 100, "density": "roomy", "accent": "teal", "contrast": "system" }));
    }
    if "offline-light".contains(&filter) {
        offline(&stage, &cast, &window, &folder);
    }
}

/// The first steps, one after the other.
fn beginning(stage: &Stage<'_>, folder: &Path) {
    let app = stage.app("beginner");
    let window = app.open();
    window.prefer(&json!({ "theme": "light" }));
    for view in BEGINNING {
        (view.reach)(&window);
        take(&window, folder, &format!("{}-light", view.name));
    }
}

/// What is wrong, on a stage of its own.
fn troubled(display: &Display, folder: &Path, filter: &str) {
    let name = |view: &View, theme: &str| format!("{}-{theme}", view.name);
    let wanted = |theme: &str| {
        let mut all = TROUBLE.iter();
        all.any(|view| name(view, theme).contains(filter))
    };
    if !wanted("light") && !wanted("dark") {
        return;
    }
    let stage = Stage::new(display, &env::temp_dir().join("sotto-screenshots-trouble"));
    let app = trouble(&stage);
    let window = app.open();
    for theme in ["light", "dark"] {
        window.prefer(&json!({ "theme": theme }));
        for view in TROUBLE {
            let name = name(view, theme);
            let dark = ["gap", "recovered"].contains(&view.name);
            if name.contains(filter) && (theme == "light" || dark) {
                window.reload();
                (view.reach)(&window);
                take(&window, folder, &name);
            }
        }
    }
}

/// Where words stand from right to left they are not those by which things are found.
fn right_to_left(window: &Window, folder: &Path) {
    let row = sotto_desktop_tests::role("option", "").with(&text(JONAS));
    window.reload();
    window.press(&row);
    window.see(&text("forty pictures"));
    take(window, folder, "conversation-right-to-left");
    window.key("Control+,");
    window.see(&sotto_desktop_tests::css("[role=dialog], dialog"));
    take(window, folder, "settings-right-to-left");
}

/// What waits for the network.
fn offline(stage: &Stage<'_>, cast: &Cast<'_>, window: &Window, folder: &Path) {
    window.reload();
    window.press(&sotto_desktop_tests::role("option", "").with(&text(JONAS)));
    window.see(&field(&format!("Message {JONAS}")));
    stage.relay.kill();
    window.see(&text("Waiting for the network"));
    for words in ["Are you there already?", "I am on the pier"] {
        window.write(&field(&format!("Message {}", cast.jonas.name())), words);
        window.key("Enter");
    }
    window.see(&text("2 messages will be sent"));
    take(window, folder, "offline-light");
}

/// Takes a picture as soon as nothing moves any more.
fn take(window: &Window, folder: &Path, name: &str) {
    window.settle();
    let picture = window.picture().unwrap();
    fs::write(folder.join(format!("{name}.png")), picture).unwrap();
    println!("   {name}");
}
