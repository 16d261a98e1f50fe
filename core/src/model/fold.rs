//! How texts are compared when somebody searches.
//!
//! A text is folded cluster by cluster, where a cluster is what a person takes for one character:
//!
//! - compatibility forms and case go: `ﬁ` is `fi`, `Ａ` is `a`, `ß` is `ss`, `Σ` and `ς` are `σ`;
//! - accents of alphabets go, so that `cafe` finds `café`: the marks of Latin, Greek and Cyrillic,
//!   vowel points of Arabic and Hebrew, strokes as in `ø`. Marks that make another letter in the
//!   eyes of those who write it stay: Indic vowels, Thai tones, the two dots of `が`;
//! - characters that are not seen go: joiners, selectors, directions. Every stretch of white space
//!   is one space.
//!
//! A part of a text, from one cluster to another, folds to a part of what the text folds to.

use std::borrow::Cow;

use icu_casemap::{CaseMapper, CaseMapperBorrowed};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_compatible;
use unicode_segmentation::UnicodeSegmentation;

/// A text as it is compared.
#[must_use]
pub(crate) fn fold(text: &str) -> String {
    let mapper = CaseMapper::new();
    let mut folded = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (plain, others) = rest.split_at(plain(rest));
        for byte in plain.bytes() {
            push(&mut folded, char::from(byte.to_ascii_lowercase()));
        }
        let (clusters, after) = others.split_at(until_plain(others));
        for cluster in clusters.graphemes(true) {
            fold_cluster(mapper, cluster, &mut folded);
        }
        rest = after;
    }
    folded
}

/// How many bytes a text begins with that are ASCII, without the last one where something else
/// follows: an accent would belong to it. Between two characters of ASCII a cluster ends, but for the
/// two that end a line, and those are one space either way.
fn plain(text: &str) -> usize {
    match text.bytes().position(|byte| !byte.is_ascii()) {
        None => text.len(),
        Some(first) => first.saturating_sub(1),
    }
}

/// How many bytes come before two characters of ASCII in a row, the first of them included: it may
/// belong to what stands before it.
fn until_plain(text: &str) -> usize {
    let pairs = text.bytes().zip(text.bytes().skip(1));
    let two = |(one, next): (u8, u8)| one.is_ascii() && next.is_ascii();
    pairs
        .map(two)
        .position(|are| are)
        .map_or(text.len(), |at| at + 1)
}

/// Folds one cluster and adds it; nothing is added for one that is not seen.
fn fold_cluster(mapper: CaseMapperBorrowed<'static>, cluster: &str, folded: &mut String) {
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
    let mut bounds = Bounds { folded, all: None };
    let stands = |word: &String| {
        folded
            .match_indices(word.as_str())
            .any(|(start, _)| bounds.is_at(start) && bounds.is_at(start + word.len()))
    };
    Some(words.iter().all(stands))
}

/// The word boundaries of a text. Between ASCII they are known at once.
struct Bounds<'a> {
    folded: &'a str,
    all: Option<Vec<usize>>,
}

impl Bounds<'_> {
    fn is_at(&mut self, byte: usize) -> bool {
        let bytes = self.folded.as_bytes();
        let sides = (
            byte.checked_sub(1).and_then(|before| bytes.get(before)),
            bytes.get(byte),
        );
        match sides {
            (None, _) | (_, None) | (Some(b' '), _) | (_, Some(b' ')) => true,
            (Some(before), Some(behind))
                if before.is_ascii_alphanumeric() && behind.is_ascii_alphanumeric() =>
            {
                false
            }
            _ => self.all().binary_search(&byte).is_ok(),
        }
    }

    fn all(&mut self) -> &[usize] {
        let folded = self.folded;
        self.all.get_or_insert_with(|| {
            folded
                .split_word_bound_indices()
                .map(|(start, _)| start)
                .collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::model::terms::VERSION;

    #[test]
    fn what_is_folded_changes_only_with_the_version() {
        let mut digest = Sha256::new();
        let characters = (0..0x2_0000).chain(0xe_0000..0xe_0200);
        for character in characters.filter_map(char::from_u32) {
            digest.update(fold(&format!("{character}|")));
        }
        let digest = digest.finalize();
        let start: Vec<String> = digest
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        // Whoever changes this raises VERSION, so that every index is made anew.
        assert_eq!((VERSION, start.concat().as_str()), (1, "1376aec7b7ebb923"));
    }

    #[test]
    fn texts_of_many_scripts_fold_as_their_clusters_do() {
        let pieces = [
            "a",
            "E",
            "z",
            "1",
            " ",
            "\r",
            "\n",
            "\u{301}",
            "ß",
            "’",
            "\u{600}",
            "\u{200d}",
            "👩",
            "각",
            "\u{11a8}",
            "İ",
            "´",
            "क\u{94d}",
            "🇩",
            "ﬁ",
        ];
        let mut state = 5_u64;
        // Numbers as Knuth makes them (MMIX); the upper half is the better one.
        let mut any = |bound: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 32).unwrap() % bound
        };
        for _ in 0..20_000 {
            let text: String = (0..=any(9)).map(|_| pieces[any(pieces.len())]).collect();
            let mut clusters = String::new();
            for cluster in text.graphemes(true) {
                fold_cluster(CaseMapper::new(), cluster, &mut clusters);
            }
            assert_eq!(fold(&text), clusters, "{text:?}");
        }
    }

    #[test]
    fn words_stand_alone_by_the_boundaries_of_unicode() {
        let whole = |text: &str, word: &str| contains(&fold(text), &[fold(word)]);
        for (text, word, stands) in [
            ("the sun", "sun", Some(true)),
            ("sunday, sun", "sun", Some(true)),
            ("sunday", "sun", Some(false)),
            ("sun's", "sun", Some(false)),
            ("(sun)", "sun", Some(true)),
            ("moon", "sun", None),
            ("größer", "größe", Some(false)),
            ("東京タワー", "東京", Some(true)),
            ("東京タワー", "タワ", Some(false)),
            ("hi👍", "👍", Some(true)),
            ("two words here", "two words", Some(true)),
        ] {
            assert_eq!(whole(text, word), stands, "{word} in {text}");
        }
        assert_eq!(contains("a b", &["a".to_owned(), "c".to_owned()]), None);
        assert_eq!(
            contains("ab b", &["a".to_owned(), "b".to_owned()]),
            Some(false)
        );
        assert_eq!(contains("", &[]), Some(true));
    }
}
