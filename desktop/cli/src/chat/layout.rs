//! What is to be seen of a conversation, as lines of a width.

use sotto_core::client::{
    Direction, Message, MessageKind, MessageState, Style, TimelineItem, TimelineKind,
};
use unicode_segmentation::UnicodeSegmentation as _;

use super::ink::{
    BAD, BOLD, CODE, DIM, ITALIC, Ink, LINK, Look, MENTION, OTHER, OWN, READ, STRIKE, WARN,
};
use super::wrap::{Piece, cut, paint, width, wrap};
use crate::clock;
use crate::show;

/// The widest name.
const MOST_NAME: usize = 14;
/// The same on a narrow screen.
const MOST_NAME_NARROW: usize = 6;
/// Below so many columns only ticks stand at the right.
const NARROW: usize = 60;
/// After so long somebody's name stands there again, in milliseconds.
const PAUSE: u64 = 5 * 60 * 1000;

/// A line of the screen.
pub struct Line {
    /// Which item it belongs to, and which of its lines it is.
    pub item: usize,
    pub offset: usize,
    pub text: String,
}

/// What the layout depends on besides the items.
pub struct Page<'p> {
    pub columns: usize,
    pub ink: Ink,
    /// Show what is hidden as a spoiler.
    pub reveal: bool,
    /// Above this item what is new begins.
    pub unread_line: Option<&'p str>,
}

impl Page<'_> {
    pub fn lines(&self, items: &[TimelineItem]) -> Vec<Line> {
        let names = items.iter().filter_map(|item| match &item.kind {
            TimelineKind::Message { message } => Some(width(&name(message))),
            _ => None,
        });
        let most_name = if self.columns < NARROW {
            MOST_NAME_NARROW
        } else {
            MOST_NAME
        };
        let columns = Columns {
            name: names.max().unwrap_or(3).clamp(3, most_name),
            right: self.right(items),
        };
        let mut lines = Vec::new();
        let mut before: Option<&Message> = None;
        let mut today = String::new();
        for (index, item) in items.iter().enumerate() {
            let mut own = Vec::new();
            let day = show::day(moment(item));
            if day != today {
                own.push(self.rule(&day, DIM));
                today = day;
                before = None;
            }
            if self.unread_line == Some(item.id.as_str()) {
                own.push(self.rule("new", WARN));
                before = None;
            }
            match &item.kind {
                TimelineKind::Message { message } if message.kind == MessageKind::Timer => {
                    own.push(self.middle(&format!("⏱ {}", show::body(message)), DIM));
                    before = None;
                }
                TimelineKind::Message { message } => {
                    own.extend(self.message(message, before, &columns));
                    before = Some(message);
                }
                TimelineKind::Gap { gap } => {
                    let name = show::on_a_line(&gap.author_name);
                    let text = format!("… {} missing of {name}, asked for again", gap.missing);
                    own.push(self.middle(&text, DIM));
                    before = None;
                }
                TimelineKind::Notice { notice } => {
                    let pieces = pieces_of(&format!("⚠ {}", show::notice_line(notice)), WARN);
                    let most = self.columns.saturating_sub(4);
                    let wrapped = wrap(pieces, most);
                    own.extend(
                        wrapped
                            .iter()
                            .map(|line| format!("  {}", paint(line, self.ink))),
                    );
                    before = None;
                }
            }
            lines.extend(own.into_iter().enumerate().map(|(offset, text)| Line {
                item: index,
                offset,
                text,
            }));
        }
        lines
    }

    /// Columns at the right: ticks, and the message's number.
    fn right(&self, items: &[TimelineItem]) -> usize {
        if self.columns < NARROW {
            return 3;
        }
        let rows = items.iter().filter_map(|item| match &item.kind {
            TimelineKind::Message { message } => Some(message.row),
            _ => None,
        });
        5 + rows.max().unwrap_or(0).to_string().len()
    }

    fn rule(&self, text: &str, look: Look) -> String {
        let text = cut(text, self.columns.saturating_sub(8));
        let rest = self.columns.saturating_sub(width(&text) + 2);
        let left = "─".repeat(rest / 2);
        let right = "─".repeat(rest - rest / 2);
        self.ink.paint(look, &format!("{left} {text} {right}"))
    }

    fn middle(&self, text: &str, look: Look) -> String {
        let text = cut(text, self.columns);
        let left = " ".repeat(self.columns.saturating_sub(width(&text)) / 2);
        format!("{left}{}", self.ink.paint(look, &text))
    }

    fn message(
        &self,
        message: &Message,
        before: Option<&Message>,
        columns: &Columns,
    ) -> Vec<String> {
        let left = 5 + 2 + columns.name + 3;
        let room = self.columns.saturating_sub(left + columns.right).max(8);
        let mut body = Vec::new();
        if message.forwarded {
            body.push(self.ink.paint(DIM, "↱ forwarded"));
        }
        if let Some(quote) = &message.quote {
            let text = quote.text.as_deref().unwrap_or("(not here)");
            let line = format!(
                "╭ {}: {}",
                show::on_a_line(&quote.author_name),
                show::beginning(text, room)
            );
            body.push(self.ink.paint(DIM, &cut(&line, room)));
        }
        for line in wrap(self.said(message), room) {
            body.push(paint(&line, self.ink));
        }
        // The ticks stand where the text ends.
        let end = body.len().saturating_sub(1);
        if !message.reactions.is_empty() {
            let each = message.reactions.iter().map(|reaction| {
                let who = if reaction.own { "You" } else { &reaction.name };
                format!(
                    "{} {}",
                    show::on_a_line(&reaction.emoji),
                    show::on_a_line(who)
                )
            });
            let line = each.collect::<Vec<_>>().join("  ");
            body.push(self.ink.paint(DIM, &cut(&line, room)));
        }
        if message.state == MessageState::Failed {
            let reason = message.reason.as_deref().unwrap_or("it will not be sent");
            let line = format!("not sent: {}", show::on_a_line(reason));
            body.push(self.ink.paint(BAD, &cut(&line, room)));
        }
        let follows = before.is_some_and(|before| {
            before.author == message.author && message.sent_at.abs_diff(before.sent_at) < PAUSE
        });
        let clock = show::clock(message.sent_at);
        let same_minute =
            follows && before.is_some_and(|before| show::clock(before.sent_at) == clock);
        let clock = if same_minute { String::new() } else { clock };
        let name = if follows {
            String::new()
        } else {
            cut(&name(message), columns.name)
        };
        let last = body.len();
        let mut lines = Vec::with_capacity(last);
        for (index, line) in body.into_iter().enumerate() {
            let (clock, name) = if index == 0 {
                (clock.as_str(), name.as_str())
            } else {
                ("", "")
            };
            let gap = " ".repeat(columns.name.saturating_sub(width(name)));
            let look = if message.direction == Direction::Received {
                OTHER
            } else {
                OWN
            };
            let mut whole = format!(
                "{}  {gap}{} {} {line}",
                self.ink.paint(DIM, &format!("{clock:5}")),
                self.ink.paint(look, name),
                self.ink.paint(DIM, "│"),
            );
            if index == end {
                let marks = self.marks(message, columns.right);
                let used = left + plain_width(&line) + marks.0;
                whole.push_str(&" ".repeat(self.columns.saturating_sub(used)));
                whole.push_str(&marks.1);
            }
            lines.push(whole);
        }
        lines
    }

    /// Ticks and number, and how wide they are.
    fn marks(&self, message: &Message, right: usize) -> (usize, String) {
        let (tick, look) = match message.state {
            MessageState::Received => ("", 0),
            MessageState::Queued => ("…", DIM),
            MessageState::Sent => ("✓", DIM),
            MessageState::Delivered => ("✓✓", DIM),
            MessageState::Read => ("✓✓", READ),
            MessageState::Failed => ("✗", BAD),
        };
        let number = if right > 3 {
            format!(" #{}", message.row)
        } else {
            String::new()
        };
        let marks = format!(
            "{}{}",
            self.ink.paint(look, tick),
            self.ink.paint(DIM, &number)
        );
        (width(tick) + width(&number), marks)
    }

    /// The text with its looks, and what there is to say of it.
    fn said(&self, message: &Message) -> Vec<Piece> {
        let mut pieces = match message.kind {
            MessageKind::Text => self.text(message),
            _ => pieces_of(&show::body(message), DIM | ITALIC),
        };
        if message.edited && message.kind == MessageKind::Text {
            pieces.extend(pieces_of(" (edited)", DIM));
        }
        if let Some(at) = message.expires_at {
            let left = at.saturating_sub(clock::now()) / 1000;
            pieces.extend(pieces_of(&format!(" ⏱{}", show::roughly(left)), DIM));
        } else if message.expires_in > 0 {
            let time = show::in_short(message.expires_in.into());
            pieces.extend(pieces_of(&format!(" ⏱{time}"), DIM));
        }
        if message.imported {
            pieces.extend(pieces_of(" (from a file)", DIM));
        }
        if message.request {
            pieces.extend(pieces_of(" (not accepted yet)", WARN));
        }
        pieces
    }

    fn text(&self, message: &Message) -> Vec<Piece> {
        let text = message.text.as_deref().unwrap_or_default();
        let mut looks: Vec<Look> = vec![0; text.chars().count()];
        let mut mark = |start: u32, length: u32, look: Look| {
            let start = usize::try_from(start).unwrap_or(usize::MAX);
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            for place in looks.iter_mut().skip(start).take(length) {
                *place |= look;
            }
        };
        for format in &message.formats {
            let look = match format.style {
                Style::Bold => BOLD,
                Style::Italic => ITALIC,
                Style::Strike => STRIKE,
                Style::Code => CODE,
                Style::Spoiler => HIDDEN,
            };
            mark(format.start, format.length, look);
        }
        for mention in &message.mentions {
            mark(mention.start, mention.length, MENTION);
        }
        let mut pieces = Vec::new();
        let mut looks = looks.into_iter();
        for run in text.split_inclusive(char::is_whitespace) {
            let link = if is_link(run) { LINK } else { 0 };
            for grapheme in run.graphemes(true) {
                let mut look = 0;
                for _ in grapheme.chars() {
                    look |= looks.next().unwrap_or(0);
                }
                let mut safe = show::printable(grapheme);
                if safe.is_empty() {
                    continue;
                }
                if look & HIDDEN != 0 && !self.reveal && safe != "\n" {
                    safe = "▒".repeat(width(&safe).max(1));
                }
                let link = if safe.trim().is_empty() { 0 } else { link };
                pieces.extend(safe.graphemes(true).map(|text| Piece {
                    text: text.to_owned(),
                    look: (look & !HIDDEN) | link,
                }));
            }
        }
        pieces
    }
}

/// A spoiler; never painted.
const HIDDEN: Look = 1 << 15;

struct Columns {
    name: usize,
    right: usize,
}

fn name(message: &Message) -> String {
    match message.direction {
        Direction::Received => show::on_a_line(&message.author_name),
        _ => "You".to_owned(),
    }
}

fn moment(item: &TimelineItem) -> u64 {
    match &item.kind {
        TimelineKind::Message { message } => message.sent_at,
        TimelineKind::Gap { gap } => gap.since,
        TimelineKind::Notice { notice } => notice.at,
    }
}

fn is_link(word: &str) -> bool {
    let beginning: String = word.chars().take(8).collect::<String>().to_lowercase();
    beginning == "https://" || beginning.starts_with("http://")
}

fn pieces_of(text: &str, look: Look) -> Vec<Piece> {
    let piece = |text: &str| Piece {
        text: text.to_owned(),
        look,
    };
    text.graphemes(true).map(piece).collect()
}

/// Columns of a line without what paints it.
pub fn plain_width(line: &str) -> usize {
    let mut plain = String::new();
    let mut escaped = false;
    for character in line.chars() {
        match character {
            '\x1b' => escaped = true,
            'm' if escaped => escaped = false,
            _ if escaped => {}
            other => plain.push(other),
        }
    }
    width(&plain)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use serde_json::json;

    use super::*;

    fn item(row: i64, more: &serde_json::Value) -> TimelineItem {
        let mut message = json!({
            "row": row, "id": "00", "conversation": "00", "account": "00", "author": "00",
            "author_name": "Bob", "direction": "received", "kind": "text", "text": "hello",
            "formats": [], "mentions": [], "quote": null, "forwarded": false, "edited": false,
            "reactions": [], "timer": null, "expires_in": 0, "expires_at": null, "unread": false,
            "imported": false, "sent_at": 0, "received_at": 0, "state": "received",
            "reason": null, "delivered_at": null, "read_at": null, "request": false,
        });
        for (name, value) in more.as_object().unwrap() {
            message[name] = value.clone();
        }
        let message = serde_json::from_value(message).unwrap();
        TimelineItem {
            id: row.to_string(),
            revision: 0,
            kind: TimelineKind::Message { message },
        }
    }

    fn lines(items: &[TimelineItem], columns: usize, reveal: bool) -> Vec<String> {
        let page = Page {
            columns,
            ink: Ink::plain(),
            reveal,
            unread_line: None,
        };
        page.lines(items)
            .into_iter()
            .map(|line| line.text)
            .collect()
    }

    #[test]
    fn no_line_is_wider_than_the_screen_and_nobody_paints_it() {
        let hostile = "\u{1b}[2J\u{202e}evil\r\n".repeat(3) + &"漢字🙂".repeat(40) + "\u{9b}H";
        let item = item(
            123_456,
            &json!({
                "text": hostile, "author_name": format!("{hostile}{hostile}"),
                "reactions": [{ "emoji": "👍\u{1b}c", "account": "00", "name": hostile, "own": false, "at": 0 }],
                "quote": { "author": "00", "author_name": hostile, "id": "00", "row": 1, "text": hostile },
            }),
        );
        for columns in [20, 40, 59, 60, 80, 200] {
            for line in lines(std::slice::from_ref(&item), columns, false) {
                assert!(plain_width(&line) <= columns.max(30), "{columns}: {line:?}");
                let escapes = line.matches('\u{1b}').count();
                assert_eq!(escapes, line.matches("\u{1b}[0").count(), "{line:?}");
                assert!(
                    !line.contains(['\u{202e}', '\u{9b}', '\r', '\n', '\u{7}']),
                    "{line:?}"
                );
            }
        }
    }

    #[test]
    fn looks_stand_where_they_were_put_and_spoilers_are_hidden() {
        let item = item(
            1,
            &json!({
                "text": "a\u{1b}b https://x.org secret",
                "formats": [
                    { "start": 2, "length": 1, "style": "bold" },
                    { "start": 18, "length": 99, "style": "spoiler" },
                ],
            }),
        );
        let hidden = lines(std::slice::from_ref(&item), 80, false).concat();
        assert!(hidden.contains("a\u{1b}[0;1mb\u{1b}[0m "), "{hidden:?}");
        assert!(
            hidden.contains("\u{1b}[0;4mhttps://x.org\u{1b}[0m"),
            "{hidden:?}"
        );
        assert!(
            hidden.contains("▒▒▒▒▒▒") && !hidden.contains("secret"),
            "{hidden:?}"
        );
        assert!(lines(&[item], 80, true).concat().contains("secret"));
    }

    #[test]
    fn a_name_stands_once_and_numbers_at_the_right() {
        let two = [
            item(1, &json!({})),
            item(2, &json!({ "state": "read", "direction": "sent_here" })),
        ];
        let lines = lines(&two, 60, false);
        assert_eq!(lines.len(), 3, "a day and two messages");
        assert!(lines[1].contains("Bob") && lines[1].contains("#1"));
        assert!(lines[2].contains("✓✓") && lines[2].contains("#2"));
        assert_eq!([plain_width(&lines[1]), plain_width(&lines[2])], [60, 60]);
        let again = super::tests::lines(&[item(1, &json!({})), item(2, &json!({}))], 60, false);
        assert!(!again[2].contains("Bob"), "{again:?}");
    }
}
