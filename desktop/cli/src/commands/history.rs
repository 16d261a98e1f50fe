//! What was said.

use crate::args::History;
use crate::failure::Failure;
use crate::output;
use crate::show;
use crate::unlock::{Need, Profile};

pub fn run(profile: &Profile, history: History) -> Result<(), Failure> {
    let client = profile.open(Need::Disk)?;
    let messages = client
        .conversation(history.who)?
        .history(history.limit, None)?;
    for message in &messages {
        if history.json {
            output::json(&show::message_json(message))?;
        } else {
            output::line(show::message_line(message))?;
        }
    }
    Ok(())
}
