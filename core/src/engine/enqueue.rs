//! Into the outbox: a row of history and a row of work in one transaction. Works offline.

use prost::Message;
use sotto_content::direct::conversation_id;
use sotto_content::proto::{Content, Quote, Text, content::Kind};
use sotto_content::text;
use sotto_wire::ids::{AccountId, MailboxId, MessageId};

use super::{Context, EngineError, account, contacts, order, settings};
use crate::clock::SECOND;
use crate::crash;
use crate::model::{ConversationKind, MessageKind, OutgoingState, Purpose};
use crate::store::tables::messages::{self, MessageRow};
use crate::store::tables::outgoing::{self, Outgoing};
use crate::store::tables::{chains, conversations};
use crate::store::{Change, Tx, View};

/// What a person writes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Writing {
    /// The text with its mentions and formats; not its quote.
    pub text: Text,
    /// The row of the message that this answers.
    pub answers: Option<i64>,
}

/// Queues a text for an account and its transcript for the own devices; returns the message's row.
pub(crate) fn text(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    to: &AccountId,
    writing: Writing,
) -> Result<i64, EngineError> {
    let Writing { mut text, answers } = writing;
    text::check_rich(&text)?;
    account::active(tx)?;
    contacts::accept_by_writing(tx, cx, to)?;
    let conversation = ensure_conversation(tx, cx, to)?;
    if let Some(row) = answers {
        let parent = messages::get(tx, row)?
            .filter(|parent| parent.shown && parent.conversation == conversation)
            .ok_or(EngineError::NoSuchMessage)?;
        text.quote = Some(Quote {
            author: parent.author.to_vec(),
            message_id: parent.id.to_vec(),
        });
    }
    let body = text.body.clone();
    let content = Content {
        expire_seconds: conversations::settings(tx, &conversation)?.timer,
        kind: Some(Kind::Text(text)),
        ..Content::default()
    };
    let saying = Saying {
        body: &body,
        ..Saying::new(MessageKind::Text, &content)
    };
    let row = say(tx, cx, to, saying)?;
    settings::drop_draft(tx, cx, to)?;
    crash::point("enqueue.before_commit");
    Ok(row)
}

/// Queues what a message says for somebody else.
pub(crate) fn forward(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    row: i64,
    to: &AccountId,
) -> Result<i64, EngineError> {
    let message = messages::get(tx, row)?
        .filter(|message| message.shown)
        .ok_or(EngineError::NoSuchMessage)?;
    let said = Content::decode(message.content.as_slice()).unwrap_or_default();
    let Some(Kind::Text(said)) = said.kind else {
        return Err(EngineError::CannotChange);
    };
    let text = Text {
        body: said.body,
        formats: said.formats,
        attachments: said.attachments,
        forwarded: true,
        // Who was mentioned there, and what was answered there, is nobody's business here.
        ..Text::default()
    };
    let answers = None;
    self::text(tx, cx, to, Writing { text, answers })
}

/// A durable content that is about to be said.
pub(super) struct Saying<'a> {
    pub kind: MessageKind,
    pub body: &'a str,
    pub content: &'a Content,
}

impl<'a> Saying<'a> {
    /// Without a text.
    pub fn new(kind: MessageKind, content: &'a Content) -> Self {
        Self {
            kind,
            body: "",
            content,
        }
    }
}

/// Queues a durable content: a row of history, and work for the other end and the own devices.
pub(super) fn say(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    to: &AccountId,
    saying: Saying<'_>,
) -> Result<i64, EngineError> {
    let conversation = ensure_conversation(tx, cx, to)?;
    let id = MessageId::new(cx.random.bytes());
    let order_key = order::own_place(tx, cx, &conversation, saying.content)?;
    let shown = saying.kind != MessageKind::Operation;
    let expires_in = saying.content.expire_seconds;
    let row = messages::insert(
        tx,
        &MessageRow {
            row: 0,
            conversation,
            author: cx.me.account,
            device: cx.me.mailbox,
            id,
            order_key,
            incarnation: [0; 8],
            counter: 0,
            sent_at: cx.now.ms(),
            received_at: cx.now.ms(),
            kind: saying.kind,
            body: saying.body.to_owned(),
            content: saying.content.encode_to_vec(),
            shown,
            unread: false,
            edited: 0,
            expires_in,
            // Who wrote it has read it.
            expires_at: (expires_in > 0).then(|| cx.now.ms() + u64::from(expires_in) * SECOND),
        },
    )?;
    if !cx.is_own(to) {
        insert(
            tx,
            cx,
            to,
            id,
            Purpose::Message,
            Some(row),
            Vec::new(),
            None,
            0,
        )?;
    }
    transcript(tx, cx, row, None, Vec::new())?;
    if shown {
        tx.changed(Change::MessageChanged { conversation, row });
        tx.changed(Change::ConversationChanged { conversation });
    }
    Ok(row)
}

/// Whom the conversation of a message is with; ourselves for the note to self.
pub(super) fn other_end(
    view: &View<'_>,
    cx: &Context,
    message: &MessageRow,
) -> Result<AccountId, EngineError> {
    Ok(conversations::peer(view, &message.conversation)?.unwrap_or(cx.me.account))
}

/// Tells the own devices (or one of them) of a message; `answers` is the envelope that a sibling
/// could not open, if this answers it.
pub(super) fn transcript(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    row: i64,
    only: Option<&MailboxId>,
    answers: Vec<u8>,
) -> Result<(), EngineError> {
    let me = cx.me.account;
    if chains::active_devices(tx, &me)?.len() < 2 {
        return Ok(());
    }
    let id = MessageId::new(cx.random.bytes());
    let content = Content {
        answers,
        ..Content::default()
    }
    .encode_to_vec();
    insert(
        tx,
        cx,
        &me,
        id,
        Purpose::Transcript,
        Some(row),
        content,
        only,
        0,
    )
}

/// Queues a message once more, for a device that asked for it.
pub(super) fn again(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    to: &AccountId,
    message: &MessageRow,
    device: &MailboxId,
    answers: Vec<u8>,
) -> Result<(), EngineError> {
    let content = Content {
        answers,
        ..Content::default()
    }
    .encode_to_vec();
    insert(
        tx,
        cx,
        to,
        message.id,
        Purpose::Message,
        Some(message.row),
        content,
        Some(device),
        0,
    )
}

/// Queues something that is not a message, not before `delay` milliseconds have passed.
pub(super) fn control(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    to: &AccountId,
    purpose: Purpose,
    content: &Content,
    only: Option<&MailboxId>,
    delay: u64,
) -> Result<(), EngineError> {
    // What goes to all own devices is for nobody while there is only this one; a new one gets all.
    if cx.is_own(to) && only.is_none() && chains::active_devices(tx, to)?.len() < 2 {
        return Ok(());
    }
    let id = MessageId::new(cx.random.bytes());
    insert(
        tx,
        cx,
        to,
        id,
        purpose,
        None,
        content.encode_to_vec(),
        only,
        delay,
    )
}

/// Queues bytes that are no content: a retry request.
pub(super) fn raw(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    to: &AccountId,
    purpose: Purpose,
    bytes: Vec<u8>,
    only: &MailboxId,
) -> Result<(), EngineError> {
    let id = MessageId::new(cx.random.bytes());
    insert(tx, cx, to, id, purpose, None, bytes, Some(only), 0)
}

#[allow(clippy::too_many_arguments)]
fn insert(
    tx: &mut Tx<'_>,
    cx: &Context,
    to: &AccountId,
    message_id: MessageId,
    purpose: Purpose,
    message: Option<i64>,
    content: Vec<u8>,
    only: Option<&MailboxId>,
    delay: u64,
) -> Result<(), EngineError> {
    outgoing::insert(
        tx,
        &Outgoing {
            row: 0,
            message_id,
            account: *to,
            only_device: only.copied(),
            purpose,
            message,
            content,
            created_at: cx.now.ms(),
            not_before: if cx.is_own(to) {
                sibling_time(cx)
            } else if delay == 0 {
                0
            } else {
                cx.now.ms() + delay
            },
            state: OutgoingState::Open,
            attempts: 0,
            next_attempt: 0,
            reason: None,
        },
    )?;
    tx.changed(Change::OutboxChanged);
    Ok(())
}

/// Mail for own devices leaves on a grid of 2 seconds, so that it does not follow what was sent to
/// others by a fixed time. The grid differs by device and keeps the order.
fn sibling_time(cx: &Context) -> u64 {
    const GRID: u64 = 2 * SECOND;
    let [first, second, ..] = *cx.me.mailbox.as_bytes();
    let phase = u64::from(u16::from_be_bytes([first, second])) % GRID;
    (cx.now.ms().saturating_sub(phase) / GRID + 1) * GRID + phase
}

/// The direct conversation with an account, made if it is not there.
pub(super) fn ensure_conversation(
    tx: &mut Tx<'_>,
    cx: &Context,
    with: &AccountId,
) -> Result<[u8; 32], EngineError> {
    let id = conversation_id(&cx.me.account, with);
    let kind = if cx.is_own(with) {
        ConversationKind::Own
    } else {
        ConversationKind::Direct
    };
    conversations::ensure(tx, &id, kind, Some(with))?;
    Ok(id)
}
