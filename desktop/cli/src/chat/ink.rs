//! Colours and weights.

use std::env;

/// How a piece of text looks: bits, so that one may look several ways.
pub type Look = u16;

pub const BOLD: Look = 1;
pub const ITALIC: Look = 2;
pub const STRIKE: Look = 4;
pub const CODE: Look = 8;
pub const MENTION: Look = 16;
pub const LINK: Look = 32;
pub const DIM: Look = 64;
pub const OWN: Look = 128;
pub const OTHER: Look = 256;
pub const READ: Look = 512;
pub const BAD: Look = 1024;
pub const WARN: Look = 2048;
pub const BAR: Look = 4096;

/// With what it is written in colours, and without.
const CODES: [(Look, &str, &str); 13] = [
    (BOLD, ";1", ";1"),
    (ITALIC, ";3", ";3"),
    (STRIKE, ";9", ";9"),
    (CODE, ";33", ";2"),
    (MENTION, ";1;35", ";1"),
    (LINK, ";4", ";4"),
    (DIM, ";2", ";2"),
    (OWN, ";1;32", ";1"),
    (OTHER, ";1;36", ";1"),
    (READ, ";36", ";1"),
    (BAD, ";31", ";7"),
    (WARN, ";33", ";1"),
    (BAR, ";7", ";7"),
];

/// Whether colours are wanted: see no-color.org.
#[derive(Clone, Copy)]
pub struct Ink {
    colours: bool,
}

impl Ink {
    pub fn of_the_person() -> Self {
        let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self { colours: !refused }
    }

    #[cfg(test)]
    pub fn plain() -> Self {
        Self { colours: false }
    }

    /// What makes what follows look so.
    pub fn begin(self, look: Look) -> String {
        let mut code = "\x1b[0".to_owned();
        for (bit, coloured, plain) in CODES {
            if look & bit != 0 {
                code.push_str(if self.colours { coloured } else { plain });
            }
        }
        code.push('m');
        code
    }

    /// A text that looks so, and nothing after it does.
    pub fn paint(self, look: Look, text: &str) -> String {
        if look == 0 || text.is_empty() {
            return text.to_owned();
        }
        format!("{}{text}\x1b[0m", self.begin(look))
    }
}
