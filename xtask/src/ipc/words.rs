//! Names, as Rust has them and as TypeScript has them.

/// Types that are called otherwise in TypeScript: the name in Rust, the name there, and why.
const RENAMED: &[(&str, &str, &str)] = &[
    (
        "Error",
        "SottoError",
        "every script has an `Error` of its own",
    ),
    (
        "Event",
        "ClientEvent",
        "an `Event` in a page is a click or a key",
    ),
];

/// What no function and no parameter can be called: the words of the language, and what the file
/// imports.
const TAKEN: &str = "\
    arguments await break call case catch class const continue debugger default delete do else \
    enum eval export extends false finally for function if implements import in instanceof \
    interface let new null package private protected public return static super switch this \
    throw true try typeof var void while with yield";

/// What the type `name` is called in TypeScript.
pub fn type_name(name: &str) -> &str {
    RENAMED
        .iter()
        .find(|(rust, ..)| *rust == name)
        .map_or(name, |(_, typescript, _)| typescript)
}

/// `open_timeline` as `openTimeline`, the way Tauri names arguments.
pub fn camel(name: &str) -> String {
    let mut words = name.split('_').filter(|word| !word.is_empty());
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    camel
}

/// `SentHere` as `sent_here`, the way serde names variants.
pub fn snake(name: &str) -> String {
    let mut snake = String::new();
    for (at, letter) in name.char_indices() {
        if at > 0 && letter.is_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// A name that a function or a parameter can have: `delete` becomes `delete_`.
pub fn free(name: String) -> String {
    if TAKEN.split(' ').any(|taken| taken == name) {
        name + "_"
    } else {
        name
    }
}
