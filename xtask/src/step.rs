//! One step of a longer command: a heading, the work, how long it took, how it ended.

use crate::clock::{Stopwatch, spoken};
use crate::failure::Result;

/// How a step ended that did not fail.
pub enum Outcome {
    /// Everything was checked or done; a few words for the closing line.
    Done(String),
    /// A part was left out, and why; this is printed so that nobody overlooks it.
    Partly(String),
}

impl Outcome {
    /// Done, said in `words`.
    pub fn done(words: impl Into<String>) -> Result<Self> {
        Ok(Self::Done(words.into()))
    }
}

/// Runs `work` under a heading, and prints a closing line with its duration.
///
/// # Errors
/// The work's failure, with the step's name in front.
pub fn run(name: &str, purpose: &str, work: impl FnOnce() -> Result<Outcome>) -> Result<()> {
    println!("\n━━ {name}: {purpose}");
    let watch = Stopwatch::start();
    let outcome = work();
    let took = spoken(watch.elapsed());
    match outcome {
        Ok(Outcome::Done(words)) => println!("✔  {name}: {words} ({took})"),
        Ok(Outcome::Partly(words)) => println!("⚠  {name}: {words} ({took})"),
        Err(failure) => {
            println!("✘  {name}: failed ({took})");
            return Err(failure.within(name));
        }
    }
    Ok(())
}
