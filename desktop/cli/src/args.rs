//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::failure::EXIT_CODES;

const EXAMPLES: &str = "\
Examples:
  sotto --profile alice register --relay http://127.0.0.1:8420 --name Alice
  sotto --profile alice me                       your link, to give to somebody
  sotto --profile alice contacts add 'sotto:…'   somebody's link, given to you
  sotto --profile alice send Bob 'Hello'         works offline too
  echo 'A long text' | sotto --profile alice send Bob -
  sotto --profile alice chat Bob                 live; Ctrl+D ends it
  sotto --profile alice receive --json --follow  one JSON object for each event and line
  sotto --profile alice history Bob --limit 20

A second device of the same account:
  sotto --profile alice devices invite                          prints an invitation
  sotto --profile laptop devices join 'sotto:i/…' --name Alice  prints a request
  sotto --profile alice devices add 'sotto:d/…'

The key of a new profile's database comes from --passphrase-file, from SOTTO_PASSPHRASE, or from the
keystore of the desktop; where there is none, from the file `key` in the profile, which only you can
read. The profile is opened later as it was made.
";

/// The messenger Sotto from a terminal, for people, scripts and bots.
#[derive(Parser)]
#[command(name = "sotto", version, max_term_width = 100, after_long_help = format!("{EXAMPLES}\n{EXIT_CODES}"),
    after_help = "`sotto --help` has examples and the exit codes.")]
pub struct Arguments {
    /// Folder of the profile: one account on one device [default: sotto in the data folder of the
    /// user]
    #[arg(long, global = true, value_name = "DIR", env = "SOTTO_PROFILE")]
    pub profile: Option<PathBuf>,

    /// File whose first line is the passphrase of the profile
    #[arg(long, global = true, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,

    #[command(subcommand)]
    pub command: Command,
}

/// What is to be done. WHO is a name, an account id, or the beginning of an id that no other
/// contact shares.
#[derive(Subcommand)]
pub enum Command {
    /// Make an account and register it at a relay
    Register(Register),
    /// Show who this profile is, with the link to give to somebody; works offline
    Me {
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Add, list and decide about other people
    #[command(subcommand)]
    Contacts(Contacts),
    /// Send a text; it is safe on the disk at once, and leaves when it can
    Send(Send),
    /// Show what has come, and end when everything that waited is here
    Receive(Receive),
    /// Show what was said with somebody
    History(History),
    /// Show what has not left yet or has failed, or try it again
    Outbox(Outbox),
    /// Try a failed message again
    #[command(hide = true)]
    Retry {
        /// Its number in `sotto outbox`
        id: i64,
    },
    /// Talk, live
    Chat {
        /// With whom
        who: String,
    },
    /// List, invite and add devices of this account
    #[command(subcommand)]
    Devices(Devices),
    /// Show what you should know: new devices, forks, copies of this profile
    Notices {
        /// Print one JSON object for each
        #[arg(long)]
        json: bool,
    },
}

#[derive(Args)]
pub struct Register {
    /// Address of the relay, https://… (http:// only for one on this machine)
    #[arg(long, value_name = "URL")]
    pub relay: String,
    /// What others will call you
    #[arg(long)]
    pub name: String,
    /// What lets you in, where the relay asks for it
    #[arg(long)]
    pub token: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Subcommand)]
pub enum Contacts {
    /// Add somebody by the link that they gave you
    Add {
        /// The link, sotto:c/…
        link: String,
    },
    /// Show everybody
    List {
        /// Print one JSON object for each
        #[arg(long)]
        json: bool,
    },
    /// Take up somebody's request: from now on both talk
    Accept { who: String },
    /// Take somebody off the list
    Delete { who: String },
    /// Show nothing of somebody, and send them nothing
    Block { who: String },
    /// Take a block back
    Unblock { who: String },
    /// Call somebody by another name, for yourself
    Rename { who: String, name: String },
    /// Make your link useless to those who have not used it yet, and print the new one
    RevokeLink,
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
pub struct Receive {
    /// Print one JSON object for each event
    #[arg(long)]
    pub json: bool,
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
    /// Print one JSON object for each message
    #[arg(long)]
    pub json: bool,
    /// The last so many
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub limit: u32,
}

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Outbox {
    /// Print one JSON object for each message
    #[arg(long)]
    pub json: bool,
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

#[derive(Subcommand)]
pub enum Devices {
    /// Show the devices of this account
    List {
        /// Print one JSON object for each
        #[arg(long)]
        json: bool,
    },
    /// Print an invitation, for `devices join` on the new device
    Invite,
    /// Make this new profile a device that asks to join an account, and print its request
    Join(Join),
    /// Add the device that made this request
    Add {
        /// The request, sotto:d/…
        request: String,
    },
}

#[derive(Args)]
pub struct Join {
    /// The invitation, sotto:i/…
    pub invitation: String,
    /// What others call you
    #[arg(long)]
    pub name: String,
    /// Return only when the device was added
    #[arg(long)]
    pub wait: bool,
}
