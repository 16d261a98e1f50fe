//! The conversations.

use sotto_core::client::{
    ConversationFilter, ConversationKind, ConversationSet, ConversationSummary, MessageKind,
    Preview,
};

use crate::args;
use crate::clock;
use crate::failure::Failure;
use crate::session::Session;
use crate::show;
use crate::unlock::Need;

/// Characters of what was said last.
const PREVIEW: usize = 60;

pub fn run(session: &Session, which: args::Conversations) -> Result<(), Failure> {
    let set = match (which.unread, which.archived, which.requests) {
        (true, ..) => ConversationSet::Unread,
        (_, true, _) => ConversationSet::Archived,
        (.., true) => ConversationSet::Requests,
        _ => ConversationSet::All,
    };
    let filter = ConversationFilter {
        show: set,
        name: which.name,
    };
    let client = session.open(Need::Disk)?;
    client.me()?;
    for summary in &client.conversations(filter)? {
        session.tell(|| show::conversation_json(summary), || line(summary))?;
    }
    Ok(())
}

fn line(summary: &ConversationSummary) -> String {
    let name = match summary.kind {
        ConversationKind::Own => "me".to_owned(),
        _ => show::on_a_line(&summary.name),
    };
    let unread = match summary.unread {
        0 if summary.marked_unread => "●".to_owned(),
        0 => String::new(),
        number => format!("({number})"),
    };
    let when = match summary.last_activity {
        0 => " ".repeat(16),
        at => show::time(at),
    };
    let mut line = format!("{when}  {name}");
    if !unread.is_empty() {
        line.push_str(&format!(" {unread}"));
    }
    for (is_so, word) in [
        (summary.pinned_at.is_some(), "pinned"),
        (summary.archived, "archived"),
        (
            summary
                .muted_until
                .is_some_and(|until| until > clock::now()),
            "muted",
        ),
        (summary.request, "not accepted yet"),
        (summary.blocked, "blocked"),
    ] {
        if is_so {
            line.push_str(&format!(" [{word}]"));
        }
    }
    if let Some(draft) = &summary.draft {
        line.push_str(&format!("  draft: {}", show::beginning(draft, PREVIEW)));
    } else if let Some(preview) = &summary.preview {
        line.push_str(&format!("  {}", said(preview)));
    }
    line
}

fn said(preview: &Preview) -> String {
    let text = match (preview.kind, &preview.text) {
        (MessageKind::Deleted, _) => "(deleted)".to_owned(),
        (MessageKind::Timer, _) => "(timer)".to_owned(),
        (_, Some(text)) => show::beginning(text, PREVIEW),
        (_, None) => "(a newer version of sotto can show this)".to_owned(),
    };
    let tick = show::tick(preview.state);
    let who = if preview.own {
        "You".to_owned()
    } else {
        show::on_a_line(&preview.author_name)
    };
    format!("#{} {who}: {text} {tick}", preview.row)
        .trim_end()
        .to_owned()
}
