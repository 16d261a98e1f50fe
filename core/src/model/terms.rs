//! The terms under which a message is found.
//!
//! A message is found if its folded text contains the folded words (see [`super::fold`]). Its terms
//! are all stretches of one, two and three characters of that text: a message that contains a word
//! has all terms of the word. The other way round is not so, and whoever asks looks at the text.
//!
//! Whoever changes what is folded or which terms there are raises [`VERSION`].

use std::fmt::Write as _;

use super::fold::fold;

/// Of the rules in this file and of those of folding. A database whose index was made by others is indexed anew.
pub(crate) const VERSION: u32 = 1;

/// The most terms that one word asks for. The rest is found out by looking at the text.
const MOST_ASKED: usize = 16;

/// What a message has besides words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    /// An address of the web.
    Link,
    /// A file of any kind.
    File,
    /// A still picture.
    Image,
    /// A moving picture.
    Video,
    /// Sound, a voice message too.
    Audio,
}

impl Feature {
    fn term(self) -> &'static str {
        match self {
            Self::Link => "haslink",
            Self::File => "hasfile",
            Self::Image => "hasimage",
            Self::Video => "hasvideo",
            Self::Audio => "hasaudio",
        }
    }
}

/// Whether a text has an address of the web in it: `http://` or `https://` and something, or
/// `www.` and something at the beginning of a word.
fn has_link(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["http://", "https://", "www."].iter().any(|mark| {
        lower.match_indices(mark).any(|(start, _)| {
            let before = lower.get(..start).and_then(|text| text.chars().next_back());
            let behind = lower
                .get(start + mark.len()..)
                .and_then(|text| text.chars().next());
            behind.is_some_and(char::is_alphanumeric) && !before.is_some_and(char::is_alphanumeric)
        })
    })
}

/// What a text has by itself.
#[must_use]
pub(crate) fn features(text: &str) -> Vec<Feature> {
    has_link(text)
        .then_some(Feature::Link)
        .into_iter()
        .collect()
}

/// One to three characters, as a number: 21 bits each, 0 for none.
type Gram = u64;

/// The part of a gram that is one character. The index takes ASCII that is neither letter nor digit
/// for the end of a term, so another character stands for it; that it may stand in a text by itself
/// does no harm, because the two are one from here on.
fn unit(character: char) -> Gram {
    let code = u64::from(u32::from(character)) + 1;
    if character.is_ascii() && !character.is_ascii_alphanumeric() {
        code + 0x80
    } else {
        code
    }
}

fn grams(folded: &str) -> Vec<Gram> {
    let mut all = Vec::with_capacity(3 * folded.len());
    let (mut second, mut third) = (0, 0);
    for first in folded.chars().map(unit) {
        all.push(first);
        if second != 0 {
            all.push(second << 21 | first);
        }
        if third != 0 {
            all.push(third << 42 | second << 21 | first);
        }
        (third, second) = (second, first);
    }
    all.sort_unstable();
    all.dedup();
    all
}

fn push_term(text: &mut String, gram: Gram) {
    for shift in [42, 21, 0] {
        let code = (gram >> shift & 0x1f_ffff).checked_sub(1);
        let character = code.and_then(|code| char::from_u32(u32::try_from(code).ok()?));
        text.extend(character);
    }
}

/// The terms of one message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Terms {
    grams: Vec<Gram>,
    named: Vec<String>,
}

impl Terms {
    /// Of a message: its text, where and by whom it was said, what it has.
    pub fn of(text: &str, conversation: &[u8; 32], author: &[u8; 32], has: &[Feature]) -> Self {
        let mut named = vec![conversation_term(conversation), author_term(author)];
        named.extend(has.iter().map(|feature| feature.term().to_owned()));
        named.sort_unstable();
        named.dedup();
        Self {
            grams: grams(&fold(text)),
            named,
        }
    }

    /// Those that the other does not have.
    pub fn without(&self, other: &Self) -> Self {
        let mut left = self.clone();
        left.grams
            .retain(|gram| other.grams.binary_search(gram).is_err());
        left.named
            .retain(|term| other.named.binary_search(term).is_err());
        left
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.grams.is_empty() && self.named.is_empty()
    }

    /// As the index takes them: with a space between any two.
    pub fn text(&self) -> String {
        let mut text = self.named.join(" ");
        for gram in &self.grams {
            text.push(' ');
            push_term(&mut text, *gram);
        }
        text
    }
}

/// The first half of an id tells conversations and accounts apart well enough for a filter.
fn named(kind: &str, id: &[u8; 32]) -> String {
    let mut term = kind.to_owned();
    for byte in id.iter().take(8) {
        // Writing to a String cannot fail.
        let _ = write!(term, "{byte:02x}");
    }
    term
}

fn conversation_term(id: &[u8; 32]) -> String {
    named("conv", id)
}

fn author_term(id: &[u8; 32]) -> String {
    named("from", id)
}

/// What a message must have to be looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Folded; each must be in the text.
    pub words: Vec<String>,
    /// Said in one of these, if there are any.
    pub conversations: Vec<[u8; 32]>,
    /// By one of these, if there are any.
    pub authors: Vec<[u8; 32]>,
    /// And having all of these.
    pub has: Vec<Feature>,
}

impl Wanted {
    /// As the index is asked; `None` where every message may do.
    pub fn expression(&self) -> Option<String> {
        let mut parts: Vec<String> = self.words.iter().flat_map(|word| asked(word)).collect();
        parts.extend(any(self.conversations.iter().map(conversation_term)));
        parts.extend(any(self.authors.iter().map(author_term)));
        parts.extend(self.has.iter().map(|feature| quoted(feature.term())));
        parts.sort_unstable();
        parts.dedup();
        (!parts.is_empty()).then(|| parts.join(" AND "))
    }
}

fn quoted(term: &str) -> String {
    format!("\"{term}\"")
}

fn any(terms: impl Iterator<Item = String>) -> Option<String> {
    let all: Vec<String> = terms.map(|term| quoted(&term)).collect();
    (!all.is_empty()).then(|| format!("({})", all.join(" OR ")))
}

/// The longest terms of a folded word, spread over it if there are many.
fn asked(word: &str) -> Vec<String> {
    let characters: Vec<char> = word.chars().collect();
    let length = characters.len().min(3);
    if length == 0 {
        return Vec::new();
    }
    let windows: Vec<&[char]> = characters.windows(length).collect();
    let step = windows.len().div_ceil(MOST_ASKED);
    // The last one too, so that the end of the word counts.
    let chosen = windows.iter().step_by(step).chain(windows.last());
    chosen
        .map(|window| {
            let gram = window
                .iter()
                .fold(0, |gram, character| gram << 21 | unit(*character));
            let mut term = String::new();
            push_term(&mut term, gram);
            quoted(&term)
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_text_has_no_other_terms_than_the_text() {
        let text = "Größe: 12 °C, 東京タワー 👩🏽‍🚀 café";
        let all = Terms::of(text, &[1; 32], &[2; 32], &[]);
        let some = Terms::of("ße: 12 °C, 東京", &[1; 32], &[2; 32], &[]);
        assert!(some.without(&all).is_empty());
        assert!(!all.without(&some).is_empty());
        let terms = all.text();
        for gram in [1, 3] {
            assert!(terms.split(' ').any(|term| term.chars().count() == gram));
        }
        assert!(
            terms
                .split(' ')
                .all(|term| !term.contains(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric()))
        );
    }

    #[test]
    fn a_long_word_asks_for_a_few_terms() {
        let long: String = ('a'..='z').cycle().take(500).collect();
        let wanted = Wanted {
            words: vec![long.clone(), long],
            ..Wanted::default()
        };
        let terms = wanted.expression().unwrap().split(" AND ").count();
        assert!((2..=MOST_ASKED + 1).contains(&terms), "{terms}");
        assert_eq!(Wanted::default().expression(), None);
    }
}
