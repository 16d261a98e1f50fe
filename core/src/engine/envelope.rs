//! One envelope: from sealed bytes to an applied content, a parked envelope, a gap, or nothing.
//!
//! The order of the checks is the security of it (docs/security.md, "Receiving"): seen before →
//! seal → sender's chain → ratchet → binding → content. Whatever is the envelope's fault is undone
//! alone; a fault of our own store aborts everything, so that nothing is acknowledged.

use prost::Message;
use sha2::{Digest, Sha256};
use sotto_content::proto::{Binding, Plaintext, retry_request::Reason};
use sotto_wire::chain::Chain;
use sotto_wire::ids::{AccountId, Head};
use sotto_wire::proto::Lane;

use super::deliver::Delivered;
use super::{Context, EngineError, apply, chains, contacts, gaps, parking, retry, seal};
use crate::clock::HOUR;
use crate::crash;
use crate::crypto::{self, CryptoError, Fault, Peer, Shape, Unsealed};
use crate::model::NoticeKind;
use crate::store::Tx;
use crate::store::tables::{
    chains as chain_rows, contacts as contact_rows, notices, outgoing, quotas, seen,
};

/// Bytes of mail from accounts that are not accepted, opened per hour.
const MAX_STRANGE_BYTES: u64 = 2 << 20;

/// First messages of one device that did not open, in an hour.
const MAX_FAILED_FIRST: u64 = 20;
const FAILED_FIRST: &str = "failed_first";
/// Recoveries that an account may be ahead of what is known here.
const MAX_EPOCHS_AHEAD: u32 = 16;

/// Who sent an envelope, once the chain confirms it.
pub(super) struct Sender {
    pub account: AccountId,
    pub peer: Peer,
}

/// Processes one envelope. `Err` only where the whole delivery must be undone.
pub(super) fn receive(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    envelope: &Delivered,
) -> Result<(), EngineError> {
    let hash: [u8; 32] = Sha256::digest(&envelope.sealed).into();
    if seen::bytes(tx, &hash)? {
        return Ok(());
    }
    let unsealed = match crypto::unseal(&cx.me.keys, &envelope.sealed).map_err(EngineError::from) {
        Ok(unsealed) => unsealed,
        Err(error) if error.is_envelopes_fault() => {
            tracing::debug!(code = error.code(), "an envelope was dropped");
            return Ok(seen::add_bytes(tx, &hash, cx.now.ms())?);
        }
        Err(error) => return Err(error),
    };
    match identify(tx, cx, envelope, &unsealed)? {
        Verdict::Go(sender) => {
            open(tx, cx, envelope, &unsealed, &sender)?;
            seen::add_bytes(tx, &hash, cx.now.ms())?;
        }
        // Not seen: it will be looked at again.
        Verdict::Park(account) => parking::park(tx, cx, envelope, &unsealed, &account)?,
        Verdict::Drop => seen::add_bytes(tx, &hash, cx.now.ms())?,
    }
    Ok(())
}

enum Verdict {
    Go(Box<Sender>),
    Park(AccountId),
    Drop,
}

/// Finds the sender in the verified chain, learning from the header what leads there.
fn identify(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    envelope: &Delivered,
    unsealed: &Unsealed,
) -> Result<Verdict, EngineError> {
    let header = &unsealed.header;
    let Ok(account) = AccountId::try_from(header.account.as_slice()) else {
        return Ok(Verdict::Drop);
    };
    let Some(claimed) = header
        .head
        .as_ref()
        .and_then(|head| Head::try_from(head).ok())
    else {
        return Ok(Verdict::Drop);
    };
    if cx.is_own(&account) != (envelope.lane == Lane::Siblings) {
        // Own devices log in to put; nobody else can, and they have no other way.
        tracing::debug!("an envelope came in through the wrong lane");
        return Ok(Verdict::Drop);
    }
    let accepted = contacts::is_accepted(tx, cx, &account)?;
    if !accepted {
        let amount = envelope.sealed.len() as u64;
        if !quotas::take(
            tx,
            "strange_bytes",
            &[],
            cx.now.ms() / HOUR,
            amount,
            MAX_STRANGE_BYTES,
        )? {
            return Ok(Verdict::Park(account));
        }
    }
    if chains::learn(tx, cx, &account, &header.suffix)? == chains::Learned::Advanced {
        // What came before goes first.
        parking::reopen(tx, cx, &account)?;
    }
    let Some(chain) = chains::load(tx, &account)? else {
        return Ok(Verdict::Park(account));
    };
    let Some(device) =
        chain_rows::device(tx, &unsealed.sender)?.filter(|device| device.account == account)
    else {
        // Only a later statement can say that this device belongs there.
        return Ok(if claimed > chain.head() {
            Verdict::Park(account)
        } else {
            Verdict::Drop
        });
    };
    if !device.active {
        let later = claimed > chain.head();
        return Ok(if later {
            Verdict::Park(account)
        } else {
            Verdict::Drop
        });
    }
    if device.identity_key != unsealed.identity_key || !is_plausible(&chain, &claimed) {
        return Ok(Verdict::Drop);
    }
    note_views(tx, cx, &chain, unsealed)?;
    if claimed > chain.head() {
        chains::announce(tx, &account, &claimed)?;
        return Ok(Verdict::Park(account));
    }
    if claimed.epoch == chain.head().epoch && !chain.knows(&claimed) {
        // One of its own devices holds another line: somebody is being shown a different account.
        chains::note_contradiction(tx, cx, &account)?;
    }
    Ok(Verdict::Go(Box::new(Sender {
        account,
        peer: seal::peer(&device),
    })))
}

/// Whether a chain could have come that far. A device that is about to be removed must not be able
/// to make everybody wait for a head that will never be.
fn is_plausible(chain: &Chain, claimed: &Head) -> bool {
    claimed.epoch <= chain.head().epoch.saturating_add(MAX_EPOCHS_AHEAD)
        && claimed.seq < sotto_wire::chain::MAX_STATEMENTS
}

/// What the sender knows of our chain decides which statements it still needs.
fn note_views(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    chain: &Chain,
    unsealed: &Unsealed,
) -> Result<(), EngineError> {
    let account = chain.account();
    if cx.is_own(&account) {
        return Ok(());
    }
    let Some(view) = unsealed
        .header
        .peer_head
        .as_ref()
        .and_then(|head| Head::try_from(head).ok())
    else {
        return Ok(());
    };
    let Some(own) = chains::load(tx, &cx.me.account)? else {
        return Ok(());
    };
    let mut contact = contacts::get_or_unknown(tx, &account)?;
    if own.knows(&view) && contact.view.is_none_or(|known| known < view) {
        contact.view = Some(view);
        contact_rows::put(tx, &contact)?;
    }
    Ok(())
}

fn open(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    envelope: &Delivered,
    unsealed: &Unsealed,
    sender: &Sender,
) -> Result<(), EngineError> {
    let opened = tx.savepoint(|tx| match unsealed.shape {
        Shape::Plaintext => {
            let body = crypto::plaintext_body(tx, unsealed, &sender.peer)?;
            retry::answer(tx, cx, sender, body)
        }
        Shape::PreKey if failed_too_often(tx, cx, sender)? => {
            Err(CryptoError::from(Fault::TooManyFirstMessages).into())
        }
        _ => {
            let me = cx.me.clone();
            let bytes = crypto::open(tx, &mut cx.random, &me.keys, unsealed, &sender.peer, cx.now)?;
            if unsealed.shape == Shape::PreKey {
                // A device that had no keys when we wrote to its account can be sealed for now.
                outgoing::reopen_for_device(tx, &sender.peer.mailbox)?;
                crash::point("first.opened");
            }
            let plaintext =
                Plaintext::decode(bytes.as_slice()).map_err(|_| EngineError::Malformed)?;
            // The ratchet has moved: whatever is wrong from here on is wrong with the content.
            match said(tx, cx, envelope, sender, &plaintext) {
                Err(error) if error.is_envelopes_fault() => note(tx, cx, sender, &error),
                other => other,
            }
        }
    });
    if opened.is_ok() {
        chain_rows::heard(tx, &sender.peer.mailbox, cx.now.ms())?;
    }
    match opened {
        Err(EngineError::Crypto(CryptoError::Fault(fault))) => {
            tracing::debug!(code = fault.code(), "an envelope could not be opened");
            if unsealed.shape == Shape::PreKey {
                count_failed(tx, cx, sender)?;
            }
            match reason(fault) {
                // What is ephemeral is not asked for.
                Some(_) if envelope.seq == 0 => Ok(()),
                Some(reason) => {
                    gaps::unopened(tx, cx, sender, envelope, reason, unsealed.ratchet_key())
                }
                None => Ok(()),
            }
        }
        Err(error) if error.is_envelopes_fault() => note(tx, cx, sender, &error),
        other => other,
    }
}

/// First messages cost a key agreement each, whether or not they open; those that do not are counted
/// here, outside of what is undone with them.
fn failed_too_often(tx: &Tx<'_>, cx: &Context, sender: &Sender) -> Result<bool, EngineError> {
    let (device, hour) = (sender.peer.mailbox, cx.now.ms() / HOUR);
    Ok(quotas::used(tx, FAILED_FIRST, device.as_bytes(), hour)? >= MAX_FAILED_FIRST)
}

fn count_failed(tx: &mut Tx<'_>, cx: &Context, sender: &Sender) -> Result<(), EngineError> {
    let (device, hour) = (sender.peer.mailbox, cx.now.ms() / HOUR);
    quotas::take(
        tx,
        FAILED_FIRST,
        device.as_bytes(),
        hour,
        1,
        MAX_FAILED_FIRST,
    )?;
    Ok(())
}

/// A content that lies about itself is dropped; the session stays, and the person is told.
fn note(
    tx: &mut Tx<'_>,
    cx: &Context,
    sender: &Sender,
    error: &EngineError,
) -> Result<(), EngineError> {
    tracing::debug!(code = error.code(), "a content was dropped");
    if *error == EngineError::Forged {
        notices::add(tx, Some(&sender.account), NoticeKind::Forged, cx.now.ms())?;
    }
    Ok(())
}

/// Which faults a new copy can heal. The others are attacks or garbage: nobody is asked for more.
fn reason(fault: Fault) -> Option<Reason> {
    match fault {
        Fault::NoSession => Some(Reason::NoSession),
        Fault::InvalidMessage | Fault::InvalidPreKeyId | Fault::TooFarAhead | Fault::Replay => {
            Some(Reason::Invalid)
        }
        // The key was used, but not for these bytes: the sender's database went back in time.
        Fault::Duplicate => Some(Reason::RolledBack),
        _ => None,
    }
}

fn said(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    envelope: &Delivered,
    sender: &Sender,
    plaintext: &Plaintext,
) -> Result<(), EngineError> {
    let binding = plaintext.binding.as_ref().ok_or(EngineError::Forged)?;
    check_binding(cx, sender, binding)?;
    apply::content(tx, cx, envelope, sender, binding, &plaintext.content)
}

/// What the sender says of itself and of us must be what envelope, chain and we say.
pub(super) fn check_binding(
    cx: &Context,
    sender: &Sender,
    binding: &Binding,
) -> Result<(), EngineError> {
    let true_to_life = binding.sender_account == sender.account.as_bytes()
        && binding.sender_mailbox == sender.peer.mailbox.as_bytes()
        && binding.recipient_account == cx.me.account.as_bytes()
        && binding.recipient_mailbox == cx.me.mailbox.as_bytes()
        && binding.group.is_none()
        && binding.incarnation.len() == 8
        && binding.message_id.len() == 16;
    if true_to_life {
        Ok(())
    } else {
        Err(EngineError::Forged)
    }
}
