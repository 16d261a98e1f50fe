//! History that comes back from an export of this account.
//!
//! A file vouches for nothing: it may be old, and anybody who had it may have changed it. So what
//! came over the network, or was said here, stays as it is; nobody is accepted, nothing is sent, no
//! clock and no stream moves; and what was deleted here does not come back. Whatever comes twice is
//! there once.

use sotto_content::proto::{Register, RegisterKind};
use sotto_wire::ids::{AccountId, MailboxId, MessageId};

use super::{Context, EngineError, enqueue, operations, order, reading, registers, vanish};
use crate::clock::{DAY, SECOND};
use crate::model::{ContactStanding, MessageKind, Source};
use crate::store::tables::contacts::{self, Contact};
use crate::store::tables::messages::{self, MessageRow};
use crate::store::tables::{receipts, registers as table, streams};
use crate::store::{Change, Tx, View};

/// A version that jumps further than this is left out: it would exhaust the numbers.
const MAX_JUMP: u64 = 1 << 20;
/// How far in the future a message may stand.
const AHEAD: u64 = DAY;

/// One thing of an export. Its form was checked.
pub(crate) enum Item {
    /// Somebody's names.
    Contact {
        account: AccountId,
        name: String,
        profile_name: String,
        about: String,
    },
    /// A message, and whom its conversation is with.
    Message(Box<Message>),
    /// Own state, or that a message is gone.
    State(Register),
}

/// A message of an export.
pub(crate) struct Message {
    pub with: AccountId,
    /// Its `row` and `received_at` are those of the export.
    pub row: MessageRow,
    /// The edit that it shows, without its text.
    pub edit: Option<Register>,
    pub reactions: Vec<Register>,
    pub receipts: Vec<(AccountId, MailboxId, i32, u64)>,
}

/// What became of the things of an export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Messages that were not here.
    pub added: u64,
    /// Messages that were here already.
    pub known: u64,
    /// Messages whose time is over.
    pub expired: u64,
    /// Messages that were deleted here.
    pub deleted: u64,
    /// People who were not known here.
    pub contacts: u64,
}

/// Takes over some things, in one transaction.
pub(crate) fn items(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    items: &[Item],
) -> Result<Tally, EngineError> {
    let mut tally = Tally::default();
    let mut touched = std::collections::BTreeSet::new();
    for item in items {
        match item {
            Item::Contact {
                account,
                name,
                profile_name,
                about,
            } => {
                if introduce(tx, cx, account, (name, profile_name, about))? {
                    tally.contacts += 1;
                }
            }
            Item::Message(message) => {
                let became = take(tx, cx, message)?;
                match became {
                    Became::Added => tally.added += 1,
                    Became::Known => tally.known += 1,
                    Became::Expired => tally.expired += 1,
                    Became::Deleted => tally.deleted += 1,
                }
                if matches!(became, Became::Added | Became::Known) {
                    touched.insert(message.row.conversation);
                }
            }
            Item::State(register) => state(tx, cx, register)?,
        }
    }
    // One for each conversation: nobody wants to be told of ten thousand old messages.
    for conversation in touched {
        tx.changed(Change::ConversationChanged { conversation });
    }
    Ok(tally)
}

enum Became {
    Added,
    Known,
    Expired,
    Deleted,
}

/// Somebody who is not known is not on the list, and is trusted with nothing; only their name is
/// shown beside what they wrote.
fn introduce(
    tx: &mut Tx<'_>,
    cx: &Context,
    account: &AccountId,
    (name, profile_name, about): (&str, &str, &str),
) -> Result<bool, EngineError> {
    if cx.is_own(account) || contacts::get(tx, account)?.is_some() {
        return Ok(false);
    }
    let mut contact = Contact::unknown(*account);
    contact.standing = ContactStanding::Deleted;
    name.clone_into(&mut contact.name);
    profile_name.clone_into(&mut contact.profile_name);
    about.clone_into(&mut contact.about);
    contacts::put(tx, &contact)?;
    tx.changed(Change::ContactChanged {
        account: *account.as_bytes(),
    });
    Ok(true)
}

fn take(tx: &mut Tx<'_>, cx: &mut Context, message: &Message) -> Result<Became, EngineError> {
    let said = &message.row;
    if is_deleted(tx, said)? {
        return Ok(Became::Deleted);
    }
    if let Some(row) = messages::by_id(tx, &said.author, &said.id)? {
        // What was received directly is never touched.
        if messages::source(tx, row.row)? == Source::Imported {
            merge(tx, message, &row)?;
        }
        return Ok(Became::Known);
    }
    let expires_at = said.expires_at.or_else(|| {
        // Who reads an export has read it.
        (said.expires_in > 0).then(|| cx.now.ms() + u64::from(said.expires_in) * SECOND)
    });
    if expires_at.is_some_and(|at| at <= cx.now.ms()) {
        return Ok(Became::Expired);
    }
    enqueue::ensure_conversation(tx, cx, &message.with)?;
    let row = MessageRow {
        order_key: said.order_key.min(order::at(cx.now.ms() + AHEAD)),
        unread: false,
        shown: true,
        expires_at,
        ..said.clone()
    };
    let number = messages::insert_from(tx, &row, Source::Imported)?;
    let row = MessageRow { row: number, ..row };
    if row.kind == MessageKind::Deleted {
        operations::bury(tx, &row)?;
    }
    merge(tx, message, &row)?;
    Ok(Became::Added)
}

/// Whether a message was deleted here, by whom- and whichever.
fn is_deleted(view: &View<'_>, said: &MessageRow) -> Result<bool, EngineError> {
    let cleared = table::get(
        view,
        RegisterKind::Cleared as i32,
        &reading::key(&said.conversation, &said.device, &said.incarnation),
    )?;
    let is_cleared = |counter| cleared.is_some_and(|mark| counter <= mark.version);
    Ok(vanish::is_buried_here(view, &said.author, &said.id)?
        || (said.kind != MessageKind::Deleted && is_gone(view, &said.author, &said.id)?)
        || (said.counter > 0 && is_cleared(said.counter)))
}

/// Whether the author deleted it, or its time was over, while it is not here as a tombstone.
fn is_gone(view: &View<'_>, author: &AccountId, id: &MessageId) -> Result<bool, EngineError> {
    Ok(operations::is_buried(view, author, id)? && messages::by_id(view, author, id)?.is_none())
}

/// Adds what was done to a message that came by an import: the highest of each stands.
fn merge(tx: &mut Tx<'_>, message: &Message, row: &MessageRow) -> Result<(), EngineError> {
    if row.kind == MessageKind::Deleted {
        return Ok(());
    }
    if message.row.kind == MessageKind::Deleted {
        messages::erase(tx, row.row)?;
        return operations::bury(tx, row);
    }
    let newer = message.row.edited > row.edited;
    if row.kind == MessageKind::Text && message.row.kind == MessageKind::Text && newer {
        let text = (message.row.body.as_str(), message.row.content.as_slice());
        messages::set_text(tx, row.row, text, message.row.edited)?;
    }
    let registers = message.edit.iter().chain(&message.reactions);
    for register in registers {
        put(tx, register)?;
    }
    for (account, device, kind, at) in &message.receipts {
        receipts::add(tx, row.row, (account, device), *kind, *at)?;
    }
    // Something of it may have come before it, and waits.
    if let Some(waiting) = table::get(
        tx,
        RegisterKind::Edit as i32,
        &registers::join(&row.author, &row.id),
    )? && waiting.version > message.row.edited.max(row.edited)
    {
        operations::catch_up(tx, row.row)?;
    }
    Ok(())
}

/// Own state is merged as a sibling's is. That a message is gone counts where it is not here.
fn state(tx: &mut Tx<'_>, cx: &mut Context, register: &Register) -> Result<(), EngineError> {
    if register.kind != RegisterKind::Deleted as u32 {
        return match within_streams(tx, register)? {
            Some(register) => registers::receive(tx, cx, &[register]),
            None => Ok(()),
        };
    }
    let Some((author, id)) = registers::split(&register.key) else {
        return Ok(());
    };
    match messages::by_id(tx, &author, &id)? {
        None => put(tx, register),
        Some(row) if messages::source(tx, row.row)? == Source::Imported => {
            messages::erase(tx, row.row)?;
            operations::bury(tx, &row)
        }
        Some(_) => Ok(()),
    }
}

/// A mark in a stream, not beyond what that device has said: a file must not mark, or delete, what
/// is still to come.
fn within_streams(view: &View<'_>, register: &Register) -> Result<Option<Register>, EngineError> {
    let mut register = register.clone();
    let marks = [RegisterKind::Read as u32, RegisterKind::Cleared as u32];
    if !marks.contains(&register.kind) {
        return Ok(Some(register));
    }
    let Some((conversation, device, incarnation)) = reading::split(&register.key) else {
        return Ok(None);
    };
    let stream = streams::get(view, &conversation, &device, &incarnation)?;
    Ok(stream.map(|stream| {
        register.version = register.version.min(stream.highest);
        register
    }))
}

fn put(tx: &mut Tx<'_>, register: &Register) -> Result<(), EngineError> {
    let kind = i32::try_from(register.kind).map_err(|_| EngineError::Malformed)?;
    let known = table::get(tx, kind, &register.key)?.map_or(0, |known| known.version);
    if register.version > 0 && register.version <= known.saturating_add(MAX_JUMP) {
        table::put(tx, register)?;
    }
    Ok(())
}
