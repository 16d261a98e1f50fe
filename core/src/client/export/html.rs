//! A history to read: one HTML file that needs nothing else, now or in twenty years.
//!
//! Whatever people wrote is text and stays text: every string goes through [`text`], attributes are
//! made of hexadecimal digits alone, and should a mistake be made here, the policy in the head still
//! lets a browser run and load nothing.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64ct::{Base64, Encoding as _};
use sha2::{Digest as _, Sha256};

use super::lines::{Kind, MessageLine, ReceiptKind, Style};
use super::moment::Moment;

const STYLE: &str = include_str!("style.css");
/// Characters of an answered message that are shown.
const SNIPPET: usize = 160;

/// The names that a message is shown with.
pub(super) struct Shown<'a> {
    pub message: &'a MessageLine,
    pub author: &'a str,
    /// The author is the one whose export it is.
    pub own: bool,
    /// Who reacted with what.
    pub reactions: &'a [(String, String)],
    /// Author and text of what it answers, where that is still here.
    pub answers: Option<&'a (String, Option<String>)>,
}

/// The beginning of the file.
pub(super) fn begin(title: &str, exported_at: u64) -> String {
    let hash = Base64::encode_string(&Sha256::digest(STYLE.as_bytes()));
    let moment = Moment::of(exported_at);
    let title = text(title);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n\
         <p>Exported from Sotto on <time datetime=\"{}\">{} {} UTC</time>. All times are UTC.</p>\n</header>\n",
        moment.exact(),
        moment.date(),
        moment.time(),
    )
}

/// The beginning of a conversation.
pub(super) fn conversation(name: &str) -> String {
    format!("<h2>{}</h2>\n", text(name))
}

/// The line between two days.
pub(super) fn day(moment: &Moment) -> String {
    let date = moment.date();
    format!("<p class=\"day\"><time datetime=\"{date}\">{date}</time></p>\n")
}

/// The end of the file.
pub(super) fn end(messages: u64) -> String {
    format!("<footer><p>Messages: {messages}</p></footer>\n</body>\n</html>\n")
}

/// One message.
pub(super) fn message(shown: &Shown<'_>) -> String {
    let message = shown.message;
    if message.kind == Kind::Timer {
        return format!(
            "<p class=\"note\">{} {}</p>\n",
            text(shown.author),
            timer(message.timer.unwrap_or(0))
        );
    }
    let mut html = String::new();
    let own = if shown.own { " class=\"own\"" } else { "" };
    let _ = write!(
        html,
        "<article{own} id=\"{}\">\n<div class=\"who\">{}</div>\n",
        anchor(&message.author, &message.id),
        text(shown.author)
    );
    if message.forwarded {
        html.push_str("<div class=\"marks\">Forwarded</div>\n");
    }
    if let (Some(quote), Some((author, snippet))) = (&message.quote, shown.answers) {
        let snippet = match snippet {
            Some(snippet) => shorten(snippet),
            None => "a message that is not in this file".to_owned(),
        };
        let _ = writeln!(
            html,
            "<blockquote><a href=\"#{}\"><bdi>{}</bdi>: <bdi>{}</bdi></a></blockquote>",
            anchor(&quote.author, &quote.id),
            text(author),
            text(&snippet)
        );
    }
    html.push_str(&body(message));
    for (name, emoji) in shown.reactions {
        let _ = writeln!(
            html,
            "<div class=\"marks\">{} <bdi>{}</bdi></div>",
            text(emoji),
            text(name)
        );
    }
    let moment = Moment::of(message.sent_at);
    let _ = write!(
        html,
        "<div class=\"when\"><time datetime=\"{}\">{}</time>{}</div>\n</article>\n",
        moment.exact(),
        moment.time(),
        marks(message, shown.own)
    );
    html
}

fn body(message: &MessageLine) -> String {
    match (message.kind, &message.text) {
        (Kind::Text, Some(body)) => {
            format!("<p dir=\"auto\">{}</p>\n", formatted(body, message))
        }
        (Kind::Deleted, _) => "<p class=\"gone\">This message was deleted.</p>\n".to_owned(),
        _ => {
            "<p class=\"gone\">Only a newer version of the program can show this.</p>\n".to_owned()
        }
    }
}

fn marks(message: &MessageLine, own: bool) -> String {
    let mut marks = String::new();
    if message.edited.is_some() {
        marks.push_str(", edited");
    }
    if own {
        let read = message
            .receipts
            .iter()
            .any(|receipt| receipt.kind == ReceiptKind::Read);
        if read {
            marks.push_str(", read");
        } else if !message.receipts.is_empty() {
            marks.push_str(", delivered");
        }
    }
    if message.imported {
        marks.push_str(", imported");
    }
    marks
}

/// The text with its formats and mentions: cut wherever one begins or ends, each piece in all the
/// elements that cover it. So ranges may overlap as they like, and the elements never do.
fn formatted(body: &str, message: &MessageLine) -> String {
    let letters: Vec<char> = body.chars().collect();
    let index = |at: u32| usize::try_from(at).unwrap_or(usize::MAX).min(letters.len());
    let end = |start: u32, length: u32| index(start.saturating_add(length));
    let mut cuts: BTreeSet<usize> = [0, letters.len()].into();
    for format in &message.formats {
        cuts.extend([index(format.start), end(format.start, format.length)]);
    }
    for mention in &message.mentions {
        cuts.extend([index(mention.start), end(mention.start, mention.length)]);
    }
    let cuts: Vec<usize> = cuts.into_iter().collect();
    let mut html = String::new();
    for (from, to) in cuts.iter().zip(cuts.iter().skip(1)) {
        let covers = |start: u32, length: u32| index(start) <= *from && *to <= end(start, length);
        let mut styles: Vec<Style> = message
            .formats
            .iter()
            .filter(|format| covers(format.start, format.length))
            .map(|format| format.style)
            .collect();
        styles.sort_unstable();
        styles.dedup();
        let mentioned = message
            .mentions
            .iter()
            .any(|mention| covers(mention.start, mention.length));
        let mut tags: Vec<(&str, &str)> = styles.into_iter().map(tags).collect();
        if mentioned {
            tags.push(("<span class=\"mention\">", "</span>"));
        }
        let piece: String = letters.get(*from..*to).unwrap_or_default().iter().collect();
        html.extend(tags.iter().map(|(open, _)| *open));
        html.push_str(&text(&piece));
        html.extend(tags.iter().rev().map(|(_, close)| *close));
    }
    html
}

fn tags(style: Style) -> (&'static str, &'static str) {
    match style {
        Style::Bold => ("<b>", "</b>"),
        Style::Italic => ("<i>", "</i>"),
        Style::Strike => ("<s>", "</s>"),
        Style::Code => ("<code>", "</code>"),
        Style::Spoiler => ("<span class=\"spoiler\">", "</span>"),
    }
}

fn timer(seconds: u32) -> String {
    let (count, unit) = match seconds {
        0 => return "turned disappearing messages off.".to_owned(),
        seconds if seconds % 86_400 == 0 => (seconds / 86_400, "day"),
        seconds if seconds % 3_600 == 0 => (seconds / 3_600, "hour"),
        seconds if seconds % 60 == 0 => (seconds / 60, "minute"),
        seconds => (seconds, "second"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("set messages to disappear {count} {unit}{plural} after they were read.")
}

fn shorten(snippet: &str) -> String {
    let mut short: String = snippet.chars().take(SNIPPET).collect();
    if short.len() < snippet.len() {
        short.push('…');
    }
    short
}

/// The name of a place in the file. Both ids are hexadecimal; whatever else there is, is left out.
fn anchor(author: &str, id: &str) -> String {
    let digits = |text: &str| -> String {
        let all = text.chars().filter(char::is_ascii_hexdigit);
        all.collect()
    };
    format!("m-{}-{}", digits(author), digits(id))
}

/// A string as text of the file. What could end an element, open one or leave an attribute is
/// written as a reference, and what a browser would not show is shown as missing.
pub(super) fn text(string: &str) -> String {
    let mut safe = String::with_capacity(string.len());
    for letter in string.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\n' | '\t' => safe.push(letter),
            // Overrides would reach beyond the message, and turn round what stands beside it.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            letter if letter.is_control() => safe.push('\u{fffd}'),
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::lines::{Format, Mention};
    use super::*;

    fn line(text: &str) -> MessageLine {
        let json = serde_json::json!({
            "conversation": "00", "author": "aa", "device": "00", "id": "bb", "order": "1",
            "incarnation": "00", "counter": 1, "sent_at": 0, "received_at": 0, "kind": "text",
            "text": text,
        });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn whatever_is_written_stays_text() {
        let hostile = "</p><script>alert(1)</script><img src=x onerror='a'>\"&amp;\u{0}\u{202e}gpj";
        let line = MessageLine {
            author: "\"><script>".to_owned(),
            ..line(hostile)
        };
        let html = message(&Shown {
            message: &line,
            author: hostile,
            own: false,
            reactions: &[(hostile.to_owned(), hostile.to_owned())],
            answers: None,
        });
        let whole = begin(hostile, 0) + &conversation(hostile) + &html + &end(1);
        let markup: String = whole.replace(STYLE, "");
        for word in ["<script", "<img", "\u{0}", "\u{202e}", "x onerror='"] {
            assert!(!markup.contains(word), "{word} in {markup}");
        }
        assert!(markup.contains("&lt;script&gt;alert(1)"));
        assert!(markup.contains("&amp;amp;"));
    }

    #[test]
    fn overlapping_formats_make_well_formed_elements() {
        let mut line = line("ab<cd");
        line.formats = vec![
            Format {
                start: 0,
                length: 3,
                style: Style::Bold,
            },
            Format {
                start: 2,
                length: 99,
                style: Style::Italic,
            },
        ];
        line.mentions = vec![Mention {
            start: 4,
            length: 1,
            account: String::new(),
        }];
        assert_eq!(
            formatted("ab<cd", &line),
            "<b>ab</b><b><i>&lt;</i></b><i>c</i><i><span class=\"mention\">d</span></i>"
        );
    }

    #[test]
    fn timers_are_said_in_words() {
        assert_eq!(timer(0), "turned disappearing messages off.");
        assert!(timer(86_400).contains("1 day after"));
        assert!(timer(7_200).contains("2 hours after"));
        assert!(timer(90).contains("90 seconds after"));
    }
}
