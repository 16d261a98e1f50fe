//! How long searches take. Not a test that can fail: it is run by hand, and prints: times of the
//! processor for searches, waiting times for what the writer does.

use std::time::Instant;

use super::tests::{ANA, BOB, ME, numbers, say, store, with};
use super::*;
use crate::store::{Store, StoreError};

/// Words that are common the sooner the lower their number, as in a language.
fn vocabulary() -> Vec<String> {
    let mut random = numbers(7);
    let (begin, end) = (
        [
            "b", "c", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "st", "t", "th", "v",
            "w",
        ],
        [
            "a", "e", "i", "o", "u", "ai", "ea", "ou", "er", "in", "on", "at",
        ],
    );
    (0..30_000_u64)
        .map(|rank| {
            let syllables = 1 + u64::from(rank > 40) + u64::from(rank > 900) + random(2);
            (0..syllables)
                .map(|_| format!("{}{}", begin[random(18) as usize], end[random(12) as usize]))
                .collect()
        })
        .collect()
}

/// Time of the processor that this thread has had, so that what else runs does not count.
fn processor_time() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split(' ').next()?.parse::<f64>().ok()? / 1e6)
}

#[expect(clippy::disallowed_methods, reason = "it measures")]
fn timed(times: &mut Vec<f64>, work: impl FnOnce() -> usize) -> usize {
    let (start, before) = (Instant::now(), processor_time());
    let hits = work();
    let spent = processor_time()
        .zip(before)
        .map(|(now, before)| now - before);
    times.push(spent.unwrap_or_else(|| start.elapsed().as_secs_f64() * 1000.0));
    hits
}

/// The time that passed, for what another thread does.
#[expect(clippy::disallowed_methods, reason = "it measures")]
fn waited(times: &mut Vec<f64>, work: impl FnOnce() -> usize) {
    let start = Instant::now();
    work();
    times.push(start.elapsed().as_secs_f64() * 1000.0);
}

fn told(name: &str, hits: usize, times: &mut [f64]) {
    times.sort_by(f64::total_cmp);
    let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)];
    println!(
        "{name:<44} {hits:>6} hits  p50 {:>8.2} ms  p95 {:>8.2} ms  worst {:>8.2} ms",
        at(50),
        at(95),
        at(100),
    );
}

fn fill(store: &Store, messages: u64) {
    let words = vocabulary();
    let mut begun = 0;
    while begun < messages {
        let some = words.clone();
        store
            .write(move |tx| {
                let mut random = numbers(begun);
                for number in begun..(begun + 2000).min(messages) {
                    let length = 1 + random(6) + random(10);
                    let said: Vec<&str> = (0..length)
                        .map(|_| {
                            // By Zipf's law.
                            let rank =
                                30_000_f64.powf(random(1 << 30) as f64 / (1u64 << 30) as f64);
                            some[rank as usize % some.len()].as_str()
                        })
                        .collect();
                    let text = match random(20) {
                        0 => format!("{} 明天{}在图书馆", said[0], said.len()),
                        _ => said.join(" "),
                    };
                    // Forty conversations, some of them busy, over three years.
                    let partner = [random(40).min(random(40)) as u8 + 10; 32];
                    let author = if random(2) == 0 { ME } else { partner };
                    let ms = 1_600_000_000_000 + number * (94_608_000_000 / messages);
                    say(tx, (with(partner), author), ms << 16, &text)?;
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
        begun += 2000;
    }
}

#[test]
#[ignore = "takes minutes and prints how long searches take; SOTTO_MESSAGES says among how many"]
fn how_long_searches_take() {
    let messages = std::env::var("SOTTO_MESSAGES").map_or(200_000, |many| many.parse().unwrap());
    let (dir, store) = store();
    let mut building = Vec::new();
    waited(&mut building, || {
        fill(&store, messages);
        0
    });
    println!(
        "{messages} messages in {:.0} s, in {}",
        building[0] / 1000.0,
        dir.path().display()
    );
    let sizes: Vec<(String, i64)> = store
        .read(|view| {
            view.query_all(
                "SELECT name, sum(pgsize) FROM dbstat WHERE name IN ('message', 'search_data', 'search_idx',
                     'search_place', 'sqlite_autoindex_search_place_1') GROUP BY name",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
        })
        .map_err(|error: StoreError| error)
        .unwrap();
    for (name, size) in sizes {
        println!(
            "{name:<44} {:>8.1} MB  {:>6} bytes a message",
            size as f64 / 1e6,
            size as u64 / messages
        );
    }
    let words = vocabulary();
    let typed = |text: String| SearchQuery {
        limit: 30,
        ..SearchQuery::typed(&text, 0).unwrap()
    };
    let quiet = super::super::id::hex(&with([45; 32]));
    type Ask<'a> = Box<dyn Fn(u64) -> SearchQuery + 'a>;
    let kinds: Vec<(&str, Ask<'_>)> = vec![
        (
            "a common word",
            Box::new(|n| typed(words[5 + n as usize].clone())),
        ),
        (
            "a common word, newest first",
            Box::new(|n| SearchQuery {
                order: SearchOrder::Newest,
                ..typed(words[5 + n as usize].clone())
            }),
        ),
        (
            "a rare word",
            Box::new(|n| typed(words[25_000 + n as usize].clone())),
        ),
        (
            "part of a word",
            Box::new(|n| typed(words[2000 + n as usize][1..].to_owned())),
        ),
        (
            "two letters",
            Box::new(|n| typed(words[300 + n as usize].chars().take(2).collect())),
        ),
        (
            "one letter",
            Box::new(|n| typed(words[300 + n as usize].chars().take(1).collect())),
        ),
        (
            "two words, both common",
            Box::new(|n| typed(format!("{} {}", words[n as usize], words[50 + n as usize]))),
        ),
        (
            "three words, seldom together",
            Box::new(|n| {
                typed(format!(
                    "{} {} {}",
                    words[60 + n as usize],
                    words[160 + n as usize],
                    words[260 + n as usize]
                ))
            }),
        ),
        (
            "several words in a row",
            Box::new(|n| {
                typed(format!(
                    "\"{} {}\"",
                    words[n as usize],
                    words[3 + n as usize]
                ))
            }),
        ),
        (
            "nothing, of common parts",
            Box::new(|n| {
                typed(format!(
                    "{}{}{}",
                    words[n as usize],
                    words[9],
                    words[n as usize + 3]
                ))
            }),
        ),
        (
            "two characters, Chinese",
            Box::new(|_| typed("明天".to_owned())),
        ),
        (
            "a common word in a quiet conversation",
            Box::new(|n| SearchQuery {
                conversation: Some(quiet.clone()),
                ..typed(words[5 + n as usize].clone())
            }),
        ),
        (
            "a common word in a month long ago",
            Box::new(|n| {
                typed(format!(
                    "{} after:2020-11 before:2020-12",
                    words[5 + n as usize]
                ))
            }),
        ),
        (
            "everything from somebody",
            Box::new(|_| SearchQuery {
                from: Some(super::super::id::hex(&[20; 32])),
                ..typed(String::new())
            }),
        ),
    ];
    let _ = (ANA, BOB);
    for (name, ask) in kinds {
        let (mut times, mut hits) = (Vec::new(), 0);
        for number in 0..20 {
            let query = ask(number);
            hits += timed(&mut times, || {
                store.read(|view| find(view, &query)).unwrap().hits.len()
            });
        }
        told(name, hits / 20, &mut times);
    }
    let (mut times, mut hits) = (Vec::new(), 0);
    for number in 0..5 {
        let pattern = format!("%{}%", words[25_000 + number]);
        hits += timed(&mut times, || {
            let rows = store.read(|view| {
                view.query_all(
                    "SELECT row FROM message WHERE body LIKE ?1 ORDER BY order_key DESC LIMIT 30",
                    crate::store::params![pattern],
                    |row| row.get::<_, i64>(0),
                )
            });
            rows.map_err(|error: StoreError| error).unwrap().len()
        });
    }
    told("the same rare word by LIKE", hits / 5, &mut times);
    // A long text of many different characters is the most that one message can cost.
    let mut random = numbers(3);
    let long: String = (0..21_000)
        .map(|_| char::from_u32(0x4e00 + random(20_000) as u32).unwrap())
        .collect();
    let (mut adding, mut taking) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        let text = long.clone();
        let mut row = 0;
        waited(&mut adding, || {
            row = store
                .write(move |tx| say(tx, (with(ANA), ANA), 1 << 57, &text))
                .unwrap();
            1
        });
        waited(&mut taking, || {
            store
                .write(move |tx| crate::store::tables::said::unsay(tx, row))
                .unwrap();
            1
        });
    }
    told("adding the longest text", 1, &mut adding);
    told("erasing it", 1, &mut taking);
}
