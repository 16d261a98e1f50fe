//! What was said.

use crate::args::History;
use crate::failure::Failure;
use crate::pick;
use crate::session::Session;
use crate::show;
use crate::unlock::Need;

pub fn run(session: &Session, history: &History) -> Result<(), Failure> {
    let (client, conversation) = session.with(&history.who, Need::Disk)?;
    let before = match &history.before {
        Some(which) => Some(pick::message(&client, which)?.row),
        None => None,
    };
    for message in &conversation.history(history.limit, before)? {
        session.tell(
            || show::message_json(message),
            || show::message_line(message),
        )?;
    }
    Ok(())
}
