//! Our name and the key to our mailboxes, as accepted contacts get them; and theirs.

use prost::Message;
use sotto_content::direct::conversation_id;
use sotto_content::proto::{
    Card, Content, DeliveryKey as WireKey, Profile, RegisterKind, content::Kind,
};
use sotto_content::text::{check_about, check_name, displayable_about, displayable_name};
use sotto_wire::ids::AccountId;

use super::{Context, EngineError, contacts, enqueue, registers, settle};
use crate::model::{ContactStanding, Purpose};
use crate::store::tables::contacts::{self as table, Contact};
use crate::store::tables::{profile, streams};
use crate::store::{Change, Tx};

/// Sends our card to an accepted contact that has not got this version of it.
pub(super) fn send_if_due(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    account: &AccountId,
) -> Result<(), EngineError> {
    let mut contact = contacts::get_or_unknown(tx, account)?;
    if contact.standing != ContactStanding::Accepted {
        return Ok(());
    }
    let Some(content) = content(tx)? else {
        return Ok(());
    };
    let version = version(&content);
    if contact.card_sent >= version {
        return Ok(());
    }
    contact.card_sent = version;
    table::put(tx, &contact)?;
    enqueue::control(tx, cx, account, Purpose::Card, &content, None, 0)
}

/// Our card as it stands.
pub(super) fn content(tx: &mut Tx<'_>) -> Result<Option<Content>, EngineError> {
    let Some(delivery) = registers::delivery(tx)? else {
        return Ok(None);
    };
    let own = registers::own_profile(tx)?;
    Ok(Some(Content {
        kind: Some(Kind::Card(Card {
            version: registers::version(tx, RegisterKind::Profile)?
                + registers::version(tx, RegisterKind::Delivery)?,
            name: own.name,
            about: own.about,
            delivery: Some(WireKey {
                former: None,
                replaced_at: 0,
                ..delivery
            }),
        })),
        ..Content::default()
    }))
}

fn version(content: &Content) -> u64 {
    match &content.kind {
        Some(Kind::Card(card)) => card.version,
        _ => 0,
    }
}

/// Changes our name, or what we say of ourselves; `None` leaves it as it is.
pub(crate) fn set_profile(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    name: Option<&str>,
    about: Option<&str>,
) -> Result<(), EngineError> {
    name.map_or(Ok(()), check_name)?;
    about.map_or(Ok(()), check_about)?;
    let own = registers::own_profile(tx)?;
    let changed = Profile {
        name: name.map_or(own.name, displayable_name),
        about: about.map_or(own.about, displayable_about),
        version: own.version + 1,
    };
    registers::write(tx, cx, RegisterKind::Profile, &[], changed.encode_to_vec())?;
    tell_everybody(tx, cx)
}

/// Writes the first name and delivery secret of an account.
pub(super) fn begin(tx: &mut Tx<'_>, cx: &mut Context, name: &str) -> Result<(), EngineError> {
    let own = Profile {
        name: displayable_name(name),
        about: String::new(),
        version: 1,
    };
    registers::write(tx, cx, RegisterKind::Profile, &[], own.encode_to_vec())?;
    write_delivery(tx, cx, None)
}

/// A new delivery secret, for when somebody who knows the old one should not put any more.
pub(super) fn rotate_delivery(tx: &mut Tx<'_>, cx: &mut Context) -> Result<(), EngineError> {
    // Contacts that have not heard of the new one yet are still let in by the former, slowly.
    let former = registers::delivery(tx)?.map(|key| WireKey {
        former: None,
        replaced_at: 0,
        ..key
    });
    write_delivery(tx, cx, former)?;
    tell_everybody(tx, cx)
}

/// A sibling wrote its part of the card without knowing of ours. Contacts may have got either card
/// last; this one, of both parts as they stand now, is newer than both.
pub(super) fn settle_dispute(tx: &mut Tx<'_>, cx: &mut Context) -> Result<(), EngineError> {
    let Some(key) = registers::delivery(tx)? else {
        return Ok(());
    };
    registers::write(tx, cx, RegisterKind::Delivery, &[], key.encode_to_vec())?;
    tell_everybody(tx, cx)
}

fn write_delivery(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    former: Option<WireKey>,
) -> Result<(), EngineError> {
    let key = WireKey {
        slot: cx.random.bytes::<8>().to_vec(),
        version: former.as_ref().map_or(1, |key| key.version + 1),
        secret: cx.random.bytes::<32>().to_vec(),
        replaced_at: former.as_ref().map_or(0, |_| cx.now.ms()),
        former: former.map(Box::new),
    };
    registers::write(tx, cx, RegisterKind::Delivery, &[], key.encode_to_vec())
}

fn tell_everybody(tx: &mut Tx<'_>, cx: &mut Context) -> Result<(), EngineError> {
    for contact in table::all(tx)? {
        // Who was never spoken to, by no device of ours, does not learn that we know of them.
        let conversation = conversation_id(&cx.me.account, &contact.account);
        if contact.card_sent > 0 || !streams::of_conversation(tx, &conversation)?.is_empty() {
            send_if_due(tx, cx, &contact.account)?;
        }
    }
    Ok(())
}

/// Takes over the card of somebody else.
pub(super) fn receive(
    tx: &mut Tx<'_>,
    contact: &mut Contact,
    card: &Card,
) -> Result<(), EngineError> {
    if card.version <= contact.card_version {
        return Ok(());
    }
    contact.card_version = card.version;
    contact.profile_name = displayable_name(&card.name);
    contact.about = displayable_about(&card.about);
    if let Some(key) = card
        .delivery
        .as_ref()
        .and_then(|key| contacts::read_key(key, false))
    {
        contact.delivery = Some(key);
        settle::reopen_denied(tx, &contact.account)?;
    }
    table::put(tx, contact)?;
    tx.changed(Change::ContactChanged {
        account: *contact.account.as_bytes(),
    });
    Ok(())
}

/// The name that this profile shows of itself.
pub(super) fn own_name(tx: &mut Tx<'_>) -> Result<String, EngineError> {
    Ok(profile::load(tx)?
        .map(|profile| profile.name)
        .unwrap_or_default())
}
