//! How wide things are on a terminal, and where lines break.

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use super::ink::{Ink, Look};

/// Columns of a text.
pub fn width(text: &str) -> usize {
    text.graphemes(true).map(columns).sum()
}

/// Columns of one character, with all that belongs to it.
pub fn columns(grapheme: &str) -> usize {
    grapheme.width().min(2)
}

/// The beginning of a text that fits into so many columns; what was cut off ends with `…`.
pub fn cut(text: &str, most: usize) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    let mut used = 1;
    let mut short: String = text
        .graphemes(true)
        .take_while(|grapheme| {
            used += columns(grapheme);
            used <= most
        })
        .collect();
    if most > 0 {
        short.push('…');
    }
    short
}

/// A piece of text that looks one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What stands there: one character, with all that belongs to it.
    pub text: String,
    /// How it looks.
    pub look: Look,
}

/// Breaks pieces into lines of so many columns, between words where that is possible.
pub fn wrap(pieces: Vec<Piece>, most: usize) -> Vec<Vec<Piece>> {
    let most = most.max(1);
    let mut lines = Vec::new();
    let mut line: Vec<Piece> = Vec::new();
    let mut used = 0;
    for piece in pieces {
        if piece.text == "\n" {
            lines.push(std::mem::take(&mut line));
            used = 0;
            continue;
        }
        let wide = columns(&piece.text);
        if used + wide > most {
            if piece.text == " " {
                // It would only stand at the end.
                lines.push(std::mem::take(&mut line));
                used = 0;
                continue;
            }
            let space = line.iter().rposition(|piece| piece.text == " ");
            let rest = match space {
                Some(space) => line.split_off(space + 1),
                None => Vec::new(),
            };
            lines.push(std::mem::replace(&mut line, rest));
            used = line.iter().map(|piece| columns(&piece.text)).sum();
        }
        used += wide;
        line.push(piece);
    }
    lines.push(line);
    lines
}

/// Pieces as the terminal takes them.
pub fn paint(pieces: &[Piece], ink: Ink) -> String {
    let mut painted = String::new();
    for run in pieces.chunk_by(|one, next| one.look == next.look) {
        let text: String = run.iter().map(|piece| piece.text.as_str()).collect();
        let look = run.first().map_or(0, |piece| piece.look);
        painted.push_str(&ink.paint(look, &text));
    }
    painted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, most: usize) -> Vec<String> {
        let pieces = text.graphemes(true).map(|grapheme| Piece {
            text: grapheme.to_owned(),
            look: 0,
        });
        wrap(pieces.collect(), most)
            .iter()
            .map(|line| paint(line, Ink::plain()).trim_end().to_owned())
            .collect()
    }

    #[test]
    fn lines_break_between_words_and_long_words_anywhere() {
        assert_eq!(lines("one two three", 8), ["one two", "three"]);
        assert_eq!(lines("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(lines("a\n\nb", 4), ["a", "", "b"]);
        assert_eq!(lines("漢字漢字", 5), ["漢字", "漢字"]);
        assert_eq!(lines("exact fit", 9), ["exact fit"]);
        assert_eq!(lines("four five", 4), ["four", "five"]);
    }

    #[test]
    fn what_is_too_long_is_cut() {
        assert_eq!(width("añ漢🙂👩‍👩‍👧"), 8);
        assert_eq!(cut("hello", 5), "hello");
        assert_eq!(cut("hello", 4), "hel…");
        assert_eq!(cut("漢字漢", 4), "漢…");
    }
}
