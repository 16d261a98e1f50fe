//! Which message, which conversation: what a person calls them on the command line.

use std::sync::Arc;

use sotto_core::client::{Client, Contact, Conversation, Error, Message};

use crate::failure::Failure;

/// The conversation with oneself.
pub const MYSELF: &str = "me";
/// The shortest beginning of an id that is looked for.
const SHORTEST_BEGINNING: usize = 8;
/// Rows that are looked at in one go.
const BATCH: i64 = 1000;

/// The conversation with somebody, or with oneself. A contact who calls themselves `me` is named by
/// their id.
pub fn conversation(client: &Client, who: &str) -> Result<Arc<Conversation>, Failure> {
    if who == MYSELF {
        return Ok(client.note_to_self()?);
    }
    Ok(client.conversation(who.to_owned())?)
}

/// Somebody else.
pub fn contact(client: &Client, who: &str) -> Result<Contact, Failure> {
    Ok(client.find_contact(who.to_owned())?)
}

/// How a person names a message.
#[derive(Debug, PartialEq, Eq)]
pub enum Which<'a> {
    /// By its number.
    Row(i64),
    /// By its place from the end of everything, 1 for the last.
    Last(u32),
    /// By its place from the end of a conversation.
    LastOf(&'a str, u32),
    /// By the beginning of its id.
    Id(String),
}

impl<'a> Which<'a> {
    /// `None` for what names no message in any case.
    pub fn read(text: &'a str) -> Option<Self> {
        let text = text.trim();
        if let Some((who, place)) = text.rsplit_once('/') {
            return Some(Self::LastOf(who, from_end(place)?));
        }
        if let Some(place) = from_end(text) {
            return Some(Self::Last(place));
        }
        let number = text.strip_prefix('#').unwrap_or(text);
        let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        // More digits than a row ever has are an id that happens to have no letter.
        if digits && let Ok(row) = number.parse() {
            return Some(Self::Row(row));
        }
        let is_id =
            text.len() >= SHORTEST_BEGINNING && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_id.then(|| Self::Id(text.to_ascii_lowercase()))
    }
}

fn from_end(text: &str) -> Option<u32> {
    let place = text.strip_prefix('-')?;
    let digits = place.bytes().all(|byte| byte.is_ascii_digit());
    digits
        .then(|| place.parse().ok())
        .flatten()
        .filter(|place| *place > 0)
}

/// The message that is meant.
pub fn message(client: &Client, which: &str) -> Result<Message, Failure> {
    let read = Which::read(which).ok_or_else(|| Failure::NoMessage(which.to_owned()))?;
    match read {
        Which::Row(row) => at(client, row),
        Which::LastOf(who, place) => last_of(&*conversation(client, who)?, place),
        Which::Last(place) => {
            let mut place = place;
            let found = backwards(client, |_| {
                place -= 1;
                place == 0
            })?;
            found.ok_or_else(|| Error::NoSuchMessage.into())
        }
        Which::Id(beginning) => {
            let mut found: Option<Message> = None;
            let mut twice = false;
            backwards(client, |message| {
                if message.id.starts_with(&beginning) {
                    twice = found.is_some();
                    found = Some(message.clone());
                }
                // A whole id is there once.
                twice || (found.is_some() && beginning.len() >= 32)
            })?;
            if twice {
                return Err(Failure::NoMessage(format!(
                    "{which}: several begin like this"
                )));
            }
            found.ok_or_else(|| Error::NoSuchMessage.into())
        }
    }
}

/// A message by its number.
pub fn at(client: &Client, row: i64) -> Result<Message, Failure> {
    client.message_at(row).map_err(|error| match error {
        Error::NoSuchEntry => Error::NoSuchMessage.into(),
        other => other.into(),
    })
}

/// A message by its place from the end of a conversation.
pub fn last_of(conversation: &Conversation, place: u32) -> Result<Message, Failure> {
    let history = conversation.history(place, None)?;
    let all = usize::try_from(place).is_ok_and(|place| history.len() == place);
    match history.into_iter().next() {
        Some(message) if all => Ok(message),
        _ => Err(Error::NoSuchMessage.into()),
    }
}

/// The first message, from the newest on, of which this is so.
fn backwards(
    client: &Client,
    mut is_it: impl FnMut(&Message) -> bool,
) -> Result<Option<Message>, Failure> {
    let mut end = client.highest_row()?;
    while end > 0 {
        let start = (end - BATCH).max(0);
        let batch = client.messages_after(start, u32::try_from(BATCH).unwrap_or(u32::MAX))?;
        let within = batch.into_iter().rev().filter(|message| message.row <= end);
        for message in within {
            if is_it(&message) {
                return Ok(Some(message));
            }
        }
        end = start;
    }
    Ok(None)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_several_names() {
        assert_eq!(Which::read("12"), Some(Which::Row(12)));
        assert_eq!(Which::read("#12"), Some(Which::Row(12)));
        assert_eq!(Which::read("-1"), Some(Which::Last(1)));
        assert_eq!(Which::read("Bob/-3"), Some(Which::LastOf("Bob", 3)));
        assert_eq!(Which::read("a/b/-3"), Some(Which::LastOf("a/b", 3)));
        let id = "00112233445566778899AABBCCDDEEFF";
        assert_eq!(Which::read(id), Some(Which::Id(id.to_lowercase())));
        let digits = "00112233445566778899001122334455";
        assert_eq!(Which::read(digits), Some(Which::Id(digits.to_owned())));
        for nonsense in [
            "", "#", "-0", "--1", "-", "+1", "#-1", "abc", "Bob", "Bob/1", "Bob/", "é",
        ] {
            assert_eq!(Which::read(nonsense), None, "{nonsense}");
        }
    }
}
