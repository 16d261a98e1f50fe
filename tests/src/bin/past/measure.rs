//! How long the core takes with a profile.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use rand_chacha::ChaCha20Rng;
use rand09::{Rng as _, SeedableRng as _};
use sotto_core::client::{
    Client, Conversation, ConversationFilter, ConversationList, ConversationListUpdate,
    ConversationSummary, ProfileConfig, SearchQuery, Timeline, TimelineAnchor, TimelineOptions,
    TimelineUpdate, Unlock,
};

/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(60);
const DAY: u64 = 86_400_000;

/// Times of one thing, in milliseconds: how long it took, and what the processor did for it, which is
/// the same however busy the machine is.
pub struct Times {
    what: String,
    all: Vec<(f64, f64)>,
}

impl Times {
    pub fn new(what: &str) -> Self {
        Self {
            what: what.to_owned(),
            all: Vec::new(),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "it measures")]
    pub fn add<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let (begin, before) = (Instant::now(), processor());
        let done = work();
        let took = begin.elapsed().as_secs_f64();
        self.all
            .push((took * 1e3, (processor() - before).max(0.0) * 1e3));
        done
    }

    pub fn tell(self) {
        println!("{} ({} times)", self.what, self.all.len());
        let (took, worked): (Vec<f64>, Vec<f64>) = self.all.into_iter().unzip();
        for (name, mut all) in [("took", took), ("processor", worked)] {
            all.sort_by(f64::total_cmp);
            let at = |part: usize| all[(all.len() * part / 100).min(all.len() - 1)];
            println!(
                "    {name:<10} p50 {:>8.2}  p95 {:>8.2}  p99 {:>8.2}  worst {:>8.2} ms",
                at(50),
                at(95),
                at(99),
                at(100)
            );
        }
    }
}

pub fn open(dir: &Path, online: bool) -> Arc<Client> {
    let dir = dir.to_str().unwrap().to_owned();
    let config = ProfileConfig {
        dir,
        unlock: Unlock::KeyFile,
        create: false,
        online,
    };
    Client::open(config).unwrap()
}

pub fn list(client: &Client) -> (Arc<ConversationList>, Receiver<ConversationListUpdate>) {
    let (sender, updates) = channel();
    let listener = move |update: ConversationListUpdate| drop(sender.send(update));
    let filter = ConversationFilter::default();
    let list = client.conversation_list(Arc::new(listener), filter);
    (list.unwrap(), updates)
}

pub fn timeline(
    talk: &Arc<Conversation>,
    anchor: TimelineAnchor,
) -> (Arc<Timeline>, Receiver<TimelineUpdate>) {
    let (sender, updates): (Sender<TimelineUpdate>, _) = channel();
    let listener = move |update: TimelineUpdate| drop(sender.send(update));
    let options = TimelineOptions {
        anchor,
        ..TimelineOptions::default()
    };
    let timeline = talk.timeline(Arc::new(listener), options);
    (timeline.unwrap(), updates)
}

pub fn all(dir: &Path) {
    let mut opening = Times::new("open the client");
    let mut first = Times::new("open the client, until the list is told");
    for _ in 0..8 {
        let client = opening.add(|| open(dir, false));
        drop(client);
        until_let_go(dir);
        let (list, client) = first.add(|| {
            let client = open(dir, false);
            let (list, updates) = list(&client);
            updates.recv_timeout(LONG).unwrap();
            (list, client)
        });
        drop((list, client));
        until_let_go(dir);
    }
    opening.tell();
    first.tell();
    let client = open(dir, false);
    let people = client.conversations(ConversationFilter::default()).unwrap();
    let mut listing = Times::new("all conversations");
    for _ in 0..10 {
        listing.add(|| client.conversations(ConversationFilter::default()).unwrap());
    }
    listing.tell();
    timelines(&client, &people);
    searches(&client);
    memory(&client, &people);
}

/// The thread of a list may hold the client a moment longer than its owner.
fn until_let_go(dir: &Path) {
    let lock = std::fs::File::open(dir.join("lock")).unwrap();
    while lock.try_lock().is_err() {
        thread::sleep(Duration::from_millis(5));
    }
    lock.unlock().unwrap();
}

fn timelines(client: &Client, people: &[ConversationSummary]) {
    let mut random = ChaCha20Rng::seed_from_u64(1);
    for (what, anchor) in [
        ("open a timeline, at the end", TimelineAnchor::Newest),
        (
            "open a timeline, at what is unread",
            TimelineAnchor::FirstUnread,
        ),
    ] {
        let mut times = Times::new(what);
        for _ in 0..2 {
            for one in people {
                times.add(|| {
                    let talk = client.conversation(one.account.clone()).unwrap();
                    let (timeline, updates) = timeline(&talk, anchor);
                    updates.recv_timeout(LONG).unwrap();
                    timeline
                });
            }
        }
        times.tell();
    }
    let longest = people
        .iter()
        .max_by_key(|one| one.name == "Mara Lindqvist")
        .unwrap();
    let talk = client.conversation(longest.account.clone()).unwrap();
    let (timeline, updates) = timeline(&talk, TimelineAnchor::Newest);
    let end = longest.last_activity;
    updates.recv_timeout(LONG).unwrap();
    let mut back = Times::new("page back by 60");
    for _ in 0..170 {
        back.add(|| {
            timeline.page_back(60);
            updates.recv_timeout(LONG).unwrap();
        });
    }
    back.tell();
    let mut forward = Times::new("page forward by 60");
    for _ in 0..100 {
        forward.add(|| {
            timeline.page_forward(60);
            updates.recv_timeout(LONG).unwrap();
        });
    }
    forward.tell();
    let mut jump = Times::new("jump to a date");
    for _ in 0..200 {
        let date = end - random.random_range(0..3 * 365 * DAY);
        jump.add(|| {
            timeline.jump_to_date(date);
            updates.recv_timeout(LONG).unwrap();
        });
    }
    jump.tell();
}

fn searches(client: &Client) {
    // Words as the past has them: often, seldom, in parts, in a row, and letter by letter.
    for (what, texts) in [
        (
            "a common word",
            "meeting tickets Thursday weather finished library dinner children",
        ),
        ("a very common word", "you the that is at for bring not"),
        (
            "a rare word",
            "Grauckbiell Streirgklooll Kooxvart Zaurgpeill Braundgiert Klielltoox",
        ),
        ("two letters", "gr st oo ei ck bu ha tr"),
        ("one letter", "a e z q ö m"),
        (
            "part of a word",
            "arbou eathe ibrar umbrel rojecto otanica ranslati",
        ),
        ("a name", "Ingrid Yuki Björn Chloé ayse Nkechi"),
        ("nothing", "xylophonist qwertzu blablablub zzzzyx"),
    ] {
        let texts: Vec<String> = texts.split(' ').map(str::to_owned).collect();
        search(client, what, &texts);
    }
    search(
        client,
        "several words in a row",
        &[
            "\"best lentil soup\"",
            "\"birthday cake to the harbour\"",
            "\"the train stands still\"",
            "\"are you at\"",
            "\"spare keys at grandma\"",
        ]
        .map(str::to_owned),
    );
    search(
        client,
        "several words",
        &[
            "lentil harbour",
            "Ingrid Yuki moving",
            "tickets airport tuesday",
            "the roof leak",
        ]
        .map(str::to_owned),
    );
    search(
        client,
        "with filters",
        &[
            "from:me tickets",
            "in:\"Mara Lindqvist\" library",
            "has:link",
            "from:me",
            "after:2024-05 before:2024-06 weather",
            "in:\"Mara Lindqvist\" zeppelin",
        ]
        .map(str::to_owned),
    );
    for word in [
        "meeting tomorrow",
        "Grauckbiell",
        "botanical garden",
        "umbrella",
    ] {
        let typed: Vec<String> = (1..=word.len()).map(|end| word[..end].to_owned()).collect();
        search(client, &format!("as somebody types {word}"), &typed);
    }
}

fn search(client: &Client, what: &str, texts: &[String]) {
    let mut hits = 0;
    let mut times = Times::new(&format!("search: {what}"));
    let mut worst = (0.0, "");
    for _ in 0..3 {
        for text in texts {
            let query = SearchQuery::typed(text, 0).unwrap();
            hits += times.add(|| client.search(query).unwrap().hits.len());
            let (_, worked) = times.all.last().copied().unwrap_or_default();
            if worked > worst.0 {
                worst = (worked, text);
            }
        }
    }
    times.what = format!("{} ({} hits; worst: {})", times.what, hits / 3, worst.1);
    times.tell();
}

/// What the process holds and does while nothing happens.
fn memory(client: &Client, people: &[ConversationSummary]) {
    let (_list, updates) = list(client);
    updates.recv_timeout(LONG).unwrap();
    let talk = client.conversation(people[0].account.clone()).unwrap();
    let (_timeline, updates) = timeline(&talk, TimelineAnchor::Newest);
    updates.recv_timeout(LONG).unwrap();
    tell_memory();
    let before = processor();
    thread::sleep(Duration::from_secs(20));
    println!(
        "at rest: {:.3} % of a processor",
        (processor() - before) / 20.0 * 100.0
    );
}

pub fn tell_memory() {
    let text = std::fs::read_to_string("/proc/self/smaps_rollup").unwrap_or_default();
    for line in text.lines() {
        if ["Rss:", "Pss:", "Pss_Anon:"]
            .iter()
            .any(|what| line.starts_with(what))
        {
            println!("{line}");
        }
    }
}

/// Seconds of the processor that this process has had.
pub fn processor() -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten();
    let spent = tasks.flatten().filter_map(|task| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<f64>().ok()
    });
    spent.sum::<f64>() / 1e9
}
