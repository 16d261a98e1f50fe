//! Makes a profile with a long past, to see how the program does with it:
//!
//! ```text
//! cargo run -p sotto-tests --config 'profile.dev.package.sotto-core.opt-level=3' \
//!     --bin past -- DIR --messages 1000000 --conversations 500
//! ```
//!
//! A key file opens it, so `sotto --profile DIR chat Mara` needs no more. If the folder is a profile with
//! an account already, this becomes its past. With `--measure` nothing is made: it tells how long the
//! core takes with the profile that is there; with `--backlog 5000` how long it takes until so many
//! messages have come, for somebody with such a past, in a new folder.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a tool of the tests"
)]

mod backlog;
mod measure;

use std::path::PathBuf;
use std::time::Instant;

use sotto_core::testing::{Past, generate};
use sotto_tests::past::{DAYS, END};

fn main() {
    let mut past = Past {
        seed: 1,
        conversations: 500,
        messages: 1_000_000,
        end: END,
        days: DAYS,
        lived: true,
    };
    let mut dir = None;
    let mut measured = false;
    let mut backlog = None;
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut number = || {
            let number = words.next().and_then(|number| number.parse().ok());
            number.unwrap_or_else(|| panic!("{word} wants a number"))
        };
        match word.as_str() {
            "--messages" => past.messages = u32::try_from(number()).unwrap(),
            "--conversations" => past.conversations = u32::try_from(number()).unwrap(),
            "--seed" => past.seed = number(),
            "--end" => past.end = number(),
            "--backlog" => backlog = Some(usize::try_from(number()).unwrap()),
            "--measure" => measured = true,
            _ => dir = Some(PathBuf::from(word)),
        }
    }
    let dir =
        dir.expect("past DIR [--messages N] [--conversations N] [--seed N] [--end MS] [--measure]");
    if measured {
        return measure::all(&dir);
    }
    if let Some(count) = backlog {
        return backlog::drain(&dir, &past, count);
    }
    #[expect(clippy::disallowed_methods, reason = "it says how long it took")]
    let begin = Instant::now();
    generate(&dir, &past).unwrap();
    #[expect(clippy::disallowed_methods, reason = "it says how long it took")]
    let seconds = begin.elapsed().as_secs();
    println!(
        "{} messages in {} conversations made in {seconds} s, in {}",
        past.messages,
        past.conversations,
        dir.display()
    );
}
