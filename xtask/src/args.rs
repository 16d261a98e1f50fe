//! The words after a command's name.

use crate::failure::{Failure, Result};

/// What is still to be understood of the words after a command's name.
pub struct Args(Vec<String>);

impl Args {
    /// Wraps the words, the command's name not among them.
    pub fn new(words: Vec<String>) -> Self {
        Self(words)
    }

    /// Takes the flag `name` (`--two`), if it was given.
    pub fn flag(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|word| word != name);
        self.0.len() < before
    }

    /// Takes the option `name` with its value, written `--only fmt` or `--only=fmt`.
    ///
    /// # Errors
    /// Where the option is the last word.
    pub fn value(&mut self, name: &str) -> Result<Option<String>> {
        if let Some(at) = self.0.iter().position(|word| word == name) {
            self.0.remove(at);
            if at == self.0.len() {
                return Err(Failure::new(format!("{name} wants a value")));
            }
            return Ok(Some(self.0.remove(at)));
        }
        let joined = self.0.iter().position(|word| {
            word.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with('='))
        });
        Ok(joined
            .map(|at| self.0.remove(at))
            .and_then(|word| Some(word.split_once('=')?.1.to_owned())))
    }

    /// Takes the one word that may be left.
    ///
    /// # Errors
    /// Where more is left, or what is left is an option that no one understood.
    pub fn filter(&mut self) -> Result<Option<String>> {
        let word = self
            .0
            .first()
            .filter(|word| !word.starts_with('-'))
            .cloned();
        if word.is_some() {
            self.0.remove(0);
        }
        Self(std::mem::take(&mut self.0)).finish()?;
        Ok(word)
    }

    /// Makes sure that nothing is left.
    ///
    /// # Errors
    /// Names the first word that no one understood.
    pub fn finish(self) -> Result<()> {
        match self.0.first() {
            None => Ok(()),
            Some(word) => Err(Failure::new(format!("{word:?} is not understood"))
                .remedy("`cargo xtask --help` lists the options")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(line: &str) -> Args {
        Args::new(line.split_whitespace().map(str::to_owned).collect())
    }

    #[test]
    fn options_are_taken_in_both_spellings_and_the_rest_stays() {
        let mut given = args("--two --only fmt,deny filter --seeds=7");
        assert!(given.flag("--two"));
        assert!(!given.flag("--two"));
        assert_eq!(given.value("--only").unwrap().as_deref(), Some("fmt,deny"));
        assert_eq!(given.value("--seeds").unwrap().as_deref(), Some("7"));
        assert_eq!(given.value("--none").unwrap(), None);
        assert_eq!(given.filter().unwrap().as_deref(), Some("filter"));
    }

    #[test]
    fn a_missing_value_and_a_stray_word_are_refused() {
        assert!(args("--only").value("--only").is_err());
        assert!(args("--tow").finish().is_err());
        assert!(args("--tow").filter().is_err());
        assert!(args("one two").filter().is_err());
        assert!(args("").finish().is_ok());
    }
}
