//! What is said: sending, changing, looking.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Args)]
pub struct Chat {
    /// With whom
    pub who: String,
}

#[derive(Args)]
pub struct Send {
    /// To whom
    pub who: String,
    /// What; `-` reads it from the input
    #[arg(allow_hyphen_values = true)]
    pub text: String,
    /// Return only when the relay has it
    #[arg(long)]
    pub wait: bool,
}

#[derive(Args)]
pub struct Note {
    /// What; `-` reads it from the input
    #[arg(allow_hyphen_values = true)]
    pub text: String,
}

#[derive(Args)]
pub struct Reply {
    /// What is answered
    #[arg(allow_negative_numbers = true)]
    pub message: String,
    /// With what; `-` reads it from the input
    #[arg(allow_hyphen_values = true)]
    pub text: String,
    /// Return only when the relay has it
    #[arg(long)]
    pub wait: bool,
}

#[derive(Args)]
pub struct Forward {
    /// Which
    #[arg(allow_negative_numbers = true)]
    pub message: String,
    /// To whom
    pub who: String,
    /// Return only when the relay has it
    #[arg(long)]
    pub wait: bool,
}

#[derive(Args)]
pub struct React {
    /// To which
    #[arg(allow_negative_numbers = true)]
    pub message: String,
    /// With what
    #[arg(required_unless_present = "remove", conflicts_with = "remove")]
    pub emoji: Option<String>,
    /// Take your reaction back
    #[arg(long)]
    pub remove: bool,
}

#[derive(Args)]
pub struct Edit {
    /// Which of yours
    #[arg(allow_negative_numbers = true)]
    pub message: String,
    /// The new text; `-` reads it from the input
    #[arg(allow_hyphen_values = true)]
    pub text: String,
}

#[derive(Args)]
pub struct Delete {
    /// Which
    #[arg(
        allow_negative_numbers = true,
        required_unless_present = "conversation"
    )]
    pub message: Option<String>,
    /// For the other end, too; only one of yours
    #[arg(long)]
    pub everyone: bool,
    /// Everything that was said with somebody; they keep what they have
    #[arg(long, value_name = "WHO", conflicts_with_all = ["message", "everyone"])]
    pub conversation: Option<String>,
}

#[derive(Args)]
pub struct Receive {
    /// Go on until it is ended
    #[arg(long)]
    pub follow: bool,
    /// End after so many seconds, whatever has come [default: 30, none with --follow]
    #[arg(long, value_name = "SECONDS")]
    pub timeout: Option<u64>,
}

#[derive(Args)]
pub struct History {
    /// With whom
    pub who: String,
    /// The last so many
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub limit: u32,
    /// Those that stand before this message
    #[arg(long, value_name = "MESSAGE", allow_negative_numbers = true)]
    pub before: Option<String>,
}

#[derive(Args)]
pub struct Search {
    /// Words, "several words", and the filters from: in: before: after: has:
    #[arg(required_unless_present_any = ["within", "from", "before", "after", "has"])]
    pub query: Vec<String>,
    /// Only in the conversation with somebody
    #[arg(long = "in", value_name = "WHO", id = "within")]
    pub within: Option<String>,
    /// Only what somebody wrote; `me` for yourself
    #[arg(long, value_name = "WHO")]
    pub from: Option<String>,
    /// Only before a day, month or year: 2026-05-01, 2026-05, 2026
    #[arg(long, value_name = "DATE")]
    pub before: Option<String>,
    /// Only since a day, month or year
    #[arg(long, value_name = "DATE")]
    pub after: Option<String>,
    /// Only with a link, file, image, video or audio
    #[arg(long, value_name = "WHAT")]
    pub has: Vec<String>,
    /// So many at most
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub limit: u32,
    /// With so many messages before and after each
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub context: u32,
}

#[derive(Args)]
#[command(allow_missing_positional = true)]
pub struct Export {
    /// Only the conversation with somebody; everything without it
    pub who: Option<String>,
    /// The file; it is not encrypted, and only you can read it
    pub file: PathBuf,
    /// A page to read, in place of lines for programs
    #[arg(long)]
    pub html: bool,
    /// Replace a file that is there
    #[arg(long)]
    pub overwrite: bool,
}

#[derive(Args)]
pub struct Import {
    /// The file that `sotto export` made
    pub file: PathBuf,
    /// Leave out lines that are damaged, in place of taking over nothing
    #[arg(long)]
    pub skip_damaged: bool,
}

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Outbox {
    #[command(subcommand)]
    pub command: Option<OutboxCommand>,
}

#[derive(Subcommand)]
pub enum OutboxCommand {
    /// Try a failed message again
    Retry {
        /// Its number in `sotto outbox`
        id: i64,
    },
}

#[derive(Args)]
pub struct Read {
    /// Who wrote it
    pub who: String,
    /// Only up to this message
    #[arg(long, value_name = "MESSAGE", allow_negative_numbers = true)]
    pub up_to: Option<String>,
}
