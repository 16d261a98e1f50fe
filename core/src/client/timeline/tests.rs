//! Timelines over real stores: what the listener was told is what is there.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use rand_chacha::ChaCha20Rng;
use rand09::{Rng as _, SeedableRng as _};

use super::*;
use crate::client::tests::past::{END, add, all, made, open, past, write};
use crate::client::{ConversationFilter, ConversationListUpdate, NoticeKind};
use crate::model;
use crate::store::Change;
use crate::store::tables::messages::{self, MessageRow};
use crate::store::tables::pages::Place;
use crate::store::tables::{gaps, notices};
use crate::testing::Past;

const LONG: Duration = Duration::from_secs(60);

/// Does what a screen does with what it is told.
struct Screen {
    timeline: Arc<Timeline>,
    updates: Receiver<TimelineUpdate>,
    items: Vec<TimelineItem>,
    last: Option<TimelineUpdate>,
}

impl Screen {
    fn open(talk: &Arc<Conversation>, options: TimelineOptions) -> Self {
        let (sender, updates) = channel();
        let listener = move |update: TimelineUpdate| drop(sender.send(update));
        let timeline = talk.timeline(Arc::new(listener), options).unwrap();
        let mut screen = Self {
            timeline,
            updates,
            items: Vec::new(),
            last: None,
        };
        screen.next();
        screen
    }

    fn next(&mut self) -> &TimelineUpdate {
        let update = self.updates.recv_timeout(LONG).unwrap();
        apply(&mut self.items, &update);
        let ids: BTreeSet<&str> = self.items.iter().map(|item| item.id.as_str()).collect();
        assert_eq!(ids.len(), self.items.len(), "an id is there twice");
        self.last.insert(update)
    }

    fn until(&mut self, mut is_so: impl FnMut(&Self) -> bool) {
        while !is_so(self) {
            self.next();
        }
    }

    fn rows(&self) -> Vec<i64> {
        let row = |item: &TimelineItem| match &item.kind {
            TimelineKind::Message { message } => Some(message.row),
            _ => None,
        };
        self.items.iter().filter_map(row).collect()
    }

    fn ids(&self) -> Vec<&str> {
        self.items.iter().map(|item| item.id.as_str()).collect()
    }

    fn last(&self) -> &TimelineUpdate {
        self.last.as_ref().unwrap()
    }

    /// What is shown is one piece of the whole, and its ends are told truly.
    fn is_piece_of(&self, all: &[i64]) -> bool {
        let rows = self.rows();
        let begin = match rows.first() {
            Some(first) => all.iter().position(|row| row == first).unwrap(),
            None => 0,
        };
        let end = begin + rows.len();
        let newer = all.len().saturating_sub(end).min(1_000);
        let ends = (begin == 0, end == all.len(), newer);
        let last = self.last();
        all.get(begin..end) == Some(&rows[..])
            && (last.at_start, last.at_end, last.newer as usize) == ends
    }
}

fn apply(items: &mut Vec<TimelineItem>, update: &TimelineUpdate) {
    for diff in &update.diffs {
        match diff {
            TimelineDiff::Reset { items: all } => items.clone_from(all),
            TimelineDiff::Splice {
                index,
                removed,
                inserted,
            } => {
                let from = *index as usize;
                items.splice(from..from + *removed as usize, inserted.iter().cloned());
            }
        }
    }
}

fn options(size: u32, most: u32, anchor: TimelineAnchor) -> TimelineOptions {
    TimelineOptions { size, most, anchor }
}

#[test]
fn a_timeline_tells_what_is_there_and_then_what_comes() {
    let (_dir, client) = made(&past(300, 1));
    let talk = client.conversation("Friend 000".to_owned()).unwrap();
    let before = all(&client, &talk);
    let mut screen = Screen::open(&talk, TimelineOptions::default());
    let rows: Vec<i64> = before.iter().map(|message| message.row).collect();
    assert!(screen.is_piece_of(&rows));
    assert_eq!(screen.items.len(), 60);
    assert_eq!(screen.last().focus.as_deref(), screen.ids().last().copied());
    let last = before.last().unwrap();
    let row = add(&client, last, last.order_key + 1, last.counter + 1);
    screen.next();
    assert_eq!(
        screen.last().diffs,
        [TimelineDiff::Splice {
            index: 60,
            removed: 0,
            inserted: screen.items[60..].to_vec()
        }]
    );
    assert_eq!(screen.rows().last(), Some(&row));
    screen.timeline.close();
    add(&client, last, last.order_key + 2, last.counter + 2);
    assert!(screen.updates.recv().is_err(), "the listener is let go of");
}

/// Pages and jumps at random, while nothing and while something changes.
fn walk(seed: u64, past: &Past, busy: bool) {
    let (_dir, client) = made(past);
    let talk = client.conversation("Friend 000".to_owned()).unwrap();
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    let mut whole = all(&client, &talk);
    let size = random.random_range(1..30);
    let anchor = TimelineAnchor::Newest;
    let mut screen = Screen::open(
        &talk,
        options(size, random.random_range(2..5) * size, anchor),
    );
    for step in 0..120 {
        if busy && random.random_bool(0.4) {
            let like = whole[random.random_range(0..whole.len())].clone();
            add(
                &client,
                &like,
                like.order_key + step,
                like.counter + 100_000 * (step + 1),
            );
            whole = all(&client, &talk);
        }
        let rows: Vec<i64> = whole.iter().map(|message| message.row).collect();
        let target = &whole[random.random_range(0..whole.len())];
        let count = random.random_range(0..40);
        let choice = random.random_range(0..6);
        match choice {
            0 | 1 => screen.timeline.page_back(count),
            2 | 3 => screen.timeline.page_forward(count),
            4 => screen.timeline.jump_to_message(target.row).unwrap(),
            _ if random.random_bool(0.3) => screen.timeline.jump_to_newest(),
            _ => screen.timeline.jump_to_date(target.order_key >> 16),
        }
        if busy {
            // Changes may come before or after what was asked for.
            screen.until(|screen| screen.is_piece_of(&rows));
        } else {
            screen.next();
            if choice == 4 {
                let id = window::message_id(target.row);
                assert_eq!(screen.last().focus, Some(id.clone()));
                assert!(screen.ids().contains(&id.as_str()), "step {step}");
            }
        }
        assert!(screen.is_piece_of(&rows), "step {step}");
        assert!(screen.items.len() as u32 <= 5 * size);
    }
    let more = screen.updates.try_recv();
    assert!(busy || more.is_err(), "one update for each call: {more:?}");
}

#[test]
fn wherever_one_goes_the_window_is_a_piece_of_the_whole() {
    for seed in 0..6 {
        walk(seed, &past(400, 2), false);
    }
}

#[test]
fn messages_of_one_moment_have_their_places_too() {
    let past = Past {
        days: 0,
        ..past(200, 1)
    };
    walk(1, &past, false);
    let (_dir, client) = made(&past);
    let talk = client.conversation("Friend 000".to_owned()).unwrap();
    let mut paged: Vec<i64> = Vec::new();
    loop {
        let before = paged.first().copied();
        let page = talk.history(7, before).unwrap();
        if page.is_empty() {
            break;
        }
        paged.splice(0..0, page.iter().map(|message| message.row));
    }
    let whole: Vec<i64> = all(&client, &talk).iter().map(|said| said.row).collect();
    assert_eq!(paged, whole);
}

#[test]
fn a_date_is_where_the_first_message_from_then_on_is() {
    let (_dir, client) = made(&past(500, 1));
    let talk = client.conversation("Friend 000".to_owned()).unwrap();
    let whole = all(&client, &talk);
    let mut screen = Screen::open(&talk, options(20, 100, TimelineAnchor::Newest));
    let mut jump = |ms: u64| {
        screen.timeline.jump_to_date(ms);
        screen.next().focus.clone().unwrap()
    };
    let id = |place: usize| window::message_id(whole[place].row);
    assert_eq!(jump(0), id(0));
    assert_eq!(jump(whole[250].order_key >> 16), id(250));
    assert_eq!(jump((whole[250].order_key >> 16) + 1), id(251));
    assert_eq!(jump(u64::MAX), id(499));
}

#[test]
fn what_comes_while_the_listener_is_slow_comes_at_once() {
    let (_dir, client) = made(&past(100, 1));
    let talk = client.conversation("Friend 000".to_owned()).unwrap();
    let (go, wait) = channel::<()>();
    let wait = Mutex::new(wait);
    let (sender, updates): (Sender<TimelineUpdate>, _) = channel();
    let listener = move |update: TimelineUpdate| {
        let _ = sender.send(update);
        let _ = wait.lock().unwrap().recv();
    };
    let timeline = talk
        .timeline(Arc::new(listener), TimelineOptions::default())
        .unwrap();
    let mut items = Vec::new();
    apply(&mut items, &updates.recv_timeout(LONG).unwrap());
    let last = all(&client, &talk).pop().unwrap();
    for number in 1..=200 {
        add(
            &client,
            &last,
            last.order_key + number,
            last.counter + number,
        );
    }
    drop(go);
    let mut told = 0;
    while items.len() < 260 {
        apply(&mut items, &updates.recv_timeout(LONG).unwrap());
        told += 1;
    }
    assert!(told < 20, "{told} updates for what could have been one");
    drop(timeline);
}

#[test]
fn a_message_whose_place_changes_moves() {
    let (_dir, client) = made(&past(50, 1));
    let talk = client.conversation("Friend 000".to_owned()).unwrap();
    let whole = all(&client, &talk);
    // The window ends at a message that has not left yet.
    let last = whole.last().unwrap();
    let waiting = add(&client, last, last.order_key + 1, 0);
    let next = add(&client, last, last.order_key + 2, last.counter + 9);
    let anchor = TimelineAnchor::Message { row: waiting };
    let mut screen = Screen::open(&talk, options(1, 2, anchor));
    assert_eq!((screen.rows(), screen.last().newer), (vec![waiting], 1));
    let (conversation, incarnation) = (last.conversation, last.incarnation);
    let change = move |row| Change::MessageChanged { conversation, row };
    write(&client, move |tx| {
        messages::set_place(tx, waiting, &incarnation, 12)?;
        messages::lower_order_key(tx, next, 1)?;
        tx.changed(change(waiting));
        tx.changed(change(next));
        Ok(())
    });
    screen.until(|screen| screen.last().newer == 0);
    assert_eq!(screen.rows(), [waiting]);
    screen.timeline.page_back(1);
    screen.next();
    assert_eq!(screen.rows(), [last.row, waiting]);
    screen.timeline.jump_to_date(0);
    screen.next();
    assert_eq!(screen.rows(), [next]);
}

#[test]
fn gaps_and_notices_stand_at_their_places() {
    let (_dir, client) = made(&past(40, 1));
    let talk = client.conversation("Friend 000".to_owned()).unwrap();
    let whole = all(&client, &talk);
    let peer: sotto_wire::ids::AccountId = crate::client::id::account(talk.account()).unwrap();
    let theirs = whole
        .iter()
        .rfind(|said| said.author == peer)
        .unwrap()
        .clone();
    let early = whole[10].clone();
    let mut screen = Screen::open(&talk, TimelineOptions::default());
    let (told, about) = (early.order_key >> 16, theirs.clone());
    write(&client, move |tx| {
        notices::add(tx, Some(&peer), model::NoticeKind::DeviceAdded, told)?;
        for counter in [1, 2, 5] {
            gaps::add(tx, &gap(&about, about.counter + counter))?;
        }
        Ok(())
    });
    screen.until(|screen| screen.items.len() == 43);
    let place = |wanted: &str, screen: &Screen| {
        let found = screen.items.iter().position(|item| item.id == wanted);
        found.unwrap_or_else(|| panic!("{wanted} in {:?}", screen.ids()))
    };
    let notice = &screen.items[place(&window::message_id(early.row), &screen) + 1];
    let TimelineKind::Notice { notice } = &notice.kind else {
        panic!("{notice:?}");
    };
    assert_eq!(notice.kind, NoticeKind::DeviceAdded);
    let after = place(&window::message_id(theirs.row), &screen);
    let missing: Vec<u32> = screen.items[after + 1..after + 3]
        .iter()
        .map(|item| match &item.kind {
            TimelineKind::Gap { gap } => gap.missing,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(missing, [2, 1]);
    let about = theirs.clone();
    write(&client, move |tx| {
        for counter in [1, 2, 5] {
            let place = about.counter + counter;
            gaps::heal_place(
                tx,
                &about.conversation,
                &about.device,
                &about.incarnation,
                place,
            )?;
        }
        Ok(())
    });
    screen.until(|screen| screen.items.len() == 41);
}

fn gap(after: &MessageRow, counter: u64) -> gaps::Gap {
    gaps::Gap {
        id: 0,
        account: after.author,
        device: after.device,
        conversation: Some(after.conversation),
        incarnation: Some(after.incarnation),
        counter: Some(counter),
        envelope: None,
        reason: 0,
        ratchet_key: None,
        seen_at: END,
        asked: 0,
        next_ask: END,
    }
}

#[test]
fn a_timeline_outlives_the_process_that_had_the_profile() {
    let (dir, first) = made(&past(100, 1));
    let second = open(&dir);
    let talk = second.conversation("Friend 000".to_owned()).unwrap();
    let mut screen = Screen::open(&talk, TimelineOptions::default());
    let last = all(
        &first,
        &first.conversation("Friend 000".to_owned()).unwrap(),
    )
    .pop()
    .unwrap();
    let row = add(&first, &last, last.order_key + 1, last.counter + 1);
    screen.until(|screen| screen.rows().last() == Some(&row));
    first.close();
    drop(first);
    screen.timeline.page_back(10);
    screen.until(|screen| screen.items.len() == 71);
    let row = add(&second, &last, last.order_key + 2, last.counter + 2);
    screen.until(|screen| screen.rows().last() == Some(&row));
}

#[test]
fn only_messages_of_the_conversation_are_jumped_to() {
    let (_dir, client) = made(&past(60, 2));
    let talks =
        ["Friend 000", "Friend 001"].map(|name| client.conversation(name.to_owned()).unwrap());
    let other = all(&client, &talks[1])[0].row;
    let screen = Screen::open(&talks[0], TimelineOptions::default());
    for row in [other, 1_000_000] {
        let refused = screen.timeline.jump_to_message(row).unwrap_err();
        assert_eq!(refused, Error::NoSuchMessage);
    }
    let nowhere = options(10, 20, TimelineAnchor::Message { row: other });
    let refused = talks[0].timeline(Arc::new(|_: TimelineUpdate| {}), nowhere);
    assert_eq!(refused.unwrap_err(), Error::NoSuchMessage);
}

#[test]
fn a_window_moves_while_messages_come() {
    for seed in 0..2 {
        walk(seed, &past(300, 1), true);
    }
}

#[test]
fn a_place_is_the_order_that_is_shown() {
    let (_dir, client) = made(&Past {
        days: 0,
        ..past(80, 1)
    });
    let talk = client.conversation("Friend 000".to_owned()).unwrap();
    let places: Vec<Place> = all(&client, &talk).iter().map(Place::of).collect();
    assert!(places.is_sorted());
}

/// Figures for a big store: `SOTTO_MESSAGES=1000000 cargo test … -- --ignored --nocapture big`.
#[test]
#[ignore = "takes minutes"]
#[expect(clippy::disallowed_methods, reason = "it measures")]
fn a_big_store_is_as_quick_as_a_small_one() {
    let messages = std::env::var("SOTTO_MESSAGES").map_or(200_000, |text| text.parse().unwrap());
    let watch = Instant::now();
    let (_dir, client) = made(&past(messages, 500));
    eprintln!(
        "{messages} messages in 500 conversations made in {:?}",
        watch.elapsed()
    );
    let talk = client.conversation("Friend 000".to_owned()).unwrap();
    let show = |what: &str, each: &mut dyn FnMut(u64)| {
        let mut times: Vec<Duration> = (0..20)
            .map(|turn| {
                let watch = Instant::now();
                each(turn);
                watch.elapsed()
            })
            .collect();
        times.sort();
        eprintln!("{what}: median {:?}, longest {:?}", times[10], times[19]);
    };
    show("open", &mut |_| {
        drop(Screen::open(&talk, TimelineOptions::default()))
    });
    let mut screen = Screen::open(&talk, TimelineOptions::default());
    show("page back by 60", &mut |_| {
        screen.timeline.page_back(60);
        screen.next();
    });
    show("page forward by 60", &mut |_| {
        screen.timeline.page_forward(60);
        screen.next();
    });
    let mut random = ChaCha20Rng::seed_from_u64(1);
    show("jump to a date", &mut |_| {
        let back = random.random_range(0..300 * 86_400_000);
        screen.timeline.jump_to_date(END - back);
        screen.next();
    });
    show("all conversations", &mut |_| {
        let all = client.conversations(ConversationFilter::default()).unwrap();
        assert_eq!(all.len(), 500);
    });
    let (sender, updates) = channel();
    let listener = move |update: ConversationListUpdate| drop(sender.send(update));
    let _list = client
        .conversation_list(Arc::new(listener), ConversationFilter::default())
        .unwrap();
    updates.recv().unwrap();
    let last = all(&client, &talk).pop().unwrap();
    show("a message, until the list shows it", &mut |turn| {
        std::thread::sleep(Duration::from_millis(150));
        add(
            &client,
            &last,
            last.order_key + turn + 1,
            last.counter + turn + 1,
        );
        updates.recv().unwrap();
    });
}
