//! `sotto`: the messenger from a terminal, for people, scripts and bots.
//!
//! Owns words: the command line, what is printed, exit codes. Everything else is
//! [`sotto_core::client`]'s; nothing here knows a key, a socket or a table.

mod args;
mod chat;
mod clock;
mod commands;
mod cursor;
mod failure;
mod output;
mod pick;
mod qr;
mod session;
mod show;
mod unlock;

use std::process::ExitCode;

use clap::Parser as _;

use args::Arguments;
use failure::Failure;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let json = arguments.json;
    match commands::run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read the output has seen enough.
        Err(Failure::NobodyReads) => ExitCode::SUCCESS,
        Err(failure) => {
            output::complain(&failure, json);
            failure.exit_code()
        }
    }
}
