//! What a conversation does when it is asked to, on a terminal and in a pipe.

use std::sync::Arc;

use sotto_core::client::{
    Client, Conversation, Direction, Draft, Error, Event, Message, MessageKind, SearchOrder,
    SearchQuery,
};

use super::input::{COMMANDS, Input};
use crate::commands::timer_seconds;
use crate::failure::Failure;
use crate::pick::{self, Which};
use crate::show;

/// How far back the last message of somebody is looked for.
const LOOK_BACK: u32 = 200;
/// So many hits of a search are shown.
const HITS: u32 = 15;

/// A conversation that is open.
pub struct Talk {
    pub client: Arc<Client>,
    pub conversation: Arc<Conversation>,
    /// Its id.
    pub id: String,
}

/// What came of it.
pub enum Done {
    Nothing,
    /// This was said.
    Sent(Message),
    /// This was changed.
    Changed,
    /// Something to read.
    Read(Vec<String>),
    /// The text of an answer or a change is still to be written.
    Write(Write),
    Jump(i64),
    Reveal,
    Leave,
}

/// What the line that is being written is for.
#[derive(Clone, Default)]
pub enum Write {
    #[default]
    New,
    Answer(Message),
    Change(Message),
}

impl Talk {
    pub fn new(client: Arc<Client>, conversation: Arc<Conversation>) -> Self {
        let id = conversation.contact().conversation;
        Self {
            client,
            conversation,
            id,
        }
    }

    /// A message of this conversation that an event tells of.
    pub fn message_of<'e>(&self, event: &'e Event) -> Option<&'e Message> {
        match event {
            Event::MessageReceived { message } | Event::MessageChanged { message }
                if message.conversation == self.id =>
            {
                Some(message)
            }
            _ => None,
        }
    }

    /// Whether an event is about this conversation or about everything.
    pub fn concerns(&self, event: &Event) -> bool {
        match event {
            Event::MessageReceived { message } | Event::MessageChanged { message } => {
                message.conversation == self.id
            }
            Event::MessageRemoved { conversation, .. }
            | Event::ConversationChanged { conversation }
            | Event::Typing { conversation, .. } => *conversation == self.id,
            Event::ContactChanged { contact } | Event::ContactRequested { contact } => {
                contact.conversation == self.id
            }
            _ => true,
        }
    }

    /// Says a text, as it is meant.
    pub fn say(&self, text: String, write: &Write) -> Result<Done, Failure> {
        let draft = Draft::plain(text);
        Ok(match write {
            Write::New => Done::Sent(self.conversation.send_draft(draft)?),
            Write::Answer(message) => Done::Sent(self.conversation.send_draft(Draft {
                answers: Some(message.row),
                ..draft
            })?),
            Write::Change(message) => {
                self.client.edit(message.row, draft)?;
                Done::Changed
            }
        })
    }

    /// Does what a line asks for.
    pub fn obey(&self, input: Input, write: &Write) -> Result<Done, Failure> {
        Ok(match input {
            Input::Nothing => Done::Nothing,
            Input::Say(text) => self.say(text, write)?,
            Input::Reply(which, text) => {
                let message = self.message(which, Self::last_heard)?;
                let answer = Write::Answer(message);
                if text.is_empty() {
                    Done::Write(answer)
                } else {
                    self.say(text, &answer)?
                }
            }
            Input::Edit(which, text) => {
                let change = Write::Change(self.message(which, Self::last_own)?);
                if text.is_empty() {
                    Done::Write(change)
                } else {
                    self.say(text, &change)?
                }
            }
            Input::React(which, emoji) => {
                let message = self.message(which, Self::last_heard)?;
                self.client.react(message.row, emoji)?;
                Done::Changed
            }
            Input::Delete(which, everyone) => {
                let message = self.message(which, Self::last_own)?;
                self.client.delete_message(message.row, everyone)?;
                Done::Changed
            }
            Input::Forward(which, who) => {
                let message = self.message(Some(which), Self::last_heard)?;
                let to = pick::conversation(&self.client, &who)?;
                to.forward(message.row)?;
                let name = show::on_a_line(&to.contact().name);
                Done::Read(vec![format!("forwarded to {name}")])
            }
            Input::Timer(time) => {
                self.conversation.set_timer(timer_seconds(&time)?)?;
                Done::Changed
            }
            Input::Jump(which) => Done::Jump(self.message(Some(which), Self::last_heard)?.row),
            Input::Search(text) => Done::Read(self.search(&text)?),
            Input::Reveal => Done::Reveal,
            Input::Help => Done::Read(help()),
            Input::Quit => Done::Leave,
            Input::Wrong(why) => return Err(Failure::Usage(why)),
        })
    }

    /// The message that was named, or the one that is meant without a name.
    fn message(
        &self,
        which: Option<String>,
        meant: fn(&Self) -> Result<Message, Failure>,
    ) -> Result<Message, Failure> {
        let Some(which) = which else {
            return meant(self);
        };
        let message = match Which::read(&which) {
            Some(Which::Last(place)) => pick::last_of(&self.conversation, place)?,
            Some(Which::Row(row)) => pick::at(&self.client, row)?,
            _ => return Err(Failure::NoMessage(which)),
        };
        if message.conversation == self.id {
            Ok(message)
        } else {
            Err(Error::NoSuchMessage.into())
        }
    }

    fn last_heard(&self) -> Result<Message, Failure> {
        // In the notes to oneself everything is one's own.
        let own = self.last(|_| true)?;
        match self.last(|message| message.direction == Direction::Received)? {
            Some(heard) => Ok(heard),
            None => own.ok_or_else(|| Error::NoSuchMessage.into()),
        }
    }

    /// The last message that can be changed.
    pub fn last_own(&self) -> Result<Message, Failure> {
        self.last(|message| message.direction != Direction::Received)?
            .ok_or_else(|| Error::NoSuchMessage.into())
    }

    fn last(&self, is_it: impl Fn(&Message) -> bool) -> Result<Option<Message>, Failure> {
        let history = self.conversation.history(LOOK_BACK, None)?;
        let mut texts = history
            .into_iter()
            .rev()
            .filter(|message| message.kind == MessageKind::Text);
        Ok(texts.find(is_it))
    }

    fn search(&self, text: &str) -> Result<Vec<String>, Failure> {
        let query = SearchQuery {
            conversation: Some(self.id.clone()),
            order: SearchOrder::Newest,
            limit: HITS,
            ..SearchQuery::typed(text, show::utc_offset())?
        };
        let page = self.client.search(query)?;
        let mut lines: Vec<String> = page
            .hits
            .iter()
            .map(|hit| {
                let message = &hit.message;
                format!(
                    "#{}  {}  {}: {}",
                    message.row,
                    show::time(message.sent_at),
                    show::on_a_line(&message.author_name),
                    show::snippet(message)
                )
            })
            .collect();
        lines.reverse();
        if lines.is_empty() {
            lines.push("nothing found".to_owned());
        }
        Ok(lines)
    }
}

fn help() -> Vec<String> {
    let command =
        |(name, what, why): &(&str, &str, &str)| format!("{:32} {why}", format!("{name} {what}"));
    let mut lines: Vec<String> = COMMANDS.iter().map(command).collect();
    lines.push(String::new());
    lines.push("MESSAGE is #12, or -1 for the last one, -2 for the one before it.".to_owned());
    lines.push(
        "Alt+Enter begins a new line; Page Up and Page Down look back; Esc ends an answer."
            .to_owned(),
    );
    lines
}
