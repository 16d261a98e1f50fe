//! What was said, into a file and back.

use std::path::Path;

use sotto_core::client::{ExportFormat, ExportOptions, ImportOptions};

use crate::args;
use crate::failure::Failure;
use crate::output;
use crate::pick;
use crate::session::Session;
use crate::show;
use crate::unlock::Need;

pub fn export(session: &Session, export: args::Export) -> Result<(), Failure> {
    let client = session.open(Need::Disk)?;
    let conversation = match &export.who {
        Some(who) => Some(pick::conversation(&client, who)?.contact().conversation),
        None => None,
    };
    let report = client.export(ExportOptions {
        conversation,
        format: if export.html {
            ExportFormat::Html
        } else {
            ExportFormat::JsonLines
        },
        path: text(&export.file)?,
        overwrite: export.overwrite,
    })?;
    session.tell(
        || show::named_json("exported", &report),
        || {
            format!(
                "{} messages of {} conversations, {}: {}",
                report.messages,
                report.conversations,
                show::bytes(report.bytes),
                show::on_a_line(&report.path)
            )
        },
    )?;
    output::warn("the file is not encrypted");
    Ok(())
}

pub fn import(session: &Session, import: &args::Import) -> Result<(), Failure> {
    let client = session.open(Need::Disk)?;
    let report = client.import(ImportOptions {
        path: text(&import.file)?,
        skip_damaged: import.skip_damaged,
    })?;
    session.tell(
        || show::named_json("imported", &report),
        || {
            format!(
                "{} messages taken over; {} were here, {} were deleted here, {} are over",
                report.added, report.known, report.deleted, report.expired
            )
        },
    )?;
    if report.damaged_lines > 0 {
        output::warn(&format!(
            "{} lines are damaged, and were left out",
            report.damaged_lines
        ));
        for line in &report.damaged {
            output::warn(&format!("line {}: {}", line.line, line.reason));
        }
    }
    Ok(())
}

fn text(path: &Path) -> Result<String, Failure> {
    path.to_str()
        .map(str::to_owned)
        .ok_or_else(|| Failure::Usage("the path of the file is not valid UTF-8".to_owned()))
}
