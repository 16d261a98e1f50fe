//! The keys by which the relay lets others put into our mailboxes: made of the delivery secret and
//! the links, for every own device.

use prost::Message;
use sha2::{Digest, Sha256};
use sotto_content::proto::RegisterKind;
use sotto_wire::delivery::{mailbox_key, read_key};
use sotto_wire::proto::{Lane, MailboxKey, SetSlots, Slot};

use super::{Context, EngineError, registers};
use crate::clock::DAY;
use crate::store::View;
use crate::store::tables::{chains, registers as table};

/// How long a delivery key that was replaced lets anybody in, in milliseconds.
const FORMER_KEPT: u64 = 30 * DAY;

/// What the relay should hold.
pub(crate) fn wanted(view: &View<'_>, cx: &Context) -> Result<SetSlots, EngineError> {
    let devices = chains::active_devices(view, &cx.me.account)?;
    let slot = |id: &[u8], lane: Lane, secret: &[u8; 32], version: u64, retiring: bool| Slot {
        id: id.to_vec(),
        lane: lane.into(),
        read_key: read_key(secret, &cx.me.account, version).to_vec(),
        keys: devices
            .iter()
            .map(|device| MailboxKey {
                mailbox: device.mailbox.to_vec(),
                key: mailbox_key(secret, &device.mailbox, version).to_vec(),
            })
            .collect(),
        retiring,
    };
    let mut slots = Vec::new();
    if let Some(key) = registers::delivery(view)? {
        let former = key
            .former
            .as_deref()
            .filter(|_| cx.now.ms().saturating_sub(key.replaced_at) < FORMER_KEPT);
        for (key, retiring) in [(Some(&key), false), (former, true)] {
            if let Some(key) = key
                && let Ok(secret) = key.secret.as_slice().try_into()
            {
                slots.push(slot(
                    &key.slot,
                    Lane::Contacts,
                    secret,
                    key.version,
                    retiring,
                ));
            }
        }
    }
    for (_, token) in registers::links(view)? {
        if let Ok(secret) = token.secret.as_slice().try_into() {
            slots.push(slot(&token.slot, Lane::Links, secret, 0, false));
        }
    }
    let version = table::highest_version(
        view,
        &[RegisterKind::Delivery as i32, RegisterKind::Link as i32],
    )?;
    // A sibling that has not heard of a new device must not be able to lock it out: the chain's
    // position counts first.
    let position = chains::head(view, &cx.me.account)?.map_or(0, |(head, _)| {
        (u64::from(head.epoch) << 44) | (u64::from(head.seq) << 32)
    });
    let version = position | (version & u64::from(u32::MAX));
    Ok(SetSlots { version, slots })
}

/// SHA-256 of the encoded request: the relay tells at login which one it holds.
pub(crate) fn digest(slots: &SetSlots) -> Vec<u8> {
    Sha256::digest(slots.encode_to_vec()).to_vec()
}
