//! What is on the disk, and when.

use std::fs;
use std::path::Path;

use super::*;

const MARKER: &str = "the cat sat on the unencrypted mat";

fn log_size(dir: &Path) -> u64 {
    fs::metadata(dir.join("sotto.db-wal")).map_or(0, |file| file.len())
}

#[test]
fn what_was_answered_survives_a_crash() {
    let dir = folder();
    let store = store_in(dir.path());
    for n in 0..20 {
        store.write(move |tx| add(tx, &n.to_string())).unwrap();
        let copy = crashed(dir.path());
        let expected: Vec<_> = (0..=n).map(|n| n.to_string()).collect();
        assert_eq!(all(&Store::open(copy.path(), &key()).unwrap()), expected);
    }
}

#[test]
fn work_that_was_not_committed_does_not_survive_a_crash() {
    let dir = folder();
    let store = store_in(dir.path());
    let path = dir.path().to_owned();
    let copy = store
        .write(move |tx| {
            add(tx, &"x".repeat(100_000))?;
            Ok::<_, StoreError>(crashed(&path))
        })
        .unwrap();
    assert!(all(&Store::open(copy.path(), &key()).unwrap()).is_empty());
}

#[test]
fn no_file_holds_plain_text() {
    let dir = folder();
    let store = store_in(dir.path());
    store.write(|tx| add(tx, MARKER)).unwrap();
    let find = |what: &[u8]| {
        files(dir.path())
            .into_iter()
            .filter(|(_, bytes)| bytes.windows(what.len()).any(|at| at == what))
            .count()
    };
    assert!(log_size(dir.path()) > 0, "nothing to look into");
    assert_eq!(find(MARKER.as_bytes()), 0);
    store.checkpoint().unwrap();
    drop(store);
    for what in [
        MARKER.as_bytes(),
        b"SQLite format 3",
        b"CREATE TABLE",
        &[7; 32],
    ] {
        assert_eq!(find(what), 0, "{}", String::from_utf8_lossy(what));
    }
}

#[test]
fn a_checkpoint_empties_the_log() {
    let dir = folder();
    let store = store_in(dir.path());
    store.write(|tx| add(tx, "x")).unwrap();
    assert!(log_size(dir.path()) > 0);
    store.checkpoint().unwrap();
    assert_eq!(log_size(dir.path()), 0);
    fs::remove_file(dir.path().join("sotto.db-wal")).unwrap();
    let copy = crashed(dir.path());
    assert_eq!(all(&Store::open(copy.path(), &key()).unwrap()), ["x"]);
}

#[test]
fn the_log_stays_short_without_being_asked() {
    let dir = folder();
    let store = store_in(dir.path());
    for n in 0..30 {
        store
            .write(move |tx| add(tx, &format!("{n}{}", "x".repeat(500_000))))
            .unwrap();
    }
    // A checkpoint follows the answer: a next write waits for it.
    store.write(|tx| add(tx, "after the checkpoint")).unwrap();
    let size = log_size(dir.path());
    assert!(size < 6 * 1024 * 1024, "{size}");
}

#[test]
fn a_long_read_keeps_its_snapshot_through_checkpoints() {
    let dir = folder();
    let store = store_in(dir.path());
    store.write(|tx| add(tx, "before")).unwrap();
    store
        .read(|view| {
            assert_eq!(notes(view)?, ["before"]);
            for n in 0..12 {
                store.write(move |tx| add(tx, &format!("{n}{}", "x".repeat(500_000))))?;
            }
            assert_eq!(notes(view)?, ["before"]);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    store.checkpoint().unwrap();
    assert_eq!(log_size(dir.path()), 0);
    assert_eq!(all(&store).len(), 13);
}
