//! Why a command could not do its work, in words for the person who ran it.

use std::fmt;

/// The result of everything here.
pub type Result<T> = std::result::Result<T, Failure>;

/// What went wrong, and what to do about it where that is known.
#[derive(Debug)]
pub struct Failure {
    what: String,
    remedy: Option<String>,
}

impl Failure {
    /// A failure, told as a sentence without its full stop.
    pub fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            remedy: None,
        }
    }

    /// Adds what the person can do about it.
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// Puts the failure under the work in which it happened.
    pub fn within(mut self, work: &str) -> Self {
        self.what = format!("{work}: {}", self.what);
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match &self.remedy {
            Some(remedy) => write!(f, "\n  → {remedy}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}
