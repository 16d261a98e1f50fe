//! The commands, a file for each noun or verb.

mod account;
mod change;
mod contacts;
mod conversations;
mod devices;
mod export;
mod history;
mod notices;
mod outbox;
mod privacy;
mod program;
mod receive;
mod relays;
mod safety;
mod search;
mod send;
mod settings;

pub use settings::timer_seconds;

use std::time::Duration;

use crate::args::{Arguments, Command};
use crate::chat;
use crate::failure::Failure;
use crate::session::Session;

/// A command that goes over the network and has no limit of its own gives up after this.
const PATIENCE: Duration = Duration::from_secs(30);
/// What is told to others is waited for so long; it goes on later by itself.
const SHORT_PATIENCE: Duration = Duration::from_secs(5);

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    if let Command::Completions(shell) = &arguments.command {
        return program::completions(shell);
    }
    let session = Session::new(&arguments)?;
    let session = &session;
    match arguments.command {
        Command::Register(register) => account::register(session, register),
        Command::Me(me) => account::me(session, me),
        Command::Contacts(command) => contacts::run(session, command),
        Command::Requests(requests) => contacts::requests(session, requests),
        Command::SafetyNumber(safety) => safety::run(session, safety),

        Command::Chat(chat) => chat::run(session, &chat.who),
        Command::Send(send) => send::send(session, send),
        Command::Reply(reply) => send::reply(session, reply),
        Command::Forward(forward) => send::forward(session, &forward),
        Command::Note(note) => send::note(session, note),
        Command::React(react) => change::react(session, react),
        Command::Edit(edit) => change::edit(session, edit),
        Command::Delete(delete) => change::delete(session, &delete),
        Command::Receive(receive) => receive::run(session, &receive),
        Command::History(history) => history::run(session, &history),
        Command::Search(search) => search::run(session, search),
        Command::Export(export) => export::export(session, export),
        Command::Import(import) => export::import(session, &import),
        Command::Outbox(outbox) => outbox::run(session, &outbox),
        Command::Retry { id } => outbox::retry(session, id),

        Command::Conversations(which) => conversations::run(session, which),
        Command::Read(read) => settings::read(session, &read),
        Command::Unread(unread) => settings::unread(session, &unread),
        Command::Timer(timer) => settings::timer(session, &timer),
        Command::Mute(mute) => settings::mute(session, &mute),
        Command::Notify(notify) => settings::notify(session, &notify),
        Command::Archive { who } => settings::archive(session, &who, true),
        Command::Unarchive { who } => settings::archive(session, &who, false),
        Command::Pin { who } => settings::pin(session, &who, true),
        Command::Unpin { who } => settings::pin(session, &who, false),
        Command::Draft(draft) => settings::draft(session, draft),

        Command::Devices(command) => devices::run(session, command),
        Command::Relay(command) => relays::run(session, command),
        Command::Account(command) => account::end(session, &command),
        Command::Privacy(privacy) => privacy::run(session, &privacy),
        Command::Notices => notices::run(session),
        Command::Storage => program::storage(session),
        Command::Diagnostics => program::diagnostics(session),
        Command::Completions(shell) => program::completions(&shell),
    }
}
