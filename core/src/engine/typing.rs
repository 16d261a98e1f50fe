//! The person is typing: an envelope for who is connected, or for nobody. Never tried again, never
//! kept.

use sotto_content::proto::{Content, Typing, content::Kind};
use sotto_wire::ids::AccountId;

use super::envelope::Sender;
use super::{Context, EngineError, account, contacts, enqueue, settings};
use crate::clock::{MINUTE, SECOND};
use crate::model::Purpose;
use crate::store::tables::{chains, outgoing};
use crate::store::{Change, Tx};

/// What was not sent by then is not sent.
const STALE: u64 = 10 * SECOND;
/// A device that was not heard for this long is not told: it would have to skip every one of these
/// steps of the ratchet when it comes back.
const HEARD: u64 = 10 * MINUTE;

/// Tells somebody that the person types, or has stopped.
pub(crate) fn tell(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    to: &AccountId,
    active: bool,
) -> Result<(), EngineError> {
    account::active(tx)?;
    if cx.is_own(to)
        || !contacts::is_accepted(tx, cx, to)?
        || !settings::is_on(tx, settings::TYPING)?
    {
        return Ok(());
    }
    let since = cx.now.ms().saturating_sub(HEARD);
    let content = Content {
        kind: Some(Kind::Typing(Typing { stopped: !active })),
        ..Content::default()
    };
    for device in chains::active_devices(tx, to)? {
        if device.heard_at >= since {
            let only = Some(&device.mailbox);
            enqueue::control(tx, cx, to, Purpose::Typing, &content, only, 0)?;
        }
    }
    Ok(())
}

/// Somebody types.
pub(super) fn receive(
    tx: &mut Tx<'_>,
    cx: &Context,
    sender: &Sender,
    typing: &Typing,
) -> Result<(), EngineError> {
    if !cx.is_own(&sender.account)
        && contacts::is_accepted(tx, cx, &sender.account)?
        && settings::is_on(tx, settings::TYPING)?
    {
        let me = &cx.me.account;
        tx.changed(Change::Typing {
            conversation: sotto_content::direct::conversation_id(me, &sender.account),
            account: *sender.account.as_bytes(),
            active: !typing.stopped,
        });
    }
    Ok(())
}

/// Forgets what would come too late.
pub(super) fn forget_stale(
    tx: &mut Tx<'_>,
    cx: &Context,
    to: &AccountId,
) -> Result<(), EngineError> {
    let before = cx.now.ms().saturating_sub(STALE);
    Ok(outgoing::forget_typing(tx, to, before)?)
}
