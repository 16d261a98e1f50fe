//! The command line.

mod account;
mod conversations;
mod messages;
mod people;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub use account::{Account, Completions, Me, Privacy, Register, Relay, Switch, Which};
pub use conversations::{Conversations, Draft, Mute, Notify, NotifyWhat, Timer, Unread};
pub use messages::{
    Chat, Delete, Edit, Export, Forward, History, Import, Note, Outbox, OutboxCommand, React, Read,
    Receive, Reply, Search, Send,
};
pub use people::{Contacts, Decide, Devices, Join, Requests, SafetyNumber};

use crate::failure::EXIT_CODES;

const EXAMPLES: &str = "\
WHO is a name, an account id, the beginning of an id that no other contact shares, or `me` for the
notes to yourself.

MESSAGE is the number that `history`, `receive`, `search` and `chat` show (12 or '#12'), the
beginning of an id (at least 8 digits), -1 for the last message of all (-2 for the one before it),
or WHO/-1 for the last one of a conversation.

Examples:
  sotto --profile alice register --relay http://127.0.0.1:8420 --name Alice
  sotto --profile alice me                       your link, to give to somebody
  sotto --profile alice contacts add 'sotto:…'   somebody's link, given to you
  sotto --profile alice send Bob 'Hello'         works offline too
  echo 'A long text' | sotto --profile alice send Bob -
  sotto --profile alice chat Bob                 live; Ctrl+D ends it, /help helps
  sotto --profile alice receive --json --follow  one JSON object for each event and line
  sotto --profile alice history Bob --limit 20
  sotto --profile alice react Bob/-1 👍          to the last message
  sotto --profile alice search 'from:Bob has:link before:2026-06'

A second device of the same account:
  sotto --profile alice devices invite                          prints an invitation
  sotto --profile laptop devices join 'sotto:i/…' --name Alice  prints a request
  sotto --profile alice devices add 'sotto:d/…'

Every command takes --json and then prints one JSON object a line; docs/cli.md says what is in them.

The key of a new profile's database comes from --passphrase-file, from SOTTO_PASSPHRASE, or from the
keystore of the desktop; where there is none, from the file `key` in the profile, which only you can
read. The profile is opened later as it was made.
";

/// The messenger Sotto from a terminal, for people, scripts and bots.
#[derive(Parser)]
#[command(name = "sotto", version, max_term_width = 100, after_long_help = format!("{EXAMPLES}\n{EXIT_CODES}"),
    after_help = "`sotto --help` has examples, what WHO and MESSAGE may be, and the exit codes.")]
pub struct Arguments {
    /// Folder of the profile: one account on one device [default: sotto in the data folder of the
    /// user]
    #[arg(long, global = true, value_name = "DIR", env = "SOTTO_PROFILE")]
    pub profile: Option<PathBuf>,

    /// File whose first line is the passphrase of the profile
    #[arg(long, global = true, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,

    /// Print JSON, one object a line; errors too, on the error output
    #[arg(long, global = true)]
    pub json: bool,

    #[command(subcommand)]
    pub command: Command,
}

/// What is to be done. `sotto --help` says what WHO and MESSAGE may be.
#[derive(Subcommand)]
pub enum Command {
    /// Make an account and register it at a relay
    Register(Register),
    /// Show who this profile is, with the link to give to somebody; or change it
    Me(Me),
    /// Add, list and decide about other people
    #[command(subcommand)]
    Contacts(Contacts),
    /// Show who wrote without being a contact, or decide about them
    Requests(Requests),
    /// Compare safety numbers with somebody: make sure that they are who they say
    SafetyNumber(SafetyNumber),

    /// Talk, live
    Chat(Chat),
    /// Send a text; it is safe on the disk at once, and leaves when it can
    Send(Send),
    /// Answer a message
    Reply(Reply),
    /// Say a message once more to somebody else
    Forward(Forward),
    /// React to a message with one emoji
    React(React),
    /// Put another text in the place of one of yours
    Edit(Edit),
    /// Delete a message, or everything that was said with somebody
    Delete(Delete),
    /// Write a note to yourself
    Note(Note),
    /// Show what has come, and end when everything that waited is here
    Receive(Receive),
    /// Show what was said with somebody
    History(History),
    /// Find what was said
    Search(Search),
    /// Write what was said into a file
    Export(Export),
    /// Take over what was exported by this account
    Import(Import),
    /// Show what has not left yet or has failed, or try it again
    Outbox(Outbox),
    /// Try a failed message again
    #[command(hide = true)]
    Retry {
        /// Its number in `sotto outbox`
        id: i64,
    },

    /// Show the conversations: pinned ones first, then by what was said last
    Conversations(Conversations),
    /// Mark what somebody wrote as read
    Read(Read),
    /// Mark a conversation as unread, to come back to it
    Unread(Unread),
    /// Let messages of a conversation disappear after they were read
    Timer(Timer),
    /// Let nothing of a conversation make a sound
    Mute(Mute),
    /// Say which messages of a conversation you want to be told of
    Notify(Notify),
    /// Put a conversation aside
    Archive {
        /// Which
        who: String,
    },
    /// Take a conversation back from the archive
    Unarchive {
        /// Which
        who: String,
    },
    /// Keep a conversation on top
    Pin {
        /// Which
        who: String,
    },
    /// Keep a conversation on top no more
    Unpin {
        /// Which
        who: String,
    },
    /// Show or keep what you are writing to somebody
    Draft(Draft),

    /// List, invite and add devices of this account
    #[command(subcommand)]
    Devices(Devices),
    /// Show, add and remove the relays where this account lives
    #[command(subcommand)]
    Relay(Relay),
    /// Show or change what is told automatically
    Privacy(Privacy),
    /// Close the account
    #[command(subcommand)]
    Account(Account),
    /// Show what you should know: new devices, forks, copies of this profile
    Notices,
    /// Show how much room everything takes
    Storage,
    /// Show how things are, without anything of anybody: for whoever looks for a fault
    Diagnostics,
    /// Print the completions for a shell
    Completions(Completions),
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use clap::{Command, CommandFactory as _};

    use super::Arguments;
    use crate::failure::EXIT_CODES;

    const DOCUMENT: &str = include_str!("../../../../docs/cli.md");
    /// These go with every command.
    const GLOBAL: [&str; 6] = [
        "profile",
        "passphrase-file",
        "json",
        "help",
        "version",
        "no",
    ];

    fn check(command: &Command, path: &str) {
        for below in command.get_subcommands() {
            let name = below.get_name();
            if !below.is_hide_set() && name != "help" {
                check(below, &format!("{path} {name}"));
            }
        }
        if command.has_subcommands() && command.is_subcommand_required_set() {
            return;
        }
        let rows: Vec<_> = DOCUMENT
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.strip_prefix(path))
            .filter(|rest| rest.starts_with(['`', ' ']))
            .collect();
        let all = rows.join(" ");
        assert!(!rows.is_empty(), "docs/cli.md lacks `{path}`");
        for argument in command.get_arguments() {
            let Some(long) = argument.get_long().filter(|long| !GLOBAL.contains(long)) else {
                continue;
            };
            assert!(
                all.contains(&format!("--{long}")),
                "docs/cli.md lacks --{long} of `{path}`"
            );
        }
    }

    #[test]
    fn every_command_and_option_is_documented() {
        Arguments::command().debug_assert();
        check(&Arguments::command(), "sotto");
    }

    #[test]
    fn every_exit_code_is_documented() {
        let words = EXIT_CODES.replace("\n     ", " ");
        let codes: Vec<_> = words.lines().skip(1).map(str::trim).collect();
        assert!(codes.len() > 5);
        for line in codes {
            let (code, what) = line.split_once("  ").unwrap();
            let row = format!("| {code} | {what} |");
            assert!(DOCUMENT.contains(&row), "docs/cli.md lacks {row}");
        }
    }
}
