//! Leave to read an account's chain and keys: by a slot's tag, by being one of its devices, or by
//! being some device that is logged in. Unknown and forbidden answer alike.

use std::sync::Arc;

use sotto_wire::delivery::{self, KEY_LEN, ReadVerb, SlotId};
use sotto_wire::ids::AccountId;
use sotto_wire::proto::Credential;

use super::Session;
use super::answer::Refusal;
use crate::accounts::Account;
use crate::meters::Reader;
use crate::now::Now;
use crate::relay::Relay;

/// Why somebody may read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Leave {
    /// It is the reader's own account.
    Own,
    /// By login, or by a slot's tag.
    Other(Reader),
}

/// The account, and why it may be read.
pub(super) fn leave(
    session: &Session,
    relay: &Relay,
    account: &AccountId,
    credential: Option<&Credential>,
    verb: ReadVerb,
    now: Now,
) -> Result<(Arc<Account>, Leave), Refusal> {
    let asking = session.may_ask()?;
    let view = relay.account(account)?;
    if let Some(credential) = credential {
        let slot = check_tag(
            session,
            relay,
            account,
            view.as_deref(),
            credential,
            verb,
            now,
        );
        let slot = slot.ok_or_else(Refusal::denied)?;
        return Ok((
            view.ok_or_else(Refusal::denied)?,
            Leave::Other(Reader::Slot(slot)),
        ));
    }
    let reader = asking.ok_or_else(Refusal::denied)?.account;
    let view = view.ok_or_else(Refusal::denied)?;
    if reader == *account {
        return Ok((view, Leave::Own));
    }
    Ok((view, Leave::Other(Reader::Account(reader))))
}

/// The slot whose tag this is. Where there is no such slot, the tag is compared with one under a
/// key of zeros all the same, so that the time of the answer tells nothing.
fn check_tag(
    session: &Session,
    relay: &Relay,
    account: &AccountId,
    view: Option<&Account>,
    credential: &Credential,
    verb: ReadVerb,
    now: Now,
) -> Option<SlotId> {
    let id = SlotId::try_from(credential.slot.as_slice()).ok();
    let slot = id
        .zip(view)
        .and_then(|(id, view)| view.slots.get(&id).map(|slot| (id, slot)))
        .filter(|(_, slot)| slot.is_usable(now.day()));
    let key = slot.map_or([0; KEY_LEN], |(_, slot)| slot.read_key);
    let expected = delivery::read_tag(&key, &relay.key(), &session.nonce, verb, account);
    let same = delivery::same_tag(&expected, &credential.tag);
    slot.filter(|_| same).map(|(id, _)| id)
}
