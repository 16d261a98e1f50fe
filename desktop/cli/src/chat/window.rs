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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use sotto_core::client::{Gap, TimelineKind};

    use super::*;

    fn item(number: usize) -> TimelineItem {
        TimelineItem {
            id: number.to_string(),
            revision: 0,
            kind: TimelineKind::Gap {
                gap: Gap {
                    author: String::new(),
                    author_name: String::new(),
                    missing: 1,
                    since: 0,
                },
            },
        }
    }

    fn update(diffs: Vec<TimelineDiff>) -> TimelineUpdate {
        TimelineUpdate {
            diffs,
            at_start: true,
            at_end: true,
            newer: 0,
            unread: 0,
            first_unread: None,
            unread_line: None,
            focus: None,
        }
    }

    /// Two lines for each item.
    fn lines(window: &Window) -> Vec<Line> {
        let line = |(item, offset): (usize, usize)| Line {
            item,
            offset,
            text: String::new(),
        };
        (0..window.items.len())
            .flat_map(|item| [(item, 0), (item, 1)])
            .map(line)
            .collect()
    }

    fn first(window: &mut Window) -> String {
        let lines = lines(window);
        let item = window.shown(&lines, 4).first().unwrap().item;
        window.items.get(item).unwrap().id.clone()
    }

    fn window(numbers: std::ops::Range<usize>) -> Window {
        let mut window = Window::default();
        let items = numbers.map(item).collect();
        window.take(update(vec![TimelineDiff::Reset { items }]));
        window
    }

    #[test]
    fn whoever_looks_back_keeps_their_place() {
        let mut window = window(10..20);
        assert_eq!(first(&mut window), "18");
        assert!(!window.scroll(&lines(&window), 4, -4));
        assert_eq!(first(&mut window), "16");
        assert!(!window.is_at_end());
        let insert = |index, number| TimelineDiff::Splice {
            index,
            removed: 0,
            inserted: vec![item(number)],
        };
        window.take(update(vec![insert(0, 9), insert(11, 20)]));
        assert_eq!(first(&mut window), "16");
        assert!(window.scroll(&lines(&window), 4, -1000));
        assert_eq!(first(&mut window), "9");
        window.scroll(&lines(&window), 4, 1000);
        assert!(window.is_at_end());
        assert_eq!(first(&mut window), "19");
    }

    #[test]
    fn what_was_looked_for_is_shown() {
        let mut window = window(10..20);
        window.want();
        window.take(TimelineUpdate {
            focus: Some("12".to_owned()),
            ..update(Vec::new())
        });
        assert_eq!(first(&mut window), "11");
        assert_eq!(first(&mut window), "11", "until somebody scrolls");
    }

    #[test]
    fn a_splice_beyond_the_end_is_no_panic() {
        let mut window = window(0..2);
        window.take(update(vec![TimelineDiff::Splice {
            index: 9,
            removed: 9,
            inserted: vec![item(5)],
        }]));
        assert_eq!(window.items.len(), 3);
        assert_eq!(first(&mut Window { ..window }), "1");
    }
}
