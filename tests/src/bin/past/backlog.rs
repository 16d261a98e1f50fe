//! How long it takes until what waited at a relay is there.

use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sotto_core::client::{Client, ConnectionState, Event, TimelineAnchor};
use sotto_core::testing::{Past, generate};
use sotto_tests::clients;

use super::measure::{self, Times};

const LONG: Duration = Duration::from_secs(600);

/// Ada has a past; Ben sends so many messages while she is away.
pub fn drain(dir: &Path, past: &Past, count: usize) {
    std::fs::create_dir_all(dir).unwrap();
    let relay = clients::relay(&dir.join("relay"));
    let ada = clients::open(dir, "ada");
    ada.register(relay.clone(), "Ada".to_owned(), None, clients::MINUTE)
        .unwrap();
    let ben = clients::open(dir, "ben");
    ben.register(relay, "Ben".to_owned(), None, clients::MINUTE)
        .unwrap();
    let heard = received(&ada);
    let friend = ben.add_contact(ada.link().unwrap()).unwrap().account;
    let talk = ben.conversation(friend).unwrap();
    talk.send("Hello, Ada!".to_owned()).unwrap();
    heard.recv_timeout(LONG).unwrap();
    let ben_id = ben.me().unwrap().account.unwrap();
    ada.accept_contact(ben_id.clone()).unwrap();
    let answered = received(&ben);
    let answer = ada.conversation(ben_id.clone()).unwrap();
    answer.send("Hello, Ben!".to_owned()).unwrap();
    answered.recv_timeout(LONG).unwrap();
    drop((answer, heard));
    ada.close();
    drop(ada);
    let ada = dir.join("ada");
    if past.messages > 0 {
        generate(&ada, past).unwrap();
    }
    for shown in [false, true] {
        for number in 0..count {
            talk.send(format!(
                "This is number {number} of very many, said while nobody hears it"
            ))
            .unwrap();
        }
        let left = || ben.outbox().unwrap().is_empty();
        while !left() {
            std::thread::sleep(Duration::from_millis(100));
        }
        once(&ada, &ben_id, count, shown);
    }
}

fn received(client: &Client) -> Receiver<()> {
    let (sender, heard) = channel();
    let listener = move |event: Event| {
        if let Event::MessageReceived { .. } = event {
            let _ = sender.send(());
        }
    };
    // As long as the client.
    std::mem::forget(client.subscribe(Arc::new(listener)).unwrap());
    heard
}

#[expect(clippy::disallowed_methods, reason = "it measures")]
fn once(dir: &Path, ben: &str, count: usize, shown: bool) {
    let client = measure::open(dir, false);
    let heard = received(&client);
    let updates = Arc::new(Mutex::new(0));
    let mut kept = Vec::new();
    if shown {
        let (list, told) = measure::list(&client);
        let told_of_list = Arc::clone(&updates);
        std::thread::spawn(move || told.iter().for_each(|_| *told_of_list.lock().unwrap() += 1));
        let talk = client.conversation(ben.to_owned()).unwrap();
        let (timeline, told) = measure::timeline(&talk, TimelineAnchor::Newest);
        let told_of_talk = Arc::clone(&updates);
        std::thread::spawn(move || told.iter().for_each(|_| *told_of_talk.lock().unwrap() += 1));
        kept.push((list, timeline));
    }
    let (begin, before) = (Instant::now(), measure::processor());
    client.go_online();
    let mut open = Times::new("  meanwhile: open another timeline");
    let people = client.conversations(Default::default()).unwrap();
    let mut got = 0;
    while got < count {
        heard.recv_timeout(LONG).unwrap();
        got += 1;
        if shown && got % 250 == 0 {
            let other = people.get(got / 250 % people.len()).unwrap();
            open.add(|| {
                let talk = client.conversation(other.account.clone()).unwrap();
                let (timeline, updates) = measure::timeline(&talk, TimelineAnchor::Newest);
                updates.recv_timeout(LONG).unwrap();
                timeline
            });
        }
    }
    let all = begin.elapsed().as_secs_f64();
    while client.connection().unwrap() != ConnectionState::Live {
        std::thread::sleep(Duration::from_millis(5));
    }
    println!(
        "{count} messages came in {all:.2} s, with {:.2} s of processors (relay included){}",
        measure::processor() - before,
        match shown {
            true => format!(
                ", list and timeline shown, {} updates",
                updates.lock().unwrap()
            ),
            false => String::new(),
        }
    );
    if shown {
        open.tell();
    }
    measure::tell_memory();
}
