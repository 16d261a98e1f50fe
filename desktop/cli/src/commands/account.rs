//! Who this profile is.

use sotto_core::client::{DeviceStanding, Me};

use super::PATIENCE;
use crate::args::Register;
use crate::failure::Failure;
use crate::output;
use crate::show;
use crate::unlock::{Need, Profile};

pub fn register(profile: &Profile, register: Register) -> Result<(), Failure> {
    let client = profile.open(Need::NewProfile)?;
    let me = client.register(register.relay, register.name, register.token, PATIENCE)?;
    if register.json {
        return output::json(&show::me_json(&me));
    }
    output::line(format_args!("Registered as {}.", show::printable(&me.name)))?;
    print(&me)
}

pub fn me(profile: &Profile, json: bool) -> Result<(), Failure> {
    let me = profile.open(Need::Disk)?.me()?;
    if json {
        output::json(&show::me_json(&me))
    } else {
        output::line(format_args!("name     {}", show::printable(&me.name)))?;
        print(&me)
    }
}

fn print(me: &Me) -> Result<(), Failure> {
    if let Some(account) = &me.account {
        output::line(format_args!("account  {account}"))?;
    }
    for relay in &me.relays {
        output::line(format_args!("relay    {}", relay.url))?;
    }
    if let Some(link) = &me.link {
        output::line(format_args!("link     {link}"))?;
    }
    if let Some(standing) = standing(me.standing) {
        output::line(format_args!("state    {standing}"))?;
    }
    Ok(())
}

fn standing(standing: DeviceStanding) -> Option<&'static str> {
    match standing {
        DeviceStanding::Active => None,
        DeviceStanding::Unregistered => Some("no relay knows this account yet"),
        DeviceStanding::Joining => Some("waits for another device to add this one"),
        DeviceStanding::Cloned => Some("stopped: another copy of this profile is in use"),
        DeviceStanding::Removed => Some("removed from its account"),
        DeviceStanding::Closed => Some("the account is closed"),
    }
}
