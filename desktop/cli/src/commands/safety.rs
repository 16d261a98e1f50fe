//! Making sure that somebody is who they say.

use std::io::{self, IsTerminal as _};

use sotto_core::client::{
    Client, Comparison, ComparisonOutcome, Contact, Error, HowVerified, SafetyNumber, VerifiedState,
};

use super::{PATIENCE, SHORT_PATIENCE};
use crate::args;
use crate::failure::Failure;
use crate::output;
use crate::pick;
use crate::qr;
use crate::session::Session;
use crate::show;
use crate::unlock::Need;

pub fn run(session: &Session, safety: args::SafetyNumber) -> Result<(), Failure> {
    let client = session.open(Need::Disk)?;
    let contact = pick::contact(&client, &safety.who)?;
    if safety.go_on {
        let contact = client.continue_with(contact.account)?;
        client.go_online();
        client.wait_drained(PATIENCE)?;
        return tell(session, &contact, "what was held back leaves");
    }
    if safety.unverify {
        let contact = client.set_verified(contact.account, None)?;
        tell(session, &contact, "no longer verified")?;
        return session.kept(&client);
    }
    let number = number(&client, &contact)?;
    if let Some(code) = safety.scan {
        return scan(session, &client, &contact, code, safety.verify);
    }
    if safety.verify {
        let heads = number.heads.clone();
        return verify(session, &client, &contact, HowVerified::Compared { heads });
    }
    session.tell(|| show::safety_json(&number), || lines(&number))?;
    if safety.qr && !session.is_json() {
        output::line(qr::picture(&number.code, io::stdout().is_terminal())?)?;
        output::line(format_args!("code  {}", number.code))?;
    }
    Ok(())
}

/// The number; the devices of somebody of whom nothing is known yet are looked up.
fn number(client: &Client, contact: &Contact) -> Result<SafetyNumber, Failure> {
    let number = client.safety_number(contact.account.clone())?;
    if number.heads.is_some() {
        return Ok(number);
    }
    client.go_online();
    client.wait_drained(SHORT_PATIENCE)?;
    Ok(client.safety_number(contact.account.clone())?)
}

fn scan(
    session: &Session,
    client: &Client,
    contact: &Contact,
    code: String,
    write_down: bool,
) -> Result<(), Failure> {
    let compared = client.compare_code(contact.account.clone(), code.clone())?;
    let same = matches!(
        compared.outcome,
        ComparisonOutcome::Same | ComparisonOutcome::SameAccounts
    );
    if !same {
        say(session, &compared)?;
        return Err(Failure::NotTheSame(show::on_a_line(&compared.text)));
    }
    say(session, &compared)?;
    if !session.is_json() {
        output::line(show::on_a_line(&compared.text))?;
    }
    if write_down {
        return verify(session, client, contact, HowVerified::Scanned { code });
    }
    Ok(())
}

fn say(session: &Session, compared: &Comparison) -> Result<(), Failure> {
    if session.is_json() {
        output::json(&show::named_json("comparison", compared))?;
    }
    Ok(())
}

fn verify(
    session: &Session,
    client: &Client,
    contact: &Contact,
    how: HowVerified,
) -> Result<(), Failure> {
    let verified = client
        .set_verified(contact.account.clone(), Some(how))
        .map_err(|error| match error {
            Error::Other { ref code, .. } if code == "chain_unknown" => Failure::Late(format!(
                "{}: nothing is known of their devices yet; try again when the relay can be reached",
                show::on_a_line(&contact.name)
            )),
            other => other.into(),
        })?;
    tell(session, &verified, "verified")?;
    session.kept(client)
}

fn tell(session: &Session, contact: &Contact, done: &str) -> Result<(), Failure> {
    session.tell(
        || show::contact_json(contact),
        || format!("{}: {done}", show::named(contact)),
    )
}

fn lines(number: &SafetyNumber) -> String {
    let name = show::on_a_line(&number.name);
    let mut lines = vec![format!("Your safety number with {name}:"), String::new()];
    for row in number.groups.chunks(4) {
        lines.push(format!("    {}", row.join("  ")));
    }
    lines.push(String::new());
    if number.heads_groups.is_empty() {
        lines.push(format!(
            "    (nothing is known of the devices of {name} yet)"
        ));
    } else {
        lines.push(format!("    {}", number.heads_groups.join("  ")));
    }
    lines.push(String::new());
    lines.push(
        "Both of you see the same, or somebody is in between. The last line changes with every \
         device."
            .to_owned(),
    );
    lines.push(found(number, &name));
    if number.held {
        lines.push(format!(
            "What you write to {name} waits, since their account was recovered: compare again \
             (--verify), or go on without (--go-on)."
        ));
    }
    lines.join("\n")
}

fn found(number: &SafetyNumber, name: &str) -> String {
    let since = number.verified.since.map(show::time).unwrap_or_default();
    let how = match number.verified.state {
        VerifiedState::No => {
            return format!(
                "Not verified yet: `sotto safety-number {name:?} --verify` when you have compared."
            );
        }
        VerifiedState::Lost => {
            return "No longer verified: their account was recovered.".to_owned();
        }
        VerifiedState::SameAccounts => "by comparing",
        VerifiedState::Scanned => "by scanning",
    };
    let changed = if number.verified.changed {
        "; devices have changed since"
    } else {
        ""
    };
    format!("Verified {since} {how}{changed}.")
}
