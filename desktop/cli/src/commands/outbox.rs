//! What has not left yet.

use sotto_core::client::{OutboxEntry, OutboxKind, OutboxState};

use crate::args::{Outbox, OutboxCommand};
use crate::failure::Failure;
use crate::session::Session;
use crate::show;
use crate::unlock::Need;

pub fn run(session: &Session, outbox: &Outbox) -> Result<(), Failure> {
    if let Some(OutboxCommand::Retry { id }) = outbox.command {
        return retry(session, id);
    }
    for entry in &session.open(Need::Disk)?.outbox()? {
        session.tell(|| show::outbox_json(entry), || line(entry))?;
    }
    Ok(())
}

pub fn retry(session: &Session, id: i64) -> Result<(), Failure> {
    session.open(Need::Network)?.retry(id)?;
    session.tell(|| show::done_json(false), || "queued".to_owned())
}

fn line(entry: &OutboxEntry) -> String {
    let reason = entry.reason.as_deref();
    let state = match entry.state {
        OutboxState::Waiting if reason == Some("held") => {
            "waits for you: `sotto safety-number` with them".to_owned()
        }
        OutboxState::Waiting => "waits".to_owned(),
        OutboxState::Failed => format!("failed: {}", reason.unwrap_or("unknown")),
    };
    let said = show::beginning(entry.text.as_deref().unwrap_or_default(), 200);
    let of = entry
        .message
        .map(|row| format!(" #{row}"))
        .unwrap_or_default();
    let said = match entry.kind {
        OutboxKind::Message => said,
        OutboxKind::Reaction => format!("(reaction to{of}) {said}"),
        OutboxKind::Edit => format!("(edit of{of}) {said}"),
        OutboxKind::Deletion => format!("(deletes{of})"),
        OutboxKind::Timer => "(timer)".to_owned(),
    };
    format!(
        "{:>4}  {}  to {}: {said}  ({state})",
        entry.id,
        show::time(entry.queued_at),
        show::on_a_line(&entry.name),
    )
}
