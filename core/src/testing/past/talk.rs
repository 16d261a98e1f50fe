//! Whom the person talks with.

use std::collections::VecDeque;

use prost::Message as _;
use sotto_content::direct::conversation_id;
use sotto_content::proto::{Draft, Register, RegisterKind, Text};
use sotto_wire::ids::{AccountId, MailboxId, MessageId};

use super::words;
use crate::clock::{DAY, HOUR};
use crate::engine::{EngineError, Me};
use crate::model::{ContactStanding, ConversationKind};
use crate::random::Random;
use crate::store::Tx;
use crate::store::tables::contacts::{self, Contact};
use crate::store::tables::conversations::{self, Settings};
use crate::store::tables::{registers, streams};

/// How many of the last messages somebody still answers.
const ANSWERED: usize = 12;

/// Somebody that was talked with.
pub(super) struct Talk {
    pub conversation: [u8; 32],
    pub peer: AccountId,
    pub device: MailboxId,
    /// What the person calls them.
    pub name: String,
    pub standing: ContactStanding,
    /// The last counters: of this device, of theirs.
    pub counters: [u64; 2],
    /// The last message and place of each stream.
    pub last: [Option<(MessageId, u64)>; 2],
    /// What was said last, and by whom.
    pub recent: VecDeque<(AccountId, MessageId)>,
    settings: Settings,
}

impl Talk {
    pub fn new(me: &Me, number: u32, lived: bool, random: &mut Random) -> Self {
        let peer = AccountId::new(random.bytes());
        let (name, standing) = match lived {
            true => (words::full_name(number), standing(number)),
            false => (format!("Friend {number:03}"), ContactStanding::Accepted),
        };
        Self {
            conversation: conversation_id(&me.account, &peer),
            peer,
            device: random.bytes().into(),
            name,
            standing,
            counters: [0, 0],
            last: [None, None],
            recent: VecDeque::new(),
            settings: Settings::default(),
        }
    }

    /// What the person has done with it by the end.
    pub fn set(&mut self, number: u32, end: u64) {
        let settings = &mut self.settings;
        if matches!(number, 1 | 4 | 9 | 23) {
            settings.pinned_at = end - u64::from(number) * DAY;
        }
        if number % 17 == 6 {
            settings.muted_until = end + 365 * DAY;
        }
        if number % 25 == 24 {
            settings.archived_at = end - HOUR;
        }
        if number % 90 == 12 {
            settings.marked_unread = true;
        }
        if number % 60 == 2 {
            settings.draft = "I was going to say that".to_owned();
        }
    }

    pub fn begin(&self, tx: &mut Tx<'_>) -> Result<(), EngineError> {
        let contact = Contact {
            standing: self.standing,
            name: self.name.clone(),
            ..Contact::unknown(self.peer)
        };
        contacts::put(tx, &contact)?;
        let kind = ConversationKind::Direct;
        conversations::ensure(tx, &self.conversation, kind, Some(&self.peer))?;
        Ok(())
    }

    /// Whether nothing was answered.
    pub fn is_one_sided(&self) -> bool {
        self.standing != ContactStanding::Accepted
    }

    /// Remembers that something was said.
    pub fn heard(&mut self, is_own: bool, author: AccountId, id: MessageId, order_key: u64) {
        let [own, theirs] = &mut self.last;
        *(if is_own { own } else { theirs }) = Some((id, order_key));
        self.recent.push_back((author, id));
        if self.recent.len() > ANSWERED {
            self.recent.pop_front();
        }
    }

    /// Writes down how far it has come, and what is set for it.
    pub fn end(&self, tx: &mut Tx<'_>, me: &Me) -> Result<(), EngineError> {
        let devices = [me.mailbox, self.device];
        for ((device, highest), last) in devices.iter().zip(self.counters).zip(self.last) {
            let Some((last_id, last_key)) = last else {
                continue;
            };
            let stream = streams::Stream {
                highest,
                last_id,
                last_key,
            };
            streams::put(tx, &self.conversation, device, &[1; 8], &stream)?;
        }
        let settings = &self.settings;
        let draft = Draft {
            text: Some(Text {
                body: settings.draft.clone(),
                ..Text::default()
            }),
            editing: None,
        };
        let number = |value: u64| value.to_be_bytes().to_vec();
        let set = [
            (
                RegisterKind::Pinned,
                settings.pinned_at > 0,
                number(settings.pinned_at),
            ),
            (
                RegisterKind::Muted,
                settings.muted_until > 0,
                number(settings.muted_until),
            ),
            (
                RegisterKind::Archived,
                settings.archived_at > 0,
                number(settings.archived_at),
            ),
            (RegisterKind::MarkedUnread, settings.marked_unread, vec![1]),
            (
                RegisterKind::Draft,
                !settings.draft.is_empty(),
                draft.encode_to_vec(),
            ),
        ];
        for (kind, _, value) in set.into_iter().filter(|(_, is_set, _)| *is_set) {
            let register = Register {
                kind: kind as u32,
                key: self.conversation.to_vec(),
                version: 1,
                device: me.mailbox.to_vec(),
                value,
            };
            registers::put(tx, &register)?;
        }
        conversations::set_settings(tx, &self.conversation, settings)?;
        Ok(())
    }
}

fn standing(number: u32) -> ContactStanding {
    match number % 100 {
        57 => ContactStanding::Request,
        83 => ContactStanding::Blocked,
        _ => ContactStanding::Accepted,
    }
}
