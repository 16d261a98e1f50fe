//! Putting envelopes into the mailboxes of one account: all of them, or none.
//!
//! The order of the checks is part of the rules: what a sender without a valid tag learns must be
//! the same whether the mailbox exists or not.

use std::cmp::Ordering;
use std::sync::Arc;

use sotto_wire::delivery::{self, KEY_LEN, PutFlags, SlotId};
use sotto_wire::ids::{AccountId, EnvelopeId, Head, MailboxId};
use sotto_wire::proto::relay_frame::Answer;
use sotto_wire::proto::{self, Lane};
use sotto_wire::size;

use super::answer::Refusal;
use super::{Kind, Next, Session};
use crate::accounts::Account;
use crate::job::{Ephemeral, Notice, Work};
use crate::meters::Use;
use crate::now::Now;
use crate::relay::Relay;
use crate::store::{Appended, ItemRecord, PutRecord};

/// A put has at most so many items: more than an account has devices.
const MOST_ITEMS: usize = 16;

/// An item that is well formed.
struct Item {
    mailbox: MailboxId,
    envelope: EnvelopeId,
    header: Vec<u8>,
    /// The slot it names, if it names one; an id that is malformed names none that exists.
    slot: Option<Option<SlotId>>,
    tag: Vec<u8>,
}

/// Why an item is let in.
#[derive(Clone, Copy)]
struct Admission {
    lane: Lane,
    retiring: bool,
}

/// Checks a put and hands it on: to be stored, or, if it is ephemeral, to who is connected.
pub(super) fn put(
    session: &Session,
    relay: &Relay,
    put: proto::Put,
    now: Now,
) -> Result<Next, Refusal> {
    let asking = session.may_ask()?.map(|device| device.account);
    if session.kind == Kind::Anonymous {
        relay.take(session.peer, Use::AnonymousPut, now)?;
    }
    let account = AccountId::try_from(put.account.as_slice())?;
    let head = put
        .head
        .as_ref()
        .ok_or(Refusal::bad_request("the put names no head"))?;
    let head = Head::try_from(head)?;
    let flags = PutFlags {
        ephemeral: put.ephemeral,
        urgent: put.urgent,
    };
    let items = check_shape(put.items, &put.body)?;

    let view = relay.account(&account)?;
    let admissions = admit(
        relay,
        view.as_deref(),
        asking,
        &items,
        &put.body,
        flags,
        now,
    );
    let (view, admissions) = view.zip(admissions).ok_or_else(Refusal::denied)?;
    if view.closed {
        return Err(Refusal::denied());
    }
    take_rates(session, relay, asking, &items, &admissions, now)?;
    compare_heads(relay, &view, &head, now)?;
    if items
        .iter()
        .any(|item| view.chain.device(&item.mailbox).is_none())
    {
        return Err(Refusal::denied());
    }

    let items = items
        .into_iter()
        .zip(admissions)
        .map(|(item, admission)| ItemRecord {
            mailbox: item.mailbox,
            envelope: item.envelope,
            header: item.header,
            lane: admission.lane,
        })
        .collect();
    let expires = now.day_after(lifetime(relay, put.ttl_seconds));
    let record = PutRecord {
        items,
        body: put.body,
        expires,
    };
    if put.ephemeral {
        return Ok(Next::Whisper(whispers(&record)));
    }
    Ok(Next::Store(Work::Put(Arc::new(record))))
}

fn check_shape(items: Vec<proto::PutItem>, body: &[u8]) -> Result<Vec<Item>, Refusal> {
    if items.is_empty() || items.len() > MOST_ITEMS {
        return Err(Refusal::bad_request("a put has 1 to 16 items"));
    }
    let mut checked: Vec<Item> = Vec::with_capacity(items.len());
    for item in items {
        if !size::is_class(item.header.len().saturating_add(body.len())) {
            return Err(Refusal::bad_request(
                "the envelope's length is no size class",
            ));
        }
        let is_tagged = !(item.slot.is_empty() && item.tag.is_empty());
        let item = Item {
            mailbox: MailboxId::try_from(item.mailbox.as_slice())?,
            envelope: EnvelopeId::try_from(item.envelope_id.as_slice())?,
            header: item.header,
            slot: is_tagged.then(|| SlotId::try_from(item.slot.as_slice()).ok()),
            tag: item.tag,
        };
        if checked.iter().any(|other| other.mailbox == item.mailbox) {
            return Err(Refusal::bad_request("a put has one item per mailbox"));
        }
        if checked
            .first()
            .is_some_and(|first| first.slot.is_some() != item.slot.is_some())
        {
            return Err(Refusal::bad_request("either all items are tagged or none"));
        }
        checked.push(item);
    }
    Ok(checked)
}

/// Why the items are let in, or `None` if any is not. Every tag is computed, also where there is
/// nothing to compare it with.
fn admit(
    relay: &Relay,
    view: Option<&Account>,
    asking: Option<AccountId>,
    items: &[Item],
    body: &[u8],
    flags: PutFlags,
    now: Now,
) -> Option<Vec<Admission>> {
    let mut admissions = Vec::with_capacity(items.len());
    let mut all = true;
    for item in items {
        let admission = match item.slot {
            Some(slot) => by_tag(relay, view, slot, item, body, flags, now),
            None => by_login(view, asking),
        };
        all &= admission.is_some();
        admissions.extend(admission);
    }
    all.then_some(admissions)
}

fn by_tag(
    relay: &Relay,
    view: Option<&Account>,
    slot: Option<SlotId>,
    item: &Item,
    body: &[u8],
    flags: PutFlags,
    now: Now,
) -> Option<Admission> {
    let found = slot
        .zip(view)
        .and_then(|(slot, view)| view.slots.get(&slot))
        .filter(|slot| slot.is_usable(now.day()))
        .and_then(|slot| slot.keys.get(&item.mailbox).map(|key| (slot, key)));
    let nobodys = [0; KEY_LEN];
    let key = found.map_or(&nobodys, |(_, key)| key);
    let relay_key = relay.key();
    let (mailbox, envelope) = (&item.mailbox, &item.envelope);
    let expected = delivery::put_tag(
        key,
        &relay_key,
        mailbox,
        envelope,
        flags,
        &item.header,
        body,
    );
    let same = delivery::same_tag(&expected, &item.tag);
    let admission = found.map(|(slot, _)| Admission {
        lane: slot.lane,
        retiring: slot.retiring,
    });
    admission.filter(|_| same)
}

fn by_login(view: Option<&Account>, asking: Option<AccountId>) -> Option<Admission> {
    let own = view?.chain.account() == asking?;
    let lane = if own { Lane::Siblings } else { Lane::Strangers };
    Some(Admission {
        lane,
        retiring: false,
    })
}

fn take_rates(
    session: &Session,
    relay: &Relay,
    asking: Option<AccountId>,
    items: &[Item],
    admissions: &[Admission],
    now: Now,
) -> Result<(), Refusal> {
    if let Some(asking) = asking
        && admissions
            .iter()
            .any(|admission| admission.lane == Lane::Strangers)
    {
        return Ok(relay.take(session.peer, Use::StrangerPut(asking), now)?);
    }
    for (item, Admission { lane, retiring }) in items.iter().zip(admissions) {
        let (mailbox, lane, retiring) = (item.mailbox, *lane, *retiring);
        relay.take(
            session.peer,
            Use::MailboxPut {
                mailbox,
                lane,
                retiring,
            },
            now,
        )?;
    }
    Ok(())
}

/// A sender who knows less than the relay gets what it lacks; one who knows more is let in.
fn compare_heads(relay: &Relay, view: &Account, head: &Head, now: Now) -> Result<(), Refusal> {
    let current = view.chain.head();
    match current.position().cmp(&head.position()) {
        Ordering::Less => Ok(()),
        Ordering::Equal if current == *head => Ok(()),
        Ordering::Equal | Ordering::Greater => Err(Refusal::stale_head(relay.chain_after(
            view,
            Some(head),
            now,
        ))),
    }
}

fn lifetime(relay: &Relay, ttl_seconds: u32) -> u64 {
    const DAY: u64 = 24 * 60 * 60;
    let retention = u64::from(relay.config.limits.retention_days) * DAY;
    match u64::from(ttl_seconds) {
        0 => retention,
        ttl => ttl.min(retention),
    }
}

fn whispers(record: &PutRecord) -> Vec<Notice> {
    let whisper = |item: &ItemRecord| {
        Notice::Ephemeral(Ephemeral {
            mailbox: item.mailbox,
            id: item.envelope,
            lane: item.lane,
            sealed: [item.header.as_slice(), &record.body].concat().into(),
        })
    };
    record.items.iter().map(whisper).collect()
}

/// The answer once the put is stored: the same for what was there before.
pub(super) fn appended(relay: &Relay, appended: &Appended) -> Result<Answer, Refusal> {
    match appended {
        Appended::Stored(_) => Ok(accepted(relay)),
        Appended::Full => Err(Refusal::full()),
        Appended::NoMailbox => Err(Refusal::denied()),
    }
}

/// The sender's ok.
pub(super) fn accepted(relay: &Relay) -> Answer {
    relay.metrics.puts.one();
    Answer::PutAccepted(proto::PutAccepted {})
}
