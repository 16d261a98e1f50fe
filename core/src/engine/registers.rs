//! Own state, the same on every own device: registers with Lamport versions. The highest
//! (version, device) wins, in any order, any number of times.

use prost::Message;
use sotto_content::proto::{
    ContactState, Content, DeliveryKey, LinkToken, Profile, Register, RegisterKind, Registers,
    content::Kind,
};
use sotto_wire::ids::{AccountId, MailboxId};

use super::{
    Context, EngineError, cards, contacts, enqueue, reading, receipts, safety, settings, vanish,
};
use crate::model::Purpose;
use crate::store::tables::{chains, messages, profile, registers as table};
use crate::store::{Change, Tx, View};

/// A version that jumps further than this is refused: it would exhaust the numbers.
const MAX_JUMP: u64 = 1 << 20;
/// No stream counts further than this.
const MAX_COUNTED: u64 = 1 << 48;
/// From this kind on registers belong to both ends of a conversation; no sibling passes them on.
const SHARED: u32 = 64;
/// Registers in one envelope.
const CHUNK: usize = 64;

/// Writes an own register and tells the own devices.
pub(crate) fn write(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    kind: RegisterKind,
    key: &[u8],
    value: Vec<u8>,
) -> Result<(), EngineError> {
    let version = profile::lamport(tx)? + 1;
    profile::raise_lamport(tx, version)?;
    let register = Register {
        kind: kind as u32,
        key: key.to_vec(),
        version,
        device: cx.me.mailbox.to_vec(),
        value,
    };
    table::put(tx, &register)?;
    project(tx, cx, &register)?;
    tell(tx, cx, vec![register], None)
}

/// Writes an own register that is merged by maximum: `version` is what it counts.
pub(super) fn write_max(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    kind: RegisterKind,
    key: Vec<u8>,
    version: u64,
    value: Vec<u8>,
) -> Result<(), EngineError> {
    let register = Register {
        kind: kind as u32,
        key,
        version,
        device: cx.me.mailbox.to_vec(),
        value,
    };
    if table::put(tx, &register)? {
        project(tx, cx, &register)?;
        tell(tx, cx, vec![register], None)?;
    }
    Ok(())
}

/// Tells the own devices something that is not kept: a receipt that was sent, a place that was
/// lowered.
pub(crate) fn tell_once(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    kind: RegisterKind,
    entries: Vec<(Vec<u8>, Vec<u8>)>,
) -> Result<(), EngineError> {
    let device = cx.me.mailbox.to_vec();
    let registers = entries
        .into_iter()
        .map(|(key, value)| Register {
            kind: kind as u32,
            key,
            version: 0,
            device: device.clone(),
            value,
        })
        .collect();
    tell(tx, cx, registers, None)
}

/// Everything there is, for a device that is new.
pub(crate) fn send_all(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    device: &MailboxId,
) -> Result<(), EngineError> {
    let all = table::all_own(tx)?;
    tell(tx, cx, all, Some(device))
}

fn tell(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    registers: Vec<Register>,
    only: Option<&MailboxId>,
) -> Result<(), EngineError> {
    let me = cx.me.account;
    for chunk in registers.chunks(CHUNK) {
        let content = Content {
            kind: Some(Kind::Registers(Registers {
                registers: chunk.to_vec(),
            })),
            ..Content::default()
        };
        enqueue::control(tx, cx, &me, Purpose::Registers, &content, only, 0)?;
    }
    Ok(())
}

/// Takes over what a sibling wrote.
pub(super) fn receive(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    registers: &[Register],
) -> Result<(), EngineError> {
    for register in registers {
        match kind(register) {
            RegisterKind::Receipted => {
                if let Some((account, id)) = split(&register.key) {
                    receipts::settled_by_sibling(tx, &account, &id)?;
                }
            }
            RegisterKind::Order => lower_place(tx, register)?,
            // Counted in a stream and not by our clock.
            RegisterKind::Read | RegisterKind::Cleared => {
                if register.version <= MAX_COUNTED
                    && is_ours(tx, cx, register)?
                    && table::put(tx, register)?
                {
                    project(tx, cx, register)?;
                }
            }
            _ if register.kind >= SHARED => {}
            _ => {
                let lamport = profile::lamport(tx)?;
                if register.version > lamport.saturating_add(MAX_JUMP)
                    || !is_ours(tx, cx, register)?
                {
                    continue;
                }
                let disputed = is_disputed(tx, cx, register, lamport)?;
                profile::raise_lamport(tx, register.version)?;
                if table::put(tx, register)? {
                    project(tx, cx, register)?;
                }
                if disputed {
                    cards::settle_dispute(tx, cx)?;
                }
            }
        }
    }
    Ok(())
}

/// Whether a part of the card was written by a sibling while this device wrote one, too. Of two
/// devices that find this out, the one with the higher clock settles it.
fn is_disputed(
    view: &View<'_>,
    cx: &Context,
    register: &Register,
    lamport: u64,
) -> Result<bool, EngineError> {
    let parts = [RegisterKind::Profile, RegisterKind::Delivery];
    let me = cx.me.mailbox.as_bytes();
    if !parts.contains(&kind(register)) || register.device == me {
        return Ok(false);
    }
    let mut ours = false;
    for part in parts {
        let known = table::get(view, part as i32, &[])?;
        // The same once more is no dispute; two devices would settle it for ever.
        let same = |known: &Register| known.kind == register.kind && known.value == register.value;
        if known.as_ref().is_some_and(same) {
            return Ok(false);
        }
        ours |= known.is_some_and(|known| known.device == me);
    }
    let theirs = (register.version, register.device.as_slice());
    Ok(ours && theirs < (lamport, me.as_slice()))
}

/// The version of the own register of a kind that there is one of; 0 if it was never written.
pub(super) fn version(view: &View<'_>, kind: RegisterKind) -> Result<u64, EngineError> {
    Ok(table::get(view, kind as i32, &[])?.map_or(0, |register| register.version))
}

/// Whether a device that our chain holds or held wrote it.
fn is_ours(view: &View<'_>, cx: &Context, register: &Register) -> Result<bool, EngineError> {
    let Ok(device) = MailboxId::try_from(register.device.as_slice()) else {
        return Ok(false);
    };
    Ok(chains::device(view, &device)?.is_some_and(|device| cx.is_own(&device.account)))
}

fn kind(register: &Register) -> RegisterKind {
    i32::try_from(register.kind)
        .ok()
        .and_then(|kind| RegisterKind::try_from(kind).ok())
        .unwrap_or(RegisterKind::Unspecified)
}

/// `author ‖ message id`.
pub(super) fn join(author: &AccountId, id: &sotto_wire::ids::MessageId) -> Vec<u8> {
    [author.as_bytes().as_slice(), id.as_bytes()].concat()
}

/// The parts of such a key.
pub(super) fn split(key: &[u8]) -> Option<(AccountId, sotto_wire::ids::MessageId)> {
    let (account, id) = key.split_at_checked(32)?;
    Some((AccountId::try_from(account).ok()?, id.try_into().ok()?))
}

fn lower_place(tx: &mut Tx<'_>, register: &Register) -> Result<(), EngineError> {
    let Some((author, id)) = split(&register.key) else {
        return Ok(());
    };
    let Ok(key) = register.value.as_slice().try_into().map(u64::from_be_bytes) else {
        return Ok(());
    };
    if let Some(message) = messages::by_id(tx, &author, &id)?
        && key < message.order_key
    {
        messages::lower_order_key(tx, message.row, key)?;
        tx.changed(Change::ConversationChanged {
            conversation: message.conversation,
        });
    }
    Ok(())
}

/// Makes a register's value visible where it is used.
fn project(tx: &mut Tx<'_>, cx: &mut Context, register: &Register) -> Result<(), EngineError> {
    match kind(register) {
        RegisterKind::Contact => {
            let Ok(account) = AccountId::try_from(register.key.as_slice()) else {
                return Ok(());
            };
            let Ok(state) = ContactState::decode(register.value.as_slice()) else {
                return Ok(());
            };
            contacts::project(tx, cx, &account, &state)
        }
        RegisterKind::Profile => {
            let Ok(own) = Profile::decode(register.value.as_slice()) else {
                return Ok(());
            };
            profile::set_name(tx, &sotto_content::text::displayable_name(&own.name))?;
            tx.changed(Change::AccountChanged);
            Ok(())
        }
        RegisterKind::Verified => safety::project(tx, cx, register),
        RegisterKind::Read => reading::project(tx, register),
        RegisterKind::Tombstone => vanish::project_tombstone(tx, register),
        RegisterKind::Cleared => vanish::project_cleared(tx, register),
        kind @ (RegisterKind::Muted
        | RegisterKind::Archived
        | RegisterKind::Pinned
        | RegisterKind::MarkedUnread
        | RegisterKind::Notify
        | RegisterKind::Draft) => settings::project(tx, cx, kind, register),
        RegisterKind::Setting => {
            tx.changed(Change::AccountChanged);
            Ok(())
        }
        // Read where they are needed; kinds of the future are kept for a newer client.
        _ => Ok(()),
    }
}

/// Our own name as it stands.
pub(crate) fn own_profile(view: &View<'_>) -> Result<Profile, EngineError> {
    let register = table::get(view, RegisterKind::Profile as i32, &[])?;
    Ok(register
        .and_then(|register| Profile::decode(register.value.as_slice()).ok())
        .unwrap_or_default())
}

/// The delivery secret that accepted contacts get.
pub(super) fn delivery(view: &View<'_>) -> Result<Option<DeliveryKey>, EngineError> {
    let register = table::get(view, RegisterKind::Delivery as i32, &[])?;
    Ok(register.and_then(|register| DeliveryKey::decode(register.value.as_slice()).ok()))
}

/// Links that were not revoked, with the version they were written under.
pub(super) fn links(view: &View<'_>) -> Result<Vec<(u64, LinkToken)>, EngineError> {
    let tokens = table::of_kind(view, RegisterKind::Link as i32)?
        .into_iter()
        .filter_map(|register| {
            Some((
                register.version,
                LinkToken::decode(register.value.as_slice()).ok()?,
            ))
        })
        .filter(|(_, token)| !token.revoked)
        .collect();
    Ok(tokens)
}
