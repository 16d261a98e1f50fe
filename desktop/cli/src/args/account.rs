//! The account, and the program itself.

use clap::{Args, Subcommand, ValueEnum};
use clap_complete::Shell;

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
}

#[derive(Args)]
pub struct Me {
    /// Change what others call you
    #[arg(long)]
    pub name: Option<String>,
    /// Change what you say of yourself; empty for nothing
    #[arg(long, value_name = "TEXT")]
    pub about: Option<String>,
}

#[derive(Args)]
pub struct Privacy {
    /// What; shows all when left out
    #[arg(requires = "switch")]
    pub which: Option<Which>,
    /// Whether
    pub switch: Option<Switch>,
}

/// What is told automatically.
#[derive(Clone, Copy, ValueEnum)]
pub enum Which {
    /// Tell who wrote that it has come
    Delivered,
    /// Tell who wrote that you have read it, and see when they have
    Read,
    /// Tell that you type, and see when others do
    Typing,
    /// Let what is automatic wait longer, so that its time tells less
    Strict,
}

/// On or off.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    On,
    Off,
}

#[derive(Subcommand)]
pub enum Relay {
    /// Show where this account lives
    List,
    /// Live at one more relay
    Add {
        /// Its address
        url: String,
        /// What lets you in, where the relay asks for it
        #[arg(long)]
        token: Option<String>,
    },
    /// Leave a relay; contacts follow by themselves
    Remove {
        /// Its address
        url: String,
        /// It will never answer again: go on without it
        #[arg(long)]
        gone: bool,
    },
    /// Look for the account where its own link says that it lives, after all its relays have changed
    Follow {
        /// Your link, from another device
        link: String,
    },
}

#[derive(Subcommand)]
pub enum Account {
    /// Close the account for ever: relays erase it, contacts are told, its devices stop
    Close {
        /// Ask nothing
        #[arg(long)]
        yes: bool,
    },
    /// Delete this profile from the disk, with everything that was said; nobody is told
    Erase {
        /// Ask nothing
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Args)]
pub struct Completions {
    /// For which
    pub shell: Shell,
}
