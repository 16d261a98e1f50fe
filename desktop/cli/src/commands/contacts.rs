//! Other people.

use sotto_core::client::{Client, Contact, Error};

use super::PATIENCE;
use crate::args::Contacts;
use crate::failure::Failure;
use crate::output;
use crate::show;
use crate::unlock::{Need, Profile};

type Decision = fn(&Client, String) -> Result<Contact, Error>;

pub fn run(profile: &Profile, command: Contacts) -> Result<(), Failure> {
    match command {
        Contacts::Add { link } => add(profile, link),
        Contacts::List { json } => list(profile, json),
        Contacts::Accept { who } => decide(profile, who, Client::accept_contact, "accepted"),
        Contacts::Delete { who } => decide(profile, who, Client::delete_contact, "deleted"),
        Contacts::Block { who } => decide(profile, who, Client::block_contact, "blocked"),
        Contacts::Unblock { who } => decide(profile, who, Client::unblock_contact, "unblocked"),
        Contacts::Rename { who, name } => rename(profile, who, name),
        Contacts::RevokeLink => revoke_link(profile),
    }
}

fn add(profile: &Profile, link: String) -> Result<(), Failure> {
    let contact = profile.open(Need::Disk)?.add_contact(link)?;
    output::line(format_args!("{}: added", named(&contact)))
}

fn list(profile: &Profile, json: bool) -> Result<(), Failure> {
    let contacts = profile.open(Need::Disk)?.contacts()?;
    if !json && contacts.is_empty() {
        return output::line("Nobody yet: `sotto contacts add LINK` adds somebody by their link.");
    }
    for contact in &contacts {
        if json {
            output::json(&show::contact_json(contact))?;
        } else {
            let standing = show::standing_word(contact.standing);
            output::line(format_args!("{standing:8}  {}", named(contact)))?;
        }
    }
    Ok(())
}

fn decide(profile: &Profile, who: String, decision: Decision, done: &str) -> Result<(), Failure> {
    let client = profile.open(Need::Disk)?;
    let contact = client.find_contact(who)?;
    decision(&client, contact.account.clone())?;
    output::line(format_args!("{}: {done}", named(&contact)))
}

fn rename(profile: &Profile, who: String, name: String) -> Result<(), Failure> {
    let client = profile.open(Need::Disk)?;
    let contact = client.find_contact(who)?;
    let renamed = client.rename_contact(contact.account, name)?;
    output::line(format_args!("{}: renamed", named(&renamed)))
}

/// The old link works until the relay has been told.
fn revoke_link(profile: &Profile) -> Result<(), Failure> {
    let client = profile.open(Need::Network)?;
    client.revoke_link()?;
    output::line(client.link()?)?;
    if !client.wait_drained(PATIENCE)? {
        output::warn("the relay could not be told yet; until then the old link works");
    }
    Ok(())
}

fn named(contact: &Contact) -> String {
    let beginning: String = contact.account.chars().take(12).collect();
    format!("{} ({beginning})", show::printable(&contact.name))
}
