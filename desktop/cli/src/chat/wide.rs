//! How many columns a character takes on a terminal: an estimate that is right for what people
//! write, and errs where terminals disagree among themselves.

/// Columns of one character.
pub fn columns(character: char) -> usize {
    match character {
        // Combining marks, joiners, variation selectors, skin tones.
        '\u{300}'..='\u{36f}'
        | '\u{200b}'..='\u{200d}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{1f3fb}'..='\u{1f3ff}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// Columns of a text.
pub fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// The end of a text that fits into so many columns.
pub fn tail(text: &str, most: usize) -> &str {
    let mut used = 0;
    let mut start = text.len();
    for (position, character) in text.char_indices().rev() {
        used += columns(character);
        if used > most {
            break;
        }
        start = position;
    }
    text.get(start..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_text_fits() {
        assert_eq!(width("añ漢🙂"), 6);
        assert_eq!(tail("hello", 3), "llo");
        assert_eq!(tail("漢字", 3), "字");
        assert_eq!(tail("hi", 9), "hi");
    }
}
