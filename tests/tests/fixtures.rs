//! Databases of earlier versions open in this one and show what they held.
//!
//! One is kept for each version of the schema, in `tests/fixtures`. Until a version is released, a
//! change of its schema makes its fixture anew: run this once with `SOTTO_BLESS=1`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sotto_core::client::Message;
use sotto_core::testing::{self, Machine, Now, Random, Store};
use sotto_tests::world::World;
use sotto_wire::ids::AccountId;

/// The newest version of the schema.
const NEWEST: u32 = 1;

fn folder(version: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/schema-{version}"))
}

/// Makes the fixture of the newest version: Ada's second device, after a day with Ben.
fn make(to: &Path) {
    let mut world = World::new(2026);
    let relays = [world.relay(), world.relay()];
    let ben = world.person("Ben", relays[1]);
    let first = world.person("Ada", relays[0]);
    let ada = world.second_device(first, "Ada's laptop");
    world.befriend(first, ben);
    world.befriend(ben, first);
    let (a, b) = (world.account(ada), world.account(ben));
    for (from, to, text) in [
        (first, b, "Good morning! Have you seen the harbour today?"),
        (ben, a, "Not yet. 港は今日も静かです 🚢"),
        (ada, b, "Then come at noon."),
        (ada, b, "This is taken back."),
        (ada, a, "buy bread"),
    ] {
        world.send(from, to, text);
        world.settle();
    }
    let rows: Vec<i64> = shown(world.device(ada).store(), &b)
        .iter()
        .map(|message| message.row)
        .collect();
    world
        .command(ada, |machine, now| {
            machine.react(rows[1], "🚢", now)?;
            machine.edit_text(rows[2], "Then come at one.", now)?;
            machine.delete_message(rows[3], true, now)?;
            machine.mark_read(&b, None, now)?;
            machine.pin(&b, true, now)?;
            machine.set_timer(&b, 7 * 24 * 60 * 60, now)?;
            machine.set_about("counts", now)
        })
        .expect("a day");
    world.settle();
    // Something waits, and a message was never read.
    world.send(ben, a, "I am on my way");
    world.settle();
    world.set_offline(ada, true);
    world.send(ada, b, "Where are you?");
    let draft = world.command(ada, |machine, now| {
        machine.set_draft_text(&b, "I wait at the", now)
    });
    draft.expect("a draft");
    world.run_for(10_000);
    fs::remove_dir_all(to).ok();
    let key = world.keep_device(ada, to);
    // The log is empty, and the lock belongs to whoever runs.
    for file in ["sotto.db-wal", "lock"] {
        fs::remove_file(to.join(file)).expect("a file beside the database");
    }
    let held = held(world.device(ada).store(), &a, &b, &key);
    fs::write(
        to.join("held.json"),
        serde_json::to_string_pretty(&held).unwrap() + "\n",
    )
    .unwrap();
}

fn shown(store: &Store, with: &AccountId) -> Vec<Message> {
    testing::shown(store, with)
}

/// What an app shows of the database.
fn held(store: &Store, a: &AccountId, b: &AccountId, key: &[u8; 32]) -> Value {
    let (set, draft) = testing::set_for(store, b).unwrap();
    json!({
        "key": hex(key),
        "ada": hex(a.as_bytes()),
        "ben": hex(b.as_bytes()),
        "talk": shown(store, b),
        "notes": shown(store, a),
        "contact": testing::contact(store, b),
        "set": set,
        "draft": draft,
        "outbox": testing::outbox(store).len(),
        "homes": testing::homes(store),
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes<const N: usize>(value: &Value) -> [u8; N] {
    let text = value.as_str().expect("bytes in hexadecimal");
    let byte = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    let list: Vec<u8> = (0..text.len()).step_by(2).map(byte).collect();
    list.try_into().unwrap()
}

/// A copy of a fixture, open, and what it held.
fn open(version: u32) -> (tempfile::TempDir, std::sync::Arc<Store>, Value) {
    let kept = folder(version);
    let told = fs::read_to_string(kept.join("held.json")).expect("the fixture is kept");
    let told: Value = serde_json::from_str(&told).unwrap();
    let dir = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(kept).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), dir.path().join(entry.file_name())).unwrap();
    }
    let store = testing::store(dir.path(), bytes(&told["key"])).expect("the fixture opens");
    (dir, store, told)
}

#[test]
fn a_database_of_every_version_opens_and_shows_what_it_held() {
    if std::env::var_os("SOTTO_BLESS").is_some() {
        make(&folder(NEWEST));
    }
    for version in 1..=NEWEST {
        let (_dir, store, told) = open(version);
        let (a, b) = (bytes(&told["ada"]).into(), bytes(&told["ben"]).into());
        let now = held(&store, &a, &b, &bytes(&told["key"]));
        assert_eq!(now, told, "schema {version}");
        // It goes on: the engine opens it and writes.
        let later = Now(u64::MAX >> 20);
        let mut machine = Machine::open(store.clone(), Random::seeded(1), later).unwrap();
        machine.send_text(&b, "still here", later).unwrap();
        assert_eq!(
            shown(&store, &b).last().unwrap().text.as_deref(),
            Some("still here")
        );
    }
}

#[test]
fn a_fixture_of_every_version_ends_in_the_schema_of_a_new_database() {
    let dir = tempfile::tempdir().unwrap();
    let new = testing::store(dir.path(), [1; 32]).unwrap();
    for version in 1..=NEWEST {
        let (_dir, store, _) = open(version);
        assert_eq!(
            testing::schema(&store),
            testing::schema(&new),
            "schema {version}: if it is not released, make its fixture anew with SOTTO_BLESS=1"
        );
    }
}
