//! What the person has set: for a conversation (mute, archive, pin, draft …), and for the account
//! (receipts, typing). Each is a register that the own devices share.

use prost::Message;
use sotto_content::direct::conversation_id;
use sotto_content::proto::{Draft, Register, RegisterKind};
use sotto_content::text;
use sotto_wire::ids::AccountId;

use super::{Context, EngineError, account, enqueue, registers};
use crate::model::Notify;
use crate::store::tables::conversations::{self, Settings};
use crate::store::tables::registers as table;
use crate::store::{Change, Tx, View};

/// Says when a message has come to be on a device.
pub const DELIVERED_RECEIPTS: &str = "delivered-receipts";
/// Says when a message was read; and shows when others did.
pub const READ_RECEIPTS: &str = "read-receipts";
/// Says that the person types; and shows when others do.
pub const TYPING: &str = "typing";
/// What is automatic waits longer, so that its time tells less.
pub const STRICT_PRIVACY: &str = "strict-privacy";

/// What can be set for a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    /// Until when nothing of it makes a sound, in ms since the Unix epoch; 0: it does.
    MutedUntil(u64),
    Archived(bool),
    Pinned(bool),
    MarkedUnread(bool),
    Notify(Notify),
}

/// Sets something for a conversation.
pub(crate) fn set(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    with: &AccountId,
    setting: &Setting,
) -> Result<(), EngineError> {
    account::exists(tx)?;
    let conversation = conversation_id(&cx.me.account, with);
    let now = cx.now.ms();
    let moment = |on: bool| if on { number(now) } else { Vec::new() };
    let (kind, value) = match setting {
        Setting::MutedUntil(0) => (RegisterKind::Muted, Vec::new()),
        Setting::MutedUntil(until) => (RegisterKind::Muted, number(*until)),
        Setting::Archived(on) => (RegisterKind::Archived, moment(*on)),
        Setting::Pinned(on) => (RegisterKind::Pinned, moment(*on)),
        Setting::MarkedUnread(on) => (RegisterKind::MarkedUnread, flag(*on)),
        Setting::Notify(notify) => (RegisterKind::Notify, small(notify.to_stored())),
    };
    // What changes nothing is not told, so it must not begin a conversation here alone either.
    if setting_is(tx, kind, &conversation, &value)? {
        return Ok(());
    }
    enqueue::ensure_conversation(tx, cx, with)?;
    registers::write(tx, cx, kind, &conversation, value)
}

/// Keeps what is being written; nothing for nothing.
pub(crate) fn set_draft(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    with: &AccountId,
    draft: &Draft,
) -> Result<(), EngineError> {
    account::exists(tx)?;
    let value = match &draft.text {
        Some(text) if !text.body.is_empty() => {
            text::check_rich(text).or_else(|error| match error {
                // White space is a beginning, too.
                text::TextError::Empty => Ok(()),
                other => Err(other),
            })?;
            draft.encode_to_vec()
        }
        _ => Vec::new(),
    };
    let conversation = conversation_id(&cx.me.account, with);
    if setting_is(tx, RegisterKind::Draft, &conversation, &value)? {
        return Ok(());
    }
    enqueue::ensure_conversation(tx, cx, with)?;
    registers::write(tx, cx, RegisterKind::Draft, &conversation, value)
}

/// The draft of a conversation.
pub(crate) fn draft(
    view: &View<'_>,
    conversation: &[u8; 32],
) -> Result<Option<Draft>, EngineError> {
    let register = table::get(view, RegisterKind::Draft as i32, conversation)?;
    Ok(register
        .filter(|register| !register.value.is_empty())
        .and_then(|register| Draft::decode(register.value.as_slice()).ok()))
}

/// What was a draft has been sent.
pub(super) fn drop_draft(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    with: &AccountId,
) -> Result<(), EngineError> {
    set_draft(tx, cx, with, &Draft::default())
}

/// A conversation that was read is not marked as unread any more.
pub(super) fn clear_mark(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    with: &AccountId,
) -> Result<(), EngineError> {
    let conversation = conversation_id(&cx.me.account, with);
    if setting_is(tx, RegisterKind::MarkedUnread, &conversation, &[])? {
        return Ok(());
    }
    set(tx, cx, with, &Setting::MarkedUnread(false))
}

/// Switches something for the account.
pub(crate) fn switch(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    name: &str,
    on: bool,
) -> Result<(), EngineError> {
    account::exists(tx)?;
    registers::write(
        tx,
        cx,
        RegisterKind::Setting,
        name.as_bytes(),
        vec![u8::from(on)],
    )
}

/// Whether something is on for the account; all but the strict privacy is, until it is switched.
pub(crate) fn is_on(view: &View<'_>, name: &str) -> Result<bool, EngineError> {
    let register = table::get(view, RegisterKind::Setting as i32, name.as_bytes())?;
    Ok(
        match register
            .as_ref()
            .and_then(|register| register.value.first())
        {
            Some(value) => *value != 0,
            None => name != STRICT_PRIVACY,
        },
    )
}

/// Shows a register of a conversation.
pub(super) fn project(
    tx: &mut Tx<'_>,
    cx: &Context,
    kind: RegisterKind,
    register: &Register,
) -> Result<(), EngineError> {
    let Ok(conversation) = <[u8; 32]>::try_from(register.key.as_slice()) else {
        return Ok(());
    };
    ensure_known(tx, cx, &conversation)?;
    let value = register.value.as_slice();
    let first = value.first().copied().unwrap_or(0);
    change(tx, &conversation, |settings| match kind {
        RegisterKind::Muted => settings.muted_until = read_number(value),
        RegisterKind::Archived => settings.archived_at = read_number(value),
        RegisterKind::Pinned => settings.pinned_at = read_number(value),
        RegisterKind::MarkedUnread => settings.marked_unread = first != 0,
        RegisterKind::Notify => settings.notify = Notify::from_stored(first.into()),
        RegisterKind::Draft => {
            let draft = Draft::decode(value).unwrap_or_default();
            settings.draft = draft.text.map(|text| text.body).unwrap_or_default();
        }
        _ => {}
    })
}

/// Shows the timer that both ends share.
pub(super) fn project_timer(tx: &mut Tx<'_>, register: &Register) -> Result<(), EngineError> {
    let (Ok(conversation), Ok(seconds)) = (
        <[u8; 32]>::try_from(register.key.as_slice()),
        register.value.as_slice().try_into().map(u32::from_be_bytes),
    ) else {
        return Ok(());
    };
    change(tx, &conversation, |settings| settings.timer = seconds)
}

fn change(
    tx: &mut Tx<'_>,
    conversation: &[u8; 32],
    change: impl FnOnce(&mut Settings),
) -> Result<(), EngineError> {
    let mut settings = conversations::settings(tx, conversation)?;
    change(&mut settings);
    conversations::set_settings(tx, conversation, &settings)?;
    tx.changed(Change::ConversationChanged {
        conversation: *conversation,
    });
    Ok(())
}

/// A sibling may set something for a conversation before its first message has come here.
fn ensure_known(tx: &mut Tx<'_>, cx: &Context, conversation: &[u8; 32]) -> Result<(), EngineError> {
    if conversations::is_known(tx, conversation)? {
        return Ok(());
    }
    let me = cx.me.account;
    let contacts = crate::store::tables::contacts::all(tx)?;
    let accounts = contacts.iter().map(|contact| contact.account).chain([me]);
    for account in accounts {
        if conversation_id(&me, &account) == *conversation {
            enqueue::ensure_conversation(tx, cx, &account)?;
        }
    }
    Ok(())
}

fn setting_is(
    view: &View<'_>,
    kind: RegisterKind,
    key: &[u8],
    value: &[u8],
) -> Result<bool, EngineError> {
    let known = table::get(view, kind as i32, key)?;
    Ok(known.map_or(value.is_empty(), |known| known.value == value))
}

fn number(value: u64) -> Vec<u8> {
    value.to_be_bytes().to_vec()
}

fn read_number(value: &[u8]) -> u64 {
    value.try_into().map_or(0, u64::from_be_bytes)
}

fn flag(on: bool) -> Vec<u8> {
    if on { vec![1] } else { Vec::new() }
}

fn small(value: i64) -> Vec<u8> {
    match u8::try_from(value) {
        Ok(0) | Err(_) => Vec::new(),
        Ok(value) => vec![value],
    }
}
