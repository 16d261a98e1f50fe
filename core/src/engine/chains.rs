//! What we know of accounts: statements are learned, verified and remembered; never forgotten,
//! never rolled back.

use std::collections::BTreeSet;

use sotto_wire::chain::{Chain, ChainError, Payload};
use sotto_wire::checkpoint::Checkpoint;
use sotto_wire::ids::{AccountId, Head, MailboxId, RelayKey};
use sotto_wire::proto::{SignedCheckpoint, StatementKind};

use super::{Context, EngineError, contacts, registers, routes, safety, settle};
use crate::crypto;
use crate::model::{Freeze, NoticeKind, Standing};
use crate::store::tables::{chains, contacts as contact_rows, deliveries, gaps, notices, profile};
use crate::store::{Change, Tx, View};

/// What came of statements that were offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Learned {
    /// They are known.
    Nothing,
    /// The chain is longer now.
    Advanced,
    /// They lead on from something that is not known here: fetch what lies between.
    Detached,
    /// They are void, old or made up; what we hold stays as it is.
    Refused,
}

/// The verified chain of an account, as this database holds it.
pub(crate) fn load(view: &View<'_>, account: &AccountId) -> Result<Option<Chain>, EngineError> {
    let statements = chains::statements(view, account)?;
    if statements.is_empty() {
        return Ok(None);
    }
    Ok(Some(Chain::trusted(&statements)?))
}

/// Verifies statements and takes over what is new in them.
pub(crate) fn learn(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    account: &AccountId,
    statements: &[Vec<u8>],
) -> Result<Learned, EngineError> {
    if statements.is_empty() {
        return Ok(Learned::Nothing);
    }
    let known = load(tx, account)?;
    let offered = match &known {
        None => Chain::verify(statements),
        Some(chain) => chain.extend(statements),
    };
    let chain = match offered {
        Ok(chain) if chain.account() != *account => return Ok(Learned::Refused),
        Ok(chain) => chain,
        Err(ChainError::Fork { .. }) => {
            return freeze(tx, cx, account, Freeze::Fork, NoticeKind::Fork);
        }
        Err(ChainError::UnknownCritical { .. }) => {
            return freeze(
                tx,
                cx,
                account,
                Freeze::UpdateNeeded,
                NoticeKind::UpdateNeeded,
            );
        }
        Err(ChainError::Detached { .. }) => return Ok(Learned::Detached),
        Err(_) => return Ok(Learned::Refused),
    };
    if known
        .as_ref()
        .is_some_and(|known| known.head() == chain.head())
    {
        return Ok(Learned::Nothing);
    }
    if hides_announced_head(tx, &chain)? || takes_keys_of_others(tx, &chain)? {
        return Ok(Learned::Refused);
    }
    store(tx, known.as_ref(), &chain)?;
    consequences(tx, cx, known.as_ref(), &chain)?;
    Ok(Learned::Advanced)
}

/// Whether the account is at this head or further, so that something may be sealed to it.
pub(crate) fn is_fresh(view: &View<'_>, account: &AccountId) -> Result<bool, EngineError> {
    let Some((head, freeze)) = chains::head(view, account)? else {
        return Ok(false);
    };
    let announced = contact_rows::get(view, account)?.and_then(|contact| contact.announced);
    Ok(freeze == Freeze::No && announced.is_none_or(|announced| announced <= head))
}

/// Somebody who should know spoke of a head.
pub(crate) fn announce(
    tx: &mut Tx<'_>,
    account: &AccountId,
    head: &Head,
) -> Result<(), EngineError> {
    let mut contact = contacts::get_or_unknown(tx, account)?;
    if contact.announced.is_none_or(|known| known < *head) {
        contact.announced = Some(*head);
        contact_rows::put(tx, &contact)?;
    }
    Ok(())
}

/// A head that contradicts ours: nothing more is sealed to the account until a person has looked.
pub(crate) fn note_contradiction(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    account: &AccountId,
) -> Result<(), EngineError> {
    freeze(tx, cx, account, Freeze::Fork, NoticeKind::Fork).map(drop)
}

/// Keeps a relay's signed word, and both words where it contradicts itself. Says whether the relay
/// knows more of the account than we do.
pub(crate) fn take_checkpoint(
    tx: &mut Tx<'_>,
    cx: &Context,
    relay: &RelayKey,
    account: &AccountId,
    signed: &SignedCheckpoint,
) -> Result<bool, EngineError> {
    let Ok(new) = Checkpoint::verify(signed, relay) else {
        return Ok(false);
    };
    if new.account != *account {
        return Ok(false);
    }
    let kept = chains::checkpoint(tx, account, relay)?;
    let before = kept
        .as_ref()
        .and_then(|kept| Checkpoint::verify(kept, relay).ok());
    if let (Some(kept), Some(before)) = (&kept, &before)
        && before.contradicts(&new)
    {
        chains::put_evidence(tx, account, relay, kept, signed, cx.now.ms())?;
        notices::add(tx, Some(account), NoticeKind::RelayContradicts, cx.now.ms())?;
        return Ok(false);
    }
    if before.is_none_or(|before| (before.head, before.hour) < (new.head, new.hour)) {
        chains::put_checkpoint(tx, account, relay, signed)?;
    }
    Ok(chains::head(tx, account)?.is_none_or(|(head, _)| head < new.head))
}

fn freeze(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    account: &AccountId,
    freeze: Freeze,
    notice: NoticeKind,
) -> Result<Learned, EngineError> {
    // A fork outweighs a statement that cannot be read; and each is told once.
    let before = chains::head(tx, account)?.map(|(_, before)| before);
    if before.is_some_and(|before| before != freeze && before != Freeze::Fork) {
        chains::set_freeze(tx, account, freeze)?;
        notices::add(tx, Some(account), notice, cx.now.ms())?;
    }
    Ok(Learned::Refused)
}

/// A link or a contact named a head; a line of that epoch without it is a rollback in disguise.
fn hides_announced_head(view: &View<'_>, chain: &Chain) -> Result<bool, EngineError> {
    let announced =
        contact_rows::get(view, &chain.account())?.and_then(|contact| contact.announced);
    Ok(announced.is_some_and(|announced| {
        announced.epoch == chain.head().epoch
            && announced.seq <= chain.head().seq
            && !chain.knows(&announced)
    }))
}

/// Keys belong to one account for ever: who lists somebody else's could pass on what was sealed to
/// her as if it were meant for him.
fn takes_keys_of_others(view: &View<'_>, chain: &Chain) -> Result<bool, EngineError> {
    for device in chain
        .statements()
        .iter()
        .flat_map(|statement| statement.devices())
    {
        if chains::keys_taken(view, &row(chain, device))? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn row(chain: &Chain, device: &sotto_wire::chain::Device) -> chains::DeviceRow {
    chains::DeviceRow {
        mailbox: device.mailbox,
        account: chain.account(),
        signing_key: device.signing_key,
        identity_key: device.identity_key,
        active: chain.device(&device.mailbox).is_some(),
        heard_at: 0,
    }
}

fn store(tx: &mut Tx<'_>, known: Option<&Chain>, chain: &Chain) -> Result<(), EngineError> {
    let account = chain.account();
    let recovered = known.is_some_and(|known| known.head().epoch != chain.head().epoch);
    if recovered {
        chains::void_all(tx, &account)?;
    }
    for statement in chain.statements() {
        let head = statement.head();
        if known.is_some_and(|known| known.knows(&head)) {
            if recovered {
                chains::unvoid(tx, &account, &head)?;
            }
        } else {
            chains::add_statement(tx, &account, &head, statement.bytes())?;
        }
    }
    let mut done = BTreeSet::new();
    for device in chain
        .statements()
        .iter()
        .rev()
        .flat_map(|statement| statement.devices())
    {
        if done.insert(device.mailbox) {
            chains::put_device(tx, &row(chain, device))?;
        }
    }
    for device in known.into_iter().flat_map(Chain::devices) {
        if done.insert(device.mailbox) {
            chains::put_device(tx, &row(chain, device))?;
        }
    }
    chains::set_head(tx, &account, &chain.head(), chain.is_closed())?;
    let unread =
        chains::head(tx, &account)?.is_some_and(|(_, freeze)| freeze == Freeze::UpdateNeeded);
    if recovered || unread {
        // A recovery is the owner's word on which of two lines is right; and what was read now no
        // longer waits for a newer client.
        chains::set_freeze(tx, &account, Freeze::No)?;
    }
    Ok(())
}

fn consequences(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    known: Option<&Chain>,
    chain: &Chain,
) -> Result<(), EngineError> {
    let account = chain.account();
    let before: BTreeSet<MailboxId> = known
        .into_iter()
        .flat_map(Chain::devices)
        .map(|device| device.mailbox)
        .collect();
    let after: BTreeSet<MailboxId> = chain
        .devices()
        .iter()
        .map(|device| device.mailbox)
        .collect();
    for gone in before.difference(&after) {
        crypto::forget_session(tx, gone)?;
        gaps::forget_device(tx, gone)?;
        deliveries::drop_device(tx, gone)?;
    }
    if before.difference(&after).next().is_some() {
        forget_claims(tx, chain)?;
    }
    if contacts::is_accepted(tx, cx, &account)? {
        if let Some(known) = known {
            tell(tx, cx, chain, &before, &after, known)?;
        }
        safety::moved_on(tx, cx, known, chain, before != after)?;
    }
    tx.changed(Change::ContactChanged {
        account: *account.as_bytes(),
    });
    if cx.is_own(&account) {
        own_consequences(tx, cx, chain, &before, &after)?;
    }
    Ok(())
}

/// A device that is gone may have claimed a head that will never be.
fn forget_claims(tx: &mut Tx<'_>, chain: &Chain) -> Result<(), EngineError> {
    if let Some(mut contact) = contact_rows::get(tx, &chain.account())?
        && contact
            .announced
            .is_some_and(|claimed| claimed > chain.head())
    {
        contact.announced = Some(chain.head());
        contact_rows::put(tx, &contact)?;
    }
    Ok(())
}

fn tell(
    tx: &mut Tx<'_>,
    cx: &Context,
    chain: &Chain,
    before: &BTreeSet<MailboxId>,
    after: &BTreeSet<MailboxId>,
    known: &Chain,
) -> Result<(), EngineError> {
    let account = chain.account();
    let now = cx.now.ms();
    if known.head().epoch < chain.head().epoch {
        notices::add(tx, Some(&account), NoticeKind::Recovered, now)?;
    }
    if chain.is_closed() && !cx.is_own(&account) {
        notices::add(tx, Some(&account), NoticeKind::AccountClosed, now)?;
        settle::closed(tx, &account)?;
    }
    for _ in after.difference(before) {
        notices::add(tx, Some(&account), NoticeKind::DeviceAdded, now)?;
    }
    for _ in before.difference(after) {
        notices::add(tx, Some(&account), NoticeKind::DeviceRemoved, now)?;
    }
    Ok(())
}

fn own_consequences(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    chain: &Chain,
    before: &BTreeSet<MailboxId>,
    after: &BTreeSet<MailboxId>,
) -> Result<(), EngineError> {
    routes::set_homes(tx, chain, cx.now)?;
    if chain.is_closed() {
        if profile::load(tx)?.is_some_and(|profile| profile.standing != Standing::Closed) {
            profile::set_standing(tx, Standing::Closed)?;
            routes::leave_all(tx, cx.now)?;
            settle::give_up_all(tx)?;
            notices::add(tx, None, NoticeKind::AccountClosed, cx.now.ms())?;
        }
    } else if after.contains(&cx.me.mailbox) {
        let standing = profile::load(tx)?.map(|profile| profile.standing);
        if matches!(standing, Some(Standing::Joining | Standing::Closed)) {
            profile::set_standing(tx, Standing::Active)?;
        }
    } else if before.contains(&cx.me.mailbox) {
        profile::set_standing(tx, Standing::Removed)?;
        notices::add(tx, None, NoticeKind::Removed, cx.now.ms())?;
    }
    for sibling in after.difference(before) {
        if *sibling != cx.me.mailbox && before.contains(&cx.me.mailbox) {
            registers::send_all(tx, cx, sibling)?;
        }
    }
    if !before.is_subset(after) && after.contains(&cx.me.mailbox) {
        // The device that is gone knows the delivery secret.
        super::cards::rotate_delivery(tx, cx)?;
    }
    tx.changed(Change::AccountChanged);
    Ok(())
}

/// The payload of a stored intent.
pub(crate) fn payload(kind: i32, bytes: &[u8]) -> Result<Payload, EngineError> {
    let refused = EngineError::Bug("a stored intent cannot be read");
    let kind = StatementKind::try_from(kind).map_err(|_| refused.clone())?;
    Payload::from_parts(kind, bytes).map_err(|_| refused)
}
