//! How texts are compared when somebody searches, and the terms under which a message is found.
//!
//! A text is *folded* cluster by cluster, where a cluster is what a person takes for one character:
//!
//! - compatibility forms and case go: `ﬁ` is `fi`, `Ａ` is `a`, `ß` is `ss`, `Σ` and `ς` are `σ`;
//! - accents of alphabets go, so that `cafe` finds `café`: the marks of Latin, Greek and Cyrillic,
//!   vowel points of Arabic and Hebrew, strokes as in `ø`. Marks that make another letter in the
//!   eyes of those who write it stay: Indic vowels, Thai tones, the two dots of `が`;
//! - characters that are not seen go: joiners, selectors, directions. Every stretch of white space
//!   is one space.
//!
//! A message is found if its folded text contains the folded words. Its terms are all stretches of
//! one, two and three characters of that text: a message that contains a word has all terms of the
//! word. The other way round is not so, and whoever asks looks at the text itself.
//!
//! Whoever changes what is folded or which terms there are raises [`VERSION`].

use std::borrow::Cow;
use std::fmt::Write as _;

use icu_casemap::CaseMapper;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_compatible;
use unicode_segmentation::UnicodeSegmentation;

/// Of the rules in this file. A database whose index was made by others is indexed anew.
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

/// A text as it is compared.
#[must_use]
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.is_ascii() {
        for byte in text.bytes() {
            push(&mut folded, char::from(byte.to_ascii_lowercase()));
        }
    } else {
        let mapper = CaseMapper::new();
        for cluster in text.graphemes(true) {
            fold_cluster(mapper, cluster, &mut folded);
        }
    }
    folded
}

/// Folds one cluster and adds it; nothing is added for one that is not seen.
fn fold_cluster(
    mapper: icu_casemap::CaseMapperBorrowed<'static>,
    cluster: &str,
    folded: &mut String,
) {
    if let [byte] = cluster.as_bytes() {
        return push(folded, char::from(byte.to_ascii_lowercase()));
    }
    let mut plain = String::new();
    for character in cluster.chars() {
        // A lone accent would decompose to a space with a mark, and be taken for white space.
        let mut blank = false;
        if !character.is_whitespace() {
            let mut first = true;
            decompose_compatible(character, |part| {
                blank |= first && part == ' ';
                first = false;
            });
        }
        if blank {
            plain.push(character);
        } else {
            decompose_compatible(character, |part| {
                if !is_left_out(part) {
                    plain.push_str(without_stroke(&part).unwrap_or(part.encode_utf8(&mut [0; 4])));
                }
            });
        }
    }
    let lower: Cow<'_, str> = mapper.fold_string(&plain);
    for character in lower.nfc() {
        push(folded, character);
    }
}

fn push(folded: &mut String, character: char) {
    if !character.is_whitespace() {
        folded.push(character);
    } else if !folded.ends_with(' ') {
        folded.push(' ');
    }
}

/// What people leave out when they search: accents, vowel points, and what is not seen.
fn is_left_out(character: char) -> bool {
    matches!(character,
        // Accents of Latin, Greek and Cyrillic.
        '\u{0300}'..='\u{036f}' | '\u{0483}'..='\u{0489}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20dc}' | '\u{20e1}' | '\u{20e5}'..='\u{20f0}'
        | '\u{fe20}'..='\u{fe2f}'
        // Points of Hebrew; marks of Arabic and the stroke that makes its words longer.
        | '\u{0591}'..='\u{05bd}' | '\u{05bf}' | '\u{05c1}' | '\u{05c2}' | '\u{05c4}' | '\u{05c5}' | '\u{05c7}'
        | '\u{0610}'..='\u{061a}' | '\u{0640}' | '\u{064b}'..='\u{065f}' | '\u{0670}'
        | '\u{06d6}'..='\u{06dc}' | '\u{06df}'..='\u{06e4}' | '\u{06e7}' | '\u{06e8}' | '\u{06ea}'..='\u{06ed}'
        // Joiners, selectors, directions and other things without a shape.
        | '\u{00ad}' | '\u{061c}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Letters with a stroke or of two, which do not decompose; those without a dot, too, because
/// `I` and `ı` are one letter on one keyboard and two on another.
fn without_stroke(character: &char) -> Option<&'static str> {
    Some(match character {
        'ø' | 'Ø' => "o",
        'ł' | 'Ł' => "l",
        'đ' | 'Đ' => "d",
        'ħ' | 'Ħ' => "h",
        'ŧ' | 'Ŧ' => "t",
        'ı' => "i",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        _ => return None,
    })
}

/// One to three characters, as a number: 21 bits each, 0 for none.
type Gram = u64;

fn grams(folded: &str) -> Vec<Gram> {
    let mut all = Vec::with_capacity(3 * folded.len());
    let (mut second, mut third) = (0, 0);
    for character in folded.chars() {
        let first = u64::from(u32::from(character)) + 1;
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

/// The term of a gram. The index takes ASCII that is neither letter nor digit for the end of a
/// term, so another character stands for it. That two grams may share a term does no harm.
fn push_term(text: &mut String, gram: Gram) {
    for shift in [42, 21, 0] {
        let Some(code) = (gram >> shift & 0x1f_ffff).checked_sub(1) else {
            continue;
        };
        let code = u32::try_from(code).unwrap_or_default();
        let character = match char::from_u32(code) {
            Some(ascii) if ascii.is_ascii() && !ascii.is_ascii_alphanumeric() => {
                char::from_u32(0x80 + code)
            }
            other => other,
        };
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
            let gram = window.iter().fold(0, |gram, character| {
                gram << 21 | (u64::from(u32::from(*character)) + 1)
            });
            let mut term = String::new();
            push_term(&mut term, gram);
            quoted(&term)
        })
        .collect()
}

/// A folded text that knows where each part of it comes from.
pub(crate) struct Traced {
    folded: String,
    /// For each byte that a cluster begins at: that byte, and the cluster in the text, from one
    /// Unicode scalar value to another.
    clusters: Vec<(usize, u32, u32)>,
}

impl Traced {
    /// Folds a text.
    pub fn of(text: &str) -> Self {
        let mapper = CaseMapper::new();
        let mut folded = String::with_capacity(text.len());
        let mut clusters = Vec::new();
        let mut scalars = 0_u32;
        for cluster in text.graphemes(true) {
            let (start, before) = (scalars, folded.len());
            scalars = cluster
                .chars()
                .fold(scalars, |count, _| count.saturating_add(1));
            fold_cluster(mapper, cluster, &mut folded);
            if folded.len() > before {
                clusters.push((before, start, scalars));
            }
        }
        Self { folded, clusters }
    }

    /// Where folded words stand in the text: stretches of Unicode scalar values, from the first to
    /// the one behind the last, of whole clusters, in order, none touching another.
    pub fn find(&self, words: &[String], most: usize) -> Vec<(u32, u32)> {
        let mut found = Vec::new();
        for word in words.iter().filter(|word| !word.is_empty()) {
            let mut from = 0;
            while let Some(at) = self.folded.get(from..).and_then(|rest| rest.find(word)) {
                let start = from + at;
                found.extend(self.source(start, start + word.len()));
                // From the next character on: "anana" is twice in "banananas".
                let step = word.chars().next().map_or(1, char::len_utf8);
                from = start + step;
                if found.len() > 4 * most {
                    break;
                }
            }
        }
        found.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::new();
        for (start, end) in found {
            match merged.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => merged.push((start, end)),
            }
        }
        merged.truncate(most);
        merged
    }

    fn source(&self, start: usize, end: usize) -> Option<(u32, u32)> {
        let first = self.clusters.partition_point(|(byte, ..)| *byte <= start);
        let last = self.clusters.partition_point(|(byte, ..)| *byte < end);
        let (_, from, _) = self.clusters.get(first.checked_sub(1)?)?;
        let (.., to) = self.clusters.get(last.checked_sub(1)?)?;
        Some((*from, *to))
    }
}

/// Whether a folded text contains all folded words, and if so whether each of them stands there
/// somewhere as a word or words of their own, by the word boundaries of Unicode.
pub(crate) fn contains(folded: &str, words: &[String]) -> Option<bool> {
    if !words.iter().all(|word| folded.contains(word.as_str())) {
        return None;
    }
    if words.iter().all(String::is_empty) {
        return Some(true);
    }
    let mut bounds: Vec<usize> = folded
        .split_word_bound_indices()
        .map(|(start, _)| start)
        .collect();
    bounds.push(folded.len());
    let is_bound = |byte: usize| bounds.binary_search(&byte).is_ok();
    let stands = |word: &String| {
        folded
            .match_indices(word.as_str())
            .any(|(start, _)| is_bound(start) && is_bound(start + word.len()))
    };
    Some(words.iter().all(stands))
}
