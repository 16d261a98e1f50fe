//! The commands, a file for each noun or verb.

mod account;
mod contacts;
mod devices;
mod history;
mod notices;
mod outbox;
mod receive;
mod send;

use std::time::Duration;

use crate::args::{Arguments, Command};
use crate::chat;
use crate::failure::Failure;
use crate::unlock::Profile;

/// A command that goes over the network and has no limit of its own gives up after this.
const PATIENCE: Duration = Duration::from_secs(30);

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let profile = Profile::find(&arguments)?;
    match arguments.command {
        Command::Register(register) => account::register(&profile, register),
        Command::Me { json } => account::me(&profile, json),
        Command::Contacts(command) => contacts::run(&profile, command),
        Command::Send(send) => send::run(&profile, send),
        Command::Receive(receive) => receive::run(&profile, &receive),
        Command::History(history) => history::run(&profile, history),
        Command::Outbox(outbox) => outbox::run(&profile, &outbox),
        Command::Retry { id } => outbox::retry(&profile, id),
        Command::Chat { who } => chat::run(&profile, who),
        Command::Devices(command) => devices::run(&profile, command),
        Command::Notices { json } => notices::run(&profile, json),
    }
}
