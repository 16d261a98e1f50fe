//! Lists over real stores.

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::*;
use crate::client::tests::past::{add, all, made, open, past, write};
use crate::client::{ProfileConfig, TimelineAnchor, TimelineOptions, TimelineUpdate, Unlock};
use crate::model::ContactStanding;
use crate::store::tables::contacts::{self, Contact};
use crate::store::{Change, tables};

const LONG: Duration = Duration::from_secs(60);

/// Does what a screen does with what it is told.
struct Screen {
    list: Arc<ConversationList>,
    updates: Receiver<ConversationListUpdate>,
    items: Vec<ConversationSummary>,
    last: Option<ConversationListUpdate>,
}

impl Screen {
    fn open(client: &Client, filter: ConversationFilter) -> Self {
        let (sender, updates) = channel();
        let listener = move |update: ConversationListUpdate| drop(sender.send(update));
        let list = client
            .conversation_list(Arc::new(listener), filter)
            .unwrap();
        let mut screen = Self {
            list,
            updates,
            items: Vec::new(),
            last: None,
        };
        screen.next();
        screen
    }

    fn next(&mut self) -> &ConversationListUpdate {
        let update = self.updates.recv_timeout(LONG).unwrap();
        for diff in &update.diffs {
            match diff {
                ConversationListDiff::Reset { items } => self.items.clone_from(items),
                ConversationListDiff::Splice {
                    index,
                    removed,
                    inserted,
                } => {
                    let from = *index as usize;
                    let to = from + *removed as usize;
                    self.items.splice(from..to, inserted.iter().cloned());
                }
            }
        }
        self.last.insert(update)
    }

    fn until(&mut self, mut is_so: impl FnMut(&Self) -> bool) {
        while !is_so(self) {
            self.next();
        }
    }

    fn names(&self) -> Vec<&str> {
        names(&self.items)
    }
}

fn names(items: &[ConversationSummary]) -> Vec<&str> {
    items.iter().map(|summary| summary.name.as_str()).collect()
}

fn without_revisions(mut items: Vec<ConversationSummary>) -> Vec<ConversationSummary> {
    for item in &mut items {
        item.revision = 0;
    }
    items
}

/// Puts a contact where no conversation is.
fn befriend(client: &Client, number: u8, name: &str, standing: ContactStanding) {
    let contact = Contact {
        standing,
        name: name.to_owned(),
        ..Contact::unknown([number; 32].into())
    };
    write(client, move |tx| {
        tx.changed(Change::ContactChanged {
            account: *contact.account.as_bytes(),
        });
        contacts::put(tx, &contact)
    });
}

fn set(show: ConversationSet) -> ConversationFilter {
    ConversationFilter { show, name: None }
}

#[test]
fn what_was_said_last_comes_first() {
    let (_dir, client) = made(&past(600, 12));
    let list = client.conversations(ConversationFilter::default()).unwrap();
    assert_eq!(list.len(), 12);
    let ends: Vec<u64> = list.iter().map(|one| one.last_activity).collect();
    assert!(ends.is_sorted_by(|one, other| one >= other));
    for summary in &list {
        let talk = client.conversation(summary.account.clone()).unwrap();
        let last = talk.history(1, None).unwrap().remove(0);
        let preview = summary.preview.as_ref().unwrap();
        assert_eq!((preview.row, preview.at), (last.row, last.sent_at));
        assert!(
            last.text
                .unwrap()
                .starts_with(preview.text.as_ref().unwrap())
        );
        assert_eq!(talk.id(), summary.id);
    }
}

#[test]
fn a_message_moves_its_conversation_to_the_top_and_touches_no_other() {
    let (_dir, client) = made(&past(300, 10));
    let mut screen = Screen::open(&client, ConversationFilter::default());
    let moved = screen.items[6].clone();
    let talk = client.conversation(moved.account.clone()).unwrap();
    let last = all(&client, &talk).pop().unwrap();
    let top = screen.items[0].last_activity;
    let row = add(&client, &last, (top + 1) << 16, last.counter + 1);
    screen.next();
    assert_eq!(screen.items[0].id, moved.id);
    assert_eq!(screen.items[0].preview.as_ref().unwrap().row, row);
    assert_ne!(screen.items[0].revision, moved.revision);
    assert_eq!(
        screen.last.as_ref().unwrap().diffs,
        [
            ConversationListDiff::Splice {
                index: 0,
                removed: 0,
                inserted: screen.items[..1].to_vec()
            },
            ConversationListDiff::Splice {
                index: 7,
                removed: 1,
                inserted: Vec::new()
            },
        ]
    );
    let fresh = client.conversations(ConversationFilter::default()).unwrap();
    assert_eq!(without_revisions(screen.items.clone()), fresh);
}

#[test]
fn whoever_was_added_can_be_found_and_whoever_was_deleted_cannot() {
    let (_dir, client) = made(&past(40, 2));
    let mut screen = Screen::open(&client, ConversationFilter::default());
    let talked: Vec<String> = screen.names().into_iter().map(str::to_owned).collect();
    for (number, name) in [(1, "Zoe"), (2, "adam")] {
        befriend(&client, number, name, ContactStanding::Accepted);
    }
    befriend(&client, 3, "Nobody", ContactStanding::Request);
    screen.until(|screen| screen.items.len() == 4);
    assert_eq!(screen.names()[2..], ["adam", "Zoe"]);
    assert!(screen.items[2..].iter().all(|summary| summary.empty));
    befriend(&client, 2, "adam", ContactStanding::Deleted);
    screen.until(|screen| screen.items.len() == 3);
    assert_eq!(screen.names(), [talked[0].as_str(), &talked[1], "Zoe"]);
}

#[test]
fn people_who_are_not_accepted_are_marked() {
    let (_dir, client) = made(&past(60, 3));
    let mut screen = Screen::open(&client, set(ConversationSet::Requests));
    assert_eq!(screen.names(), Vec::<&str>::new());
    let account = client
        .find_contact("Friend 001".to_owned())
        .unwrap()
        .account;
    let id = crate::client::id::account(&account).unwrap();
    write(&client, move |tx| {
        let mut contact = contacts::get(tx, &id)?.unwrap();
        contact.standing = ContactStanding::Request;
        tx.changed(Change::ContactChanged {
            account: *id.as_bytes(),
        });
        contacts::put(tx, &contact)
    });
    screen.next();
    assert_eq!(screen.names(), ["Friend 001"]);
    assert!(screen.items[0].request);
    assert_eq!(screen.last.as_ref().unwrap().requests, 1);
    client.block_contact(account).unwrap();
    screen.until(|screen| screen.items.is_empty());
    screen.list.set_filter(ConversationFilter {
        name: Some("friend 001".to_owned()),
        ..ConversationFilter::default()
    });
    screen.next();
    assert_eq!(screen.names(), ["Friend 001"]);
    assert!(screen.items[0].blocked);
}

#[test]
fn a_list_outlives_the_process_that_had_the_profile() {
    let (dir, first) = made(&past(60, 3));
    let second = open(&dir);
    let mut screen = Screen::open(&second, ConversationFilter::default());
    assert_eq!(screen.items.len(), 3);
    befriend(&first, 1, "Early", ContactStanding::Accepted);
    screen.until(|screen| screen.items.len() == 4);
    first.close();
    drop(first);
    assert_eq!(second.contacts().unwrap().len(), 4);
    befriend(&second, 2, "Late", ContactStanding::Accepted);
    screen.until(|screen| screen.items.len() == 5);
}

#[test]
fn where_nobody_is_there_is_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let client = Client::open(ProfileConfig {
        dir: dir.path().join("new").to_str().unwrap().to_owned(),
        unlock: Unlock::KeyFile,
        create: true,
        online: false,
    })
    .unwrap();
    assert_eq!(
        client.conversations(ConversationFilter::default()),
        Ok(Vec::new())
    );
    let screen = Screen::open(&client, ConversationFilter::default());
    assert!(screen.items.is_empty());
    drop(client);
    assert!(
        screen.updates.recv().is_err(),
        "a list keeps no client open"
    );
}

#[test]
fn a_note_to_self_is_in_the_list_when_something_is_in_it() {
    let (_dir, client) = made(&past(10, 1));
    let me = client.me().unwrap().account.unwrap();
    let account = crate::client::id::account(&me).unwrap();
    let id = sotto_content::direct::conversation_id(&account, &account);
    let talk = client.conversation("Friend 000".to_owned()).unwrap();
    let mut like = all(&client, &talk).pop().unwrap();
    like.author = account;
    like.conversation = id;
    write(&client, move |tx| {
        let kind = crate::model::ConversationKind::Own;
        tables::conversations::ensure(tx, &id, kind, None)
    });
    assert_eq!(
        client
            .conversations(ConversationFilter::default())
            .unwrap()
            .len(),
        1
    );
    add(&client, &like, like.order_key + 1, 99);
    let list = client.conversations(ConversationFilter::default()).unwrap();
    assert_eq!(names(&list), ["Ada", "Friend 000"]);
    assert_eq!(
        (list[0].kind, &list[0].account),
        (ConversationKind::Own, &me)
    );
}

#[test]
fn what_is_unread_is_counted_and_what_is_set_for_a_conversation_shows() {
    let (_dir, client) = made(&past(200, 4));
    let mut screen = Screen::open(&client, set(ConversationSet::Unread));
    assert!(screen.items.is_empty());
    let talk = client.conversation("Friend 003".to_owned()).unwrap();
    let mut like = all(&client, &talk).pop().unwrap();
    (like.author, like.unread) = (crate::client::id::account(talk.account()).unwrap(), true);
    let first = add(&client, &like, like.order_key + 1, 1_000);
    add(&client, &like, like.order_key + 2, 1_001);
    screen.until(|screen| screen.last.as_ref().unwrap().unread == 2);
    assert_eq!(screen.names(), ["Friend 003"]);
    assert_eq!(screen.items[0].unread, 2);

    let (sender, updates) = channel();
    let listener = move |update: TimelineUpdate| drop(sender.send(update));
    let options = TimelineOptions {
        size: 4,
        most: 8,
        anchor: TimelineAnchor::FirstUnread,
    };
    let _timeline = talk.timeline(Arc::new(listener), options).unwrap();
    let update = updates.recv_timeout(LONG).unwrap();
    let line = Some(format!("m:{first}"));
    assert_eq!((update.unread, &update.first_unread), (2, &line));
    assert_eq!((&update.unread_line, &update.focus), (&line, &line));

    let id = like.conversation;
    write(&client, move |tx| {
        let settings = tables::conversations::Settings {
            muted_until: 7,
            pinned_at: 9,
            draft: "I meant".to_owned(),
            ..tables::conversations::Settings::default()
        };
        tx.changed(Change::ConversationChanged { conversation: id });
        tables::conversations::set_settings(tx, &id, &settings)
    });
    screen.until(|screen| screen.items[0].pinned_at == Some(9));
    assert_eq!(screen.items[0].muted_until, Some(7));
    assert_eq!(screen.items[0].draft.as_deref(), Some("I meant"));
    let pinned = client.conversations(ConversationFilter::default()).unwrap();
    assert_eq!(pinned[0].name, "Friend 003");
}
