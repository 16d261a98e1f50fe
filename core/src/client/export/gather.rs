//! From rows to lines.

use prost::Message as _;
use sotto_content::proto::{
    Content, EditState, ReactionState, Register, RegisterKind, Text, content::Kind as Said,
};
use sotto_wire::ids::{AccountId, MailboxId};

use super::lines::{
    ContactLine, ConversationKind, ConversationLine, Edited, Format, Kind, Mention, MessageLine,
    Quote, Reaction, Receipt, ReceiptKind, Standing, Style,
};
use crate::client::error::Error;
use crate::client::id::{from_hex, hex};
use crate::clock::Now;
use crate::model::{ContactStanding, MessageKind};
use crate::store::View;
use crate::store::tables::contacts::Contact;
use crate::store::tables::conversations::{self, ConversationRow};
use crate::store::tables::messages::{self, MessageRow, Place};
use crate::store::tables::{receipts, registers};

/// Messages that are read at once.
const PAGE: u64 = 500;

pub(super) fn contact(row: Contact) -> ContactLine {
    ContactLine {
        account: row.account.to_string(),
        name: row.name,
        profile_name: row.profile_name,
        about: row.about,
        standing: match row.standing {
            ContactStanding::Unknown => Standing::Unknown,
            ContactStanding::Request => Standing::Request,
            ContactStanding::Accepted => Standing::Accepted,
            ContactStanding::Blocked => Standing::Blocked,
            ContactStanding::Deleted => Standing::Deleted,
        },
    }
}

pub(super) fn conversation(
    view: &View<'_>,
    row: &ConversationRow,
    me: &AccountId,
) -> Result<ConversationLine, Error> {
    let settings = conversations::settings(view, &row.id)?;
    let other = row.peer.filter(|peer| peer != me);
    Ok(ConversationLine {
        id: hex(&row.id),
        kind: match other {
            None => ConversationKind::Own,
            Some(_) => ConversationKind::Direct,
        },
        account: other.unwrap_or(*me).to_string(),
        timer: settings.timer.into(),
        draft: settings.draft,
    })
}

/// The messages after a place, in order, and whether each came by an import.
pub(super) fn page(
    view: &View<'_>,
    conversation: &[u8; 32],
    after: Option<Place>,
) -> Result<Vec<(MessageRow, bool)>, Error> {
    Ok(messages::page_in_order(view, conversation, after, PAGE)?)
}

pub(super) fn place(row: &MessageRow) -> Place {
    Place {
        order_key: row.order_key,
        author: row.author,
        counter: row.counter,
        row: row.row,
    }
}

pub(super) fn message(
    view: &View<'_>,
    row: MessageRow,
    imported: bool,
) -> Result<MessageLine, Error> {
    let key = [row.author.as_bytes().as_slice(), row.id.as_bytes()].concat();
    let mut line = MessageLine {
        conversation: hex(&row.conversation),
        author: row.author.to_string(),
        device: row.device.to_string(),
        id: row.id.to_string(),
        order: row.order_key.to_string(),
        incarnation: hex(&row.incarnation),
        counter: row.counter,
        sent_at: row.sent_at,
        received_at: row.received_at,
        kind: kind(row.kind),
        text: None,
        formats: Vec::new(),
        mentions: Vec::new(),
        quote: None,
        forwarded: false,
        edited: None,
        reactions: Vec::new(),
        receipts: Vec::new(),
        timer: None,
        expires_in: row.expires_in,
        expires_at: row.expires_at,
        imported,
    };
    if line.kind == Kind::Deleted {
        return Ok(line);
    }
    let content = Content::decode(row.content.as_slice()).unwrap_or_default();
    match content.kind {
        Some(Said::Text(said)) if line.kind == Kind::Text => write_text(&mut line, said),
        Some(Said::Timer(timer)) if line.kind == Kind::Timer => line.timer = Some(timer.seconds),
        _ if line.kind == Kind::Text => line.text = Some(row.body),
        _ => {}
    }
    if row.edited > 0 {
        let register = registers::get(view, RegisterKind::Edit as i32, &key)?;
        line.edited = Some(edited(row.edited, register));
    }
    for register in registers::beginning_with(view, RegisterKind::Reaction as i32, &key)? {
        line.reactions.extend(reaction(&key, &register));
    }
    for receipt in receipts::of(view, row.row)? {
        line.receipts.extend(receipt_line(receipt));
    }
    Ok(line)
}

/// What a message that is answered says, if it is there.
pub(super) fn text_of(view: &View<'_>, quote: &Quote, now: Now) -> Result<Option<String>, Error> {
    let (Some(author), Some(id)) = (from_hex::<32>(&quote.author), from_hex::<16>(&quote.id))
    else {
        return Ok(None);
    };
    let found = messages::by_id(view, &author.into(), &id.into())?;
    Ok(found
        .filter(|row| row.kind == MessageKind::Text)
        .filter(|row| row.expires_at.is_none_or(|at| at > now.ms()))
        .map(|row| row.body))
}

fn kind(kind: MessageKind) -> Kind {
    match kind {
        MessageKind::Text => Kind::Text,
        MessageKind::Deleted => Kind::Deleted,
        MessageKind::Timer => Kind::Timer,
        MessageKind::Operation | MessageKind::Unknown => Kind::Unknown,
    }
}

fn write_text(line: &mut MessageLine, said: Text) {
    line.text = Some(said.body);
    line.formats = said
        .formats
        .iter()
        .filter_map(|format| {
            Some(Format {
                start: format.start,
                length: format.length,
                style: style(format.style)?,
            })
        })
        .collect();
    line.mentions = said
        .mentions
        .iter()
        .map(|mention| Mention {
            start: mention.start,
            length: mention.length,
            account: hex(&mention.account),
        })
        .collect();
    line.quote = said
        .quote
        .filter(|quote| quote.author.len() == 32 && quote.message_id.len() == 16)
        .map(|quote| Quote {
            author: hex(&quote.author),
            id: hex(&quote.message_id),
        });
    line.forwarded = said.forwarded;
}

fn style(style: u32) -> Option<Style> {
    use sotto_content::text::style::{BOLD, CODE, ITALIC, SPOILER, STRIKE};
    Some(match style {
        BOLD => Style::Bold,
        ITALIC => Style::Italic,
        STRIKE => Style::Strike,
        CODE => Style::Code,
        SPOILER => Style::Spoiler,
        // What this program shows plain.
        _ => return None,
    })
}

fn edited(version: u64, register: Option<Register>) -> Edited {
    let register = register.filter(|register| register.version == version);
    let state = register
        .as_ref()
        .and_then(|register| EditState::decode(register.value.as_slice()).ok());
    Edited {
        version,
        device: register.map_or_else(|| hex(&[0; 16]), |register| hex(&register.device)),
        at: state.map_or(0, |state| state.at),
    }
}

fn reaction(key: &[u8], register: &Register) -> Option<Reaction> {
    let account = AccountId::try_from(register.key.get(key.len()..)?).ok()?;
    let state = ReactionState::decode(register.value.as_slice()).ok()?;
    Some(Reaction {
        account: account.to_string(),
        device: hex(&register.device),
        version: register.version,
        emoji: state.emoji,
        at: state.at,
    })
}

fn receipt_line((account, device, kind, at): (AccountId, MailboxId, i32, u64)) -> Option<Receipt> {
    Some(Receipt {
        account: account.to_string(),
        device: device.to_string(),
        kind: match kind {
            1 => ReceiptKind::Delivered,
            2 => ReceiptKind::Read,
            _ => return None,
        },
        at,
    })
}
