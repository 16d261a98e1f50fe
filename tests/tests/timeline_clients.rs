//! Timelines and lists as an app has them: clients over a real relay.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use sotto_core::client::{
    Client, Conversation, ConversationFilter, ConversationListDiff, ConversationListUpdate,
    ConversationSummary, Error, Message, MessageState, Timeline, TimelineDiff, TimelineItem,
    TimelineKind, TimelineOptions, TimelineUpdate,
};
use sotto_tests::clients::{MINUTE, open, relay};

/// A person's screen with one conversation on it.
struct Screen {
    _timeline: Arc<Timeline>,
    updates: Receiver<TimelineUpdate>,
    items: Vec<TimelineItem>,
}

impl Screen {
    fn open(talk: &Arc<Conversation>) -> Self {
        let (sender, updates) = channel();
        let listener = move |update: TimelineUpdate| drop(sender.send(update));
        let options = TimelineOptions::default();
        let mut screen = Self {
            _timeline: talk.timeline(Arc::new(listener), options).unwrap(),
            updates,
            items: Vec::new(),
        };
        screen.next();
        screen
    }

    fn next(&mut self) -> TimelineUpdate {
        let update = self.updates.recv_timeout(MINUTE).unwrap();
        for diff in update.diffs.clone() {
            match diff {
                TimelineDiff::Reset { items } => self.items = items,
                TimelineDiff::Splice {
                    index,
                    removed,
                    inserted,
                } => {
                    let from = index as usize;
                    self.items.splice(from..from + removed as usize, inserted);
                }
            }
        }
        update
    }

    fn until(&mut self, mut is_so: impl FnMut(&[Message]) -> bool) {
        while !is_so(&self.messages()) {
            self.next();
        }
    }

    fn messages(&self) -> Vec<Message> {
        let message = |item: &TimelineItem| match &item.kind {
            TimelineKind::Message { message } => Some(message.clone()),
            _ => None,
        };
        self.items.iter().filter_map(message).collect()
    }
}

fn texts(messages: &[Message]) -> Vec<String> {
    let texts = messages.iter().map(|message| message.text.clone().unwrap());
    texts.collect()
}

fn list(client: &Client) -> Receiver<ConversationListUpdate> {
    let (sender, updates) = channel();
    let listener = move |update: ConversationListUpdate| drop(sender.send(update));
    let list = client.conversation_list(Arc::new(listener), ConversationFilter::default());
    // For as long as the client is there.
    std::mem::forget(list.unwrap());
    updates
}

#[test]
fn both_sides_and_every_process_see_one_conversation() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let relay = relay(&folder.join("relay"));
    let join = |name: &str| {
        let client = open(folder, name);
        let me = client.register(relay.clone(), name.to_owned(), None, MINUTE);
        (client, me.unwrap().account.unwrap())
    };
    let ((ada, a), (ben, b)) = (join("Ada"), join("Ben"));
    ada.add_contact(ben.link().unwrap()).unwrap();
    ben.add_contact(ada.link().unwrap()).unwrap();
    let (to_ben, to_ada) = (ada.conversation(b).unwrap(), ben.conversation(a).unwrap());
    let (mut at_ada, mut at_ben) = (Screen::open(&to_ben), Screen::open(&to_ada));
    assert!(at_ada.items.is_empty() && at_ben.items.is_empty());
    let at_other = open(folder, "Ada");
    let other_talk = at_other.conversation(to_ben.contact().account).unwrap();
    let mut at_other = Screen::open(&other_talk);
    let bens_list = list(&ben);

    to_ben.send("How far is it?".to_owned()).unwrap();
    at_ben.until(|messages| texts(messages) == ["How far is it?"]);
    // On its way it is replaced where it stands, and never goes back.
    let mut state = MessageState::Queued;
    while state < MessageState::Delivered {
        let update = at_ada.next();
        for diff in &update.diffs {
            let TimelineDiff::Splice {
                index, inserted, ..
            } = diff
            else {
                panic!("{diff:?}");
            };
            assert_eq!((*index, inserted.len()), (0, 1));
        }
        let message = at_ada.messages().remove(0);
        assert!(message.state >= state, "{message:?}");
        state = message.state;
    }

    for number in 0..20 {
        to_ada.send(format!("{number} miles")).unwrap();
        to_ben.send(format!("and {number} more")).unwrap();
    }
    for screen in [&mut at_ada, &mut at_ben, &mut at_other] {
        screen.until(|messages| messages.len() == 41);
    }
    let settled = |talk: &Conversation| texts(&talk.history(100, None).unwrap());
    assert_eq!(settled(&to_ben), settled(&to_ada));
    // Places are settled with the last message at the latest; who saw an order before sees this one.
    let order = settled(&to_ada);
    for screen in [&mut at_ada, &mut at_ben, &mut at_other] {
        screen.until(|messages| texts(messages) == order);
    }

    let mut shown: Vec<ConversationSummary> = Vec::new();
    while shown
        .first()
        .and_then(|summary| summary.preview.as_ref()?.text.as_ref())
        != order.last()
    {
        for diff in bens_list.recv_timeout(MINUTE).unwrap().diffs {
            match diff {
                ConversationListDiff::Reset { items } => shown = items,
                ConversationListDiff::Splice {
                    index,
                    removed,
                    inserted,
                } => {
                    let from = index as usize;
                    shown.splice(from..from + removed as usize, inserted);
                }
            }
        }
    }
    assert_eq!(shown.len(), 1);
}

#[test]
fn the_own_id_is_the_note_to_self() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let relay = relay(&folder.join("relay"));
    let ada = open(folder, "Ada");
    let me = ada.register(relay, "Ada".to_owned(), None, MINUTE).unwrap();
    let me = me.account.unwrap();
    ada.note_to_self()
        .unwrap()
        .send("Buy bread".to_owned())
        .unwrap();
    for id in [me.clone(), me.to_uppercase()] {
        let notes = ada.conversation(id).unwrap();
        assert_eq!(notes.contact().account, me);
        assert_eq!(texts(&notes.history(10, None).unwrap()), ["Buy bread"]);
    }
    let nobody = ada.conversation("0".repeat(64));
    assert!(matches!(nobody, Err(Error::NoSuchContact { .. })));
}
