//! Moments and spans.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

const STEPS: [(u64, &str, &str); 5] = [
    (7 * 24 * 3600, "w", "week"),
    (24 * 3600, "d", "day"),
    (3600, "h", "hour"),
    (60, "m", "minute"),
    (1, "s", "second"),
];

/// A moment in milliseconds since 1970 by the clock on the wall.
fn zoned(ms: u64) -> Option<Zoned> {
    let moment = Timestamp::from_millisecond(i64::try_from(ms).ok()?).ok()?;
    Some(moment.to_zoned(TimeZone::system()))
}

/// As day and time of day.
pub fn time(ms: u64) -> String {
    form(ms, "%Y-%m-%d %H:%M")
}

/// As time of day.
pub fn clock(ms: u64) -> String {
    form(ms, "%H:%M")
}

/// As a day.
pub fn day(ms: u64) -> String {
    form(ms, "%A, %-d %B %Y")
}

fn form(ms: u64, format: &str) -> String {
    zoned(ms).map_or_else(
        || "at no time".to_owned(),
        |moment| moment.strftime(format).to_string(),
    )
}

/// Minutes that the clock on the wall is ahead of UTC.
pub fn utc_offset() -> i32 {
    Zoned::now().offset().seconds() / 60
}

/// How long something is: `90s`, `5m`, `8h`, `1d`, `2w`. In seconds.
pub fn span(text: &str) -> Option<u64> {
    let letter = text.chars().last()?.to_ascii_lowercase();
    let number = text.get(..text.len().checked_sub(letter.len_utf8())?)?;
    let (seconds, ..) = STEPS.iter().find(|step| step.1.starts_with(letter))?;
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    if !digits {
        return None;
    }
    number.parse::<u64>().ok()?.checked_mul(*seconds)
}

/// Seconds in words, in the largest unit that fits.
pub fn in_words(seconds: u64) -> String {
    let fits = |step: &&(u64, &str, &str)| seconds >= step.0 && seconds.is_multiple_of(step.0);
    let (length, _, name) = STEPS.iter().find(fits).unwrap_or(&(1, "s", "second"));
    match seconds / length {
        1 => format!("1 {name}"),
        number => format!("{number} {name}s"),
    }
}

/// The same in short.
pub fn in_short(seconds: u64) -> String {
    let fits = |step: &&(u64, &str, &str)| seconds >= step.0 && seconds.is_multiple_of(step.0);
    let (length, letter, _) = STEPS.iter().find(fits).unwrap_or(&(1, "s", "second"));
    format!("{}{letter}", seconds / length)
}

/// How long something still is, in its largest unit.
pub fn roughly(seconds: u64) -> String {
    let fits = |step: &&(u64, &str, &str)| seconds >= step.0;
    let (length, letter, _) = STEPS.iter().find(fits).unwrap_or(&(1, "s", "second"));
    format!("{}{letter}", seconds / length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_and_said() {
        for (text, seconds, words) in [
            ("30s", 30, "30 seconds"),
            ("5m", 300, "5 minutes"),
            ("1h", 3600, "1 hour"),
            ("1D", 86_400, "1 day"),
            ("1w", 604_800, "1 week"),
        ] {
            assert_eq!(span(text), Some(seconds), "{text}");
            assert_eq!(in_words(seconds), words);
            assert_eq!(in_short(seconds), text.to_lowercase());
        }
        assert_eq!(in_words(90), "90 seconds");
        for nonsense in [
            "",
            "s",
            "5",
            "-5m",
            "1.5h",
            "5 m",
            "5y",
            "é",
            "99999999999999999w",
        ] {
            assert_eq!(span(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn what_is_no_moment_is_no_panic() {
        assert_eq!(time(u64::MAX), "at no time");
        assert!(time(1_795_170_599_999).starts_with("2026-11-20 ") || !time(0).is_empty());
    }
}
