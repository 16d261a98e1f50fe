//! Opening: each thing that can be wrong has its own error and changes nothing.

use std::fs;
use std::path::Path;

use super::*;
use crate::store::keyslots::{KeySlots, NewSlot};

const PAGE: usize = 4096;

fn with_slots(dir: &Path) {
    KeySlots::create(dir, &key(), &[NewSlot::KeyFile], &mut filler(1)).unwrap();
}

/// Flips one byte of the database in each page of a range.
fn damage(dir: &Path, pages: impl Iterator<Item = usize>) {
    let path = dir.join("sotto.db");
    let mut bytes = fs::read(&path).unwrap();
    for page in pages {
        bytes[page * PAGE + 1000] ^= 0x20;
    }
    fs::write(&path, bytes).unwrap();
}

/// Opening fails with this error, twice, and leaves every byte as it was.
fn refused(dir: &Path, key: &DatabaseKey, expected: &StoreError) {
    let before = files(dir);
    for _ in 0..2 {
        assert_eq!(Store::open(dir, key).unwrap_err(), *expected);
        assert!(files(dir) == before, "{expected} changed a file");
    }
}

#[test]
fn what_was_written_is_there_after_opening() {
    let dir = folder();
    let store = store_in(dir.path());
    store.write(|tx| add(tx, "kept")).unwrap();
    drop(store);
    assert_eq!(all(&Store::open(dir.path(), &key()).unwrap()), ["kept"]);
}

#[test]
fn a_wrong_key_is_known_by_the_key_slots() {
    let dir = folder();
    with_slots(dir.path());
    drop(store_in(dir.path()));
    refused(
        dir.path(),
        &DatabaseKey::from_bytes([8; 32]),
        &StoreError::WrongKey,
    );
    Store::open(dir.path(), &key()).unwrap();
}

#[test]
fn without_key_slots_a_wrong_key_may_be_a_foreign_file() {
    let dir = folder();
    drop(store_in(dir.path()));
    refused(
        dir.path(),
        &DatabaseKey::from_bytes([8; 32]),
        &StoreError::NotADatabase,
    );
    Store::open(dir.path(), &key()).unwrap();
}

#[test]
fn a_database_for_another_key_than_that_of_the_slots_is_not_created() {
    let dir = folder();
    with_slots(dir.path());
    assert_eq!(
        Store::create(dir.path(), &DatabaseKey::from_bytes([8; 32])).unwrap_err(),
        StoreError::WrongKey
    );
    assert!(!crate::store::exists(dir.path()));
}

#[test]
fn a_newer_schema_is_left_alone() {
    let dir = folder();
    let store = store_in(dir.path());
    store
        .write(|tx| tx.execute("PRAGMA user_version = 4711", []))
        .unwrap();
    let supported = crate::store::migrate::supported();
    let expected = StoreError::NewerSchema {
        found: 4711,
        supported,
    };
    // With what is still in the log, as after a crash, and without.
    refused(crashed(dir.path()).path(), &key(), &expected);
    drop(store);
    refused(dir.path(), &key(), &expected);
}

#[test]
fn a_damaged_first_page_is_damage_and_not_a_wrong_key() {
    let dir = folder();
    with_slots(dir.path());
    drop(store_in(dir.path()));
    damage(dir.path(), 0..1);
    refused(dir.path(), &key(), &StoreError::Corrupt);
}

#[test]
fn damage_in_the_middle_is_found_by_the_read_that_meets_it() {
    let dir = folder();
    let store = store_in(dir.path());
    store
        .write(|tx| {
            (0..100).try_for_each(|n| add(tx, &format!("{n:03}{}", "x".repeat(2000))).map(drop))
        })
        .unwrap();
    let root: u32 = store
        .read(|view| {
            view.query_row(
                "SELECT rootpage FROM sqlite_schema WHERE name = 'note'",
                [],
                |row| row.get(0),
            )
        })
        .unwrap()
        .unwrap();
    drop(store);
    let pages = fs::read(dir.path().join("sotto.db")).unwrap().len() / PAGE;
    damage(dir.path(), root as usize..pages);
    let before = files(dir.path());
    let store = Store::open(dir.path(), &key()).unwrap();
    assert_eq!(store.read(notes).unwrap_err(), StoreError::Corrupt);
    assert_eq!(
        store.write(|tx| notes(tx).map(drop)).unwrap_err(),
        StoreError::Corrupt
    );
    drop(store);
    assert_eq!(files(dir.path())["sotto.db"], before["sotto.db"]);
}

#[test]
fn a_cut_off_file_is_not_taken_for_a_new_database() {
    let dir = folder();
    drop(store_in(dir.path()));
    fs::write(dir.path().join("sotto.db"), b"").unwrap();
    refused(dir.path(), &key(), &StoreError::Corrupt);
}

#[test]
fn a_profile_is_open_once() {
    let dir = folder();
    let store = store_in(dir.path());
    refused(dir.path(), &key(), &StoreError::InUse);
    assert_eq!(
        Store::create(dir.path(), &key()).unwrap_err(),
        StoreError::InUse
    );
    store.write(|tx| add(tx, "the first goes on")).unwrap();
    drop(store);
    assert_eq!(
        all(&Store::open(dir.path(), &key()).unwrap()),
        ["the first goes on"]
    );
}

#[test]
fn opening_makes_nothing_and_creating_overwrites_nothing() {
    let dir = folder();
    assert_eq!(
        Store::open(&dir.path().join("nowhere"), &key()).unwrap_err(),
        StoreError::Missing
    );
    assert!(!dir.path().join("nowhere").exists());
    assert_eq!(
        Store::open(dir.path(), &key()).unwrap_err(),
        StoreError::Missing
    );
    drop(store_in(dir.path()));
    let before = files(dir.path());
    assert_eq!(
        Store::create(dir.path(), &key()).unwrap_err(),
        StoreError::Exists
    );
    assert!(files(dir.path()) == before);
}

#[test]
fn a_log_without_its_database_is_not_replayed_into_a_new_one() {
    let dir = folder();
    let store = store_in(dir.path());
    let copy = crashed(dir.path());
    drop(store);
    fs::remove_file(copy.path().join("sotto.db")).unwrap();
    assert_eq!(
        Store::create(copy.path(), &key()).unwrap_err(),
        StoreError::Exists
    );
}

#[test]
fn a_creation_that_was_killed_can_be_done_again() {
    let dir = folder();
    fs::write(dir.path().join("sotto.db.new"), b"half of something").unwrap();
    fs::write(dir.path().join("sotto.db.new-wal"), b"and its log").unwrap();
    drop(store_in(dir.path()));
    assert_eq!(
        files(dir.path()).into_keys().collect::<Vec<_>>(),
        ["lock", "sotto.db"]
    );
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let parent = folder();
    let dir = parent.path().join("profile");
    with_slots(&dir);
    let store = store_in(&dir);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    for name in [
        "sotto.db",
        "sotto.db-wal",
        "sotto.db-shm",
        "lock",
        "keyslots",
        "key",
    ] {
        assert_eq!(mode(&dir.join(name)), 0o600, "{name}");
    }
    drop(store);
}

#[test]
fn every_connection_has_the_settings() {
    let dir = folder();
    let store = store_in(dir.path());
    fn setting(view: &View<'_>, name: &str) -> Result<String, StoreError> {
        Ok(view
            .conn()
            .pragma_query_value(None, name, |row| Ok(format!("{:?}", row.get_ref(0)?)))?)
    }
    for (name, value) in [
        ("journal_mode", "Text([119, 97, 108])"),
        ("synchronous", "Integer(2)"),
        ("foreign_keys", "Integer(1)"),
        ("secure_delete", "Integer(1)"),
        ("temp_store", "Integer(2)"),
        ("trusted_schema", "Integer(0)"),
        ("cell_size_check", "Integer(1)"),
        ("wal_autocheckpoint", "Integer(0)"),
    ] {
        assert_eq!(
            store.read(|view| setting(view, name)).unwrap(),
            value,
            "{name}"
        );
        assert_eq!(
            store.write(move |tx| setting(tx, name)).unwrap(),
            value,
            "{name}"
        );
    }
    assert_eq!(
        store.read(|view| setting(view, "query_only")).unwrap(),
        "Integer(1)"
    );
}
