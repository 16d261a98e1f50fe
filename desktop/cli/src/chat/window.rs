//! The part of a conversation that is on the screen, and what the timeline has told of it.

use sotto_core::client::{TimelineDiff, TimelineItem, TimelineUpdate};

use super::layout::Line;

/// A place in the conversation that stays when others change: a line of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Anchor {
    item: String,
    offset: usize,
}

/// What is known of the conversation, and where the person looks.
#[derive(Default)]
pub struct Window {
    pub items: Vec<TimelineItem>,
    pub at_start: bool,
    pub at_end: bool,
    pub newer: u32,
    pub unread: u32,
    pub unread_line: Option<String>,
    /// The lowest line that is shown; `None` for the end.
    anchor: Option<Anchor>,
    /// To be shown as soon as it is there.
    wanted: Option<String>,
}

impl Window {
    pub fn take(&mut self, update: TimelineUpdate) {
        for diff in update.diffs {
            match diff {
                TimelineDiff::Reset { items } => self.items = items,
                TimelineDiff::Splice {
                    index,
                    removed,
                    inserted,
                } => {
                    let start = place(index).min(self.items.len());
                    let end = start.saturating_add(place(removed)).min(self.items.len());
                    self.items.splice(start..end, inserted);
                }
            }
        }
        self.at_start = update.at_start;
        self.at_end = update.at_end;
        self.newer = update.newer;
        self.unread = update.unread;
        self.unread_line = update.unread_line;
        if self.wanted.as_deref() == Some("") {
            self.wanted = update.focus;
        }
    }

    /// The next thing that the timeline brings to the middle is to be shown.
    pub fn want(&mut self) {
        self.wanted = Some(String::new());
    }

    /// Whether the newest is on the screen.
    pub fn is_at_end(&self) -> bool {
        self.at_end && self.anchor.is_none()
    }

    pub fn go_to_end(&mut self) {
        self.anchor = None;
    }

    /// The lines that fit into so many, the lowest of which is where the person looks.
    pub fn shown<'l>(&mut self, lines: &'l [Line], height: usize) -> &'l [Line] {
        if let Some(wanted) = self.wanted.take_if(|wanted| !wanted.is_empty()) {
            let item = self.items.iter().position(|item| item.id == wanted);
            let first = lines.iter().position(|line| Some(line.item) == item);
            if let Some(first) = first {
                self.look_at(lines, first.saturating_add(height / 2), height);
            }
        }
        let end = self.end(lines, height);
        lines
            .get(end.saturating_sub(height)..end)
            .unwrap_or_default()
    }

    /// Looks up (negative) or down by so many lines. Whether the first line is reached.
    pub fn scroll(&mut self, lines: &[Line], height: usize, by: isize) -> bool {
        let end = self.end(lines, height);
        let to = end.saturating_add_signed(by);
        self.look_at(lines, to, height);
        to <= height
    }

    fn look_at(&mut self, lines: &[Line], end: usize, height: usize) {
        let end = end.max(height.min(lines.len()));
        self.anchor = match lines.get(end.saturating_sub(1)) {
            Some(line) if end < lines.len() => self.items.get(line.item).map(|item| Anchor {
                item: item.id.clone(),
                offset: line.offset,
            }),
            _ => None,
        };
    }

    /// One behind the lowest line that is shown.
    fn end(&self, lines: &[Line], height: usize) -> usize {
        let Some(anchor) = &self.anchor else {
            return lines.len();
        };
        let item = self.items.iter().position(|item| item.id == anchor.item);
        let line = lines
            .iter()
            .rposition(|line| Some(line.item) == item && line.offset <= anchor.offset);
        let end = line.map_or(lines.len(), |line| line + 1);
        end.max(height.min(lines.len()))
    }
}

fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
