//! Every view there is, and how one comes to it.

use crate::cast::{EMIL, INES, JONAS, LEILA, NOOR, SALE, SOFIA, YUKI};
use crate::find::{Find, button, css, field, role, text};
use crate::window::Window;

/// Something that the window can show.
pub struct View {
    /// What it is called, also its picture.
    pub name: &'static str,
    /// Comes there from a page that was just loaded.
    pub reach: fn(&Window),
}

/// The views of somebody who has people to talk to.
pub const VIEWS: &[View] = &[
    View {
        name: "list",
        reach: |window| window.see(&row(JONAS)),
    },
    View {
        name: "conversation",
        reach: |window| open(window, JONAS),
    },
    View {
        name: "conversation-details",
        reach: |window| {
            open(window, JONAS);
            window.press(&button("Details"));
            window.see(&button("Close the details"));
        },
    },
    View {
        name: "conversation-arabic",
        reach: |window| open(window, LEILA),
    },
    View {
        name: "request",
        reach: |window| {
            window.press(&row(INES));
            window.see(&button("Accept"));
        },
    },
    View {
        name: "blocked",
        reach: |window| {
            window.press(&row(SALE));
            window.see(&text("You have blocked"));
        },
    },
    View {
        name: "note-to-self",
        reach: |window| {
            window.press(&row("Note to self"));
            window.see(&role("article", "You: Ferry…"));
        },
    },
    View {
        name: "message-menu",
        reach: |window| {
            open(window, JONAS);
            window.press_right(&text("forty pictures").within(&article("You: I took…")));
            window.see(&role("menu", ""));
        },
    },
    View {
        name: "reacting",
        reach: |window| {
            open(window, JONAS);
            window.press_right(&text("forty pictures").within(&article("You: I took…")));
            window.press(&role("menuitem", "React…"));
            window.see(&button("❤️"));
        },
    },
    View {
        name: "answering",
        reach: |window| {
            open(window, JONAS);
            window.press_right(&text("best work").within(&article("Jonas Ekström: That…")));
            window.press(&role("menuitem", "Reply…"));
            window.see(&text("Reply to Jonas"));
        },
    },
    View {
        name: "emoji",
        reach: |window| {
            open(window, JONAS);
            window.press(&button("Emoji"));
            window.see(&field("Search emoji"));
        },
    },
    View {
        name: "selecting",
        reach: |window| {
            open(window, JONAS);
            window.press_right(&text("forty pictures").within(&article("You: I took…")));
            window.press(&role("menuitem", "Select…"));
            window.see(&role("toolbar", "1 message"));
        },
    },
    View {
        name: "delete",
        reach: |window| {
            open(window, JONAS);
            window.press_right(&text("forty pictures").within(&article("You: I took…")));
            window.press(&role("menuitem", "Delete for everyone…"));
            window.see(&role("alertdialog", "…"));
        },
    },
    View {
        name: "forward",
        reach: |window| {
            open(window, JONAS);
            window.press_right(&text("forty pictures").within(&article("You: I took…")));
            window.press(&role("menuitem", "Forward…"));
            window.see(&role("dialog", "Forward"));
        },
    },
    View {
        name: "message-details",
        reach: |window| {
            open(window, JONAS);
            window.press_right(&text("forty pictures").within(&article("You: I took…")));
            window.press(&role("menuitem", "Details…"));
            window.see(&role("dialog", "Message"));
        },
    },
    View {
        name: "link",
        reach: |window| {
            open(window, JONAS);
            window.press(&role("link", "…").within(&article("You: Rude…")));
            window.see(&role("dialog", "Open this link?"));
        },
    },
    View {
        name: "jump-to-date",
        reach: |window| {
            open(window, JONAS);
            window.press(&button("More"));
            window.press(&role("menuitem", "Go to a date…"));
            window.see(&role("dialog", "Go to a date"));
        },
    },
    View {
        name: "find",
        reach: |window| {
            open(window, JONAS);
            window.key("Control+f");
            window.write(&field("Search in this conversation"), "the");
            window.see(&text("1 of "));
        },
    },
    View {
        name: "search",
        reach: |window| {
            window.see(&row(JONAS));
            window.key("Control+Shift+f");
            window.write(&role("combobox", "Search messages and people"), "the");
            window.see(&text("messages found"));
        },
    },
    View {
        name: "safety-number",
        reach: |window| {
            open(window, JONAS);
            window.press(&button("Details"));
            window.press(&role("button", "Safety number…"));
            window.see(&button("Scan their code"));
        },
    },
    View {
        name: "safety-number-scan",
        reach: |window| {
            open(window, JONAS);
            window.press(&button("Details"));
            window.press(&role("button", "Safety number…"));
            window.press(&button("Scan their code"));
            window.see(&field("Or paste the text of their code"));
        },
    },
    View {
        name: "new-conversation",
        reach: |window| {
            window.see(&row(JONAS));
            window.key("Control+n");
            window.see(&field("A name, or a link you were given"));
        },
    },
    View {
        name: "my-link",
        reach: |window| {
            window.see(&row(JONAS));
            window.press(&css("button[aria-haspopup=menu]").with(&text("Alma")));
            window.press(&role("menuitem", "My link…"));
            window.see(&role("img", "QR code of your link"));
        },
    },
    View {
        name: "accounts",
        reach: |window| {
            window.see(&row(JONAS));
            window.press(&css("button[aria-haspopup=menu]").with(&text("Alma")));
            window.press(&role("menuitem", "Accounts…"));
            window.see(&button("Add an account"));
        },
    },
    View {
        name: "palette",
        reach: |window| {
            window.see(&row(JONAS));
            window.key("Control+k");
            window.see(&role("combobox", "A person or a command"));
        },
    },
    View {
        name: "shortcuts",
        reach: |window| {
            window.see(&row(JONAS));
            window.key("Control+/");
            window.see(&role("dialog", "Keyboard shortcuts"));
        },
    },
    View {
        name: "settings-profile",
        reach: |window| settings(window, "Profile"),
    },
    View {
        name: "settings-appearance",
        reach: |window| settings(window, "Appearance"),
    },
    View {
        name: "settings-writing",
        reach: |window| settings(window, "Writing"),
    },
    View {
        name: "settings-privacy",
        reach: |window| settings(window, "Privacy"),
    },
    View {
        name: "settings-devices",
        reach: |window| settings(window, "Devices"),
    },
    View {
        name: "settings-relays",
        reach: |window| settings(window, "Relays"),
    },
    View {
        name: "settings-storage",
        reach: |window| settings(window, "Storage"),
    },
    View {
        name: "settings-advanced",
        reach: |window| settings(window, "Advanced"),
    },
    View {
        name: "settings-about",
        reach: |window| settings(window, "About"),
    },
    View {
        name: "no-archive",
        reach: |window| {
            window.see(&row(JONAS));
            window.press(&role("radio", "Archived"));
            window.see(&text("Nothing archived"));
        },
    },
];

/// The views of somebody with whom much is wrong.
pub const TROUBLE: &[View] = &[
    View {
        name: "gap",
        reach: |window| {
            open(window, SOFIA);
            window.see(&text("2 messages from Sofia"));
        },
    },
    View {
        name: "recovered",
        reach: |window| {
            open(window, EMIL);
            window.see(&text("Emil Krag has a recovered account"));
        },
    },
    View {
        name: "closed",
        reach: |window| {
            window.press(&row(YUKI));
            window.see(&text("Yuki Tanaka has closed their account"));
        },
    },
    View {
        name: "not-sent",
        reach: |window| {
            open(window, NOOR);
            window.see(&button("Try again").within(&article("You: Hello Noor…")));
        },
    },
];

/// The views of somebody who begins, in their order; each is reached from the one before.
pub const BEGINNING: &[View] = &[
    View {
        name: "first-run-welcome",
        reach: |window| window.see(&button("Create an account")),
    },
    View {
        name: "first-run-device",
        reach: |window| {
            window.press(&button("I have Sotto on another device"));
            window.see(&field("Invitation"));
        },
    },
    View {
        name: "first-run-name",
        reach: |window| {
            window.press(&button("Back"));
            window.press(&button("Create an account"));
            window.write(&field("Your name"), crate::cast::ALMA);
        },
    },
    View {
        name: "first-run-link",
        reach: |window| {
            window.press(&button("Create account"));
            window.see(&role("img", "QR code of your link"));
        },
    },
    View {
        name: "nobody-yet",
        reach: |window| {
            window.press(&button("Open Sotto"));
            window.see(&text("Who do you want to talk to?"));
        },
    },
];

fn row(name: &str) -> Find {
    role("option", "").with(&text(name))
}

fn article(name: &str) -> Find {
    role("article", name)
}

fn open(window: &Window, name: &str) {
    window.press(&row(name));
    window.see(&field(&format!("Message {name}")));
}

fn settings(window: &Window, page: &str) {
    window.see(&row(JONAS));
    window.key("Control+,");
    window.press(&button(page).within(&role("navigation", "Settings")));
    window.see(&role("region", page));
}
