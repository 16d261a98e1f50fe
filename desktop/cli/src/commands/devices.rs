//! The devices of the account.

use std::time::Duration;

use serde_json::json;
use sotto_core::client::{Client, DeviceStanding};

use super::PATIENCE;
use crate::args::{Devices, Join};
use crate::failure::Failure;
use crate::output;
use crate::unlock::{Need, Profile};

/// How long `devices join --wait` looks before it looks again.
const EACH_WAIT: Duration = Duration::from_secs(60);

pub fn run(profile: &Profile, command: Devices) -> Result<(), Failure> {
    match command {
        Devices::List { json } => list(profile, json),
        Devices::Invite => invite(profile),
        Devices::Join(arguments) => join(profile, arguments),
        Devices::Add { request } => add(profile, request),
    }
}

fn list(profile: &Profile, json: bool) -> Result<(), Failure> {
    for device in &profile.open(Need::Disk)?.devices()? {
        if json {
            output::json(&json!({ "id": device.id, "this": device.this }))?;
        } else {
            let mark = if device.this { "  (this one)" } else { "" };
            output::line(format_args!("{}{mark}", device.id))?;
        }
    }
    Ok(())
}

/// The invitation carries leave to read the chain, which the relay has to be told.
fn invite(profile: &Profile) -> Result<(), Failure> {
    let client = profile.open(Need::Network)?;
    let invitation = client.invite_device()?;
    output::line(invitation)?;
    if !client.wait_drained(PATIENCE)? {
        output::warn("the relay could not be told yet; the invitation works when it has been");
    }
    Ok(())
}

fn join(profile: &Profile, arguments: Join) -> Result<(), Failure> {
    let client = profile.open(Need::NewProfile)?;
    let request = client.join_account(arguments.invitation, arguments.name)?;
    output::line(request)?;
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

fn add(profile: &Profile, request: String) -> Result<(), Failure> {
    let client = profile.open(Need::Network)?;
    if client.add_device(request, PATIENCE)? {
        // The other devices and the contacts are told at once where that is possible.
        client.wait_drained(PATIENCE)?;
        return output::line("added");
    }
    output::line("queued: it is added when the relay can be reached")
}
