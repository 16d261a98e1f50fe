//! What has not left yet.

use sotto_core::client::{OutboxEntry, OutboxState};

use crate::args::{Outbox, OutboxCommand};
use crate::failure::Failure;
use crate::output;
use crate::show;
use crate::unlock::{Need, Profile};

pub fn run(profile: &Profile, outbox: &Outbox) -> Result<(), Failure> {
    if let Some(OutboxCommand::Retry { id }) = outbox.command {
        return retry(profile, id);
    }
    for entry in &profile.open(Need::Disk)?.outbox()? {
        if outbox.json {
            output::json(&show::outbox_json(entry))?;
        } else {
            output::line(line(entry))?;
        }
    }
    Ok(())
}

pub fn retry(profile: &Profile, id: i64) -> Result<(), Failure> {
    profile.open(Need::Network)?.retry(id)?;
    output::line("queued")
}

fn line(entry: &OutboxEntry) -> String {
    let state = match entry.state {
        OutboxState::Waiting => "waits".to_owned(),
        OutboxState::Failed => format!("failed: {}", entry.reason.as_deref().unwrap_or("unknown")),
    };
    format!(
        "{:>4}  {}  to {}: {}  ({state})",
        entry.id,
        show::time(entry.queued_at),
        show::printable(&entry.name),
        show::body(entry.text.as_deref())
    )
}
