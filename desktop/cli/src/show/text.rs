//! Messages on lines.

use sotto_core::client::{Direction, Message, MessageKind, MessageState, Quote, Reaction};

use super::safe::{beginning, on_a_line, printable};
use super::time::{in_short, in_words, time};
use super::words::tick;

/// Characters of a text that stands for a message.
const SHORT: usize = 60;

/// A message: its number, when, who, what, and how far it has come; below it what it answers and
/// what others think of it.
pub fn message_line(message: &Message) -> String {
    let when = time(message.sent_at);
    let mut line = format!("#{}  {when}  ", message.row);
    if message.kind == MessageKind::Timer {
        line.push_str(&format!("· {}", body(message)));
        return line;
    }
    let who = on_a_line(&message.author_name);
    line.push_str(&match message.direction {
        Direction::Received if message.request => format!("{who} (not accepted yet): "),
        _ => format!("{who}: "),
    });
    line.push_str(&body(message).replace('\n', "\n    "));
    for mark in marks(message) {
        line.push(' ');
        line.push_str(&mark);
    }
    if let Some(quote) = &message.quote {
        line.push_str(&format!("\n    ╰ answers {}", quoted(quote)));
    }
    if !message.reactions.is_empty() {
        line.push_str(&format!("\n    ╰ {}", reactions(&message.reactions)));
    }
    line
}

/// What a message says, on as many lines as it has.
pub fn body(message: &Message) -> String {
    match message.kind {
        MessageKind::Text => printable(message.text.as_deref().unwrap_or_default()),
        MessageKind::Deleted => "(deleted)".to_owned(),
        MessageKind::Timer => {
            let who = match message.direction {
                Direction::Received => format!("{} lets", on_a_line(&message.author_name)),
                _ => "You let".to_owned(),
            };
            match message.timer {
                Some(seconds @ 1..) => format!(
                    "{who} messages disappear {} after they were read",
                    in_words(seconds.into())
                ),
                _ => format!("{who} messages stay"),
            }
        }
        MessageKind::Unknown => "(a newer version of sotto can show this)".to_owned(),
    }
}

/// The beginning of what a message says.
pub fn snippet(message: &Message) -> String {
    beginning(&body(message), SHORT)
}

/// What a message answers.
pub fn quoted(quote: &Quote) -> String {
    let number = quote.row.map(|row| format!("#{row} ")).unwrap_or_default();
    let said = match &quote.text {
        Some(text) => beginning(text, SHORT),
        None => "(not here)".to_owned(),
    };
    format!("{number}{}: {said}", on_a_line(&quote.author_name))
}

/// Who reacted how.
fn reactions(reactions: &[Reaction]) -> String {
    let each: Vec<_> = reactions
        .iter()
        .map(|reaction| {
            format!(
                "{} {}",
                on_a_line(&reaction.emoji),
                on_a_line(&reaction.name)
            )
        })
        .collect();
    each.join("  ")
}

/// What else there is to say of a message.
fn marks(message: &Message) -> Vec<String> {
    let mut marks = Vec::new();
    if message.forwarded {
        marks.push("(forwarded)".to_owned());
    }
    if message.imported {
        marks.push("(from a file)".to_owned());
    }
    if message.edited {
        marks.push("(edited)".to_owned());
    }
    if message.expires_in > 0 {
        marks.push(format!("⏱{}", in_short(message.expires_in.into())));
    }
    match message.state {
        MessageState::Received => {}
        MessageState::Failed => marks.push(format!(
            "✗ {}",
            on_a_line(message.reason.as_deref().unwrap_or("it will not be sent"))
        )),
        state => marks.push(tick(state).to_owned()),
    }
    marks
}
