//! One line of an export, checked: what is wrong with it, or what it says to the engine.

use std::collections::BTreeMap;

use prost::Message as _;
use sotto_content::direct::conversation_id;
use sotto_content::limits::{MAX_ABOUT, MAX_NAME, MAX_TIMER};
use sotto_content::proto::{
    self, Content, EditState, ReactionState, Register, RegisterKind, content::Kind as Said,
};
use sotto_content::text::{self, displayable_about, displayable_name, style};
use sotto_wire::ids::{AccountId, MailboxId, MessageId};

use super::error::Error;
use super::export::lines::{
    ContactLine, ConversationLine, Header, Kind, Line, MessageLine, Notify, ReceiptKind, StateLine,
    Style, What,
};
use super::id::from_hex;
use crate::engine::import::{Item, Message};
use crate::model::MessageKind;
use crate::store::tables::messages::MessageRow;

/// No device says more than this in a conversation.
const MAX_COUNTER: u64 = 1 << 48;
/// No moment is later than this: the place of a message has no room for more.
const LATEST: u64 = 1 << 47;
/// Reactions or receipts of one message.
const MOST: usize = 10_000;

/// What a line is.
pub(super) enum Checked {
    /// Something for the engine.
    Item(Item),
    /// Nothing to do.
    Nothing,
    /// Of a kind that only a newer version knows.
    Unknown,
    /// The last line.
    End,
}

/// Reads the lines after the header.
pub(super) struct Reader {
    me: AccountId,
    /// Whom each conversation is with.
    with: BTreeMap<[u8; 32], AccountId>,
    /// Lines so far, the header among them.
    lines: u64,
    ended: bool,
}

impl Reader {
    pub fn new(me: AccountId, header: &Header) -> Result<Self, Error> {
        if from_hex(&header.account).map(AccountId::new) != Some(me) {
            return Err(Error::OtherAccount);
        }
        Ok(Self {
            me,
            with: BTreeMap::new(),
            lines: 1,
            ended: false,
        })
    }

    /// Checks a line; says what is wrong with it.
    pub fn check(&mut self, line: &[u8]) -> Result<Checked, String> {
        let before = self.lines;
        self.lines += 1;
        if self.ended {
            return Err("there is something after the end".to_owned());
        }
        let value: serde_json::Value =
            serde_json::from_slice(line).map_err(|error| format!("no JSON: {error}"))?;
        let kind = value.get("type").and_then(serde_json::Value::as_str);
        match kind {
            Some("contact" | "conversation" | "message" | "state" | "end") => {}
            Some("header") => return Err("a second header".to_owned()),
            Some(_) => return Ok(Checked::Unknown),
            None => return Err("the field `type` is missing".to_owned()),
        }
        let line = serde_json::from_value(value).map_err(|error| error.to_string())?;
        match line {
            Line::Header(_) => Err("a second header".to_owned()),
            Line::Contact(contact) => self.contact(&contact).map(Checked::Item),
            Line::Conversation(conversation) => {
                self.conversation(&conversation)?;
                Ok(Checked::Nothing)
            }
            Line::Message(message) => {
                let message = self.message(*message)?;
                Ok(Checked::Item(Item::Message(Box::new(message))))
            }
            Line::State(line) => Ok(Checked::Item(Item::State(state(&line)?))),
            Line::End(end) => {
                self.ended = true;
                if end.lines == before {
                    Ok(Checked::End)
                } else {
                    Err(format!(
                        "{} lines were written, {before} are here",
                        end.lines
                    ))
                }
            }
        }
    }

    fn contact(&self, line: &ContactLine) -> Result<Item, String> {
        let name = |name: &str| {
            if name.len() <= MAX_NAME {
                Ok(displayable_name(name))
            } else {
                Err("a name is too long".to_owned())
            }
        };
        if line.about.len() > MAX_ABOUT {
            return Err("`about` is too long".to_owned());
        }
        let account = AccountId::new(bytes("account", &line.account)?);
        if account == self.me {
            return Err("nobody is a contact of their own".to_owned());
        }
        Ok(Item::Contact {
            account,
            name: name(&line.name)?,
            profile_name: name(&line.profile_name)?,
            about: displayable_about(&line.about),
        })
    }

    fn conversation(&mut self, line: &ConversationLine) -> Result<(), String> {
        let id = bytes("id", &line.id)?;
        let with = AccountId::new(bytes("account", &line.account)?);
        if conversation_id(&self.me, &with) != id {
            return Err("`id` is not that of a conversation with `account`".to_owned());
        }
        self.with.insert(id, with);
        Ok(())
    }

    fn message(&self, line: MessageLine) -> Result<Message, String> {
        let conversation = bytes("conversation", &line.conversation)?;
        let with = *self
            .with
            .get(&conversation)
            .ok_or("its conversation was not named before")?;
        let author = AccountId::new(bytes("author", &line.author)?);
        if author != self.me && author != with {
            return Err("`author` is nobody of this conversation".to_owned());
        }
        let id = MessageId::new(bytes("id", &line.id)?);
        let order_key: u64 = line
            .order
            .parse()
            .map_err(|_| "`order` is no number".to_owned())?;
        let latest = [Some(line.sent_at), Some(line.received_at), line.expires_at];
        if latest.into_iter().flatten().any(|at| at > LATEST) || order_key > LATEST << 16 {
            return Err("a moment is too late".to_owned());
        }
        if line.counter > MAX_COUNTER || line.expires_in > MAX_TIMER {
            return Err("a number is too large".to_owned());
        }
        if line.reactions.len() > MOST || line.receipts.len() > MOST {
            return Err("there are too many reactions or receipts".to_owned());
        }
        let key = [author.as_bytes().as_slice(), id.as_bytes()].concat();
        let reactions = line
            .reactions
            .iter()
            .map(|reaction| {
                let account = bytes::<32>("account", &reaction.account)?;
                if account != *self.me.as_bytes() && account != *with.as_bytes() {
                    return Err("a reaction is of nobody of this conversation".to_owned());
                }
                if !reaction.emoji.is_empty() {
                    text::check_emoji(&reaction.emoji).map_err(|error| error.to_string())?;
                }
                let state = ReactionState {
                    emoji: reaction.emoji.clone(),
                    at: reaction.at.min(LATEST),
                };
                Ok(Register {
                    kind: RegisterKind::Reaction as u32,
                    key: [key.as_slice(), &account].concat(),
                    version: reaction.version,
                    device: bytes::<16>("device", &reaction.device)?.to_vec(),
                    value: state.encode_to_vec(),
                })
            })
            .collect::<Result<_, String>>()?;
        let receipts = line
            .receipts
            .iter()
            .map(|receipt| {
                let kind = match receipt.kind {
                    ReceiptKind::Delivered => 1,
                    ReceiptKind::Read => 2,
                };
                Ok((
                    AccountId::new(bytes("account", &receipt.account)?),
                    MailboxId::new(bytes("device", &receipt.device)?),
                    kind,
                    receipt.at.min(LATEST),
                ))
            })
            .collect::<Result<_, String>>()?;
        let edit = match (&line.edited, line.kind) {
            (Some(edited), Kind::Text) if (1..MAX_COUNTER).contains(&edited.version) => {
                let state = EditState {
                    text: None,
                    at: edited.at.min(LATEST),
                };
                Some(Register {
                    kind: RegisterKind::Edit as u32,
                    key,
                    version: edited.version,
                    device: bytes::<16>("device", &edited.device)?.to_vec(),
                    value: state.encode_to_vec(),
                })
            }
            (None, _) => None,
            (Some(_), _) => return Err("`edited` makes no sense here".to_owned()),
        };
        let (kind, content) = content(&line, edit.as_ref())?;
        let row = MessageRow {
            row: 0,
            conversation,
            author,
            device: MailboxId::new(bytes("device", &line.device)?),
            id,
            order_key,
            incarnation: bytes("incarnation", &line.incarnation)?,
            counter: line.counter,
            sent_at: line.sent_at,
            received_at: line.received_at,
            kind,
            body: line.text.unwrap_or_default(),
            content,
            shown: true,
            unread: false,
            edited: edit.as_ref().map_or(0, |edit| edit.version),
            expires_in: line.expires_in,
            expires_at: line.expires_at,
        };
        Ok(Message {
            with,
            row,
            edit,
            reactions,
            receipts,
        })
    }
}

/// What was said, as it would have come.
fn content(line: &MessageLine, edit: Option<&Register>) -> Result<(MessageKind, Vec<u8>), String> {
    let (kind, said) = match (line.kind, &line.text) {
        (Kind::Text, Some(body)) => {
            let said = rich(body, line, edit)?;
            text::check_rich(&said).map_err(|error| error.to_string())?;
            (MessageKind::Text, Some(Said::Text(said)))
        }
        (Kind::Text, None) => return Err("a text without `text`".to_owned()),
        (_, Some(_)) => return Err("`text` makes no sense here".to_owned()),
        (Kind::Deleted, None) => return Ok((MessageKind::Deleted, Vec::new())),
        (Kind::Timer, None) => {
            let seconds = line.timer.filter(|seconds| *seconds <= MAX_TIMER);
            let seconds = seconds.ok_or("`timer` is missing or too large")?;
            let timer = proto::Timer {
                seconds,
                version: 0,
            };
            (MessageKind::Timer, Some(Said::Timer(timer)))
        }
        (Kind::Unknown, None) => (MessageKind::Unknown, None),
    };
    let content = Content {
        expire_seconds: line.expires_in,
        kind: said,
        ..Content::default()
    };
    Ok((kind, content.encode_to_vec()))
}

fn rich(body: &str, line: &MessageLine, edit: Option<&Register>) -> Result<proto::Text, String> {
    let mentions = line.mentions.iter().map(|mention| {
        Ok(proto::Mention {
            start: mention.start,
            length: mention.length,
            account: bytes::<32>("account", &mention.account)?.to_vec(),
        })
    });
    let formats = line.formats.iter().map(|format| proto::Format {
        start: format.start,
        length: format.length,
        style: match format.style {
            Style::Bold => style::BOLD,
            Style::Italic => style::ITALIC,
            Style::Strike => style::STRIKE,
            Style::Code => style::CODE,
            Style::Spoiler => style::SPOILER,
        },
    });
    let quote = match &line.quote {
        None => None,
        Some(quote) => Some(proto::Quote {
            author: bytes::<32>("author", &quote.author)?.to_vec(),
            message_id: bytes::<16>("id", &quote.id)?.to_vec(),
        }),
    };
    Ok(proto::Text {
        body: body.to_owned(),
        mentions: mentions.collect::<Result<_, String>>()?,
        formats: formats.collect(),
        quote,
        forwarded: line.forwarded,
        edited: edit.map_or(0, |edit| edit.version),
        ..proto::Text::default()
    })
}

fn state(line: &StateLine) -> Result<Register, String> {
    let number = |value: &u64| match value {
        0 => Vec::new(),
        value => value.to_be_bytes().to_vec(),
    };
    let small = |value: u8| match value {
        0 => Vec::new(),
        value => vec![value],
    };
    let one =
        |conversation: &str| Ok::<_, String>(bytes::<32>("conversation", conversation)?.to_vec());
    let stream = |conversation: &str, device: &str, incarnation: &str| {
        Ok::<_, String>(
            [
                bytes::<32>("conversation", conversation)?.as_slice(),
                &bytes::<16>("of_device", device)?,
                &bytes::<8>("of_incarnation", incarnation)?,
            ]
            .concat(),
        )
    };
    let message = |author: &str, id: &str| {
        Ok::<_, String>(
            [
                bytes::<32>("author", author)?.as_slice(),
                &bytes::<16>("id", id)?,
            ]
            .concat(),
        )
    };
    let (kind, key, value) = match &line.what {
        What::Read {
            conversation,
            of_device,
            of_incarnation,
            at,
        } => (
            RegisterKind::Read,
            stream(conversation, of_device, of_incarnation)?,
            at.to_be_bytes().to_vec(),
        ),
        What::Cleared {
            conversation,
            of_device,
            of_incarnation,
        } => (
            RegisterKind::Cleared,
            stream(conversation, of_device, of_incarnation)?,
            Vec::new(),
        ),
        What::Muted {
            conversation,
            until,
        } => (RegisterKind::Muted, one(conversation)?, number(until)),
        What::Archived {
            conversation,
            since,
        } => (RegisterKind::Archived, one(conversation)?, number(since)),
        What::Pinned {
            conversation,
            since,
        } => (RegisterKind::Pinned, one(conversation)?, number(since)),
        What::MarkedUnread { conversation, on } => (
            RegisterKind::MarkedUnread,
            one(conversation)?,
            small(u8::from(*on)),
        ),
        What::Notify { conversation, of } => {
            let of = match of {
                Notify::Everything => 0,
                Notify::Mentions => 1,
                Notify::Nothing => 2,
            };
            (RegisterKind::Notify, one(conversation)?, small(of))
        }
        What::Hidden { author, id } => (RegisterKind::Tombstone, message(author, id)?, vec![1]),
        What::Gone { author, id } => (RegisterKind::Deleted, message(author, id)?, vec![1]),
    };
    Ok(Register {
        kind: kind as u32,
        key,
        version: line.version,
        device: bytes::<16>("device", &line.device)?.to_vec(),
        value,
    })
}

fn bytes<const N: usize>(name: &str, hex: &str) -> Result<[u8; N], String> {
    from_hex(hex).ok_or_else(|| format!("`{name}` is not {N} bytes in hexadecimal"))
}
