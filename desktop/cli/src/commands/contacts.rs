//! Other people.

use sotto_core::client::{Client, Contact, ContactStanding, Error};

use super::PATIENCE;
use crate::args::{Contacts, Decide, Requests};
use crate::failure::Failure;
use crate::output;
use crate::pick;
use crate::session::Session;
use crate::show;
use crate::unlock::Need;

type Decision = fn(&Client, String) -> Result<Contact, Error>;

pub fn run(session: &Session, command: Contacts) -> Result<(), Failure> {
    match command {
        Contacts::Add { link } => add(session, link),
        Contacts::List => list(session),
        Contacts::Accept { who } => decide(session, &who, Client::accept_contact, "accepted"),
        Contacts::Delete { who } => decide(session, &who, Client::delete_contact, "deleted"),
        Contacts::Block { who } => decide(session, &who, Client::block_contact, "blocked"),
        Contacts::Unblock { who } => decide(session, &who, Client::unblock_contact, "unblocked"),
        Contacts::Rename { who, name } => rename(session, &who, name),
        Contacts::RevokeLink => revoke_link(session),
    }
}

pub fn requests(session: &Session, requests: Requests) -> Result<(), Failure> {
    match requests.command {
        None => list_requests(session),
        Some(Decide::Accept { who }) => decide(session, &who, Client::accept_contact, "accepted"),
        Some(Decide::Delete { who }) => decide(session, &who, Client::delete_contact, "deleted"),
        Some(Decide::Block { who }) => decide(session, &who, Client::block_contact, "blocked"),
    }
}

fn add(session: &Session, link: String) -> Result<(), Failure> {
    let contact = session.open(Need::Disk)?.add_contact(link)?;
    tell(session, &contact, "added")
}

fn tell(session: &Session, contact: &Contact, done: &str) -> Result<(), Failure> {
    session.tell(
        || show::contact_json(contact),
        || format!("{}: {done}", show::named(contact)),
    )
}

fn list(session: &Session) -> Result<(), Failure> {
    let contacts = session.open(Need::Disk)?.contacts()?;
    if !session.is_json() && contacts.is_empty() {
        return output::line("Nobody yet: `sotto contacts add LINK` adds somebody by their link.");
    }
    for contact in &contacts {
        session.tell(|| show::contact_json(contact), || line(contact))?;
    }
    Ok(())
}

fn line(contact: &Contact) -> String {
    let standing = show::standing_word(contact.standing);
    let mut line = format!("{standing:8}  {}", show::named(contact));
    if let Some(verified) = show::verified_word(contact.verified.state) {
        line.push_str(&format!("  {verified}"));
    }
    if contact.closed {
        line.push_str("  has closed their account");
    }
    if contact.held {
        line.push_str("  what you write waits; see `sotto safety-number`");
    }
    if !contact.about.is_empty() {
        line.push_str(&format!("  — {}", show::beginning(&contact.about, 60)));
    }
    line
}

/// So many messages of somebody who asks are shown.
const FIRST_WORDS: u32 = 3;

fn list_requests(session: &Session) -> Result<(), Failure> {
    let client = session.open(Need::Disk)?;
    let mut nobody = true;
    for contact in &client.contacts()? {
        if contact.standing != ContactStanding::Request {
            continue;
        }
        nobody = false;
        if session.is_json() {
            output::json(&show::named_json("request", contact))?;
            continue;
        }
        output::line(show::named(contact))?;
        let said = client.conversation(contact.account.clone())?;
        for message in &said.history(FIRST_WORDS, None)? {
            let line = show::message_line(message).replace('\n', "\n  ");
            output::line(format_args!("  {line}"))?;
        }
    }
    if nobody && !session.is_json() {
        return output::line("Nobody asks.");
    }
    Ok(())
}

fn decide(session: &Session, who: &str, decision: Decision, done: &str) -> Result<(), Failure> {
    let client = session.open(Need::Disk)?;
    let contact = pick::contact(&client, who)?;
    let decided = decision(&client, contact.account)?;
    tell(session, &decided, done)
}

fn rename(session: &Session, who: &str, name: String) -> Result<(), Failure> {
    let client = session.open(Need::Disk)?;
    let contact = pick::contact(&client, who)?;
    let renamed = client.rename_contact(contact.account, name)?;
    tell(session, &renamed, "renamed")
}

/// The old link works until the relay has been told.
fn revoke_link(session: &Session) -> Result<(), Failure> {
    let client = session.open(Need::Network)?;
    client.revoke_link()?;
    let me = client.me()?;
    session.tell(
        || show::me_json(&me),
        || me.link.clone().unwrap_or_default(),
    )?;
    if !client.wait_drained(PATIENCE)? {
        output::warn("the relay could not be told yet; until then the old link works");
    }
    Ok(())
}
