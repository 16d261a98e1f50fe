//! One message, as it is shown.

use serde::{Deserialize, Serialize};
use sotto_content::proto;
use sotto_content::text::style;
use sotto_wire::ids::{AccountId, MessageId};

use super::contacts;
use super::error::Error;
use super::id;
use crate::store::tables::messages;
use crate::store::{StoreError, View};

/// Stands for a letter that is hidden.
const COVER: char = '■';

/// One message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its number in this database: it rises in the order in which messages came to be here, and is
    /// never used again.
    pub row: i64,
    /// Its id, in hexadecimal, the same for everybody who has it.
    pub id: String,
    /// The conversation's id, in hexadecimal.
    pub conversation: String,
    /// The other account of the conversation, in hexadecimal.
    pub account: String,
    /// The account that wrote it, in hexadecimal.
    pub author: String,
    /// What its author is called here.
    pub author_name: String,
    /// Which way it went.
    pub direction: Direction,
    /// What there is to see of it.
    pub kind: MessageKind,
    /// The text of [`MessageKind::Text`].
    pub text: Option<String>,
    /// Formatted ranges of the text.
    pub formats: Vec<Format>,
    /// Ranges of the text that mean somebody.
    pub mentions: Vec<Mention>,
    /// What it answers.
    pub quote: Option<Quote>,
    /// It was said elsewhere before.
    pub forwarded: bool,
    /// Its author has changed it.
    pub edited: bool,
    /// Reactions to it, one of each person, in the order of the accounts' ids.
    pub reactions: Vec<Reaction>,
    /// Seconds that messages are kept after they were read, as [`MessageKind::Timer`] sets it; 0 for
    /// ever.
    pub timer: Option<u32>,
    /// Seconds that this one is kept after it was read; 0 for ever.
    pub expires_in: u32,
    /// When it goes, in milliseconds since 1970, if that is settled.
    pub expires_at: Option<u64>,
    /// The person has not read it.
    pub unread: bool,
    /// It was brought back from a file, by this person's own doing: nobody vouches for what it says.
    pub imported: bool,
    /// When it was sent, by its sender's clock, in milliseconds since 1970.
    pub sent_at: u64,
    /// When it came to be here, in milliseconds since 1970.
    pub received_at: u64,
    /// How far it has come.
    pub state: MessageState,
    /// Why it failed, if it did.
    pub reason: Option<String>,
    /// When the first device of the recipient had it, by our clock, in milliseconds since 1970.
    pub delivered_at: Option<u64>,
    /// When we heard that the recipient has read it, in milliseconds since 1970.
    pub read_at: Option<u64>,
    /// Its author has not been accepted yet.
    pub request: bool,
}

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From somebody else.
    Received,
    /// From here.
    SentHere,
    /// From another device of this account.
    SentElsewhere,
}

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// Somebody else's.
    Received,
    /// On this device only.
    Queued,
    /// A relay holds it for the recipient.
    Sent,
    /// A device of the recipient has it.
    Delivered,
    /// The recipient has read it.
    Read,
    /// It will not be sent unless it is retried.
    Failed,
}

/// What there is to see of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// A text.
    Text,
    /// Its author has deleted it; nothing of it is left but its place.
    Deleted,
    /// Somebody has set how long messages are kept.
    Timer,
    /// Only a newer version of the program can show it.
    Unknown,
}

/// A formatted range of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Format {
    /// Where it begins, in Unicode scalar values.
    pub start: u32,
    /// How long it is, in Unicode scalar values.
    pub length: u32,
    /// How it looks.
    pub style: Style,
}

/// How a range of a text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// Heavy.
    Bold,
    /// Slanted.
    Italic,
    /// Struck through.
    Strike,
    /// Of one width.
    Code,
    /// Hidden until it is touched.
    Spoiler,
}

/// A range of a text that means somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// Where it begins, in Unicode scalar values.
    pub start: u32,
    /// How long it is, in Unicode scalar values.
    pub length: u32,
    /// Who is meant: an account in hexadecimal.
    pub account: String,
    /// What they are called here. Not read where a message is written.
    #[serde(default)]
    pub name: String,
}

/// What a message answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// Who wrote that, in hexadecimal.
    pub author: String,
    /// What they are called here.
    pub author_name: String,
    /// Its id, in hexadecimal.
    pub id: String,
    /// Its row; `None` where it is not here.
    pub row: Option<i64>,
    /// The beginning of its text, with `■` for what is hidden in it; `None` where it is not here or
    /// has none.
    pub text: Option<String>,
}

/// A reaction to a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// One emoji.
    pub emoji: String,
    /// Who reacted, in hexadecimal.
    pub account: String,
    /// What they are called here.
    pub name: String,
    /// It is our own.
    pub own: bool,
    /// When, by the clock of who reacted, in milliseconds since 1970.
    pub at: u64,
}

/// A text with what belongs to it, as a person writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The text.
    pub text: String,
    /// Formatted ranges.
    #[serde(default)]
    pub formats: Vec<Format>,
    /// Ranges that mean somebody.
    #[serde(default)]
    pub mentions: Vec<Mention>,
    /// The row of the message that it answers.
    #[serde(default)]
    pub answers: Option<i64>,
}

impl Draft {
    /// A text and nothing else.
    #[must_use]
    pub fn plain(text: String) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }

    pub(super) fn to_wire(&self) -> Result<proto::Text, Error> {
        let mentions: Result<_, Error> = self
            .mentions
            .iter()
            .map(|mention| {
                Ok(proto::Mention {
                    start: mention.start,
                    length: mention.length,
                    account: id::account(&mention.account)?.to_vec(),
                })
            })
            .collect();
        let formats = self.formats.iter().map(|format| proto::Format {
            start: format.start,
            length: format.length,
            style: format.style.to_wire(),
        });
        Ok(proto::Text {
            body: self.text.clone(),
            mentions: mentions?,
            formats: formats.collect(),
            ..proto::Text::default()
        })
    }
}

impl Style {
    fn to_wire(self) -> u32 {
        match self {
            Self::Bold => style::BOLD,
            Self::Italic => style::ITALIC,
            Self::Strike => style::STRIKE,
            Self::Code => style::CODE,
            Self::Spoiler => style::SPOILER,
        }
    }

    /// A style of a newer version is shown plain.
    fn from_wire(style: u32) -> Option<Self> {
        match style {
            style::BOLD => Some(Self::Bold),
            style::ITALIC => Some(Self::Italic),
            style::STRIKE => Some(Self::Strike),
            style::CODE => Some(Self::Code),
            style::SPOILER => Some(Self::Spoiler),
            _ => None,
        }
    }
}

pub(super) fn formats(text: &proto::Text) -> Vec<Format> {
    text.formats
        .iter()
        .filter_map(|format| {
            Some(Format {
                start: format.start,
                length: format.length,
                style: Style::from_wire(format.style)?,
            })
        })
        .collect()
}

/// The first characters of a text, where it stands for the whole of it: what is hidden in the text
/// until it is touched is covered.
pub(super) fn snippet(text: &str, formats: &[Format], most: usize) -> String {
    let hidden = |place: usize| {
        formats.iter().any(|format| {
            let (start, length) = (format.start as usize, format.length as usize);
            format.style == Style::Spoiler && (start..start.saturating_add(length)).contains(&place)
        })
    };
    let cover = |(place, letter): (usize, char)| {
        if !letter.is_whitespace() && hidden(place) {
            COVER
        } else {
            letter
        }
    };
    text.chars().take(most).enumerate().map(cover).collect()
}

pub(super) fn mentions(
    text: &proto::Text,
    called: impl Fn(&AccountId) -> Result<String, StoreError>,
) -> Result<Vec<Mention>, StoreError> {
    text.mentions
        .iter()
        .filter_map(|mention| Some((mention, mention.account.as_slice().try_into().ok()?)))
        .map(|(mention, account): (_, AccountId)| {
            Ok(Mention {
                start: mention.start,
                length: mention.length,
                account: account.to_string(),
                name: called(&account)?,
            })
        })
        .collect()
}

/// A draft as it was kept.
pub(super) fn read_draft(view: &View<'_>, kept: proto::Draft) -> Result<Draft, Error> {
    let text = kept.text.unwrap_or_default();
    let answers = match &text.quote {
        Some(quote) => match (
            AccountId::try_from(quote.author.as_slice()),
            MessageId::try_from(quote.message_id.as_slice()),
        ) {
            (Ok(author), Ok(id)) => messages::by_id(view, &author, &id)?.map(|row| row.row),
            _ => None,
        },
        None => None,
    };
    let called = |account: &AccountId| contacts::name_of(view, account);
    Ok(Draft {
        formats: formats(&text),
        mentions: mentions(&text, called)?,
        answers,
        text: text.body,
    })
}

/// A draft as it is kept: what it answers is named by author and id, so that it means the same on
/// every own device.
pub(super) fn kept_draft(view: &View<'_>, draft: &Draft) -> Result<proto::Draft, Error> {
    let mut text = draft.to_wire()?;
    if let Some(row) = draft.answers {
        let message = messages::get(view, row)?.ok_or(Error::NoSuchMessage)?;
        text.quote = Some(proto::Quote {
            author: message.author.to_vec(),
            message_id: message.id.to_vec(),
        });
    }
    Ok(proto::Draft {
        text: Some(text),
        editing: None,
    })
}

#[cfg(test)]
mod snippet_tests {
    use super::*;

    fn spoiler(start: u32, length: u32) -> Format {
        Format {
            start,
            length,
            style: Style::Spoiler,
        }
    }

    #[test]
    fn what_is_hidden_is_covered_and_nothing_else() {
        let text = "He 😀 dies in it";
        let bold = Format {
            style: Style::Bold,
            ..spoiler(0, 16)
        };
        assert_eq!(snippet(text, &[bold], 99), text);
        let shown = snippet(text, &[bold, spoiler(3, 6), spoiler(6, 6)], 12);
        assert_eq!(shown, "He ■ ■■■■ ■■");
        assert_eq!(snippet(text, &[spoiler(u32::MAX, u32::MAX)], 2), "He");
    }
}
