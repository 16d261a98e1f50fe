//! Things as JSON, one object each, told apart by `event`. `docs/cli.md` has every field; a test
//! compares the two.

use serde::Serialize;
use serde_json::{Map, Value, json};
use sotto_core::client::{
    Contact, ConversationSettings, ConversationSummary, Device, Direction, Error, Event, Me,
    Message, Notice, OutboxEntry, SafetyNumber,
};

use super::words::connection_word;

/// The fields of a value, with its name.
pub fn named_json(event: &str, value: &impl Serialize) -> Value {
    let mut fields = match serde_json::to_value(value) {
        Ok(Value::Object(fields)) => fields,
        // Nothing here has keys that are no texts.
        _ => Map::new(),
    };
    fields.insert("event".to_owned(), event.into());
    Value::Object(fields)
}

fn insert(value: &mut Value, name: &str, field: impl Into<Value>) {
    if let Some(fields) = value.as_object_mut() {
        fields.insert(name.to_owned(), field.into());
    }
}

fn rename(value: &mut Value, from: &str, to: &str) {
    if let Some(fields) = value.as_object_mut()
        && let Some(field) = fields.remove(from)
    {
        fields.insert(to.to_owned(), field);
    }
}

fn message_called(event: &str, message: &Message) -> Value {
    let mut value = named_json(event, message);
    rename(&mut value, "author_name", "from");
    insert(&mut value, "own", message.direction != Direction::Received);
    value
}

/// A message that is, or that came.
pub fn message_json(message: &Message) -> Value {
    message_called("message", message)
}

/// An event; `None` for one that says nothing to a program.
pub fn event_json(event: &Event) -> Option<Value> {
    Some(match event {
        Event::MessageReceived { message } => message_json(message),
        Event::MessageChanged { message } => message_called("changed", message),
        Event::MessageRemoved { conversation, row } => json!({
            "event": "removed",
            "conversation": conversation,
            "row": row,
        }),
        Event::ConversationChanged { conversation } => json!({
            "event": "conversation_changed",
            "conversation": conversation,
        }),
        Event::Typing {
            conversation,
            account,
            active,
        } => json!({
            "event": "typing",
            "conversation": conversation,
            "account": account,
            "active": active,
        }),
        Event::ContactRequested { contact } => named_json("request", contact),
        Event::ContactChanged { contact } => contact_json(contact),
        Event::MeChanged { me } => me_json(me),
        Event::Started { connection, .. } | Event::ConnectionChanged { connection } => json!({
            "event": "connection",
            "state": connection_word(*connection),
        }),
        Event::Notice { notice } => notice_json(notice),
        Event::GapsChanged { gaps } => json!({ "event": "gaps", "missing": gaps }),
        Event::OutboxChanged { outbox } => named_json("outbox", outbox),
        _ => return None,
    })
}

pub fn me_json(me: &Me) -> Value {
    named_json("me", me)
}

pub fn contact_json(contact: &Contact) -> Value {
    named_json("contact", contact)
}

pub fn conversation_json(summary: &ConversationSummary) -> Value {
    let mut value = named_json("conversation", summary);
    if let Some(fields) = value.as_object_mut() {
        // For those who watch a list.
        fields.remove("revision");
    }
    value
}

pub fn device_json(device: &Device) -> Value {
    named_json("device", device)
}

pub fn notice_json(notice: &Notice) -> Value {
    named_json("notice", notice)
}

pub fn outbox_json(entry: &OutboxEntry) -> Value {
    let mut value = named_json("waiting", entry);
    rename(&mut value, "name", "to");
    value
}

pub fn safety_json(number: &SafetyNumber) -> Value {
    named_json("safety_number", number)
}

/// What is set for the conversation with somebody.
pub fn settings_json(with: &Contact, settings: &ConversationSettings) -> Value {
    let mut value = named_json("settings", settings);
    insert(&mut value, "conversation", with.conversation.clone());
    insert(&mut value, "account", with.account.clone());
    insert(&mut value, "name", with.name.clone());
    value
}

/// That something was done, and whether everything that has to be told has left.
pub fn done_json(sent: bool) -> Value {
    json!({ "event": "done", "sent": sent })
}

/// An error of the core, for the error output.
pub fn error_json(error: &Error) -> Value {
    json!({
        "event": "error",
        "code": error.code(),
        "class": error.class(),
        "text": error.to_string(),
    })
}
