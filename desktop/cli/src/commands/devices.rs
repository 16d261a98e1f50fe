//! The devices of the account.

use std::time::Duration;

use serde_json::json;
use sotto_core::client::{Client, DeviceStanding};

use super::PATIENCE;
use crate::args::{Devices, Join};
use crate::failure::Failure;
use crate::output;
use crate::session::Session;
use crate::show;
use crate::unlock::Need;

/// How long `devices join --wait` looks before it looks again.
const EACH_WAIT: Duration = Duration::from_secs(60);

pub fn run(session: &Session, command: Devices) -> Result<(), Failure> {
    match command {
        Devices::List => list(session),
        Devices::Invite => invite(session),
        Devices::Join(arguments) => join(session, arguments),
        Devices::Add { request } => add(session, request),
    }
}

fn list(session: &Session) -> Result<(), Failure> {
    for device in &session.open(Need::Disk)?.devices()? {
        let mark = if device.this { "  (this one)" } else { "" };
        session.tell(
            || show::device_json(device),
            || format!("{}{mark}", device.id),
        )?;
    }
    Ok(())
}

/// The invitation carries leave to read the chain, which the relay has to be told.
fn invite(session: &Session) -> Result<(), Failure> {
    let client = session.open(Need::Network)?;
    let invitation = client.invite_device()?;
    session.tell(
        || json!({ "event": "invitation", "invitation": invitation }),
        || invitation.clone(),
    )?;
    if !client.wait_drained(PATIENCE)? {
        output::warn("the relay could not be told yet; the invitation works when it has been");
    }
    Ok(())
}

fn join(session: &Session, arguments: Join) -> Result<(), Failure> {
    let client = session.open(Need::NewProfile)?;
    let request = client.join_account(arguments.invitation, arguments.name)?;
    session.tell(
        || json!({ "event": "device_request", "request": request }),
        || request.clone(),
    )?;
    if arguments.wait {
        output::warn("waiting for `sotto devices add` on the other device");
        while !client.wait_joined(EACH_WAIT)? {}
        finish(&client)?;
    }
    Ok(())
}

/// The new device publishes its keys, so that others can write to it.
fn finish(client: &Client) -> Result<(), Failure> {
    client.wait_drained(PATIENCE)?;
    let me = client.me()?;
    if me.standing == DeviceStanding::Active {
        output::warn("this device belongs to the account now");
    }
    Ok(())
}

fn add(session: &Session, request: String) -> Result<(), Failure> {
    let client = session.open(Need::Network)?;
    let added = client.add_device(request, PATIENCE)?;
    if added {
        // The other devices and the contacts are told at once where that is possible.
        client.wait_drained(PATIENCE)?;
    }
    session.tell(
        || show::done_json(added),
        || {
            if added {
                "added".to_owned()
            } else {
                "queued: it is added when the relay can be reached".to_owned()
            }
        },
    )
}
