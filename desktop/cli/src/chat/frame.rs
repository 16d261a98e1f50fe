//! What the screen shows: who it is with above, what was said, what the person should know, and the
//! line that is being written.

use super::ink::{BAD, BAR, BOLD, DIM, OTHER, WARN};
use super::keyboard::{put, size};
use super::layout::{Line, Page};
use super::screen::Screen;
use super::talk::Write;
use super::wrap::{cut, width};
use crate::clock;
use crate::failure::Failure;
use crate::show;

impl Screen<'_> {
    pub(super) fn lines(&self, columns: usize) -> Vec<Line> {
        Page {
            columns,
            ink: self.ink,
            reveal: self.reveal,
            unread_line: self.window.unread_line.as_deref(),
        }
        .lines(&self.window.items)
    }

    pub(super) fn draw(&mut self) -> Result<(), Failure> {
        let (columns, rows) = size();
        let height = height(rows);
        if self.typing.is_some_and(|until| until <= clock::instant()) {
            self.typing = None;
        }
        let mut frame = String::from("\x1b[?2026h\x1b[?25l\x1b[H");
        frame.push_str(&self.bar(columns));
        let middle: Vec<String> = match &self.reading {
            Some(reading) => reading
                .iter()
                .take(height)
                .map(|line| format!("  {}", cut(line, columns.saturating_sub(2))))
                .collect(),
            None => {
                let lines = self.lines(columns);
                let shown = self.window.shown(&lines, height);
                shown.iter().map(|line| line.text.clone()).collect()
            }
        };
        for _ in middle.len()..height {
            frame.push_str("\r\n\x1b[K");
        }
        for line in &middle {
            frame.push_str("\r\n\x1b[K");
            frame.push_str(line);
        }
        frame.push_str("\r\n\x1b[K");
        frame.push_str(&self.status(columns));
        let (prompt, cursor) = self.prompt(columns);
        frame.push_str("\r\n\x1b[K");
        frame.push_str(&prompt);
        frame.push_str(&format!("\r\x1b[{cursor}C\x1b[?25h\x1b[?2026l"));
        Ok(put(&frame)?)
    }

    /// Who it is with.
    fn bar(&self, columns: usize) -> String {
        let mut left = format!(" {}", show::on_a_line(&self.with.name));
        if let Some(verified) = show::verified_word(self.with.verified.state) {
            left.push_str(&format!(" · {verified}"));
        }
        if self.typing.is_some() {
            left.push_str(" · typing…");
        }
        let mut right = Vec::new();
        if self.settings.timer > 0 {
            right.push(format!("⏱ {}", show::in_short(self.settings.timer.into())));
        }
        if self.settings.muted_until > clock::now() {
            right.push("muted".to_owned());
        }
        right.push(show::connection_word(self.connection).to_owned());
        let right = format!("{} ", right.join(" · "));
        let left = cut(&left, columns.saturating_sub(width(&right) + 1));
        let gap = columns.saturating_sub(width(&left) + width(&right));
        self.ink
            .paint(BAR, &format!("{left}{}{right}", " ".repeat(gap)))
    }

    /// What the person should know now.
    fn status(&self, columns: usize) -> String {
        let (look, text) = if let Some(remark) = &self.remark {
            (BAD, show::on_a_line(remark))
        } else if self.with.held {
            let text = "what you write waits, since their account was recovered: `sotto safety-number` helps";
            (WARN, text.to_owned())
        } else {
            match &self.write {
                Write::Answer(message) => (
                    OTHER,
                    format!(
                        "↩ {}: {}   (Esc ends it)",
                        show::on_a_line(&message.author_name),
                        show::snippet(message)
                    ),
                ),
                Write::Change(message) => (
                    OTHER,
                    format!("✎ {}   (Esc ends it)", show::snippet(message)),
                ),
                Write::New if !self.window.is_at_end() => {
                    let newer = self.window.newer;
                    let text = match newer.max(self.window.unread) {
                        0 => "↓ End goes to the newest".to_owned(),
                        number => format!("↓ {number} newer; End goes there"),
                    };
                    (BOLD, text)
                }
                Write::New if self.window.items.is_empty() => {
                    (DIM, "nothing was said yet · /help".to_owned())
                }
                Write::New => (DIM, String::new()),
            }
        };
        self.ink.paint(look, &cut(&text, columns))
    }

    /// The line that is being written, and the column of the cursor in it.
    fn prompt(&self, columns: usize) -> (String, usize) {
        let room = columns.saturating_sub(3);
        let (text, cursor) = self.editor.window(room);
        (format!("{} {text}", self.ink.paint(OTHER, "›")), cursor + 2)
    }
}

/// Rows of the conversation: all but the bar, the status and the line that is being written.
pub(super) fn height(rows: usize) -> usize {
    rows.saturating_sub(3).max(1)
}
