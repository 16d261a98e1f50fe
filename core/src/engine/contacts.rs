//! Other people: how they are added, accepted, blocked and taken off the list.

use prost::Message;
use sotto_content::link::ContactLink;
use sotto_content::proto::{
    ContactState, DeliveryKey as WireKey, RegisterKind, contact_state::Standing as Wire,
};
use sotto_content::text;
use sotto_wire::ids::{AccountId, Head};
use sotto_wire::proto::HomeRelay;

use super::{Context, EngineError, cards, chains, parking, receipts, registers, routes};
use crate::model::ContactStanding;
use crate::store::tables::contacts::{self as table, Contact, DeliveryKey};
use crate::store::tables::{outgoing, relays};
use crate::store::{Change, Tx, View};

/// The contact, or somebody that nothing is known of yet.
pub(super) fn get_or_unknown(view: &View<'_>, account: &AccountId) -> Result<Contact, EngineError> {
    Ok(table::get(view, account)?.unwrap_or_else(|| Contact::unknown(*account)))
}

/// Whether automatic things may go to an account: our own, or an accepted contact.
pub(super) fn is_accepted(
    view: &View<'_>,
    cx: &Context,
    account: &AccountId,
) -> Result<bool, EngineError> {
    Ok(cx.is_own(account) || get_or_unknown(view, account)?.standing == ContactStanding::Accepted)
}

/// Adds whoever made this link. Doing so accepts them.
pub(crate) fn add_link(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    link: &ContactLink,
) -> Result<AccountId, EngineError> {
    if cx.is_own(&link.account) {
        return Err(EngineError::OwnLink);
    }
    let url = routes::check_address(&link.relay)?;
    let known = get_or_unknown(tx, &link.account)?;
    let profile_name = if known.profile_name.is_empty() {
        link.name.clone()
    } else {
        known.profile_name.clone()
    };
    let state = ContactState {
        standing: Wire::Accepted.into(),
        name: known.name.clone(),
        profile_name,
        about: known.about.clone(),
        delivery: Some(WireKey {
            slot: link.slot.to_vec(),
            version: 0,
            secret: link.token.to_vec(),
            ..WireKey::default()
        }),
        by_link: true,
        homes: vec![HomeRelay {
            url,
            relay_key: link.relay_key.to_vec(),
        }],
        known_head: Some(link.head.into()),
        card_version: known.card_version,
    };
    registers::write(
        tx,
        cx,
        RegisterKind::Contact,
        link.account.as_bytes(),
        state.encode_to_vec(),
    )?;
    if super::settle::reopen_denied(tx, &link.account)? {
        // The old way is closed; what was refused goes the new one.
        let mut contact = get_or_unknown(tx, &link.account)?;
        contact.delivery = state.delivery.as_ref().and_then(|key| read_key(key, true));
        table::put(tx, &contact)?;
    }
    Ok(link.account)
}

/// Accepts, blocks or takes off the list.
pub(crate) fn set_standing(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    account: &AccountId,
    standing: ContactStanding,
) -> Result<(), EngineError> {
    let known = table::get(tx, account)?.ok_or(EngineError::NoSuchContact)?;
    let state = ContactState {
        standing: to_wire(standing).into(),
        ..state_of(tx, &known)?
    };
    registers::write(
        tx,
        cx,
        RegisterKind::Contact,
        account.as_bytes(),
        state.encode_to_vec(),
    )?;
    if standing == ContactStanding::Accepted {
        cards::send_if_due(tx, cx, account)?;
    }
    if standing == ContactStanding::Blocked && known.standing == ContactStanding::Accepted {
        // Who is blocked knows the delivery secret; the others get a new one.
        cards::rotate_delivery(tx, cx)?;
    }
    Ok(())
}

/// Gives a contact another name here; an empty one gives back their own.
pub(crate) fn rename(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    account: &AccountId,
    name: &str,
) -> Result<(), EngineError> {
    if !name.is_empty() {
        text::check_name(name)?;
    }
    let known = table::get(tx, account)?.ok_or(EngineError::NoSuchContact)?;
    let state = ContactState {
        name: text::displayable_name(name),
        ..state_of(tx, &known)?
    };
    registers::write(
        tx,
        cx,
        RegisterKind::Contact,
        account.as_bytes(),
        state.encode_to_vec(),
    )
}

/// Makes what a register says of a contact visible.
pub(super) fn project(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    account: &AccountId,
    state: &ContactState,
) -> Result<(), EngineError> {
    let mut contact = get_or_unknown(tx, account)?;
    let before = contact.standing;
    contact.standing = from_wire(state.standing());
    contact.name = text::displayable_name(&state.name);
    if contact.card_version <= state.card_version {
        // Else a card that came here itself is newer than what a sibling knew.
        contact.profile_name = text::displayable_name(&state.profile_name);
        contact.about = text::displayable_about(&state.about);
    }
    if let Some(key) = state
        .delivery
        .as_ref()
        .and_then(|key| read_key(key, state.by_link))
    {
        // A secret from the contact's own card is better than a link's token.
        if contact.delivery.as_ref().is_none_or(|known| known.by_link) {
            contact.delivery = Some(key);
        }
    }
    if let Some(head) = state
        .known_head
        .clone()
        .and_then(|head| Head::try_from(head).ok())
        && contact.announced.is_none_or(|known| known < head)
    {
        contact.announced = Some(head);
    }
    table::put(tx, &contact)?;
    let homes: Vec<_> = state
        .homes
        .iter()
        .filter_map(|home| {
            let key = sotto_wire::ids::RelayKey::try_from(home.relay_key.as_slice()).ok()?;
            Some((key, routes::check_address(&home.url).ok()?))
        })
        .collect();
    routes::remember(tx, account, &homes)?;
    tx.changed(Change::ContactChanged {
        account: *account.as_bytes(),
    });
    match contact.standing {
        ContactStanding::Accepted if before != ContactStanding::Accepted => {
            receipts::owe_all(tx, cx, account)?;
            parking::reopen(tx, cx, account)
        }
        ContactStanding::Blocked | ContactStanding::Deleted => {
            Ok(outgoing::forget_open(tx, account)?)
        }
        _ => Ok(()),
    }
}

/// The first visible message of somebody who was not known.
pub(super) fn request(tx: &mut Tx<'_>, contact: &mut Contact) -> Result<(), EngineError> {
    if matches!(
        contact.standing,
        ContactStanding::Unknown | ContactStanding::Deleted
    ) {
        contact.standing = ContactStanding::Request;
        table::put(tx, contact)?;
        tx.changed(Change::ContactChanged {
            account: *contact.account.as_bytes(),
        });
    }
    Ok(())
}

/// Before something is sent by the person's own doing: writing to somebody accepts them.
pub(super) fn accept_by_writing(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    account: &AccountId,
) -> Result<(), EngineError> {
    if cx.is_own(account) {
        return Ok(());
    }
    match table::get(tx, account)?
        .ok_or(EngineError::NoSuchContact)?
        .standing
    {
        ContactStanding::Accepted => cards::send_if_due(tx, cx, account),
        ContactStanding::Blocked => Err(EngineError::Blocked),
        ContactStanding::Unknown => Err(EngineError::NoSuchContact),
        ContactStanding::Request | ContactStanding::Deleted => {
            set_standing(tx, cx, account, ContactStanding::Accepted)
        }
    }
}

fn state_of(tx: &mut Tx<'_>, contact: &Contact) -> Result<ContactState, EngineError> {
    let mut homes = Vec::new();
    for relay in table::link_relays(tx, &contact.account)? {
        if let Some(relay) = relays::get(tx, relay)? {
            homes.push(HomeRelay {
                url: relay.url,
                relay_key: relay.key.to_vec(),
            });
        }
    }
    if homes.is_empty()
        && let Some(chain) = chains::load(tx, &contact.account)?
    {
        homes = chain
            .homes()
            .iter()
            .map(|home| HomeRelay {
                url: home.url.clone(),
                relay_key: home.relay_key.to_vec(),
            })
            .collect();
    }
    let delivery = contact.delivery.as_ref();
    Ok(ContactState {
        standing: to_wire(contact.standing).into(),
        name: contact.name.clone(),
        profile_name: contact.profile_name.clone(),
        about: contact.about.clone(),
        delivery: delivery.map(|key| WireKey {
            slot: key.slot.to_vec(),
            version: key.version,
            secret: key.secret.to_vec(),
            ..WireKey::default()
        }),
        by_link: delivery.is_some_and(|key| key.by_link),
        homes,
        known_head: contact.announced.map(Into::into),
        card_version: contact.card_version,
    })
}

/// A delivery key as it travels.
pub(super) fn read_key(key: &WireKey, by_link: bool) -> Option<DeliveryKey> {
    Some(DeliveryKey {
        slot: key.slot.as_slice().try_into().ok()?,
        version: key.version,
        secret: key.secret.as_slice().try_into().ok()?,
        by_link,
    })
}

fn to_wire(standing: ContactStanding) -> Wire {
    match standing {
        ContactStanding::Unknown => Wire::Unspecified,
        ContactStanding::Request => Wire::Request,
        ContactStanding::Accepted => Wire::Accepted,
        ContactStanding::Blocked => Wire::Blocked,
        ContactStanding::Deleted => Wire::Deleted,
    }
}

fn from_wire(standing: Wire) -> ContactStanding {
    match standing {
        Wire::Unspecified => ContactStanding::Unknown,
        Wire::Request => ContactStanding::Request,
        Wire::Accepted => ContactStanding::Accepted,
        Wire::Blocked => ContactStanding::Blocked,
        Wire::Deleted => ContactStanding::Deleted,
    }
}
