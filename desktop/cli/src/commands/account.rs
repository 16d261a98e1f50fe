//! Who this profile is.

use sotto_core::client::Me;

use super::{PATIENCE, SHORT_PATIENCE};
use crate::args;
use crate::failure::Failure;
use crate::session::Session;
use crate::show;
use crate::unlock::Need;

pub fn register(session: &Session, register: args::Register) -> Result<(), Failure> {
    let client = session.open(Need::NewProfile)?;
    let me = client.register(register.relay, register.name, register.token, PATIENCE)?;
    session.tell(
        || show::me_json(&me),
        || {
            format!(
                "Registered as {}.\n{}",
                show::on_a_line(&me.name),
                lines(&me)
            )
        },
    )
}

pub fn me(session: &Session, change: args::Me) -> Result<(), Failure> {
    let client = session.open(Need::Disk)?;
    let changes = change.name.is_some() || change.about.is_some();
    if let Some(name) = change.name {
        client.set_name(name)?;
    }
    if let Some(about) = change.about {
        client.set_about(about)?;
    }
    let me = client.me()?;
    session.tell(
        || show::me_json(&me),
        || format!("name     {}\n{}", show::on_a_line(&me.name), lines(&me)),
    )?;
    if changes {
        // Contacts and the own other devices hear of it.
        client.go_online();
        client.wait_drained(SHORT_PATIENCE)?;
    }
    Ok(())
}

pub fn end(session: &Session, command: &args::Account) -> Result<(), Failure> {
    match command {
        args::Account::Close { yes } => close(session, *yes),
        args::Account::Erase { yes } => erase(session, *yes),
    }
}

fn close(session: &Session, yes: bool) -> Result<(), Failure> {
    let client = session.open(Need::Network)?;
    let me = client.me()?;
    if !yes {
        session.confirm(
            "This closes the account for ever, on all its devices; nobody can reach it any more.",
            &show::on_a_line(&me.name),
        )?;
    }
    let told = client.close_account(PATIENCE)?;
    session.tell(
        || show::done_json(told),
        || {
            if told {
                "closed".to_owned()
            } else {
                "queued: relays and contacts are told when they can be reached".to_owned()
            }
        },
    )
}

fn erase(session: &Session, yes: bool) -> Result<(), Failure> {
    // Whoever cannot open it may delete the folder, but not by this command.
    let me = session.open(Need::Disk)?.me();
    let name = me.map_or_else(|_| "erase".to_owned(), |me| show::on_a_line(&me.name));
    if !yes {
        session.confirm(
            "This deletes the profile with everything that was said; the account goes on without it.",
            &name,
        )?;
    }
    session.erase()?;
    session.tell(|| show::done_json(true), || "erased".to_owned())
}

fn lines(me: &Me) -> String {
    let mut lines = Vec::new();
    if !me.about.is_empty() {
        lines.push(format!("about    {}", show::on_a_line(&me.about)));
    }
    if let Some(account) = &me.account {
        lines.push(format!("account  {account}"));
    }
    for relay in &me.relays {
        lines.push(format!("relay    {}", relay.url));
    }
    if let Some(link) = &me.link {
        lines.push(format!("link     {link}"));
    }
    if let Some(standing) = show::device_words(me.standing) {
        lines.push(format!("state    {standing}"));
    }
    lines.join("\n")
}
