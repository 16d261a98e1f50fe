//! Out of the outbox: the next thing that an account can get, sealed for each of its devices. The
//! ratchet steps and the sealed bytes are committed before anything leaves.

use std::collections::BTreeSet;

use prost::Message;
use sotto_content::proto::{RetryRequest, SealedHeader};
use sotto_wire::ids::{AccountId, EnvelopeId, Head, MailboxId};

use super::{Context, EngineError, account, chains, contacts, content, safety, settle, typing};
use crate::crash;
use crate::crypto::{self, Peer};
use crate::model::{ContactStanding, DeliveryState, Freeze, Purpose};
use crate::store::tables::chains::{self as chain_rows, DeviceRow};
use crate::store::tables::deliveries::{self, Delivery};
use crate::store::tables::outgoing::{self, Outgoing};
use crate::store::{Tx, View};

/// Contents of one lane that are looked at in one go.
const WINDOW: u64 = 64;
/// Statements that may travel in one header, in bytes: an envelope of 64 KiB holds them.
const MAX_SUFFIX_BYTES: usize = 44 << 10;

/// What an account's lane needs next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing can be done now.
    Idle,
    /// Its chain must be fetched first.
    NeedChain,
    /// These devices need a session first.
    NeedBundles(Vec<MailboxId>),
    /// These bytes are committed and may leave.
    Put(Sealed),
}

/// One content, sealed for the devices of one account.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub outgoing: i64,
    pub account: AccountId,
    pub head: Head,
    pub items: Vec<Item>,
    pub purpose: Purpose,
}

/// One device's envelope.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub mailbox: MailboxId,
    pub envelope: EnvelopeId,
    pub sealed: Vec<u8>,
}

/// Accounts that something waits for and may be sealed to: for the others, nobody connects.
pub(crate) fn open_accounts(view: &View<'_>) -> Result<Vec<AccountId>, EngineError> {
    let mut open = Vec::new();
    for account in outgoing::open_accounts(view)? {
        let forked = matches!(chain_rows::head(view, &account)?, Some((_, Freeze::Fork)));
        if !forked && !safety::is_held(view, &account)? {
            open.push(account);
        }
    }
    Ok(open)
}

/// Takes the next step of an account's lane. `waiting` are devices that have published no keys
/// yet: they hold up nobody else.
pub(crate) fn next(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    to: &AccountId,
    waiting: &BTreeSet<MailboxId>,
) -> Result<Step, EngineError> {
    if !cx.is_own(to) && contacts::get_or_unknown(tx, to)?.standing == ContactStanding::Blocked {
        outgoing::forget_open(tx, to)?;
        return Ok(Step::Idle);
    }
    typing::forget_stale(tx, cx, to)?;
    if chain_rows::is_closed(tx, to)? {
        settle::closed(tx, to)?;
        return Ok(Step::Idle);
    }
    let rows = outgoing::open_of(tx, to, WINDOW)?;
    if rows.iter().all(|row| !is_due(cx, row)) {
        return Ok(Step::Idle);
    }
    let head = match chain_rows::head(tx, to)? {
        Some((_, Freeze::Fork)) => return Ok(Step::Idle),
        Some((head, _)) if chains::is_fresh(tx, to)? => head,
        _ => return Ok(Step::NeedChain),
    };
    if safety::is_held(tx, to)? {
        // Whoever recovered the account may be somebody else: the person looks first.
        return Ok(Step::Idle);
    }
    let devices: Vec<DeviceRow> = chain_rows::active_devices(tx, to)?
        .into_iter()
        .filter(|device| device.mailbox != cx.me.mailbox)
        .collect();
    for row in &rows {
        if !is_due(cx, row) {
            // Messages stay in order; what merely waits for its time holds up nobody.
            if row.next_attempt > row.not_before {
                return Ok(Step::Idle);
            }
            continue;
        }
        let open = prepare(tx, row, &devices)?;
        let now: Vec<&Delivery> = open
            .iter()
            .filter(|delivery| !waiting.contains(&delivery.mailbox))
            .collect();
        if now.is_empty() {
            if open.is_empty() || deliveries::any_accepted(tx, row.row)? {
                // Devices that have published no keys yet are caught up with when they have.
                settle::finish(tx, row)?;
            }
            continue;
        }
        if row.purpose == Purpose::Typing && !lacking(tx, cx, row, &now)?.is_empty() {
            outgoing::delete(tx, row.row)?;
            continue;
        }
        return seal_row(tx, cx, row, &head, &devices, &now);
    }
    Ok(Step::Idle)
}

fn is_due(cx: &Context, row: &Outgoing) -> bool {
    // What was queued in the future was queued by a clock that was set back since.
    row.next_attempt.max(row.not_before) <= cx.now.ms() || row.created_at > cx.now.ms()
}

/// Brings a row's deliveries in line with the account's devices; returns those that are open.
fn prepare(
    tx: &mut Tx<'_>,
    row: &Outgoing,
    devices: &[DeviceRow],
) -> Result<Vec<Delivery>, EngineError> {
    let wanted = |mailbox: &MailboxId| row.only_device.is_none_or(|only| only == *mailbox);
    for device in devices.iter().filter(|device| wanted(&device.mailbox)) {
        deliveries::ensure(tx, row.row, &device.mailbox)?;
    }
    let mut open = Vec::new();
    for delivery in deliveries::of(tx, row.row)? {
        if !matches!(
            delivery.state,
            DeliveryState::Queued | DeliveryState::Sealed
        ) {
            continue;
        }
        if devices
            .iter()
            .any(|device| device.mailbox == delivery.mailbox)
        {
            open.push(delivery);
        } else {
            deliveries::finish(tx, row.row, &delivery.mailbox, DeliveryState::Dropped)?;
        }
    }
    Ok(open)
}

/// Devices that need a session before this can be sealed for them.
fn lacking(
    tx: &Tx<'_>,
    cx: &Context,
    row: &Outgoing,
    open: &[&Delivery],
) -> Result<Vec<MailboxId>, EngineError> {
    let mut lacking = Vec::new();
    if row.purpose == Purpose::RetryRequest {
        return Ok(lacking);
    }
    for delivery in open {
        if delivery.state == DeliveryState::Queued
            && !crypto::has_usable_session(tx, &delivery.mailbox, cx.now)?
        {
            lacking.push(delivery.mailbox);
        }
    }
    Ok(lacking)
}

fn seal_row(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    row: &Outgoing,
    head: &Head,
    devices: &[DeviceRow],
    open: &[&Delivery],
) -> Result<Step, EngineError> {
    let lacking = lacking(tx, cx, row, open)?;
    if !lacking.is_empty() {
        return Ok(Step::NeedBundles(lacking));
    }
    let mut items = Vec::new();
    for delivery in open {
        match (&delivery.envelope, &delivery.sealed) {
            (Some(envelope), Some(sealed)) => {
                items.push(Item {
                    mailbox: delivery.mailbox,
                    envelope: *envelope,
                    sealed: sealed.clone(),
                });
            }
            _ => {
                let Some(device) = devices
                    .iter()
                    .find(|device| device.mailbox == delivery.mailbox)
                else {
                    continue;
                };
                let sealed = seal_one(tx, cx, row, head, &peer(device))?;
                let envelope = EnvelopeId::new(cx.random.bytes());
                let now = cx.now.ms();
                deliveries::set_sealed(
                    tx,
                    row.row,
                    &device.mailbox,
                    &envelope,
                    &sealed,
                    head,
                    now,
                )?;
                if row.purpose != Purpose::Typing {
                    deliveries::log(
                        tx,
                        &envelope,
                        &row.message_id,
                        &row.account,
                        &device.mailbox,
                        now,
                    )?;
                }
                items.push(Item {
                    mailbox: device.mailbox,
                    envelope,
                    sealed,
                });
            }
        }
    }
    settle::count_attempt(tx, cx, row)?;
    crash::point("seal.before_commit");
    Ok(Step::Put(Sealed {
        outgoing: row.row,
        account: row.account,
        head: *head,
        items,
        purpose: row.purpose,
    }))
}

fn seal_one(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    row: &Outgoing,
    head: &Head,
    peer: &Peer,
) -> Result<Vec<u8>, EngineError> {
    let header = header(tx, cx, row, head)?;
    let me = cx.me.clone();
    if row.purpose == Purpose::RetryRequest {
        let mut request = RetryRequest::decode(row.content.as_slice())
            .map_err(|_| EngineError::Bug("an own retry request cannot be read"))?;
        request.binding = Some(content::binding(tx, cx, row, &peer.mailbox)?);
        let body = request.encode_to_vec();
        return Ok(crypto::seal_plaintext(
            tx,
            &mut cx.random,
            &me.keys,
            peer,
            &header,
            &body,
            cx.now,
        )?);
    }
    let plaintext = content::plaintext(tx, cx, row, &peer.mailbox)?;
    Ok(crypto::seal(
        tx,
        &mut cx.random,
        &me.keys,
        peer,
        &header,
        &plaintext,
        cx.now,
    )?)
}

/// Who we are, what we know of them, and the statements of ours that they may lack.
fn header(
    tx: &mut Tx<'_>,
    cx: &Context,
    row: &Outgoing,
    peer_head: &Head,
) -> Result<SealedHeader, EngineError> {
    let chain = chains::load(tx, &cx.me.account)?.ok_or(EngineError::NoAccount)?;
    let mut suffix: Vec<Vec<u8>> = Vec::new();
    if !cx.is_own(&row.account) {
        let view = contacts::get_or_unknown(tx, &row.account)?.view;
        let lacking = view
            .and_then(|view| chain.suffix_after(&view))
            .unwrap_or(chain.statements());
        suffix = lacking
            .iter()
            .map(|statement| statement.bytes().to_vec())
            .collect();
    }
    if suffix.iter().map(Vec::len).sum::<usize>() > MAX_SUFFIX_BYTES {
        // They fetch it from our relay instead, and park this until then.
        suffix.clear();
    }
    Ok(SealedHeader {
        version: sotto_content::header::VERSION,
        account: cx.me.account.to_vec(),
        head: account::own_head(tx, &cx.me.account)?.map(Into::into),
        peer_head: Some((*peer_head).into()),
        suffix,
    })
}

/// A device of a verified chain, as the crypto floor wants it.
pub(crate) fn peer(device: &DeviceRow) -> Peer {
    Peer {
        account: device.account,
        mailbox: device.mailbox,
        identity_key: device.identity_key,
        signing_key: device.signing_key,
    }
}
