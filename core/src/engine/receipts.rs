//! Delivered and read: owed when a message becomes visible, and when the person reads it; sent
//! together after a moment, once per account.

use sotto_content::proto::{
    Content, Receipt, RegisterKind, content::Kind, receipt::Kind as ReceiptKind,
};
use sotto_wire::ids::{AccountId, MailboxId, MessageId};

use super::{Context, EngineError, contacts, enqueue, registers, settings};
use crate::clock::SECOND;
use crate::model::{MessageKind, Purpose};
use crate::store::tables::{messages, receipts as table};
use crate::store::{Change, Tx};

/// Message ids in one receipt.
const BATCH: u64 = 256;
/// Receipts of one account that wait for their message.
const EARLY: u64 = 4096;
/// A receipt is late by up to this, so that its time tells little.
const JITTER: u64 = 2 * SECOND;
/// The same in the strict privacy setting.
const STRICT_JITTER: u64 = 10 * SECOND;

/// Owes a receipt: a message can be seen now, or was read.
pub(super) fn owe(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    to: &AccountId,
    id: &MessageId,
    kind: ReceiptKind,
) -> Result<(), EngineError> {
    let switch = match kind {
        ReceiptKind::Read => settings::READ_RECEIPTS,
        _ => settings::DELIVERED_RECEIPTS,
    };
    if contacts::is_accepted(tx, cx, to)? && settings::is_on(tx, switch)? {
        let late = if settings::is_on(tx, settings::STRICT_PRIVACY)? {
            STRICT_JITTER
        } else {
            JITTER
        };
        let due = cx.now.ms() + cx.random.below(late);
        table::owe(tx, to, id, kind.into(), due)?;
    }
    Ok(())
}

/// Who is accepted learns that the messages that led to it were delivered, and which were read.
pub(super) fn owe_all(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    to: &AccountId,
) -> Result<(), EngineError> {
    let conversation = sotto_content::direct::conversation_id(&cx.me.account, to);
    for message in messages::last(tx, &conversation, BATCH)? {
        let counts = matches!(message.kind, MessageKind::Text | MessageKind::Unknown);
        if message.author == *to && counts {
            let kind = if message.unread {
                ReceiptKind::Delivered
            } else {
                ReceiptKind::Read
            };
            owe(tx, cx, to, &message.id, kind)?;
        }
    }
    Ok(())
}

/// Queues what is due, and tells the own devices, which then need not.
pub(crate) fn flush(tx: &mut Tx<'_>, cx: &mut Context) -> Result<(), EngineError> {
    for account in table::due_accounts(tx, cx.now.ms())? {
        let due = table::take(tx, &account, BATCH)?;
        if !contacts::is_accepted(tx, cx, &account)? {
            continue;
        }
        for kind in [ReceiptKind::Delivered, ReceiptKind::Read] {
            let messages = of_kind(&due, kind);
            if messages.is_empty() {
                continue;
            }
            let content = Content {
                kind: Some(Kind::Receipt(Receipt {
                    kind: kind.into(),
                    messages,
                })),
                ..Content::default()
            };
            enqueue::control(tx, cx, &account, Purpose::Receipt, &content, None, 0)?;
        }
        let told = due
            .iter()
            .map(|(id, _)| (registers::join(&account, id), Vec::new()))
            .collect();
        registers::tell_once(tx, cx, RegisterKind::Receipted, told)?;
    }
    Ok(())
}

/// The messages that a receipt of this kind is due for. Who says that it was read need not say that
/// it came.
fn of_kind(due: &[(MessageId, i32)], kind: ReceiptKind) -> Vec<Vec<u8>> {
    let read = |id: &MessageId| {
        due.iter()
            .any(|(other, kind)| other == id && *kind == i32::from(ReceiptKind::Read))
    };
    due.iter()
        .filter(|(id, its)| *its == i32::from(kind) && (kind == ReceiptKind::Read || !read(id)))
        .map(|(id, _)| id.to_vec())
        .collect()
}

/// A sibling has sent it.
pub(super) fn settled_by_sibling(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &MessageId,
) -> Result<(), EngineError> {
    Ok(table::settle(tx, account, id)?)
}

/// Somebody tells how far our messages have come.
pub(super) fn receive(
    tx: &mut Tx<'_>,
    cx: &Context,
    (from, device): (&AccountId, &MailboxId),
    receipt: &Receipt,
) -> Result<(), EngineError> {
    let kind = match receipt.kind() {
        ReceiptKind::Unspecified => return Ok(()),
        kind => i32::from(kind),
    };
    let conversation = sotto_content::direct::conversation_id(&cx.me.account, from);
    for id in receipt.messages.iter().take(BATCH as usize) {
        let Ok(id) = MessageId::try_from(id.as_slice()) else {
            continue;
        };
        let Some(message) = messages::by_id(tx, &cx.me.account, &id)? else {
            // A sibling wrote it, and its transcript may take longer than the receipt.
            table::keep_early(tx, &id, (from, device), kind, cx.now.ms(), EARLY)?;
            continue;
        };
        if message.conversation == conversation
            && table::add(tx, message.row, (from, device), kind, cx.now.ms())?
        {
            tx.changed(Change::MessageChanged {
                conversation,
                row: message.row,
            });
        }
    }
    Ok(())
}

/// A sibling's message is here; its recipient may have been faster.
pub(super) fn catch_up(
    tx: &mut Tx<'_>,
    cx: &Context,
    to: &AccountId,
    id: &MessageId,
) -> Result<(), EngineError> {
    let Some(message) = messages::by_id(tx, &cx.me.account, id)? else {
        return Ok(());
    };
    for (device, kind, at) in table::take_early(tx, id, to)? {
        table::add(tx, message.row, (to, &device), kind, at)?;
    }
    Ok(())
}
