//! Tests of the store floor, on real files: `:memory:` has neither a log nor second readers.

mod changes;
mod durability;
mod group;
mod keyslots;
mod opening;
mod reading;
mod schema;
mod search;
mod transactions;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::{DatabaseKey, Store, StoreError, Tx, View, params};

/// A folder that goes with the test, in memory where the system has such a place.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    }
    .unwrap()
}

fn key() -> DatabaseKey {
    DatabaseKey::from_bytes([7; 32])
}

/// A reproducible stream of bytes (splitmix64).
fn filler(seed: u64) -> impl FnMut(&mut [u8]) {
    let mut state = seed;
    move |buffer| {
        for byte in buffer {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *byte = (z >> 56) as u8;
        }
    }
}

/// A store with two tables of the tests' own.
fn store_in(dir: &Path) -> Store {
    let store = Store::create(dir, &key()).unwrap();
    store
        .write(|tx| {
            tx.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT", [])?;
            tx.execute(
                "CREATE TABLE reply (note INTEGER REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED) STRICT",
                [],
            )?;
            Ok::<_, StoreError>(())
        })
        .unwrap();
    store
}

fn add(tx: &mut Tx<'_>, text: &str) -> Result<i64, StoreError> {
    tx.execute("INSERT INTO note (text) VALUES (?1)", params![text])?;
    Ok(tx.last_insert_rowid())
}

fn notes(view: &View<'_>) -> Result<Vec<String>, StoreError> {
    view.query_all("SELECT text FROM note ORDER BY id", [], |row| row.get(0))
}

fn all(store: &Store) -> Vec<String> {
    store.read(notes).unwrap()
}

/// The files of a profile by name. The index of the log is left out, SQLite rebuilds it, and so
/// is an empty log, which says nothing.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (
                entry.file_name().into_string().unwrap(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .filter(|(name, bytes)| {
            !(name.ends_with("-shm") || name.ends_with("-wal") && bytes.is_empty())
        })
        .collect()
}

/// What a power cut at this instant would leave, in a folder of its own.
fn crashed(dir: &Path) -> TempDir {
    let copy = folder();
    for (name, bytes) in files(dir) {
        fs::write(copy.path().join(name), bytes).unwrap();
    }
    copy
}
