//! Other people, and the own devices.

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum Contacts {
    /// Add somebody by the link that they gave you
    Add {
        /// The link, sotto:c/…
        link: String,
    },
    /// Show everybody
    List,
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
#[command(args_conflicts_with_subcommands = true)]
pub struct Requests {
    #[command(subcommand)]
    pub command: Option<Decide>,
}

#[derive(Subcommand)]
pub enum Decide {
    /// Talk with them from now on
    Accept { who: String },
    /// Take them off the list; if they write again, it is a request again
    Delete { who: String },
    /// Show nothing of theirs any more
    Block { who: String },
}

#[derive(Args)]
pub struct SafetyNumber {
    /// With whom
    pub who: String,
    /// Write down that you have compared, by voice or side by side
    #[arg(long)]
    pub verify: bool,
    /// The code from their screen: is compared, and written down with --verify
    #[arg(long, value_name = "CODE")]
    pub scan: Option<String>,
    /// Show your code as a picture, for them to scan
    #[arg(long)]
    pub qr: bool,
    /// Take back that you have compared
    #[arg(long, conflicts_with_all = ["verify", "scan"])]
    pub unverify: bool,
    /// Send what is held back since their account was recovered, although nobody has compared again
    #[arg(long, conflicts_with_all = ["verify", "scan", "unverify"])]
    pub go_on: bool,
}

#[derive(Subcommand)]
pub enum Devices {
    /// Show the devices of this account
    List,
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
