//! What a person types into a search box.

use super::{Has, SearchQuery};
use crate::client::error::Error;

/// One piece of what was typed.
struct Piece {
    /// What stands before the colon, if there is one outside of quotes.
    filter: Option<String>,
    /// The rest, without quotes.
    text: String,
    /// The whole as it was typed, without quotes.
    whole: String,
}

/// Quotes of those who type with both hands, on a telephone, and elsewhere.
fn is_quote(character: char) -> bool {
    matches!(
        character,
        '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}'
    )
}

/// Pieces are apart by white space that is not in quotes. A quote that nobody closed goes to the
/// end.
fn pieces(typed: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = typed.chars().peekable();
    loop {
        while rest.next_if(|next| next.is_whitespace()).is_some() {}
        if rest.peek().is_none() {
            return pieces;
        }
        let (mut whole, mut filter, mut begun) = (String::new(), None, 0);
        let mut quoted = false;
        while let Some(next) = rest.next_if(|next| quoted || !next.is_whitespace()) {
            if is_quote(next) {
                quoted = !quoted;
                continue;
            }
            // A colon in quotes, or a second one, says nothing.
            if next == ':' && !quoted && filter.is_none() {
                filter = Some(whole.to_lowercase());
                begun = whole.len() + 1;
            }
            whole.push(next);
        }
        pieces.push(Piece {
            text: whole.get(begun..).unwrap_or_default().to_owned(),
            filter,
            whole,
        });
    }
}

pub(super) fn read(typed: &str, utc_offset: i32) -> Result<SearchQuery, Error> {
    let mut query = SearchQuery::default();
    for piece in pieces(typed) {
        let value = piece.text;
        match piece.filter.as_deref() {
            Some("from") => once(&mut query.from, "from", given("from", value)?)?,
            Some("in") => once(&mut query.conversation, "in", given("in", value)?)?,
            Some("before") => once(&mut query.before, "before", moment(&value, utc_offset)?)?,
            Some("after") => once(&mut query.after, "after", moment(&value, utc_offset)?)?,
            Some("has") => query.has.push(feature(&value)?),
            _ if piece.whole.is_empty() => {}
            _ => query.words.push(piece.whole),
        }
    }
    Ok(query)
}

fn bad(reason: String) -> Error {
    Error::BadSearch { reason }
}

/// Sets a filter for the first time.
fn once<T>(filter: &mut Option<T>, name: &str, value: T) -> Result<(), Error> {
    match filter.replace(value) {
        None => Ok(()),
        Some(_) => Err(bad(format!("`{name}:` can be there only once"))),
    }
}

fn given(name: &str, value: String) -> Result<String, Error> {
    if value.trim().is_empty() {
        return Err(bad(format!("there is nothing behind `{name}:`")));
    }
    Ok(value)
}

fn feature(value: &str) -> Result<Has, Error> {
    Ok(match value.to_lowercase().as_str() {
        "link" | "links" | "url" => Has::Link,
        "file" | "files" | "attachment" => Has::File,
        "image" | "images" | "photo" | "photos" | "picture" => Has::Image,
        "video" | "videos" => Has::Video,
        "audio" | "voice" | "sound" => Has::Audio,
        _ => {
            return Err(bad(format!(
                "`has:{value}` is not known; there are link, file, image, video and audio"
            )));
        }
    })
}

/// The first moment of a day, month or year.
fn moment(value: &str, utc_offset: i32) -> Result<u64, Error> {
    date(value)
        .and_then(|(year, month, day)| {
            let minutes = days_to(year, month, day)
                .checked_mul(24 * 60)?
                .checked_sub(i64::from(utc_offset))?;
            u64::try_from(minutes.checked_mul(60_000)?.max(0)).ok()
        })
        .ok_or_else(|| bad(format!("{value:?} is not a date like 2026-05-01")))
}

fn date(value: &str) -> Option<(i64, i64, i64)> {
    let mut parts = value.split('-').map(|part| {
        let plain = part.len() <= 4 && part.bytes().all(|digit| digit.is_ascii_digit());
        plain.then(|| part.parse::<i64>().ok()).flatten()
    });
    let year = parts.next()??;
    let month = parts.next().unwrap_or(Some(1))?;
    let day = parts.next().unwrap_or(Some(1))?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 31,
    };
    let real =
        (1970..=9999).contains(&year) && (1..=12).contains(&month) && (1..=longest).contains(&day);
    (real && parts.next().is_none()).then_some((year, month, day))
}

/// Days from the first of 1970 to a date of the Gregorian calendar. Years begin in March here, so
/// that a leap day is the last of its year.
fn days_to(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = match month {
        ..=2 => (year - 1, month + 9),
        _ => (year, month - 3),
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    // Of the five months from March on, and again from August on, 153 days; then 31, 30, 31 …
    let in_year = (153 * month + 2) / 5 + day - 1;
    365 * year + leap_days + in_year - 719_468
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_read() {
        let typed = |text: &str| SearchQuery::typed(text, 0);
        let words = |text: &str| typed(text).unwrap().words;
        assert_eq!(words("  two words "), ["two", "words"]);
        assert_eq!(words("\"two words\" more"), ["two words", "more"]);
        assert_eq!(
            words("“two words” „und mehr“ « encore »"),
            ["two words", "und mehr", " encore "]
        );
        assert_eq!(words("\"not closed"), ["not closed"]);
        assert_eq!(
            words("http://x.org at 12:30 :) \"from:x\" \"\""),
            ["http://x.org", "at", "12:30", ":)", "from:x"]
        );
        let query = typed(
            "from:Ana In:\"Book club\" before:2026-05-01 after:2024-02-29 has:link HAS:Photo yes",
        )
        .unwrap();
        assert_eq!(
            query,
            SearchQuery {
                words: vec!["yes".to_owned()],
                from: Some("Ana".to_owned()),
                conversation: Some("Book club".to_owned()),
                before: Some(1_777_593_600_000),
                after: Some(1_709_164_800_000),
                has: vec![Has::Link, Has::Image],
                ..SearchQuery::default()
            }
        );
        let before = |text: &str, offset| SearchQuery::typed(text, offset).unwrap().before;
        assert_eq!(before("before:2026", 0), Some(1_767_225_600_000));
        assert_eq!(before("before:2026-03", 0), Some(1_772_323_200_000));
        assert_eq!(before("before:2026", 120), Some(1_767_218_400_000));
        assert_eq!(before("before:1970", 120), Some(0));
        for nonsense in [
            "from:",
            "in:\" \"",
            "has:",
            "has:dance",
            "before:",
            "before:soon",
            "before:2026-13",
            "before:2025-02-29",
            "before:1969",
            "after:2026-01-01-01",
            "after:+2026",
            "before:2026-",
            "from:a from:b",
            "after:99999",
        ] {
            assert!(
                matches!(typed(nonsense), Err(Error::BadSearch { .. })),
                "{nonsense}"
            );
        }
        for offset in [i32::MIN, i32::MAX] {
            let _ = SearchQuery::typed("before:2026", offset);
        }
    }
}
