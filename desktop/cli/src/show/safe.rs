//! What others wrote, with nothing in it that could command the terminal or play with its lines.

use std::borrow::Cow;

/// Most marks that may stand on one character: enough for every script, too few to cover the lines
/// above and below.
const MOST_MARKS: usize = 8;

/// A text of several lines.
pub fn printable(text: &str) -> String {
    let mut marks = 0;
    text.replace("\r\n", "\n")
        .chars()
        .filter_map(|character| match character {
            '\n' | '\u{2028}' | '\u{2029}' => Some('\n'),
            '\t' => Some(' '),
            hidden if is_hidden(hidden) => None,
            other => Some(other),
        })
        .filter(|character| {
            marks = if is_mark(*character) { marks + 1 } else { 0 };
            marks <= MOST_MARKS
        })
        .collect()
}

/// A name, or anything else that has to stay on its line.
pub fn on_a_line(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().map(printable).collect();
    words.join(" ").replace('\n', " ")
}

/// The beginning of a text, on a line.
pub fn beginning(text: &str, most: usize) -> String {
    // What is cut away is not looked at.
    let head: String = text.chars().take(most.saturating_mul(4)).collect();
    let line = on_a_line(&head);
    let short: String = line.chars().take(most).collect();
    if short.len() < line.len() || head.len() < text.len() {
        format!("{}…", short.trim_end())
    } else {
        short
    }
}

/// An error or a remark, which may quote a name.
pub fn remark(text: &str) -> Cow<'_, str> {
    let plain = |character: char| character == '\n' || !(character == '\t' || is_hidden(character));
    if text.chars().all(plain) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(printable(text))
    }
}

/// Controls of both sets, and what turns the direction of the text around it.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

fn is_mark(character: char) -> bool {
    matches!(character,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_commands_the_terminal() {
        assert_eq!(
            printable("a\u{1b}[2Jb\r\u{7}\nc\u{202e}\u{9b}1m"),
            "a[2Jb\nc1m"
        );
        assert_eq!(printable("a\tb\r\nc\u{2028}d"), "a b\nc\nd");
        assert_eq!(remark("no\u{1b}]0;x\u{7}"), "no]0;x");
    }

    #[test]
    fn a_name_stays_on_its_line() {
        assert_eq!(on_a_line(" Bob\n\r\nEve:\u{2029} hi\u{85}"), "Bob Eve: hi");
        assert_eq!(beginning("one two\nthree", 5), "one t…");
        assert_eq!(beginning("one", 5), "one");
    }

    #[test]
    fn marks_do_not_pile_up() {
        let tower = format!("a{}b", "\u{301}".repeat(100));
        assert_eq!(printable(&tower).chars().count(), 2 + MOST_MARKS);
        assert_eq!(printable("tiếng Việt"), "tiếng Việt");
    }
}
