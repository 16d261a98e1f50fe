//! Saying something.

use sotto_core::client::Draft;

use crate::args::{Forward, Note, Reply, Send};
use crate::failure::Failure;
use crate::pick;
use crate::session::{Session, text_of};
use crate::unlock::Need;

pub fn send(session: &Session, send: Send) -> Result<(), Failure> {
    let text = text_of(send.text)?;
    let (client, conversation) = session.with(&send.who, Need::Network)?;
    let queued = conversation.send(text)?;
    session.sent(&client, queued, send.wait)
}

pub fn reply(session: &Session, reply: Reply) -> Result<(), Failure> {
    let text = text_of(reply.text)?;
    let client = session.open(Need::Network)?;
    let answered = pick::message(&client, &reply.message)?;
    let draft = Draft {
        answers: Some(answered.row),
        ..Draft::plain(text)
    };
    let queued = pick::conversation(&client, &answered.account)?.send_draft(draft)?;
    session.sent(&client, queued, reply.wait)
}

pub fn forward(session: &Session, forward: &Forward) -> Result<(), Failure> {
    let client = session.open(Need::Network)?;
    let message = pick::message(&client, &forward.message)?;
    let queued = pick::conversation(&client, &forward.who)?.forward(message.row)?;
    session.sent(&client, queued, forward.wait)
}

pub fn note(session: &Session, note: Note) -> Result<(), Failure> {
    let text = text_of(note.text)?;
    let client = session.open(Need::Network)?;
    let kept = client.note_to_self()?.send(text)?;
    session.tell(|| crate::show::message_json(&kept), || "kept".to_owned())?;
    session.kept(&client)
}
