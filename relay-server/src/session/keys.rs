//! What a device publishes: its pre-keys, and the delivery keys of its account.

use prost::Message;
use sotto_wire::proto::relay_frame::Answer;
use sotto_wire::proto::{self, ErrorCode, SignedKeys};
use sotto_wire::{bundle, sign};

use super::answer::Refusal;
use super::{Device, Next, Session};
use crate::accounts::Slot;
use crate::job::{SlotsChange, Work};
use crate::meters::Use;
use crate::now::Now;
use crate::relay::Relay;
use crate::store::{Publication, Published};

/// libsignal's length of an elliptic-curve key, with its type byte.
const ELLIPTIC_KEY: usize = 33;
/// libsignal's length of a KEM key, with its type byte.
const KEM_KEY: usize = 1_569;
/// Length of an XEdDSA signature.
const SIGNATURE: usize = 64;
/// An account has at most so many slots: default, per group, per link.
const MOST_SLOTS: usize = 256;
/// A slot has at most so many keys, one per mailbox.
const MOST_SLOT_KEYS: usize = 16;

/// Checks pre-keys and hands them on to be stored.
pub(super) fn publish(
    session: &Session,
    relay: &Relay,
    publish: proto::PublishKeys,
    now: Now,
) -> Result<Next, Refusal> {
    let device = session.device()?;
    relay.take(session.peer, Use::Publish(device.mailbox), now)?;
    let elliptic = publish
        .one_time
        .iter()
        .all(|key| key.key.len() == ELLIPTIC_KEY);
    let kem = publish
        .one_time_kem
        .iter()
        .all(|key| key.key.len() == KEM_KEY && key.signature.len() == SIGNATURE);
    if !elliptic || !kem {
        return Err(Refusal::bad_request("a one-time key has the wrong length"));
    }
    if let Some(keys) = &publish.keys {
        check_signed(relay, device, keys)?;
    }
    let proto::PublishKeys {
        keys,
        one_time,
        one_time_kem,
        replace,
    } = publish;
    let at_most = relay.config.limits.one_time_keys;
    let publication = Box::new(Publication {
        keys,
        one_time,
        one_time_kem,
        replace,
        at_most,
    });
    Ok(Next::Store(Work::Publish {
        mailbox: device.mailbox,
        publication,
    }))
}

fn check_signed(relay: &Relay, device: &Device, keys: &SignedKeys) -> Result<(), Refusal> {
    let lengths = keys.signed_key.len() == ELLIPTIC_KEY
        && keys.signed_signature.len() == SIGNATURE
        && keys.last_resort_key.len() == KEM_KEY
        && keys.last_resort_signature.len() == SIGNATURE;
    if !lengths {
        return Err(Refusal::bad_request("a signed key has the wrong length"));
    }
    if keys.generation == 0 || i64::try_from(keys.generation).is_err() {
        return Err(Refusal::bad_request("the generation is out of range"));
    }
    let view = relay
        .account(&device.account)?
        .ok_or_else(Refusal::denied)?;
    let signer = view
        .chain
        .device(&device.mailbox)
        .ok_or_else(Refusal::denied)?;
    let transcript = bundle::transcript(&device.mailbox, keys);
    sign::verify(
        &signer.signing_key,
        bundle::LABEL,
        &[&transcript],
        &keys.signature,
    )
    .map_err(|_| Refusal::bad_request("the bundle's signature does not hold"))
}

pub(super) fn published(published: Published) -> Result<Answer, Refusal> {
    match published {
        Published::Done => Ok(Answer::Done(proto::Done {})),
        Published::Outdated => Err(Refusal::new(
            ErrorCode::Conflict,
            "a higher generation of keys is stored",
        )),
        Published::TooMany => Err(Refusal::bad_request("too many one-time keys")),
        Published::Gone => Err(Refusal::denied()),
    }
}

/// Checks delivery keys and hands them on to be stored.
pub(super) fn set_slots(
    session: &Session,
    relay: &Relay,
    slots: &proto::SetSlots,
    now: Now,
) -> Result<Next, Refusal> {
    let device = session.device()?;
    relay.take(session.peer, Use::Publish(device.mailbox), now)?;
    let malformed = || Refusal::bad_request("a slot is malformed");
    if slots.slots.len() > MOST_SLOTS {
        return Err(Refusal::bad_request("too many slots"));
    }
    let mut ids = Vec::with_capacity(slots.slots.len());
    let mut retiring = Vec::new();
    for slot in &slots.slots {
        let (id, parsed) = Slot::parse(slot).ok_or_else(malformed)?;
        if ids.contains(&id) || slot.keys.len() > MOST_SLOT_KEYS {
            return Err(malformed());
        }
        ids.push(id);
        if parsed.retiring {
            retiring.push(id);
        }
    }
    if i64::try_from(slots.version).is_err() {
        return Err(malformed());
    }
    Ok(Next::Store(Work::Slots(Box::new(SlotsChange {
        account: device.account,
        version: slots.version,
        bytes: slots.encode_to_vec(),
        retiring,
    }))))
}

pub(super) fn slots_set(taken: bool) -> Result<Answer, Refusal> {
    if taken {
        return Ok(Answer::Done(proto::Done {}));
    }
    Err(Refusal::new(
        ErrorCode::Conflict,
        "a higher version of the slots is stored",
    ))
}
