//! Doc comments, for readers who have no rustdoc.

use syn::{Attribute, Expr, Lit, Meta};

/// The lines of an item's doc comment, links to Rust items turned into what they say.
pub fn of(attributes: &[Attribute]) -> Vec<String> {
    let mut lines = Vec::new();
    for attribute in attributes {
        if let Meta::NameValue(pair) = &attribute.meta
            && pair.path.is_ident("doc")
            && let Expr::Lit(literal) = &pair.value
            && let Lit::Str(text) = &literal.lit
        {
            let text = text.value();
            lines.extend(text.lines().map(|line| {
                let line = line.strip_prefix(' ').unwrap_or(line);
                line.trim_end().to_owned()
            }));
        }
    }
    // A link may go over the end of a line.
    flat(&lines.join("\n"))
        .replace("*/", "*\\/")
        .lines()
        .map(str::to_owned)
        .collect()
}

/// `text` without links to Rust items: code stays code, words stay words.
fn flat(text: &str) -> String {
    let mut flat = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['`', '[']) {
        let (before, from) = rest.split_at(at);
        flat.push_str(before);
        let (shown, after) = match from.strip_prefix('`') {
            // Code is as it is, brackets and all.
            Some(code) => {
                let end = code.find('`').map_or(from.len(), |end| end + 2);
                let (code, after) = from.split_at(end);
                (code.to_owned(), after)
            }
            None => link(from).unwrap_or_else(|| {
                let (bracket, after) = from.split_at(1);
                (bracket.to_owned(), after)
            }),
        };
        flat.push_str(&shown);
        rest = after;
    }
    flat + rest
}

/// What the link at the beginning of `text` says, and what follows it.
fn link(text: &str) -> Option<(String, &str)> {
    let (words, after) = text.strip_prefix('[')?.split_once(']')?;
    if let Some((target, after)) = after
        .strip_prefix('(')
        .and_then(|text| text.split_once(')'))
    {
        let outside = target.starts_with("http");
        return (!outside).then(|| (words.to_owned(), after));
    }
    if let Some((_, after)) = after
        .strip_prefix('[')
        .and_then(|text| text.split_once(']'))
    {
        return Some((words.to_owned(), after));
    }
    if words.len() > 2 && words.starts_with('`') && words.ends_with('`') {
        return Some((words.to_owned(), after));
    }
    let is_item = words
        .chars()
        .all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | ':' | '!' | '(' | ')'))
        && words.starts_with(char::is_alphabetic);
    is_item.then(|| (format!("`{words}`"), after))
}
