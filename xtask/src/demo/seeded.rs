//! What Alice and Bob have said before anybody looks.

use super::{People, Place};
use crate::failure::Result;
use crate::signals::Interruption;
use crate::step::{self, Outcome};

/// How long a client waits for what is on its way, in seconds.
const PATIENCE: &str = "20";

/// What is done, in this order: whether Alice does it, the words after `sotto`, with PEER for the
/// other one.
const TALK: &[(bool, &[&str])] = &[
    (
        true,
        &[
            "send",
            "PEER",
            "Morning! Is the boat still coming out of the water on Saturday?",
        ],
    ),
    (
        false,
        &[
            "send",
            "PEER",
            "It is. High tide is at 10:40, so let us meet at nine",
        ],
    ),
    (
        false,
        &["send", "PEER", "Bring the old gloves, the ropes are green"],
    ),
    (true, &["send", "PEER", "Green ropes, my favourite"]),
    (false, &["react", "PEER/-1", "😄"]),
    (
        true,
        &[
            "reply",
            "PEER/-3",
            "Nine is fine. I take the 8:12 and bring buns",
        ],
    ),
    (false, &["react", "PEER/-1", "❤️"]),
    (false, &["send", "PEER", "Cardamom?"]),
    (true, &["send", "PEER", "Is there any other kind"]),
    (
        true,
        &[
            "send",
            "PEER",
            "By the way, the forecast: https://example.org/weather?place=harbour",
        ],
    ),
    (
        false,
        &[
            "send",
            "PEER",
            "Wind from the south, dry until three. We could not have it better. I have asked Signe as well, she knows how the cradle is bolted together, and nobody else remembers.",
        ],
    ),
    // All but the last has been read.
    (true, &["read", "PEER"]),
    (false, &["read", "PEER"]),
    (true, &["send", "PEER", "Good idea. See you on Saturday 👋"]),
];

/// Lets them talk, once.
///
/// # Errors
/// Where a client fails, or the person interrupts.
pub fn seed(place: &Place, people: &People, interruption: &Interruption) -> Result<()> {
    if place.is_seeded() {
        return Ok(());
    }
    step::run("talk", "Alice and Bob have something to talk about", || {
        let People { alice, bob } = people;
        for (hers, words) in TALK {
            let (person, peer) = if *hers { (alice, bob) } else { (bob, alice) };
            let words: Vec<_> = words
                .iter()
                .map(|word| word.replace("PEER", peer.name))
                .collect();
            let words: Vec<_> = words.iter().map(String::as_str).collect();
            person.ask(&words)?;
            peer.ask(&["receive", "--timeout", PATIENCE])?;
            interruption.check()?;
        }
        // Receipts of the last ones.
        for person in [alice, bob] {
            person.ask(&["receive", "--timeout", PATIENCE])?;
        }
        place.remember_seeded()?;
        let said = TALK.iter().filter(|(_, words)| words.len() > 2);
        Outcome::done(format!(
            "{} messages and reactions, each through the relay",
            said.count()
        ))
    })
}
