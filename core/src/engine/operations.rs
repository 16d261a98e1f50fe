//! What is done to messages that were said: reactions, edits, deletions by their author, and the
//! conversation's timer. Both ends hold each as a register, so that any order and any repetition
//! ends the same; what comes before its message waits in its register.

use prost::Message;
use sotto_content::limits::MAX_TIMER;
use sotto_content::proto::{
    Content, Delete, Edit, EditState, Reaction, ReactionState, Register, RegisterKind, Target,
    Text, Timer, content::Kind,
};
use sotto_content::text;
use sotto_wire::ids::{AccountId, MailboxId, MessageId};

use super::enqueue::{self, Saying};
use super::said::Said;
use super::{Context, EngineError, account, contacts, registers, settings, vanish};
use crate::clock::DAY;
use crate::model::MessageKind;
use crate::store::tables::messages::{self, MessageRow};
use crate::store::tables::{quotas, registers as table};
use crate::store::{Change, Tx, View};

/// A version that jumps further than this is refused: it would exhaust the numbers.
const MAX_JUMP: u64 = 1 << 20;
/// Stands for the device where it does not matter which one it was.
const NOBODY: [u8; 16] = [0; 16];
/// Operations of an account in a day on messages that are not here.
const MAX_LOOSE: u64 = 1_000;

/// A reaction as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reacted {
    pub account: AccountId,
    pub emoji: String,
    pub at: u64,
}

/// Does what a received content says of other messages, if it says such a thing.
pub(super) fn receive(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    said: &Said<'_>,
) -> Result<(), EngineError> {
    let register = match &said.content.kind {
        Some(Kind::Reaction(reaction)) => {
            let target = Aim::read(reaction.target.as_ref())?;
            // Nobody who is not accepted decorates what is said here.
            if !contacts::is_accepted(tx, cx, &said.author)?
                || !target.may_be(tx, cx, said)?
                || is_deleted(tx, &target)?
            {
                return Ok(());
            }
            if !reaction.emoji.is_empty() {
                text::check_emoji(&reaction.emoji).map_err(|_| EngineError::Malformed)?;
            }
            target.reaction(said, reaction)
        }
        Some(Kind::Edit(edit)) => {
            let target = Aim::read(edit.target.as_ref())?;
            let text = edit.text.as_ref().ok_or(EngineError::Malformed)?;
            text::check_rich(text).map_err(|_| EngineError::Malformed)?;
            if target.author != said.author {
                return Err(EngineError::Forged);
            }
            if !target.may_be(tx, cx, said)? || is_deleted(tx, &target)? {
                return Ok(());
            }
            target.edit(said, edit.version, text)
        }
        Some(Kind::Delete(delete)) => {
            let target = Aim::read(delete.target.as_ref())?;
            if target.author != said.author {
                return Err(EngineError::Forged);
            }
            if !target.may_be(tx, cx, said)? {
                return Ok(());
            }
            target.deletion()
        }
        Some(Kind::Timer(timer)) => timer_register(said.conversation, timer, &said.device)?,
        _ => return Ok(()),
    };
    put(tx, &register)
}

/// Does to a message that has just come what was said of it before. One that was edited before it
/// came stands for its edit, until the edit itself comes.
pub(super) fn catch_up(tx: &mut Tx<'_>, row: i64) -> Result<(), EngineError> {
    let Some(message) = messages::get(tx, row)? else {
        return Ok(());
    };
    if message.edited > 0 {
        let register = Register {
            kind: RegisterKind::Edit as u32,
            key: Aim::of(&message).key(),
            version: message.edited,
            device: NOBODY.to_vec(),
            value: EditState::default().encode_to_vec(),
        };
        table::put(tx, &register)?;
    }
    show(tx, &message)
}

/// Reactions to a message, in the order of the accounts.
pub(crate) fn reactions(
    view: &View<'_>,
    author: &AccountId,
    id: &MessageId,
) -> Result<Vec<Reacted>, crate::store::StoreError> {
    let key = registers::join(author, id);
    let found = table::beginning_with(view, RegisterKind::Reaction as i32, &key)?;
    Ok(found
        .into_iter()
        .filter_map(|register| {
            let account = AccountId::try_from(register.key.get(key.len()..)?).ok()?;
            let state = ReactionState::decode(register.value.as_slice()).ok()?;
            (!state.emoji.is_empty()).then_some(Reacted {
                account,
                emoji: state.emoji,
                at: state.at,
            })
        })
        .collect())
}

/// Reacts to a message; an empty emoji takes the reaction back.
pub(crate) fn react(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    row: i64,
    emoji: &str,
) -> Result<(), EngineError> {
    if !emoji.is_empty() {
        text::check_emoji(emoji)?;
    }
    let message = said_message(tx, row)?;
    let target = Aim::of(&message);
    let me = cx.me.account;
    let version = next_version(tx, RegisterKind::Reaction, &target.reaction_key(&me))?;
    let reaction = Reaction {
        target: Some(target.to_wire()),
        emoji: emoji.to_owned(),
        version,
    };
    let register = Register {
        kind: RegisterKind::Reaction as u32,
        key: target.reaction_key(&me),
        version,
        device: cx.me.mailbox.to_vec(),
        value: ReactionState {
            emoji: emoji.to_owned(),
            at: cx.now.ms(),
        }
        .encode_to_vec(),
    };
    put(tx, &register)?;
    say(tx, cx, &message, Kind::Reaction(reaction))
}

/// Puts another text in the place of an own one.
pub(crate) fn edit(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    row: i64,
    text: Text,
) -> Result<(), EngineError> {
    text::check_rich(&text)?;
    let message = own_message(tx, cx, row)?;
    if message.kind != MessageKind::Text {
        return Err(EngineError::CannotChange);
    }
    let target = Aim::of(&message);
    let version = next_version(tx, RegisterKind::Edit, &target.key())?.max(message.edited + 1);
    let register = Register {
        kind: RegisterKind::Edit as u32,
        key: target.key(),
        version,
        device: cx.me.mailbox.to_vec(),
        value: EditState {
            text: Some(text),
            at: cx.now.ms(),
        }
        .encode_to_vec(),
    };
    put(tx, &register)?;
    // The text is read from the message when this is sealed: what is deleted until then is not sent.
    let edit = Edit {
        target: Some(target.to_wire()),
        text: None,
        version,
    };
    say(tx, cx, &message, Kind::Edit(edit))
}

/// Puts into an edit what its message says now; false if there is nothing of it any more.
pub(super) fn fill(view: &View<'_>, edit: &mut Edit) -> Result<bool, EngineError> {
    let target = Aim::read(edit.target.as_ref())?;
    let Some(message) = messages::by_id(view, &target.author, &target.id)? else {
        return Ok(false);
    };
    let content = Content::decode(message.content.as_slice()).unwrap_or_default();
    let Some(Kind::Text(shown)) = content.kind else {
        return Ok(false);
    };
    edit.version = shown.edited;
    edit.text = Some(Text {
        body: shown.body,
        mentions: shown.mentions,
        formats: shown.formats,
        ..Text::default()
    });
    Ok(true)
}

/// Deletes an own message for everybody.
pub(crate) fn delete_for_everyone(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    row: i64,
) -> Result<(), EngineError> {
    let message = own_message(tx, cx, row)?;
    if !matches!(message.kind, MessageKind::Text | MessageKind::Unknown) {
        return Err(EngineError::CannotChange);
    }
    if message.counter == 0 {
        // It has left for nobody, so nobody will say anything of it.
        return vanish::take_back(tx, &message);
    }
    let target = Aim::of(&message);
    let register = target.deletion();
    put(tx, &register)?;
    let delete = Delete {
        target: Some(target.to_wire()),
    };
    say(tx, cx, &message, Kind::Delete(delete))
}

/// Sets how long messages of a conversation are kept after they were read.
pub(crate) fn set_timer(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    with: &AccountId,
    seconds: u32,
) -> Result<i64, EngineError> {
    account::active(tx)?;
    if seconds > MAX_TIMER {
        return Err(EngineError::CannotChange);
    }
    contacts::accept_by_writing(tx, cx, with)?;
    let conversation = enqueue::ensure_conversation(tx, cx, with)?;
    let version = next_version(tx, RegisterKind::Timer, &conversation)?;
    let timer = Timer { seconds, version };
    let register = timer_register(conversation, &timer, &cx.me.mailbox)?;
    put(tx, &register)?;
    let content = Content {
        kind: Some(Kind::Timer(timer)),
        ..Content::default()
    };
    enqueue::say(tx, cx, with, Saying::new(MessageKind::Timer, &content))
}

/// Notes for good that a message is gone: what is still said of it changes nothing.
pub(super) fn bury(tx: &mut Tx<'_>, message: &MessageRow) -> Result<(), EngineError> {
    let target = Aim::of(message);
    table::put(tx, &target.deletion())?;
    forget(tx, &target)
}

/// Whether the author has deleted a message, or it has expired.
pub(super) fn is_buried(
    view: &View<'_>,
    author: &AccountId,
    id: &MessageId,
) -> Result<bool, EngineError> {
    is_deleted(
        view,
        &Aim {
            author: *author,
            id: *id,
        },
    )
}

/// Forgets what was said of a message that is taken out of the database.
pub(super) fn forget_of(
    tx: &mut Tx<'_>,
    author: &AccountId,
    id: &MessageId,
) -> Result<(), EngineError> {
    forget(
        tx,
        &Aim {
            author: *author,
            id: *id,
        },
    )
}

/// The message that an operation is aimed at.
struct Aim {
    author: AccountId,
    id: MessageId,
}

impl Aim {
    fn read(target: Option<&Target>) -> Result<Self, EngineError> {
        let target = target.ok_or(EngineError::Malformed)?;
        let (Ok(author), Ok(id)) = (
            target.author.as_slice().try_into(),
            target.message_id.as_slice().try_into(),
        ) else {
            return Err(EngineError::Malformed);
        };
        Ok(Self { author, id })
    }

    fn of(message: &MessageRow) -> Self {
        Self {
            author: message.author,
            id: message.id,
        }
    }

    fn to_wire(&self) -> Target {
        Target {
            author: self.author.to_vec(),
            message_id: self.id.to_vec(),
        }
    }

    fn key(&self) -> Vec<u8> {
        registers::join(&self.author, &self.id)
    }

    fn reaction_key(&self, who: &AccountId) -> Vec<u8> {
        [self.key().as_slice(), who.as_bytes()].concat()
    }

    /// Whether it stands in this conversation, or may still come there.
    fn may_be(&self, tx: &mut Tx<'_>, cx: &Context, said: &Said<'_>) -> Result<bool, EngineError> {
        if let Some(message) = messages::by_id(tx, &self.author, &self.id)? {
            return Ok(message.conversation == said.conversation);
        }
        let here = self.author == said.with || cx.is_own(&self.author);
        if !here || vanish::is_buried_here(tx, &self.author, &self.id)? {
            return Ok(false);
        }
        if cx.is_own(&said.author) {
            return Ok(true);
        }
        let day = cx.now.ms() / DAY;
        Ok(contacts::is_accepted(tx, cx, &said.author)?
            && quotas::take(
                tx,
                "loose_operations",
                said.author.as_bytes(),
                day,
                1,
                MAX_LOOSE,
            )?)
    }

    fn reaction(&self, said: &Said<'_>, reaction: &Reaction) -> Register {
        Register {
            kind: RegisterKind::Reaction as u32,
            key: self.reaction_key(&said.author),
            version: reaction.version,
            device: said.device.to_vec(),
            value: ReactionState {
                emoji: reaction.emoji.clone(),
                at: said.place.sent_at,
            }
            .encode_to_vec(),
        }
    }

    fn edit(&self, said: &Said<'_>, version: u64, text: &Text) -> Register {
        Register {
            kind: RegisterKind::Edit as u32,
            key: self.key(),
            version,
            device: said.device.to_vec(),
            value: EditState {
                text: Some(text.clone()),
                at: said.place.sent_at,
            }
            .encode_to_vec(),
        }
    }

    /// One deletion is as good as another: they are all the same register.
    fn deletion(&self) -> Register {
        Register {
            kind: RegisterKind::Deleted as u32,
            key: self.key(),
            version: 1,
            device: NOBODY.to_vec(),
            value: vec![1],
        }
    }
}

fn timer_register(
    conversation: [u8; 32],
    timer: &Timer,
    device: &MailboxId,
) -> Result<Register, EngineError> {
    if timer.seconds > MAX_TIMER {
        return Err(EngineError::Malformed);
    }
    Ok(Register {
        kind: RegisterKind::Timer as u32,
        key: conversation.to_vec(),
        version: timer.version,
        device: device.to_vec(),
        value: timer.seconds.to_be_bytes().to_vec(),
    })
}

fn next_version(view: &View<'_>, kind: RegisterKind, key: &[u8]) -> Result<u64, EngineError> {
    Ok(table::get(view, kind as i32, key)?.map_or(0, |register| register.version) + 1)
}

fn is_deleted(view: &View<'_>, target: &Aim) -> Result<bool, EngineError> {
    Ok(table::get(view, RegisterKind::Deleted as i32, &target.key())?.is_some())
}

/// Stores a register if it is newer than what is known, and shows what follows from it.
fn put(tx: &mut Tx<'_>, register: &Register) -> Result<(), EngineError> {
    let kind = i32::try_from(register.kind).map_err(|_| EngineError::Malformed)?;
    let known = table::get(tx, kind, &register.key)?.map_or(0, |known| known.version);
    if register.version == 0 || register.version > known.saturating_add(MAX_JUMP) {
        return Err(EngineError::Malformed);
    }
    if !table::put(tx, register)? {
        return Ok(());
    }
    if register.kind == RegisterKind::Timer as u32 {
        return settings::project_timer(tx, register);
    }
    let Some((author, rest)) = register.key.split_at_checked(32) else {
        return Ok(());
    };
    let (Ok(author), Some(Ok(id))) = (
        AccountId::try_from(author),
        rest.get(..16).map(MessageId::try_from),
    ) else {
        return Ok(());
    };
    match messages::by_id(tx, &author, &id)? {
        Some(message) => show(tx, &message),
        None => Ok(()),
    }
}

/// Brings what a message shows in line with the registers.
fn show(tx: &mut Tx<'_>, message: &MessageRow) -> Result<(), EngineError> {
    let target = Aim::of(message);
    if is_deleted(tx, &target)? {
        if message.kind != MessageKind::Deleted {
            messages::erase(tx, message.row)?;
            forget(tx, &target)?;
        }
    } else if let Some(register) = table::get(tx, RegisterKind::Edit as i32, &target.key())? {
        replace(tx, message, &register)?;
    }
    tx.changed(Change::MessageChanged {
        conversation: message.conversation,
        row: message.row,
    });
    tx.changed(Change::ConversationChanged {
        conversation: message.conversation,
    });
    Ok(())
}

/// Shows the text of an edit. The register keeps its version, not the text.
fn replace(tx: &mut Tx<'_>, message: &MessageRow, register: &Register) -> Result<(), EngineError> {
    let state = EditState::decode(register.value.as_slice()).map_err(|_| EngineError::Malformed)?;
    let Some(text) = state.text else {
        return Ok(());
    };
    let mut content = Content::decode(message.content.as_slice()).unwrap_or_default();
    if message.kind == MessageKind::Text
        && let Some(Kind::Text(shown)) = &mut content.kind
    {
        shown.body.clone_from(&text.body);
        shown.mentions = text.mentions;
        shown.formats = text.formats;
        shown.edited = register.version;
        let content = content.encode_to_vec();
        messages::set_text(tx, message.row, (&text.body, &content), register.version)?;
    }
    Ok(table::set_value(
        tx,
        RegisterKind::Edit as i32,
        &register.key,
        &[],
    )?)
}

/// Nothing that was said of a message stays when it goes.
fn forget(tx: &mut Tx<'_>, target: &Aim) -> Result<(), EngineError> {
    table::forget(tx, RegisterKind::Reaction as i32, &target.key())?;
    table::forget(tx, RegisterKind::Edit as i32, &target.key())?;
    Ok(())
}

/// A message that something can be done to.
fn said_message(view: &View<'_>, row: i64) -> Result<MessageRow, EngineError> {
    let message = messages::get(view, row)?
        .filter(|message| message.shown)
        .ok_or(EngineError::NoSuchMessage)?;
    match message.kind {
        MessageKind::Text | MessageKind::Unknown => Ok(message),
        MessageKind::Deleted | MessageKind::Timer | MessageKind::Operation => {
            Err(EngineError::CannotChange)
        }
    }
}

fn own_message(view: &View<'_>, cx: &Context, row: i64) -> Result<MessageRow, EngineError> {
    let message = said_message(view, row)?;
    if cx.is_own(&message.author) {
        Ok(message)
    } else {
        Err(EngineError::CannotChange)
    }
}

/// Tells the other end and the own devices.
fn say(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    message: &MessageRow,
    kind: Kind,
) -> Result<(), EngineError> {
    account::active(tx)?;
    let with = enqueue::other_end(tx, cx, message)?;
    contacts::accept_by_writing(tx, cx, &with)?;
    let content = Content {
        kind: Some(kind),
        ..Content::default()
    };
    enqueue::say(tx, cx, &with, Saying::new(MessageKind::Operation, &content)).map(drop)
}
