//! The program itself.

use std::io;

use clap::CommandFactory as _;
use serde_json::json;

use crate::args::{Arguments, Completions};
use crate::failure::Failure;
use crate::output;
use crate::session::Session;
use crate::show;
use crate::unlock::Need;

pub fn completions(completions: &Completions) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(
        completions.shell,
        &mut Arguments::command(),
        "sotto",
        &mut script,
    );
    io::Write::write_all(&mut io::stdout().lock(), &script)?;
    Ok(())
}

pub fn storage(session: &Session) -> Result<(), Failure> {
    let client = session.open(Need::Disk)?;
    let used = client.storage_use()?;
    let me = client.me()?.account;
    if session.is_json() {
        return output::json(&show::named_json("storage", &used));
    }
    for (name, bytes) in [
        ("database", used.database),
        ("its log", used.log),
        ("free in it", used.free),
        ("attachments", used.attachments),
    ] {
        output::line(format_args!("{name:12}{:>12}", show::bytes(bytes)))?;
    }
    for conversation in &used.conversations {
        let with = match me.as_ref() == Some(&conversation.account) {
            true => "yourself".to_owned(),
            false => show::on_a_line(&conversation.name),
        };
        output::line(format_args!(
            "{:>24}  {} messages with {with}",
            show::bytes(conversation.bytes),
            conversation.messages,
        ))?;
    }
    Ok(())
}

pub fn diagnostics(session: &Session) -> Result<(), Failure> {
    let text = session.open(Need::Disk)?.diagnostics()?;
    session.tell(
        || json!({ "event": "diagnostics", "text": text }),
        || show::printable(text.trim_end()),
    )
}
