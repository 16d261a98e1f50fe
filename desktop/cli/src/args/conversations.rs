//! Conversations as a whole.

use clap::{Args, ValueEnum};

#[derive(Args)]
pub struct Conversations {
    /// Only those with something unread
    #[arg(long, group = "which")]
    pub unread: bool,
    /// Only those in the archive
    #[arg(long, group = "which")]
    pub archived: bool,
    /// Only those with people who are not accepted yet
    #[arg(long, group = "which")]
    pub requests: bool,
    /// Only those with this in their name
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
}

#[derive(Args)]
pub struct Unread {
    /// Which
    pub who: String,
}

#[derive(Args)]
pub struct Timer {
    /// Which
    pub who: String,
    /// How long after reading: off, 30s, 5m, 1h, 1d, 1w; shows it when left out
    pub time: Option<String>,
}

#[derive(Args)]
pub struct Mute {
    /// Which
    pub who: String,
    /// How long: 8h, 1d, off, forever
    #[arg(default_value = "forever")]
    pub time: String,
}

#[derive(Args)]
pub struct Notify {
    /// Which
    pub who: String,
    /// Of what; shows it when left out
    pub what: Option<NotifyWhat>,
}

/// Which messages somebody wants to be told of.
#[derive(Clone, Copy, ValueEnum)]
pub enum NotifyWhat {
    /// All of them
    Everything,
    /// Those that mention you
    Mentions,
    /// None
    Nothing,
}

#[derive(Args)]
pub struct Draft {
    /// To whom
    pub who: String,
    /// What; `-` reads it from the input, an empty one forgets it; shows it when left out
    #[arg(allow_hyphen_values = true)]
    pub text: Option<String>,
}
