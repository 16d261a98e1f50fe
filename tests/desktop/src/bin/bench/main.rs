//! How quick the window is with a long past: a million messages in five hundred conversations.
//!
//! Everything is measured in the real app on a display of its own, with the processor drawing. A target
//! beside a figure is what the app is held to; the factor says how far away it is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a tool that measures"
)]

mod figures;
mod load;
mod world;

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sotto_desktop_tests::{Display, Window};

use figures::{Table, median, percentile};
use world::World;

/// Starts of the program; each is a new process, with the disk's cache warm.
const STARTS: usize = 9;
/// Conversations that are opened, and dates that are jumped to.
const OPENED: usize = 100;
/// Between two letters, or two conversations: nobody is quicker. What a painting leaves for later is
/// done by then.
const PAUSE: Duration = Duration::from_millis(100);
/// Messages that are scrolled through.
const SCROLLED: u64 = 10_000;
/// Messages that wait while the app is away.
const BACKLOG: usize = 5_000;
/// What people look for, as it grows under their fingers.
const SOUGHT: [&str; 6] = ["tomorrow", "lighthouse", "ab", "the", "coffee", "ferr"];

fn main() {
    let messages = std::env::var("SOTTO_MESSAGES").map_or(1_000_000, |n| n.parse().unwrap());
    let display = Display::start();
    let world = World::make(messages);
    let mut table = Table::default();
    println!("{messages} messages in 500 conversations; times in milliseconds\n");

    world.warm();
    starts(&world, &display, &mut table);
    rests(&world, &display, &mut table);
    {
        let window = world.window(&display, &["--measure"]);
        window.wait("the list", |window| {
            window.js(
                "return !!window.measure && !!document.querySelector('[role=option]')",
                &json!([]),
            ) == json!(true)
        });
        world.warm();
        opens(&world, &window, &mut table);
        searches(&window, &mut table);
        scrolls(&world, &window, &mut table);
        world.warm();
        jumps(&world, &window, &mut table);
    }
    let again = world.once_more();
    again.warm();
    drains(&again, &display, &mut table);
    table.print();
}

/// Process start to a list that somebody can use.
fn starts(world: &World, display: &Display, table: &mut Table) {
    let times: Vec<f64> = (0..STARTS).map(|_| world.start(display).0).collect();
    table.add("start to list, p50", median(&times), 1_000.0);
    table.add(
        "start to list, longest",
        percentile(&times, 100.0),
        f64::NAN,
    );
}

/// What it takes while nobody does anything.
fn rests(world: &World, display: &Display, table: &mut Table) {
    let (_, app) = world.start(display);
    thread::sleep(Duration::from_secs(8));
    let before = load::processor(app.id());
    let begin = Instant::now();
    thread::sleep(Duration::from_secs(20));
    let busy = (load::processor(app.id()) - before).as_secs_f64() / begin.elapsed().as_secs_f64();
    table.add("idle, % of a core", 100.0 * busy, 0.3);
    let (all, own) = load::memory(app.id());
    table.add("memory of all processes, MB", all, 300.0);
    table.add("of that the process with the core, MB", own, f64::NAN);
}

fn opens(world: &World, window: &Window, table: &mut Table) {
    let times: Vec<f64> = world.accounts()[..OPENED]
        .iter()
        .map(|account| {
            thread::sleep(PAUSE);
            number(
                window,
                "return await measure.opens(arguments[0])",
                &json!([account]),
            )
        })
        .collect();
    table.add("open a conversation, p50", median(&times), f64::NAN);
    table.add("open a conversation, p99", percentile(&times, 99.0), 50.0);
}

fn searches(window: &Window, table: &mut Table) {
    window.key("Control+Shift+f");
    window.wait("the search", |window| {
        window.js(
            "return !!document.querySelector('input[role=combobox]')",
            &json!([]),
        ) == json!(true)
    });
    let mut times = Vec::new();
    for text in SOUGHT {
        for end in 2..=text.len() {
            thread::sleep(PAUSE);
            let script = "return await measure.finds(arguments[0])";
            times.push(number(window, script, &json!([text[..end]])));
        }
    }
    window.key("Escape");
    table.add("search, p50", median(&times), f64::NAN);
    table.add("search, p95", percentile(&times, 95.0), 50.0);
}

fn scrolls(world: &World, window: &Window, table: &mut Table) {
    number(
        window,
        "return await measure.opens(arguments[0])",
        &json!([world.longest()]),
    );
    // A short past has fewer.
    let count = SCROLLED.min(world.in_longest());
    let script = "return await measure.scrolls(arguments[0], 240)";
    let result = ask(window, script, &json!([count]));
    let frames: Vec<f64> = result["frames"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_f64)
        .collect();
    assert!(
        result["seen"].as_u64().unwrap() >= count,
        "{}",
        result["seen"]
    );
    table.add("frames while scrolling, p50", median(&frames), f64::NAN);
    table.add(
        "frames while scrolling, p99",
        percentile(&frames, 99.0),
        33.0,
    );
}

fn jumps(world: &World, window: &Window, table: &mut Table) {
    let (from, to) = world.days();
    let times: Vec<f64> = (0..OPENED as u64)
        // Back and forth over the years, not in order, and not at first to where a short past was
        // scrolled to.
        .map(|step| (step * 61 + OPENED as u64 / 2) % OPENED as u64)
        .map(|part| from + part * (to - from) / OPENED as u64)
        .map(|ms| {
            thread::sleep(PAUSE);
            number(
                window,
                "return await measure.jumps(arguments[0])",
                &json!([ms]),
            )
        })
        .collect();
    table.add("jump to a date, p50", median(&times), f64::NAN);
    table.add("jump to a date, longest", percentile(&times, 100.0), 100.0);
}

/// A backlog comes in while somebody types.
fn drains(world: &World, display: &Display, table: &mut Table) {
    world.leave(BACKLOG);
    let window = world.window(display, &["--measure"]);
    window.wait("the list", |window| {
        window.js(
            "return !!window.measure && !!document.querySelector('[role=option]')",
            &json!([]),
        ) == json!(true)
    });
    number(
        &window,
        "return await measure.opens(arguments[0])",
        &json!([world.longest()]),
    );
    world.come_back();
    let script = "const drained = measure.drains(60000); const typed = measure.types(4000);
                  return { drained: await drained, typed: await typed }";
    let result = ask(&window, script, &json!([]));
    table.add(
        "5,000 messages that waited",
        result["drained"].as_f64().unwrap(),
        5_000.0,
    );
    let typed: Vec<f64> = result["typed"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_f64)
        .collect();
    table.add("a letter meanwhile, p50", median(&typed), f64::NAN);
    table.add("a letter meanwhile, p95", percentile(&typed, 95.0), 50.0);
}

fn number(window: &Window, script: &str, arguments: &Value) -> f64 {
    ask(window, script, arguments).as_f64().unwrap()
}

fn ask(window: &Window, script: &str, arguments: &Value) -> Value {
    let mut answer = window.promise(script, arguments);
    assert!(
        answer["error"].is_null(),
        "{script} {arguments}: {}",
        answer["error"]
    );
    answer["ok"].take()
}
