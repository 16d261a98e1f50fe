//! Readers: one snapshot, and no way to write.

use std::sync::{Arc, mpsc};
use std::thread;

use super::*;

#[test]
fn a_read_sees_one_snapshot() {
    let dir = folder();
    let store = store_in(dir.path());
    store.write(|tx| add(tx, "before")).unwrap();
    store
        .read(|view| {
            assert_eq!(notes(view)?, ["before"]);
            store.write(|tx| add(tx, "meanwhile"))?;
            assert_eq!(notes(view)?, ["before"]);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert_eq!(all(&store), ["before", "meanwhile"]);
}

#[test]
fn a_view_cannot_write() {
    let dir = folder();
    let store = store_in(dir.path());
    let insert = "INSERT INTO note (text) VALUES ('x') RETURNING text";
    let refused = store.read(|view| view.query_row(insert, [], |row| row.get::<_, String>(0)));
    assert!(matches!(refused, Err(StoreError::Bug { .. })));
    // Neither where the connection could.
    let refused = store.write(move |tx| {
        tx.view()
            .query_row(insert, [], |row| row.get::<_, String>(0))
    });
    assert!(matches!(refused, Err(StoreError::Bug { .. })));
    assert!(all(&store).is_empty());
}

#[test]
fn the_connection_of_a_reader_cannot_write() {
    let dir = folder();
    drop(store_in(dir.path()));
    let conn = crate::store::connection::open_reader(&dir.path().join("sotto.db"), &key()).unwrap();
    let refused = conn
        .execute("INSERT INTO note (text) VALUES ('x')", [])
        .map_err(StoreError::from);
    assert!(
        matches!(refused, Err(StoreError::Bug { .. })),
        "{refused:?}"
    );
}

#[test]
fn a_read_inside_a_read_is_refused_and_not_a_deadlock() {
    let dir = folder();
    let store = store_in(dir.path());
    let other_dir = folder();
    let other = store_in(other_dir.path());
    let inner = store.read(|_| {
        assert!(other.read(notes).is_ok());
        store.read(notes)
    });
    assert!(matches!(inner, Err(StoreError::Bug { .. })));
    assert!(all(&store).is_empty());
}

#[test]
fn readers_are_lent_and_come_back_even_from_a_panic() {
    let dir = folder();
    let store = Arc::new(store_in(dir.path()));
    let (here, arrived) = mpsc::channel();
    let threads: Vec<_> = (0..8)
        .map(|n| {
            let (store, here) = (Arc::clone(&store), here.clone());
            thread::spawn(move || {
                store.read(|view| {
                    here.send(()).unwrap();
                    assert!(n % 2 == 0, "as a test wants it");
                    notes(view)
                })
            })
        })
        .collect();
    let ended: Vec<bool> = threads
        .into_iter()
        .map(|thread| thread.join().is_ok())
        .collect();
    assert_eq!(ended, [true, false, true, false, true, false, true, false]);
    assert_eq!(arrived.try_iter().count(), 8);
    store.write(|tx| add(tx, "seen by every reader")).unwrap();
    for _ in 0..3 {
        assert_eq!(all(&store), ["seen by every reader"]);
    }
}
