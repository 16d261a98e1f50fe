//! Bob, when nobody plays him: a few lines on top of `sotto receive` and `sotto send`, as any bot
//! could be written.

use super::person::Person;
use crate::clock::Stopwatch;
use crate::failure::Result;
use crate::process::Background;
use crate::signals::Interruption;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

const TICK: Duration = Duration::from_millis(50);
const AWAY: Duration = Duration::from_secs(10);

/// The conversation takes the whole screen, so what a person has to know is said in it.
const GREETING: &str = "Hello Alice! I am Bob, and I answer by myself: write \"help\" to see what I can do. Ctrl+D ends your side.";

/// Bob at work in a thread; he stops with this value.
pub struct Partner {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Partner {
    /// Puts `bob` to work: he answers `peer` until he is stopped.
    pub fn start(bob: Person, peer: &'static str, interruption: Interruption) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let watched = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            let stopped = || watched.load(Ordering::Relaxed) || interruption.requested();
            if let Err(failure) = greet(&bob, peer) {
                eprintln!("(Bob has trouble: {failure})");
            }
            while !stopped() {
                if let Err(failure) = session(&bob, peer, &stopped) {
                    eprintln!("(Bob has trouble: {failure})");
                    pause(Duration::from_secs(1), &stopped);
                }
            }
        });
        Self {
            stop,
            thread: Some(thread),
        }
    }
}

impl Drop for Partner {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

/// What Bob does about a message.
#[derive(Debug, PartialEq, Eq)]
enum Reaction {
    /// He answers.
    Say(String),
    /// He goes offline for a while and answers what has come when he is back.
    Leave,
    /// His client is killed with no chance to tidy up, and starts again.
    Crash,
}

/// One life of Bob's client: ends when he is stopped, leaves or crashes.
fn session(bob: &Person, peer: &str, stopped: &dyn Fn() -> bool) -> Result<()> {
    let mut client = Background::start(
        "Bob",
        bob.sotto(&["receive", "--json", "--follow"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null()),
    )?;
    let lines = lines_of(&mut client);
    while !stopped() {
        let line = match lines.recv_timeout(TICK) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => continue,
            Err(RecvTimeoutError::Disconnected) => {
                pause(Duration::from_secs(1), stopped);
                return Ok(());
            }
        };
        let Some(text) = message_from(peer, &line) else {
            continue;
        };
        match reaction(&text) {
            Reaction::Say(answer) => say(bob, peer, &answer)?,
            Reaction::Leave => {
                say(
                    bob,
                    peer,
                    "I go offline for ten seconds. Write on: it waits, sealed, at the relay.",
                )?;
                client.end();
                pause(AWAY, stopped);
                return say(bob, peer, "I am back, and reading.");
            }
            Reaction::Crash => {
                client.kill();
                return say(
                    bob,
                    peer,
                    "My client was just killed with SIGKILL and started again. Nothing was lost, nothing comes twice.",
                );
            }
        }
    }
    Ok(())
}

/// Says who he is, unless that was said lately.
fn greet(bob: &Person, peer: &str) -> Result<()> {
    if bob.ask(&["history", peer])?.contains("I am Bob") {
        return Ok(());
    }
    say(bob, peer, GREETING)
}

fn say(bob: &Person, peer: &str, text: &str) -> Result<()> {
    bob.ask(&["send", peer, text]).map(drop)
}

fn lines_of(client: &mut Background) -> Receiver<String> {
    let (sender, receiver) = channel();
    if let Some(output) = client.output() {
        thread::spawn(move || {
            for line in BufReader::new(output)
                .lines()
                .map_while(std::result::Result::ok)
            {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
    }
    receiver
}

/// The text of a new message from `peer`, if this line of `receive --json` is one.
fn message_from(peer: &str, line: &str) -> Option<String> {
    let event: Value = serde_json::from_str(line).ok()?;
    let field = |name: &str| event.get(name).and_then(Value::as_str);
    if field("event")? != "message" || field("from")? != peer {
        return None;
    }
    field("text").map(str::to_owned)
}

fn reaction(text: &str) -> Reaction {
    let heard = text.trim().trim_end_matches(['!', '.', '?']).to_lowercase();
    let first = heard.split_whitespace().next().unwrap_or_default();
    Reaction::Say(match (heard.as_str(), first) {
        ("away", _) => return Reaction::Leave,
        ("crash", _) => return Reaction::Crash,
        ("help", _) | ("", _) => "Write \"away\" and I go offline for ten seconds; write \"crash\" and my client is killed with SIGKILL; write \"who\" to hear what I am. Anything else I answer as I can.".to_owned(),
        ("who" | "who are you", _) => "I am a few lines on top of `sotto receive --json --follow` and `sotto send`. My account, keys and database are as real as yours.".to_owned(),
        (_, "hello" | "hi" | "hey") => "Hello Alice! What you wrote was sealed on your side and opened on mine; the relay between us saw neither of us in it.".to_owned(),
        (_, "bye" | "goodbye") => "Until soon! Ctrl+D closes your side; what is written to you waits at the relay.".to_owned(),
        _ => format!("I read {} characters: “{text}”. (\"help\" tells what I can do.)", text.chars().count()),
    })
}

fn pause(length: Duration, stopped: &dyn Fn() -> bool) {
    let watch = Stopwatch::start();
    while watch.elapsed() < length && !stopped() {
        thread::sleep(TICK);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_messages_of_the_peer_are_answered() {
        let line = r#"{"event":"message","from":"Alice","text":"hello"}"#;
        assert_eq!(message_from("Alice", line).as_deref(), Some("hello"));
        assert_eq!(message_from("Mallory", line), None);
        assert_eq!(
            message_from("Alice", r#"{"event":"delivered","from":"Alice"}"#),
            None
        );
        assert_eq!(message_from("Alice", "not JSON"), None);
    }

    #[test]
    fn bob_knows_his_words_however_they_are_written() {
        assert_eq!(reaction(" Away! "), Reaction::Leave);
        assert_eq!(reaction("crash"), Reaction::Crash);
        assert!(
            matches!(reaction("what a day"), Reaction::Say(answer) if answer.contains("“what a day”"))
        );
    }
}
