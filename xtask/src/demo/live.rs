//! The person at the keyboard in a live conversation.

use super::People;
use super::partner::Partner;
use crate::failure::{Failure, Result};
use crate::process;
use crate::signals::Interruption;
use std::io::stdin;
use std::process::Stdio;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// How often somebody who is to press Enter may want to stop instead.
const TICK: Duration = Duration::from_millis(50);

/// Opens the conversation on the terminal and returns when the person has left it. Bob answers by
/// himself, or with `two` is left to the person as well.
///
/// # Errors
/// Where the chat cannot be opened or fails.
pub fn live(people: &People, two: bool, interruption: &Interruption) -> Result<()> {
    println!("\nYou are Alice, and this is your conversation with Bob. Ctrl+D ends it.");
    let _partner = if two {
        println!(
            "Bob's side, for a second terminal:\n\n  {}\n\nEnter opens Alice's side here.",
            people.bob.spoken("chat Alice")
        );
        // The conversation takes the whole screen, and the line has to be copied before that.
        wait_for_enter(interruption)?;
        None
    } else {
        println!("Bob answers by himself; write \"help\" to him to see what he can do.\n");
        Some(Partner::start(
            people.bob.clone(),
            people.alice.name,
            interruption.clone(),
        ))
    };
    let mut chat = people.alice.sotto(&["chat", people.bob.name]);
    let status = process::foreground(chat.stdin(Stdio::inherit()), interruption)?;
    println!("\nThe conversation is kept. `cargo xtask run --terminal` opens it again.");
    if status.success() || interruption.requested() {
        Ok(())
    } else {
        Err(Failure::new(format!("the chat ended with {status}")))
    }
}

/// Returns at Enter, or where there is nothing to read any more.
fn wait_for_enter(interruption: &Interruption) -> Result<()> {
    let (sender, pressed) = channel();
    // A read is not ended by Ctrl+C, so somebody else reads.
    thread::spawn(move || {
        stdin().read_line(&mut String::new()).ok();
        sender.send(()).ok();
    });
    while let Err(RecvTimeoutError::Timeout) = pressed.recv_timeout(TICK) {
        interruption.check()?;
    }
    Ok(())
}
