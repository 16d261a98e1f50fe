//! What every command works with: the profile, and whom it answers.

use std::io::{self, BufRead as _, Read as _, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use sotto_core::client::{Client, Conversation, Message, MessageState};

use crate::args::Arguments;
use crate::failure::Failure;
use crate::output;
use crate::pick;
use crate::show;
use crate::unlock::{Need, Profile};

/// How long it is tried before a command says that something is queued.
const FIRST_TRY: Duration = Duration::from_secs(2);
/// With `--wait` the relay is waited for again and again, so long each time.
const EACH_WAIT: Duration = Duration::from_secs(60);
/// How long the own other devices may take to be told.
const OTHER_DEVICES: Duration = Duration::from_secs(3);

/// One run of the program.
pub struct Session {
    profile: Profile,
    json: bool,
}

impl Session {
    pub fn new(arguments: &Arguments) -> Result<Self, Failure> {
        Ok(Self {
            profile: Profile::find(arguments)?,
            json: arguments.json,
        })
    }

    pub fn dir(&self) -> &Path {
        self.profile.dir()
    }

    pub fn is_json(&self) -> bool {
        self.json
    }

    pub fn open(&self, need: Need) -> Result<Arc<Client>, Failure> {
        self.profile.open(need)
    }

    /// Deletes the profile; nothing may have it open.
    pub fn erase(&self) -> Result<(), Failure> {
        self.profile.erase()
    }

    /// Opens the profile and the conversation with somebody.
    pub fn with(&self, who: &str, need: Need) -> Result<(Arc<Client>, Arc<Conversation>), Failure> {
        let client = self.open(need)?;
        let conversation = pick::conversation(&client, who)?;
        Ok((client, conversation))
    }

    /// Answers a program or a person.
    pub fn tell(
        &self,
        object: impl FnOnce() -> Value,
        text: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        if self.json {
            output::json(&object())
        } else {
            output::line(text())
        }
    }

    /// Waits until a message has left, or says that it is queued.
    pub fn sent(&self, client: &Client, queued: Message, wait: bool) -> Result<(), Failure> {
        let message = if wait {
            wait_sent(client, queued)?
        } else {
            client.wait_sent(queued.row, FIRST_TRY)?
        };
        if message.state == MessageState::Failed {
            let reason = message.reason.unwrap_or_default();
            return Err(Failure::NotSent(format!(
                "not sent: {reason}; `sotto outbox` has it"
            )));
        }
        self.tell(
            || show::message_json(&message),
            || show::state_word(message.state).to_owned(),
        )?;
        if message.state != MessageState::Queued {
            tell_other_devices(client)?;
        }
        Ok(())
    }

    /// The same for a change of what was said: whether nothing waits for this account any more.
    pub fn settled(&self, client: &Client, account: &str) -> Result<bool, Failure> {
        client.wait_drained(FIRST_TRY)?;
        let waits = client
            .outbox()?
            .iter()
            .any(|entry| entry.account == account);
        if !waits {
            tell_other_devices(client)?;
        }
        Ok(!waits)
    }

    /// What is on this device alone: the own other devices are told, where there are any.
    pub fn kept(&self, client: &Client) -> Result<(), Failure> {
        if client.devices()?.len() > 1 {
            client.go_online();
            client.wait_drained(OTHER_DEVICES)?;
        }
        Ok(())
    }

    /// Asks the person to type a word, before something that cannot be taken back.
    pub fn confirm(&self, what: &str, word: &str) -> Result<(), Failure> {
        let mut asked = io::stderr().lock();
        let _ = write!(asked, "{what}\nType {word:?} to go on: ");
        let _ = asked.flush();
        let mut typed = String::new();
        let read = io::stdin().lock().read_line(&mut typed);
        if read.is_ok() && typed.trim() == word.trim() {
            return Ok(());
        }
        Err(Failure::NotConfirmed)
    }
}

fn wait_sent(client: &Client, mut message: Message) -> Result<Message, Failure> {
    while message.state == MessageState::Queued {
        message = client.wait_sent(message.row, EACH_WAIT)?;
    }
    Ok(message)
}

/// They are told a moment later than the other end, so that the relay cannot tell that the two belong
/// together.
fn tell_other_devices(client: &Client) -> Result<(), Failure> {
    if client.devices()?.len() > 1 {
        client.wait_drained(OTHER_DEVICES)?;
    }
    Ok(())
}

/// A text from the command line, or from the input for `-`.
pub fn text_of(given: String) -> Result<String, Failure> {
    if given != "-" {
        return Ok(given);
    }
    let mut text = String::new();
    io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| Failure::File(format!("the input cannot be read: {error}")))?;
    // What `echo` adds is no part of the message.
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}
