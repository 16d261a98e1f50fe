//! How things look: as JSON for programs, as text for people.

use serde_json::{Value, json};
use sotto_core::client::{
    ConnectionState, Contact, ContactStanding, Direction, Event, Me, Message, MessageState, Notice,
    OutboxEntry, OutboxState,
};

/// A message, in `receive` and in `history`.
pub fn message_json(message: &Message) -> Value {
    json!({
        "event": "message",
        "from": message.author_name,
        "account": message.account,
        "conversation": message.conversation,
        "id": message.id,
        "text": message.text,
        "sent_at": message.sent_at,
        "received_at": message.received_at,
        "request": message.request,
        "own": message.direction != Direction::Received,
        "state": state_word(message.state),
        "reason": message.reason,
    })
}

/// An event other than a message that came; `None` for one that says nothing to a program.
pub fn event_json(event: &Event) -> Option<Value> {
    Some(match event {
        Event::MessageChanged { message } => json!({
            "event": "state",
            "account": message.account,
            "conversation": message.conversation,
            "id": message.id,
            "state": state_word(message.state),
            "reason": message.reason,
        }),
        Event::ContactRequested { contact } => with_event("request", contact_json(contact)),
        Event::ContactChanged { contact } => with_event("contact", contact_json(contact)),
        Event::MeChanged { me } => with_event("me", me_json(me)),
        Event::Started { connection, .. } | Event::ConnectionChanged { connection } => json!({
            "event": "connection",
            "state": connection_word(*connection),
        }),
        Event::Notice { notice } => with_event("notice", notice_json(notice)),
        Event::GapsChanged { gaps } => json!({ "event": "gaps", "missing": gaps }),
        Event::OutboxChanged { outbox } => json!({
            "event": "outbox",
            "waiting": outbox.waiting,
            "failed": outbox.failed,
        }),
        _ => return None,
    })
}

fn with_event(name: &str, mut value: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.insert("event".to_owned(), name.into());
    }
    value
}

pub fn me_json(me: &Me) -> Value {
    json!({
        "account": me.account,
        "device": me.device,
        "name": me.name,
        "standing": me.standing,
        "relays": me.relays.iter().map(|relay| &relay.url).collect::<Vec<_>>(),
        "link": me.link,
    })
}

pub fn contact_json(contact: &Contact) -> Value {
    json!({
        "account": contact.account,
        "name": contact.name,
        "standing": standing_word(contact.standing),
        "conversation": contact.conversation,
    })
}

pub fn notice_json(notice: &Notice) -> Value {
    json!({
        "id": notice.id,
        "kind": notice.kind,
        "account": notice.account,
        "name": notice.name,
        "code": notice.code,
        "text": notice.text,
        "at": notice.at,
    })
}

pub fn outbox_json(entry: &OutboxEntry) -> Value {
    json!({
        "id": entry.id,
        "account": entry.account,
        "to": entry.name,
        "text": entry.text,
        "state": match entry.state { OutboxState::Waiting => "waiting", OutboxState::Failed => "failed" },
        "attempts": entry.attempts,
        "next_attempt": entry.next_attempt,
        "queued_at": entry.queued_at,
        "reason": entry.reason,
    })
}

/// A message on a line: time, who, what, and how far it has come.
pub fn message_line(message: &Message) -> String {
    let who = match message.direction {
        Direction::Received if message.request => {
            format!("{} (not accepted yet)", printable(&message.author_name))
        }
        _ => printable(&message.author_name),
    };
    let tick = match message.state {
        MessageState::Failed => format!(
            " ✗ {}",
            message.reason.as_deref().unwrap_or("it will not be sent")
        ),
        state => match tick(state) {
            "" => String::new(),
            tick => format!(" {tick}"),
        },
    };
    format!(
        "{}  {who}: {}{tick}",
        time(message.sent_at),
        body(message.text.as_deref())
    )
}

/// Text of a message on the screen.
pub fn body(text: Option<&str>) -> String {
    text.map_or_else(
        || "(a newer version of sotto can show this)".to_owned(),
        |text| printable(text).replace('\n', "\n    "),
    )
}

/// How far a message has come, in one or two characters.
pub fn tick(state: MessageState) -> &'static str {
    match state {
        MessageState::Received => "",
        MessageState::Queued => "…",
        MessageState::Sent => "✓",
        MessageState::Delivered => "✓✓",
        MessageState::Read => "✓✓ read",
        MessageState::Failed => "✗",
    }
}

pub fn state_word(state: MessageState) -> &'static str {
    match state {
        MessageState::Received => "received",
        MessageState::Queued => "queued",
        MessageState::Sent => "sent",
        MessageState::Delivered => "delivered",
        MessageState::Read => "read",
        MessageState::Failed => "failed",
    }
}

pub fn standing_word(standing: ContactStanding) -> &'static str {
    match standing {
        ContactStanding::Request => "request",
        ContactStanding::Accepted => "accepted",
        ContactStanding::Blocked => "blocked",
        ContactStanding::Deleted => "deleted",
    }
}

pub fn connection_word(connection: ConnectionState) -> &'static str {
    match connection {
        ConnectionState::Offline => "offline",
        ConnectionState::Connecting => "connecting",
        ConnectionState::Draining => "draining",
        ConnectionState::Live => "live",
    }
}

/// A notice as a sentence.
pub fn notice_line(notice: &Notice) -> String {
    printable(&notice.text)
}

/// What somebody else wrote, with nothing in it that could command the terminal.
pub fn printable(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_control() || *character == '\n')
        .filter(|character| !matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .collect()
}

/// Milliseconds since 1970 as day and time of day, in UTC. Days from civil, reversed: Howard
/// Hinnant, "chrono-Compatible Low-Level Date Algorithms".
pub fn time(ms: u64) -> String {
    let seconds = ms / 1000;
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{day:02} {:02}:{:02}Z",
        rest / 3600,
        rest % 3600 / 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        assert_eq!(time(0), "1970-01-01 00:00Z");
        assert_eq!(time(951_782_400_000), "2000-02-29 00:00Z");
        assert_eq!(time(1_795_170_599_999), "2026-11-20 10:29Z");
    }

    #[test]
    fn nobody_commands_the_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\r\u{7}\nc\u{202e}"), "a[2Jb\nc");
    }
}
