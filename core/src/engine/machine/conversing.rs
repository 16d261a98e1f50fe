//! What a person does in a conversation. Each command is one transaction, works without a network,
//! and wants an [`Input::Tick`](super::Input::Tick) afterwards.

use sotto_content::proto::{Draft, Text};
use sotto_wire::ids::AccountId;

use super::Machine;
use crate::clock::Now;
use crate::crash;
use crate::engine::enqueue::{self, Writing};
use crate::engine::settings::{self, Setting};
use crate::engine::{EngineError, operations, reading, typing, vanish};

impl Machine {
    /// Queues what a person wrote; returns its row in the history.
    ///
    /// # Errors
    /// [`EngineError::NoSuchContact`], [`EngineError::NoSuchMessage`] for what it answers,
    /// [`EngineError::Blocked`], [`EngineError::Text`], [`EngineError::NotActive`].
    pub(crate) fn write(
        &mut self,
        account: &AccountId,
        writing: Writing,
        now: Now,
    ) -> Result<i64, EngineError> {
        let account = *account;
        let row = self.run(now, move |tx, cx| enqueue::text(tx, cx, &account, writing))?;
        crash::point("enqueue.after_commit");
        Ok(row)
    }

    /// Queues a text that answers a message.
    ///
    /// # Errors
    /// As [`Machine::send_text`], and [`EngineError::NoSuchMessage`].
    pub fn reply(
        &mut self,
        account: &AccountId,
        text: &str,
        answers: i64,
        now: Now,
    ) -> Result<i64, EngineError> {
        let text = Text {
            body: text.to_owned(),
            ..Text::default()
        };
        let answers = Some(answers);
        self.write(account, Writing { text, answers }, now)
    }

    /// Queues what a message says for somebody else; returns the new row.
    ///
    /// # Errors
    /// [`EngineError::NoSuchMessage`], [`EngineError::CannotChange`], and those of a text.
    pub fn forward(&mut self, row: i64, to: &AccountId, now: Now) -> Result<i64, EngineError> {
        let to = *to;
        self.run(now, move |tx, cx| enqueue::forward(tx, cx, row, &to))
    }

    /// Reacts to a message with one emoji; an empty one takes the reaction back.
    ///
    /// # Errors
    /// [`EngineError::NoSuchMessage`], [`EngineError::CannotChange`], [`EngineError::Text`].
    pub fn react(&mut self, row: i64, emoji: &str, now: Now) -> Result<(), EngineError> {
        let emoji = emoji.to_owned();
        self.run(now, move |tx, cx| operations::react(tx, cx, row, &emoji))
    }

    /// Puts another text in the place of an own one.
    ///
    /// # Errors
    /// [`EngineError::NoSuchMessage`], [`EngineError::CannotChange`], [`EngineError::Text`].
    pub fn edit_text(&mut self, row: i64, text: &str, now: Now) -> Result<(), EngineError> {
        let text = Text {
            body: text.to_owned(),
            ..Text::default()
        };
        self.edit(row, text, now)
    }

    pub(crate) fn edit(&mut self, row: i64, text: Text, now: Now) -> Result<(), EngineError> {
        self.run(now, move |tx, cx| operations::edit(tx, cx, row, text))
    }

    /// Deletes a message: on the own devices, or for everybody where it is an own one.
    ///
    /// # Errors
    /// [`EngineError::NoSuchMessage`], [`EngineError::CannotChange`].
    pub fn delete_message(
        &mut self,
        row: i64,
        everyone: bool,
        now: Now,
    ) -> Result<(), EngineError> {
        self.run(now, move |tx, cx| {
            if everyone {
                operations::delete_for_everyone(tx, cx, row)
            } else {
                vanish::delete_for_me(tx, cx, row)
            }
        })
    }

    /// Deletes what was said in a conversation, on the own devices.
    ///
    /// # Errors
    /// [`EngineError::NoAccount`], [`EngineError::Store`].
    pub fn clear_conversation(&mut self, with: &AccountId, now: Now) -> Result<(), EngineError> {
        let with = *with;
        self.run(now, move |tx, cx| vanish::clear(tx, cx, &with))
    }

    /// Marks a conversation as read, up to a message or altogether.
    ///
    /// # Errors
    /// [`EngineError::NoSuchMessage`].
    pub fn mark_read(
        &mut self,
        with: &AccountId,
        up_to: Option<i64>,
        now: Now,
    ) -> Result<(), EngineError> {
        let with = *with;
        self.run(now, move |tx, cx| reading::mark(tx, cx, &with, up_to))
    }

    /// Sets how long messages are kept after they were read, for both ends; 0: for ever. Returns
    /// the row that tells of it.
    ///
    /// # Errors
    /// [`EngineError::CannotChange`] beyond a year, [`EngineError::NoSuchContact`],
    /// [`EngineError::Blocked`].
    pub fn set_timer(
        &mut self,
        with: &AccountId,
        seconds: u32,
        now: Now,
    ) -> Result<i64, EngineError> {
        let with = *with;
        self.run(now, move |tx, cx| {
            operations::set_timer(tx, cx, &with, seconds)
        })
    }

    /// Sets something for a conversation, on the own devices.
    ///
    /// # Errors
    /// [`EngineError::NoAccount`].
    pub(crate) fn set_for_conversation(
        &mut self,
        with: &AccountId,
        setting: Setting,
        now: Now,
    ) -> Result<(), EngineError> {
        let with = *with;
        self.run(now, move |tx, cx| settings::set(tx, cx, &with, &setting))
    }

    /// Mutes a conversation until a time in milliseconds since 1970; 0: not any more.
    ///
    /// # Errors
    /// [`EngineError::NoAccount`].
    pub fn mute(&mut self, with: &AccountId, until: u64, now: Now) -> Result<(), EngineError> {
        self.set_for_conversation(with, Setting::MutedUntil(until), now)
    }

    /// Puts a conversation aside, or back.
    ///
    /// # Errors
    /// [`EngineError::NoAccount`].
    pub fn archive(&mut self, with: &AccountId, on: bool, now: Now) -> Result<(), EngineError> {
        self.set_for_conversation(with, Setting::Archived(on), now)
    }

    /// Keeps a conversation on top, or no more.
    ///
    /// # Errors
    /// [`EngineError::NoAccount`].
    pub fn pin(&mut self, with: &AccountId, on: bool, now: Now) -> Result<(), EngineError> {
        self.set_for_conversation(with, Setting::Pinned(on), now)
    }

    /// Marks a conversation as unread, though everything in it was read.
    ///
    /// # Errors
    /// [`EngineError::NoAccount`].
    pub fn mark_unread(&mut self, with: &AccountId, on: bool, now: Now) -> Result<(), EngineError> {
        self.set_for_conversation(with, Setting::MarkedUnread(on), now)
    }

    /// Keeps a text that is being written; an empty one forgets it.
    ///
    /// # Errors
    /// [`EngineError::Text`], [`EngineError::NoAccount`].
    pub fn set_draft_text(
        &mut self,
        with: &AccountId,
        text: &str,
        now: Now,
    ) -> Result<(), EngineError> {
        let text = Text {
            body: text.to_owned(),
            ..Text::default()
        };
        let draft = Draft {
            text: Some(text),
            editing: None,
        };
        self.set_draft(with, draft, now)
    }

    pub(crate) fn set_draft(
        &mut self,
        with: &AccountId,
        draft: Draft,
        now: Now,
    ) -> Result<(), EngineError> {
        let with = *with;
        self.run(now, move |tx, cx| {
            settings::set_draft(tx, cx, &with, &draft)
        })
    }

    /// Switches something for the account: see `engine::settings`.
    ///
    /// # Errors
    /// [`EngineError::NoAccount`].
    pub fn switch(&mut self, name: &'static str, on: bool, now: Now) -> Result<(), EngineError> {
        self.run(now, move |tx, cx| settings::switch(tx, cx, name, on))
    }

    /// Tells somebody that the person types, or has stopped; where they are not connected, nobody.
    ///
    /// # Errors
    /// [`EngineError::NotActive`].
    pub fn set_typing(
        &mut self,
        to: &AccountId,
        active: bool,
        now: Now,
    ) -> Result<(), EngineError> {
        let to = *to;
        self.run(now, move |tx, cx| typing::tell(tx, cx, &to, active))
    }
}
