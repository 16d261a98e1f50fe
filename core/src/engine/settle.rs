//! What a relay said to a put.

use sotto_wire::ids::{AccountId, MailboxId};
use sotto_wire::proto::ErrorCode;

use super::{Context, EngineError, chains};
use crate::clock::SECOND;
use crate::model::{DeliveryState, OutgoingState, Purpose};
use crate::store::tables::outgoing::{self, Outgoing};
use crate::store::tables::{deliveries, messages};
use crate::store::{Change, Tx};

/// Reason of a failed content: the recipient's relay does not let us in.
const DENIED: &str = "denied";
/// Reason: the recipient's account is closed.
const CLOSED: &str = "closed";
/// Reason: the relay found the put malformed.
const REFUSED: &str = "refused";
/// Reason: no envelope can be made of it.
const UNSEALABLE: &str = "unsealable";
/// Reason: the relay could not be reached for 7 days of trying.
const UNREACHABLE: &str = "unreachable";

/// Denials before the person is told, some seconds after the first. Somebody who has just made a
/// link may not have told the relay yet.
const MAX_DENIALS: u64 = 3;
/// Attempts before a content is given up of which no envelope can be made.
const MAX_UNSEALABLE: u64 = 8;
/// The longest pause between two attempts, in milliseconds.
const MAX_BACKOFF: u64 = 60 * SECOND;
/// Attempts with a pause of at most a minute: about 7 days with a network.
const MAX_ATTEMPTS: u64 = 7 * 24 * 60;

/// Counts an attempt before it is made, and sets when the next may be if no answer comes.
pub(super) fn count_attempt(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    row: &Outgoing,
) -> Result<(), EngineError> {
    let attempts = row.attempts + 1;
    Ok(outgoing::set_attempt(
        tx,
        row.row,
        attempts,
        cx.now.ms() + backoff(cx, attempts),
    )?)
}

/// 1, 2, 4 … 60 s, with full jitter above the first second (Brooker, "Exponential Backoff And
/// Jitter", 2015).
fn backoff(cx: &mut Context, attempts: u64) -> u64 {
    let ceiling = SECOND.saturating_mul(1 << attempts.min(6)).min(MAX_BACKOFF);
    SECOND + cx.random.below(ceiling)
}

/// The relay holds the envelopes for these devices.
pub(crate) fn accepted(
    tx: &mut Tx<'_>,
    row: i64,
    mailboxes: &[MailboxId],
) -> Result<(), EngineError> {
    for mailbox in mailboxes {
        deliveries::finish(tx, row, mailbox, DeliveryState::Accepted)?;
    }
    let Some(outgoing) = outgoing::get(tx, row)? else {
        return Ok(());
    };
    // They let us in again, so what was denied goes too.
    reopen_denied(tx, &outgoing.account)?;
    let open = deliveries::of(tx, row)?.iter().any(|delivery| {
        matches!(
            delivery.state,
            DeliveryState::Queued | DeliveryState::Sealed
        )
    });
    if open {
        // Some device has published no keys yet; it is tried again with the next one.
        outgoing::set_attempt(tx, row, 0, 0)?;
        changed(tx, &outgoing)
    } else {
        finish(tx, &outgoing)
    }
}

/// Nobody is left to get it.
pub(super) fn finish(tx: &mut Tx<'_>, row: &Outgoing) -> Result<(), EngineError> {
    if row.purpose == Purpose::Typing {
        return Ok(outgoing::delete(tx, row.row)?);
    }
    outgoing::set_state(tx, row.row, OutgoingState::Accepted, None)?;
    changed(tx, row)
}

/// The relay refused. What passes is tried again; what does not is shown with its reason.
pub(crate) fn refused(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    row: i64,
    code: ErrorCode,
    retry_after: u64,
) -> Result<(), EngineError> {
    let Some(outgoing) = outgoing::get(tx, row)? else {
        return Ok(());
    };
    if outgoing.purpose == Purpose::Typing {
        return Ok(outgoing::delete(tx, row)?);
    }
    let reason = match code {
        ErrorCode::Denied if outgoing.attempts >= MAX_DENIALS => {
            return give_up(tx, &outgoing.account, DENIED);
        }
        ErrorCode::Closed => CLOSED,
        ErrorCode::BadRequest | ErrorCode::Unsupported | ErrorCode::UpgradeRequired => REFUSED,
        _ if outgoing.attempts >= MAX_ATTEMPTS => UNREACHABLE,
        _ => {
            let pause = retry_after.max(backoff(cx, outgoing.attempts));
            outgoing::set_attempt(tx, row, outgoing.attempts, cx.now.ms() + pause)?;
            return Ok(());
        }
    };
    outgoing::set_state(tx, row, OutgoingState::Failed, Some(reason))?;
    changed(tx, &outgoing)
}

/// The relay does not let us read the account's chain or keys, so nothing can be sealed. Returns when
/// to ask again, in milliseconds since the Unix epoch; `None` where nothing waits for it any more.
pub(crate) fn denied(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    account: &AccountId,
) -> Result<Option<u64>, EngineError> {
    let open = outgoing::open_of(tx, account, u64::MAX >> 1)?;
    let Some(most) = open.iter().map(|row| row.attempts).max() else {
        return Ok(None);
    };
    let attempts = most + 1;
    if attempts >= MAX_DENIALS {
        give_up(tx, account, DENIED)?;
        return Ok(None);
    }
    let next = cx.now.ms() + backoff(cx, attempts);
    for row in open {
        outgoing::set_attempt(tx, row.row, attempts, row.next_attempt.max(next))?;
    }
    Ok(Some(next))
}

/// What holds for one content holds for all that wait for the account.
fn give_up(tx: &mut Tx<'_>, account: &AccountId, reason: &str) -> Result<(), EngineError> {
    for row in outgoing::open_of(tx, account, u64::MAX >> 1)? {
        if row.purpose == Purpose::Typing {
            outgoing::delete(tx, row.row)?;
            continue;
        }
        outgoing::set_state(tx, row.row, OutgoingState::Failed, Some(reason))?;
        changed(tx, &row)?;
    }
    Ok(())
}

/// There is a way to the account again: what was denied goes. Returns whether there was anything.
pub(super) fn reopen_denied(tx: &mut Tx<'_>, account: &AccountId) -> Result<bool, EngineError> {
    let failed = outgoing::failed_of(tx, account, DENIED)?;
    for row in &failed {
        outgoing::reopen(tx, row.row)?;
        changed(tx, row)?;
    }
    Ok(!failed.is_empty())
}

/// The first content of a lane cannot be sealed. It must not hold up the others for ever.
pub(crate) fn unsealable(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    account: &AccountId,
) -> Result<(), EngineError> {
    let open = outgoing::open_of(tx, account, u64::MAX >> 1)?;
    let due = |row: &&Outgoing| row.next_attempt.max(row.not_before) <= cx.now.ms();
    let Some(row) = open.iter().find(due).cloned() else {
        return Ok(());
    };
    count_attempt(tx, cx, &row)?;
    if row.attempts >= MAX_UNSEALABLE {
        outgoing::set_state(tx, row.row, OutgoingState::Failed, Some(UNSEALABLE))?;
        changed(tx, &row)?;
    }
    Ok(())
}

/// The put was sealed under a head that is no longer the last one.
pub(crate) fn stale_head(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    row: i64,
    account: &AccountId,
    statements: &[Vec<u8>],
) -> Result<(), EngineError> {
    let learned = chains::learn(tx, cx, account, statements)?;
    if learned == chains::Learned::Advanced {
        // At once, for the devices as they are now; the bytes that are sealed stay good.
        outgoing::set_attempt(tx, row, 0, 0)?;
    }
    Ok(())
}

/// No answer came: the same bytes again as soon as there is a connection.
pub(crate) fn unanswered(tx: &mut Tx<'_>, row: i64) -> Result<(), EngineError> {
    match outgoing::get(tx, row)? {
        Some(typing) if typing.purpose == Purpose::Typing => outgoing::delete(tx, row)?,
        Some(outgoing) => outgoing::set_attempt(tx, row, outgoing.attempts, 0)?,
        None => {}
    }
    Ok(())
}

/// The recipient's account is closed: nothing will ever be taken for it.
pub(crate) fn closed(tx: &mut Tx<'_>, account: &AccountId) -> Result<(), EngineError> {
    give_up(tx, account, CLOSED)
}

/// Our own account is closed: nothing leaves any more.
pub(crate) fn give_up_all(tx: &mut Tx<'_>) -> Result<(), EngineError> {
    for account in outgoing::open_accounts(tx)? {
        closed(tx, &account)?;
    }
    Ok(())
}

/// Of what waits, only what is sealed may still leave: these bytes are good whatever has become of
/// the keys.
pub(crate) fn keep_sealed(tx: &mut Tx<'_>) -> Result<(), EngineError> {
    for account in outgoing::open_accounts(tx)? {
        for row in outgoing::open_of(tx, &account, u64::MAX >> 1)? {
            let mut sealed = false;
            for delivery in deliveries::of(tx, row.row)? {
                sealed |= delivery.state == DeliveryState::Sealed;
                if delivery.state == DeliveryState::Queued {
                    deliveries::finish(tx, row.row, &delivery.mailbox, DeliveryState::Dropped)?;
                }
            }
            if !sealed {
                outgoing::set_state(tx, row.row, OutgoingState::Failed, Some(CLOSED))?;
                changed(tx, &row)?;
            }
        }
    }
    Ok(())
}

/// Tries a failed content again, because the person said so. Returns whom it is for.
pub(crate) fn retry(tx: &mut Tx<'_>, row: i64) -> Result<AccountId, EngineError> {
    if !outgoing::reopen(tx, row)? {
        return Err(EngineError::NoSuchEntry);
    }
    let outgoing = outgoing::get(tx, row)?.ok_or(EngineError::NoSuchEntry)?;
    changed(tx, &outgoing)?;
    Ok(outgoing.account)
}

fn changed(tx: &mut Tx<'_>, row: &Outgoing) -> Result<(), EngineError> {
    tx.changed(Change::OutboxChanged);
    if let Some(message) = row
        .message
        .map(|message| messages::get(tx, message))
        .transpose()?
        .flatten()
        .filter(|message| message.shown)
    {
        tx.changed(Change::MessageChanged {
            conversation: message.conversation,
            row: message.row,
        });
    }
    Ok(())
}
