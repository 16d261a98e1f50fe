//! What a line of the conversation asks for.

/// What can be asked for, with what belongs to it: for `/help` and for the tabulator.
pub const COMMANDS: [(&str, &str, &str); 11] = [
    (
        "/reply",
        "[MESSAGE] TEXT",
        "answer; without MESSAGE their last one",
    ),
    (
        "/react",
        "[MESSAGE] EMOJI",
        "react with one emoji; `-` takes it back",
    ),
    (
        "/edit",
        "[MESSAGE] TEXT",
        "change one of yours; also: Ctrl+Up, the last one",
    ),
    (
        "/delete",
        "[MESSAGE] [everyone]",
        "delete one, here or for both",
    ),
    (
        "/forward",
        "MESSAGE WHO",
        "say it once more to somebody else",
    ),
    (
        "/timer",
        "off|30s|5m|1h|1d|1w",
        "let messages disappear after reading",
    ),
    (
        "/jump",
        "MESSAGE",
        "go to a message; End on an empty line goes back",
    ),
    ("/search", "WORDS", "find in this conversation"),
    (
        "/reveal",
        "",
        "show what is hidden as a spoiler, or hide it",
    ),
    ("/help", "", "this"),
    ("/quit", "", "leave; also: Ctrl+D"),
];

/// What was asked for. A message is named as on the command line, `#12` or `-1`, the latter in this
/// conversation.
#[derive(Debug, PartialEq, Eq)]
pub enum Input {
    Say(String),
    Reply(Option<String>, String),
    React(Option<String>, String),
    Edit(Option<String>, String),
    Delete(Option<String>, bool),
    Forward(String, String),
    Timer(String),
    Jump(String),
    Search(String),
    Reveal,
    Help,
    Quit,
    Nothing,
    /// It makes no sense, and why.
    Wrong(String),
}

impl Input {
    /// Reads a line. Two slashes begin a text that begins with one.
    pub fn read(line: &str) -> Self {
        if line.trim().is_empty() {
            return Self::Nothing;
        }
        if let Some(text) = line.strip_prefix("//") {
            return Self::Say(format!("/{text}"));
        }
        if !line.starts_with('/') {
            return Self::Say(line.to_owned());
        }
        let (command, rest) = head(line);
        match command {
            "/reply" => {
                let (which, text) = message(rest);
                Self::Reply(which, text.to_owned())
            }
            "/edit" => {
                let (which, text) = message(rest);
                Self::Edit(which, text.to_owned())
            }
            "/react" => {
                let (which, emoji) = message(rest);
                match emoji {
                    "" => Self::Wrong("which emoji?".to_owned()),
                    "-" => Self::React(which, String::new()),
                    emoji => Self::React(which, emoji.to_owned()),
                }
            }
            "/delete" => {
                let (which, rest) = message(rest);
                match rest {
                    "" => Self::Delete(which, false),
                    "everyone" => Self::Delete(which, true),
                    _ => Self::Wrong(usage(command)),
                }
            }
            "/forward" => match message(rest) {
                (Some(which), who) if !who.is_empty() => Self::Forward(which, who.to_owned()),
                _ => Self::Wrong(usage(command)),
            },
            "/timer" if !rest.is_empty() => Self::Timer(rest.to_owned()),
            "/jump" => match message(rest) {
                (Some(which), "") => Self::Jump(which),
                _ => Self::Wrong(usage(command)),
            },
            "/search" if !rest.is_empty() => Self::Search(rest.to_owned()),
            "/reveal" => Self::Reveal,
            "/help" => Self::Help,
            "/quit" => Self::Quit,
            "/timer" | "/search" => Self::Wrong(usage(command)),
            _ => Self::Wrong(format!(
                "{command} is not known; /help has all, and // begins a text with a slash"
            )),
        }
    }

    /// The rest of a command of which the beginning is there, if only one begins so.
    pub fn complete(line: &str) -> Option<&'static str> {
        let mut fitting = COMMANDS
            .iter()
            .filter(|(name, ..)| line.starts_with('/') && name.starts_with(line));
        let (name, ..) = fitting.next()?;
        fitting.next().is_none().then_some(*name)
    }
}

fn usage(command: &str) -> String {
    let of = COMMANDS.iter().find(|(name, ..)| *name == command);
    of.map_or_else(String::new, |(name, what, _)| format!("{name} {what}"))
}

/// The first word and the rest.
fn head(text: &str) -> (&str, &str) {
    let text = text.trim();
    match text.split_once(char::is_whitespace) {
        Some((first, rest)) => (first, rest.trim_start()),
        None => (text, ""),
    }
}

/// A message, if the first word names one, and the rest.
fn message(text: &str) -> (Option<String>, &str) {
    let (first, rest) = head(text);
    let digits = first
        .strip_prefix('#')
        .or_else(|| first.strip_prefix('-'))
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit()));
    if digits {
        (Some(first.to_owned()), rest)
    } else {
        (None, text.trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_texts_or_commands() {
        let some = |text: &str| Some(text.to_owned());
        for (line, input) in [
            ("hello /you", Input::Say("hello /you".to_owned())),
            ("//me waves", Input::Say("/me waves".to_owned())),
            ("  ", Input::Nothing),
            ("/reply yes", Input::Reply(None, "yes".to_owned())),
            (
                "/reply #12  yes, 2",
                Input::Reply(some("#12"), "yes, 2".to_owned()),
            ),
            ("/reply 12 eggs", Input::Reply(None, "12 eggs".to_owned())),
            ("/react 👍", Input::React(None, "👍".to_owned())),
            ("/react -2 -", Input::React(some("-2"), String::new())),
            ("/edit", Input::Edit(None, String::new())),
            ("/delete #3 everyone", Input::Delete(some("#3"), true)),
            ("/delete", Input::Delete(None, false)),
            (
                "/forward #3 Eve Adams",
                Input::Forward("#3".to_owned(), "Eve Adams".to_owned()),
            ),
            ("/timer 1h", Input::Timer("1h".to_owned())),
            ("/quit", Input::Quit),
        ] {
            assert_eq!(Input::read(line), input, "{line}");
        }
        for line in [
            "/nonsense",
            "/delete all",
            "/forward Eve",
            "/timer",
            "/react",
            "/jump x",
        ] {
            assert!(matches!(Input::read(line), Input::Wrong(_)), "{line}");
        }
    }

    #[test]
    fn the_tabulator_knows_what_is_meant() {
        assert_eq!(Input::complete("/del"), Some("/delete"));
        assert_eq!(Input::complete("/re"), None);
        assert_eq!(Input::complete("hello"), None);
    }
}
