//! The line that is being written: bytes of the keyboard in, a text out.

/// One line under edit.
#[derive(Default)]
pub struct Editor {
    text: String,
    /// The beginning of a character that is not complete.
    partial: Vec<u8>,
    escape: Escape,
}

/// What the keyboard has brought.
#[derive(Debug, PartialEq, Eq)]
pub enum Key {
    /// The line is done.
    Line(String),
    /// Ctrl+C, or Ctrl+D on an empty line.
    Leave,
    /// Ctrl+L.
    Clear,
}

/// Where in an escape sequence we are: arrows and the like have no meaning here.
#[derive(Default, PartialEq, Eq)]
enum Escape {
    #[default]
    No,
    Begun,
    Inside,
}

impl Editor {
    /// What is written so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Takes what the keyboard gave and says what it comes to.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<Key> {
        bytes.iter().filter_map(|byte| self.byte(*byte)).collect()
    }

    fn byte(&mut self, byte: u8) -> Option<Key> {
        if self.is_escaped(byte) {
            return None;
        }
        match byte {
            b'\r' | b'\n' => {
                self.partial.clear();
                return Some(Key::Line(std::mem::take(&mut self.text)));
            }
            0x03 => return Some(Key::Leave),
            0x04 if self.text.is_empty() => return Some(Key::Leave),
            0x0c => return Some(Key::Clear),
            0x7f | 0x08 => drop(self.text.pop()),
            0x15 => self.text.clear(),
            0x17 => self.rub_word(),
            b'\t' => self.text.push(' '),
            0x00..=0x1f => {}
            _ => self.character(byte),
        }
        None
    }

    fn is_escaped(&mut self, byte: u8) -> bool {
        self.escape = match self.escape {
            Escape::No if byte == 0x1b => Escape::Begun,
            Escape::No => return false,
            Escape::Begun if matches!(byte, b'[' | b'O') => Escape::Inside,
            Escape::Begun => Escape::No,
            Escape::Inside if (0x40..=0x7e).contains(&byte) => Escape::No,
            Escape::Inside => Escape::Inside,
        };
        true
    }

    fn character(&mut self, byte: u8) {
        self.partial.push(byte);
        match std::str::from_utf8(&self.partial) {
            Ok(text) => {
                self.text.push_str(text);
                self.partial.clear();
            }
            // It may become one with the next byte.
            Err(error) if error.error_len().is_none() => {}
            Err(_) => self.partial.clear(),
        }
    }

    fn rub_word(&mut self) {
        let trimmed = self.text.trim_end().len();
        let start = self
            .text
            .get(..trimmed)
            .and_then(|text| text.rfind(' '))
            .map_or(0, |space| space + 1);
        self.text.truncate(start);
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
    fn a_character_may_come_in_pieces_and_arrows_are_no_text() {
        let mut editor = Editor::default();
        for byte in "🙂".bytes() {
            editor.take(&[byte]);
        }
        editor.take(b"\x1b[A\x1b[3~\x1bOP");
        editor.take(&[0xff]);
        assert_eq!(editor.text(), "🙂");
    }

    #[test]
    fn ctrl_d_leaves_an_empty_line_only() {
        let mut editor = Editor::default();
        assert_eq!(editor.take(b"a\x04"), []);
        assert_eq!(editor.take(b"\x15\x04"), [Key::Leave]);
        assert_eq!(editor.take(b"b\x03"), [Key::Leave]);
    }
}
