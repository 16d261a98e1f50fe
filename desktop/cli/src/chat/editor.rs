//! The line that is being written: bytes of the keyboard in, a text out.

use unicode_segmentation::UnicodeSegmentation as _;

use super::wrap::{columns, width};

/// A text under edit, with a cursor in it.
#[derive(Default)]
pub struct Editor {
    text: String,
    /// Where the cursor is, in bytes; between characters.
    at: usize,
    /// The beginning of a character that is not complete.
    partial: Vec<u8>,
    escape: Escape,
    /// What is pasted is text, line ends too.
    pasting: bool,
}

/// What the keyboard has brought, where that is no text.
#[derive(Debug, PartialEq, Eq)]
pub enum Key {
    /// The text is done.
    Line(String),
    /// Ctrl+C, or Ctrl+D on an empty line.
    Leave,
    /// Ctrl+L.
    Clear,
    /// Up and Down, which the wheel of the mouse sends, too.
    Up,
    Down,
    /// Up with Ctrl or Alt.
    Recall,
    /// Escape.
    Escape,
    Tab,
    PageUp,
    PageDown,
    /// End, on an empty line.
    Bottom,
    /// The terminal came to the front, or went.
    Front(bool),
}

/// Where in an escape sequence we are.
#[derive(Default, PartialEq, Eq)]
enum Escape {
    #[default]
    No,
    Begun,
    /// With what stood in it so far.
    Inside(Vec<u8>),
}

/// No sequence that means anything is longer.
const LONGEST_SEQUENCE: usize = 32;

impl Editor {
    /// What is written so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Puts another text there, and the cursor at its end.
    pub fn set(&mut self, text: &str) {
        self.text = text.to_owned();
        self.at = self.text.len();
    }

    /// Takes what the keyboard gave and says what it comes to.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<Key> {
        let keys = bytes.iter().filter_map(|byte| self.byte(*byte));
        let mut keys: Vec<Key> = keys.collect();
        // The key itself: a sequence comes in one piece.
        if self.escape == Escape::Begun {
            self.escape = Escape::No;
            keys.push(Key::Escape);
        }
        keys
    }

    fn byte(&mut self, byte: u8) -> Option<Key> {
        match std::mem::take(&mut self.escape) {
            Escape::No => {}
            Escape::Begun => return self.after_escape(byte),
            Escape::Inside(sequence) => return self.inside(sequence, byte),
        }
        if byte == 0x1b {
            self.escape = Escape::Begun;
            return None;
        }
        if self.pasting && matches!(byte, b'\r' | b'\n') {
            self.insert("\n");
            return None;
        }
        match byte {
            b'\r' => {
                self.partial.clear();
                self.at = 0;
                return Some(Key::Line(std::mem::take(&mut self.text)));
            }
            b'\n' => self.insert("\n"),
            0x03 => return Some(Key::Leave),
            0x04 if self.text.is_empty() => return Some(Key::Leave),
            0x04 => self.delete(),
            0x0c => return Some(Key::Clear),
            b'\t' => return Some(Key::Tab),
            0x01 => self.at = self.line_start(),
            0x05 => self.at = self.line_end(),
            0x02 => self.at = self.before(),
            0x06 => self.at = self.after(),
            0x0b => self.cut(self.at, self.line_end()),
            0x15 => self.cut(0, self.at),
            0x17 => self.cut(self.word_before(), self.at),
            0x7f | 0x08 => self.cut(self.before(), self.at),
            0x00..=0x1f => {}
            _ => self.character(byte),
        }
        None
    }

    fn after_escape(&mut self, byte: u8) -> Option<Key> {
        match byte {
            b'[' | b'O' => self.escape = Escape::Inside(vec![byte]),
            // Alt and Enter.
            b'\r' | b'\n' => self.insert("\n"),
            b'b' => self.at = self.word_before(),
            b'f' => self.at = self.word_after(),
            0x7f => self.cut(self.word_before(), self.at),
            _ => {}
        }
        None
    }

    fn inside(&mut self, mut sequence: Vec<u8>, byte: u8) -> Option<Key> {
        sequence.push(byte);
        if !(0x40..=0x7e).contains(&byte) {
            if sequence.len() < LONGEST_SEQUENCE {
                self.escape = Escape::Inside(sequence);
            }
            return None;
        }
        match sequence.as_slice() {
            b"[D" | b"OD" => self.at = self.before(),
            b"[C" | b"OC" => self.at = self.after(),
            b"[1;5D" | b"[1;3D" => self.at = self.word_before(),
            b"[1;5C" | b"[1;3C" => self.at = self.word_after(),
            b"[H" | b"OH" | b"[1~" => self.at = self.line_start(),
            b"[F" | b"OF" | b"[4~" if self.text.is_empty() => return Some(Key::Bottom),
            b"[F" | b"OF" | b"[4~" => self.at = self.line_end(),
            b"[3~" => self.delete(),
            b"[A" | b"OA" => return Some(Key::Up),
            b"[B" | b"OB" => return Some(Key::Down),
            b"[1;5A" | b"[1;3A" => return Some(Key::Recall),
            b"[5~" => return Some(Key::PageUp),
            b"[6~" => return Some(Key::PageDown),
            b"[200~" => self.pasting = true,
            b"[201~" => self.pasting = false,
            b"[I" => return Some(Key::Front(true)),
            b"[O" => return Some(Key::Front(false)),
            _ => {}
        }
        None
    }

    fn character(&mut self, byte: u8) {
        self.partial.push(byte);
        match std::str::from_utf8(&self.partial) {
            Ok(text) => {
                let text = text.to_owned();
                self.partial.clear();
                self.insert(&text);
            }
            // It may become one with the next byte.
            Err(error) if error.error_len().is_none() => {}
            Err(_) => self.partial.clear(),
        }
    }

    fn insert(&mut self, text: &str) {
        let safe = text.chars().all(|it| it == '\n' || !it.is_control());
        if safe && self.text.is_char_boundary(self.at) {
            self.text.insert_str(self.at, text);
            self.at += text.len();
        }
    }

    fn delete(&mut self) {
        self.cut(self.at, self.after());
    }

    /// Takes a part out; the cursor stands where it was.
    fn cut(&mut self, from: usize, to: usize) {
        if from <= to && self.text.is_char_boundary(from) && self.text.is_char_boundary(to) {
            self.text.replace_range(from..to, "");
            self.at = from;
        }
    }

    fn head(&self) -> &str {
        self.text.get(..self.at).unwrap_or_default()
    }

    fn tail(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn before(&self) -> usize {
        let last = self.head().graphemes(true).next_back();
        self.at - last.map_or(0, str::len)
    }

    fn after(&self) -> usize {
        let next = self.tail().graphemes(true).next();
        self.at + next.map_or(0, str::len)
    }

    fn word_before(&self) -> usize {
        let words = self.head().trim_end();
        words.rfind(char::is_whitespace).map_or(0, |space| {
            space
                + words
                    .get(space..)
                    .and_then(|rest| rest.chars().next())
                    .map_or(1, char::len_utf8)
        })
    }

    fn word_after(&self) -> usize {
        let tail = self.tail();
        let spaces = tail.len() - tail.trim_start().len();
        let word = tail.get(spaces..).unwrap_or_default();
        self.at + spaces + word.find(char::is_whitespace).unwrap_or(word.len())
    }

    fn line_start(&self) -> usize {
        self.head().rfind('\n').map_or(0, |end| end + 1)
    }

    fn line_end(&self) -> usize {
        self.at + self.tail().find('\n').unwrap_or(self.tail().len())
    }

    /// The part of the text that fits into so many columns with the cursor in it, on one line; and
    /// the column of the cursor.
    pub fn window(&self, most: usize) -> (String, usize) {
        let shown = |grapheme: &str| match grapheme {
            "\n" => "⏎".to_owned(),
            other => other.to_owned(),
        };
        // From the cursor back, so that there is always room for it.
        let mut head = Vec::new();
        let mut used = 1;
        for grapheme in self.head().graphemes(true).rev() {
            let grapheme = shown(grapheme);
            used += columns(&grapheme);
            if used > most {
                break;
            }
            head.push(grapheme);
        }
        head.reverse();
        let mut line = head.concat();
        let cursor = width(&line);
        let mut used = cursor;
        for grapheme in self.tail().graphemes(true) {
            let grapheme = shown(grapheme);
            used += columns(&grapheme);
            if used > most {
                break;
            }
            line.push_str(&grapheme);
        }
        (line, cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_make_a_line() {
        let mut editor = Editor::default();
        assert_eq!(editor.take("hallö\u{7f}o wörld".as_bytes()), []);
        assert_eq!(editor.text(), "hallo wörld");
        editor.take(&[0x17]);
        assert_eq!(editor.text(), "hallo ");
        assert_eq!(editor.take(b"\r"), [Key::Line("hallo ".to_owned())]);
        assert_eq!(editor.text(), "");
    }

    #[test]
    fn the_cursor_goes_where_it_is_sent() {
        let mut editor = Editor::default();
        editor.take("one three".as_bytes());
        editor.take(b"\x1b[1;5D");
        editor.take(b"two ");
        assert_eq!(editor.text(), "one two three");
        editor.take(b"\x01\x1b[3~\x1b[C\x1b[C");
        editor.take(b"\x1b[D\x7f");
        assert_eq!(editor.text(), "e two three");
        editor.take(b"\x05\x7f\x1bb\x0b");
        assert_eq!(editor.text(), "e two ");
    }

    #[test]
    fn a_character_may_come_in_pieces_and_goes_as_a_whole() {
        let mut editor = Editor::default();
        for byte in "👩‍👩‍👧".bytes() {
            editor.take(&[byte]);
        }
        editor.take(b"\x1bOP");
        editor.take(&[0xff]);
        assert_eq!(editor.text(), "👩‍👩‍👧");
        editor.take(&[0x7f]);
        assert_eq!(editor.text(), "");
    }

    #[test]
    fn what_is_pasted_is_text() {
        let mut editor = Editor::default();
        assert_eq!(editor.take(b"\x1b[200~one\rtwo\x1b[201~"), []);
        assert_eq!(editor.text(), "one\ntwo");
        assert_eq!(editor.window(20), ("one⏎two".to_owned(), 7));
        assert_eq!(editor.window(4), ("two".to_owned(), 3));
        assert_eq!(
            editor.take(b"\x1b\rx\r"),
            [Key::Line("one\ntwo\nx".to_owned())]
        );
    }

    #[test]
    fn keys_that_are_no_text() {
        let mut editor = Editor::default();
        assert_eq!(
            editor.take(b"\x1b[5~\x1b[6~\x1b[A\x1b[B\x1b[1;5A\x1b[I\x1b[O\t\x1b"),
            [
                Key::PageUp,
                Key::PageDown,
                Key::Up,
                Key::Down,
                Key::Recall,
                Key::Front(true),
                Key::Front(false),
                Key::Tab,
                Key::Escape
            ]
        );
        assert_eq!(editor.take(b"a\x04"), []);
        assert_eq!(editor.take(b"\x15\x04"), [Key::Leave]);
        assert_eq!(editor.take(b"b\x03"), [Key::Leave]);
    }
}
