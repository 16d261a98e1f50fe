//! Where the account lives.

use sotto_core::client::Relay;

use super::PATIENCE;
use crate::args;
use crate::failure::Failure;
use crate::session::Session;
use crate::show;
use crate::unlock::Need;

pub fn run(session: &Session, command: args::Relay) -> Result<(), Failure> {
    match command {
        args::Relay::List => list(session),
        args::Relay::Add { url, token } => {
            let added = session
                .open(Need::Network)?
                .add_relay(url, token, PATIENCE)?;
            tell(session, added, "added")
        }
        args::Relay::Remove { url, gone } => {
            let client = session.open(Need::Network)?;
            let removed = if gone {
                client.abandon_relay(url, PATIENCE)?
            } else {
                client.remove_relay(url, PATIENCE)?
            };
            tell(session, removed, "removed")
        }
        args::Relay::Follow { link } => {
            let client = session.open(Need::Network)?;
            client.follow_account(link)?;
            let found = client.wait_drained(PATIENCE)?;
            tell(session, found, "done")
        }
    }
}

fn list(session: &Session) -> Result<(), Failure> {
    for relay in &session.open(Need::Disk)?.relays()? {
        session.tell(|| show::named_json("relay", relay), || line(relay))?;
    }
    Ok(())
}

fn line(relay: &Relay) -> String {
    let part = match (relay.home, relay.position, relay.former) {
        (true, Some(position), _) => format!("home {position}"),
        (true, None, _) => "home".to_owned(),
        (_, _, true) => "left".to_owned(),
        _ => "moving".to_owned(),
    };
    format!(
        "{part:7} {}  ({})",
        show::on_a_line(&relay.url),
        show::connection_word(relay.connection)
    )
}

fn tell(session: &Session, done: bool, word: &str) -> Result<(), Failure> {
    session.tell(
        || show::done_json(done),
        || {
            if done {
                word.to_owned()
            } else {
                "queued: it happens when the relays can be reached".to_owned()
            }
        },
    )
}
