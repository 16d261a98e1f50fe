//! People who have something to talk about: what pictures and audits show.

use crate::person::Person;
use crate::stage::{App, Stage};

/// Whose window it is.
pub const ALMA: &str = "Alma Lindqvist";
/// A friend, with whom most is said.
pub const JONAS: &str = "Jonas Ekström";
/// Who writes Arabic.
pub const LEILA: &str = "ليلى حداد";
/// Who has the longest of names.
pub const LONG: &str = "Maximiliane Freifrau von Hohenstein-Wolkersdorf zu Lauenburg";
/// Who has written and was not read yet.
pub const TOMAS: &str = "Tomás Ferreira";
/// Who writes Hindi.
pub const RAVI: &str = "रवि शर्मा";
/// A stranger who asks.
pub const INES: &str = "Dr. Ines Okafor";
/// Whose link does not work yet.
pub const NOOR: &str = "Noor van Dijk";
/// Some of whose words were lost.
pub const SOFIA: &str = "Sofia Marković";
/// Whose account was recovered.
pub const EMIL: &str = "Emil Krag";
/// Who has closed their account.
pub const YUKI: &str = "Yuki Tanaka";
/// Who is blocked.
pub const SALE: &str = "Great Offers";

/// A relay's worth of people around Alma's window, which is not open.
pub struct Cast<'a> {
    /// Her app.
    pub app: App<'a>,
    /// Her profile, from the terminal.
    pub alma: Person,
    /// Her friend.
    pub jonas: Person,
    /// Who has written last.
    pub tomas: Person,
}

/// Lets everybody register and say what they have to say.
#[must_use]
pub fn gather<'a>(stage: &'a Stage<'a>) -> Cast<'a> {
    let app = stage.app(ALMA);
    let alma = stage.person(ALMA);
    let [jonas, leila, long, tomas, ravi, ines, sale] =
        [JONAS, LEILA, LONG, TOMAS, RAVI, INES, SALE].map(|name| stage.person(name));
    let mine = alma.link();
    for person in [&jonas, &leila, &long, &tomas, &ravi] {
        alma.does(&["contacts", "add", &person.link()]);
        person.does(&["contacts", "add", &mine]);
    }
    alma.does(&["me", "--about", "At sea until Thursday"]);
    jonas.does(&["me", "--about", "Mostly on the ferry"]);

    long.says(
        ALMA,
        "The minutes of the meeting are in the folder, with all annexes.",
    );
    ravi.says(ALMA, "नमस्ते! कल की बैठक पाँच बजे है।");
    alma.receives();
    alma.says(RAVI, "धन्यवाद, I will be there at five 🙏");
    leila.says(ALMA, "صباح الخير! هل وصلتِ إلى الميناء؟");
    alma.receives();
    alma.does(&["react", &format!("{LEILA}/-1"), "☀️"]);
    alma.does(&["note", "Ferry: 8:12, pier 4. Ask about the season ticket."]);

    jonas.says(ALMA, "Morning! Did you see the fog over the harbour?");
    alma.receives();
    alma.says(
        JONAS,
        "Just now, from the ferry. You could not see the bow.",
    );
    alma.says(
        JONAS,
        "I took about forty pictures and every one of them is white",
    );
    jonas.receives();
    jonas.says(ALMA, "😂");
    jonas.says(ALMA, "That is your best work so far");
    alma.receives();
    alma.does(&["react", &format!("{JONAS}/-1"), "😄"]);
    alma.says(
        JONAS,
        "Rude. See you at seven? The place by the old crane finally has a table: https://example.org/table?for=2",
    );
    jonas.receives();
    jonas.does(&["reply", &format!("{ALMA}/-1"), "Seven is good. I will bring the book that you lent me, and the other one too, about the lighthouse keepers, which you said you would never finish. I did not finish it either, but there is a chapter on foghorns that you will like.", "--wait"]);
    jonas.does(&["react", &format!("{ALMA}/-2"), "❤️"]);
    alma.receives();
    alma.does(&[
        "reply",
        &format!("{JONAS}/-1"),
        "A whole chapter on foghorns? Bring it.",
        "--wait",
    ]);
    jonas.receives();
    jonas.does(&["read", ALMA]);

    tomas.says(
        ALMA,
        "The slides are in the folder, have a look when you can",
    );
    tomas.says(ALMA, "No hurry");
    for stranger in [&ines, &sale] {
        stranger.does(&["contacts", "add", &mine]);
    }
    sale.says(ALMA, "Congratulations, you were chosen");
    alma.receives();
    alma.does(&["contacts", "block", SALE]);
    ines.says(ALMA, "Hello Alma, we met at the workshop on tides. This is Ines, with the measurements that I promised you.");
    alma.receives();
    alma.does(&["read", JONAS]);
    alma.does(&["read", LONG]);
    alma.does(&["read", LEILA]);
    alma.does(&["pin", JONAS]);
    alma.does(&["mute", LONG]);
    Cast {
        app,
        alma,
        jonas,
        tomas,
    }
}

/// Everything that can be wrong with a conversation, around another window of Alma's.
#[must_use]
pub fn trouble<'a>(stage: &'a Stage<'a>) -> App<'a> {
    let (app, alma) = stage.app_of(ALMA);
    let [noor, sofia, emil, yuki] = [NOOR, SOFIA, EMIL, YUKI].map(|name| stage.person(name));
    for person in [&sofia, &emil, &yuki] {
        alma.befriend(person);
    }
    yuki.says(
        ALMA,
        "I am leaving this place, it was good to have you here",
    );
    emil.says(ALMA, "Did you keep the photos from the island?");
    sofia.says(
        ALMA,
        "Three things about Saturday, so that I do not forget them",
    );
    alma.receives();
    alma.says(YUKI, "Call me when you have settled in!");
    alma.says(EMIL, "All of them. Shall I bring the box?");
    alma.says(SOFIA, "I am listening");
    alma.does(&["safety-number", EMIL, "--verify"]);
    for person in [&sofia, &yuki] {
        person.receives();
    }
    yuki.does(&["account", "close", "--yes"]);
    emil.is_recovered(stage.relay.url());
    emil.receives();
    emil.says(ALMA, "Yes please! I write from my new telephone");
    for lost in ["The boat leaves at nine", "Tickets are at the pier"] {
        sofia.says(ALMA, lost);
        stage.relay.lose_newest();
    }
    sofia.says(ALMA, "And please bring the big thermos");
    alma.receives();
    alma.does(&["send", EMIL, "Then tell me what was on the last one"]);
    let link = noor.makes_a_link_without(&stage.relay);
    alma.does(&["contacts", "add", &link]);
    stage.relay.kill();
    alma.does(&[
        "send",
        NOOR,
        "Hello Noor, your link was on the notice board",
    ]);
    stage.relay.restart();
    app
}
