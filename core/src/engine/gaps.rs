//! Places that are missing: noticed, asked for, healed. Shown only while healing.

use prost::Message;
use sotto_content::proto::{Missing, RetryRequest, retry_request::Reason};
use sotto_wire::ids::{AccountId, MailboxId};

use super::deliver::Delivered;
use super::envelope::Sender;
use super::{Context, EngineError, contacts, enqueue};
use crate::clock::{HOUR, MINUTE, SECOND};
use crate::model::Purpose;
use crate::store::tables::gaps::{self as table, Gap};
use crate::store::{Change, Tx};

/// Requests for one place. After them the place stays open, in case it comes by itself.
const MAX_ASKS: u32 = 5;
/// Places of one stream that are asked for one by one.
const MAX_PLACES: u64 = 1000;
/// A missing place may merely be late.
const PATIENCE: u64 = 2 * SECOND;
/// Requests in one go.
const BATCH: u64 = 64;

/// An envelope that could not be opened, though its sender is who it should be.
pub(super) fn unopened(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    sender: &Sender,
    envelope: &Delivered,
    reason: Reason,
    ratchet_key: Option<[u8; 33]>,
) -> Result<(), EngineError> {
    // Nothing automatic goes to somebody who is not accepted.
    if !contacts::is_accepted(tx, cx, &sender.account)? {
        return Ok(());
    }
    let next_ask = cx.now.ms() + cx.random.below(SECOND);
    table::add(
        tx,
        &Gap {
            id: 0,
            account: sender.account,
            device: sender.peer.mailbox,
            conversation: None,
            incarnation: None,
            counter: None,
            envelope: Some(envelope.id),
            reason: reason.into(),
            ratchet_key,
            seen_at: cx.now.ms(),
            asked: 0,
            next_ask,
        },
    )?;
    tx.changed(Change::ContactChanged {
        account: *sender.account.as_bytes(),
    });
    Ok(())
}

/// Counters of a stream that were left out, `first` to `last`.
pub(super) fn missing(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    (account, device): (&AccountId, &MailboxId),
    conversation: [u8; 32],
    incarnation: [u8; 8],
    (first, last): (u64, u64),
) -> Result<(), EngineError> {
    let first = first.max(last.saturating_sub(MAX_PLACES - 1));
    for counter in first..=last {
        table::add(
            tx,
            &Gap {
                id: 0,
                account: *account,
                device: *device,
                conversation: Some(conversation),
                incarnation: Some(incarnation),
                counter: Some(counter),
                envelope: None,
                reason: Reason::Missing.into(),
                ratchet_key: None,
                seen_at: cx.now.ms(),
                asked: 0,
                next_ask: cx.now.ms() + PATIENCE + cx.random.below(SECOND),
            },
        )?;
    }
    tx.changed(Change::ConversationChanged { conversation });
    Ok(())
}

/// Asks for what is due.
pub(crate) fn ask(tx: &mut Tx<'_>, cx: &mut Context) -> Result<(), EngineError> {
    for gap in table::due(tx, cx.now.ms(), BATCH)? {
        if gap.asked >= MAX_ASKS || !contacts::is_accepted(tx, cx, &gap.account)? {
            table::set_asked(tx, gap.id, gap.asked, table::NEVER)?;
            continue;
        }
        let request = RetryRequest {
            binding: None,
            envelope: gap
                .envelope
                .map(|envelope| envelope.to_vec())
                .unwrap_or_default(),
            reason: gap.reason,
            ratchet_key: gap.ratchet_key.map(|key| key.to_vec()).unwrap_or_default(),
            missing: place(&gap),
        };
        enqueue::raw(
            tx,
            cx,
            &gap.account,
            Purpose::RetryRequest,
            request.encode_to_vec(),
            &gap.device,
        )?;
        let asked = gap.asked + 1;
        let pause = (MINUTE << (2 * asked.min(5))).min(6 * HOUR);
        let next = cx.now.ms() + pause + cx.random.below(MINUTE);
        table::set_asked(tx, gap.id, asked, next)?;
    }
    Ok(())
}

fn place(gap: &Gap) -> Option<Missing> {
    let (conversation, incarnation, counter) = (gap.conversation?, gap.incarnation?, gap.counter?);
    Some(Missing {
        conversation: conversation.to_vec(),
        incarnation: incarnation.to_vec(),
        first: counter,
        last: counter,
        message_id: Vec::new(),
    })
}
