//! Changing what was said.

use sotto_core::client::{Draft, Message};

use crate::args::{Delete, Edit, React};
use crate::failure::Failure;
use crate::pick;
use crate::session::{Session, text_of};
use crate::show;
use crate::unlock::Need;

pub fn react(session: &Session, react: React) -> Result<(), Failure> {
    let client = session.open(Need::Network)?;
    let message = pick::message(&client, &react.message)?;
    let changed = client.react(message.row, react.emoji.unwrap_or_default())?;
    changed_one(session, &client, &changed)
}

pub fn edit(session: &Session, edit: Edit) -> Result<(), Failure> {
    let text = text_of(edit.text)?;
    let client = session.open(Need::Network)?;
    let message = pick::message(&client, &edit.message)?;
    let changed = client.edit(message.row, Draft::plain(text))?;
    changed_one(session, &client, &changed)
}

fn changed_one(
    session: &Session,
    client: &sotto_core::client::Client,
    changed: &Message,
) -> Result<(), Failure> {
    let sent = session.settled(client, &changed.account)?;
    session.tell(
        || show::message_json(changed),
        || sent_word(sent).to_owned(),
    )
}

pub fn delete(session: &Session, delete: &Delete) -> Result<(), Failure> {
    if let Some(who) = &delete.conversation {
        let (client, conversation) = session.with(who, Need::Disk)?;
        conversation.clear()?;
        session.tell(|| show::done_json(true), || "deleted here".to_owned())?;
        return session.kept(&client);
    }
    let client = session.open(Need::Network)?;
    let message = pick::message(&client, delete.message.as_deref().unwrap_or_default())?;
    client.delete_message(message.row, delete.everyone)?;
    if !delete.everyone {
        session.tell(|| show::done_json(true), || "deleted here".to_owned())?;
        return session.kept(&client);
    }
    let sent = session.settled(&client, &message.account)?;
    session.tell(|| show::done_json(sent), || sent_word(sent).to_owned())
}

pub fn sent_word(sent: bool) -> &'static str {
    if sent { "sent" } else { "queued" }
}
