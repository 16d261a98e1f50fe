//! The exchange without a person: what a script or CI gets to see.

use super::People;
use crate::failure::{Failure, Result};
use crate::signals::Interruption;
use crate::step::{self, Outcome};

/// How long a client waits for what is on its way, in seconds.
const PATIENCE: &str = "20";

/// Plays a short exchange, in which Bob is offline at first, and prints what Alice sees of it.
///
/// # Errors
/// Where a client fails, or something that was said is missing on the other side.
pub fn scripted(people: &People, interruption: &Interruption) -> Result<()> {
    let People { alice, bob } = people;
    // The profiles keep what earlier runs said, so this run's texts carry its number.
    let run = std::process::id();
    let said = [
        (
            alice,
            bob,
            format!("Hello Bob, you are offline: this waits for you. [{run}]"),
        ),
        (
            alice,
            bob,
            format!("The relay has it sealed, and only you can open it. [{run}]"),
        ),
        (
            bob,
            alice,
            format!("Hello Alice, I am back, and both have come. [{run}]"),
        ),
    ];
    step::run(
        "exchange",
        "Alice writes while Bob is offline; he comes back and answers",
        || {
            for (from, to, text) in &said {
                // Whoever writes has read first; Bob has not been there until then.
                from.ask(&["receive", "--timeout", PATIENCE])?;
                from.ask(&["send", to.name, text, "--wait"])?;
                interruption.check()?;
            }
            alice.ask(&["receive", "--timeout", PATIENCE])?;
            for (person, other) in [(alice, bob), (bob, alice)] {
                let history = person.ask(&["history", other.name])?;
                if let Some((_, _, text)) = said
                    .iter()
                    .find(|(_, _, text)| !history.contains(text.as_str()))
                {
                    return Err(Failure::new(format!(
                        "{} does not have {text:?}",
                        person.name
                    )));
                }
            }
            Outcome::done("each side has everything that was said")
        },
    )?;
    println!("\nThe conversation, as Alice sees it:\n");
    print!("{}", alice.ask(&["history", bob.name, "--limit", "12"])?);
    println!("\nWith a terminal this command puts you into the conversation: cargo xtask run");
    Ok(())
}
