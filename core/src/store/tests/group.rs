//! Closures that wait together share one commit and nothing else.

use std::sync::mpsc::{self, Receiver, Sender};

use super::*;

type Answer = Receiver<Result<i64, StoreError>>;

/// Keeps the writer in a closure of its own until told, so that what is handed in meanwhile
/// becomes one group.
fn hold(store: &Store) -> Sender<()> {
    let (release, held) = mpsc::channel();
    let (started, running) = mpsc::channel();
    let _ = store
        .writer
        .submit(move |_| {
            started.send(()).unwrap();
            held.recv().unwrap();
            Ok::<_, StoreError>(())
        })
        .unwrap();
    // From here on its group is closed.
    running.recv().unwrap();
    release
}

fn submit(
    store: &Store,
    f: impl FnOnce(&mut Tx<'_>) -> Result<i64, StoreError> + Send + 'static,
) -> Answer {
    store.writer.submit(f).unwrap()
}

fn limit_pages(store: &Store, spare: i64) {
    store
        .write(move |tx| {
            let pages: i64 = tx
                .query_row("PRAGMA page_count", [], |row| row.get(0))?
                .unwrap();
            tx.query_row(
                &format!("PRAGMA max_page_count = {}", pages + spare),
                [],
                |row| row.get::<_, i64>(0),
            )
        })
        .unwrap();
}

#[test]
fn errors_and_panics_in_a_group_undo_only_themselves() {
    let dir = folder();
    let store = store_in(dir.path());
    let release = hold(&store);
    let first = submit(&store, |tx| add(tx, "first"));
    let panics = submit(&store, |tx| {
        add(tx, "panics")?;
        panic!("as a test wants it");
    });
    let fails = submit(&store, |tx| {
        add(tx, "fails")?;
        Err(StoreError::Busy)
    });
    let last = submit(&store, |tx| {
        // One transaction: it sees what the first wrote, which is not committed yet.
        assert_eq!(notes(tx)?, ["first"]);
        add(tx, "last")
    });
    release.send(()).unwrap();
    assert!(first.recv().unwrap().is_ok());
    assert!(matches!(
        panics.recv().unwrap(),
        Err(StoreError::Bug { .. })
    ));
    assert_eq!(fails.recv().unwrap(), Err(StoreError::Busy));
    assert!(last.recv().unwrap().is_ok());
    assert_eq!(all(&store), ["first", "last"]);
}

#[test]
fn a_group_is_one_commit() {
    let dir = folder();
    let store = store_in(dir.path());
    let (told, commits) = mpsc::channel();
    let _subscription = store.subscribe(Box::new(move |changes| told.send(changes.len()).unwrap()));
    let release = hold(&store);
    let answers: Vec<_> = (0..10)
        .map(|n| {
            submit(&store, move |tx| {
                tx.changed(crate::store::Change::ContactChanged { account: [n; 32] });
                add(tx, &n.to_string())
            })
        })
        .collect();
    release.send(()).unwrap();
    assert!(answers.iter().all(|answer| answer.recv().unwrap().is_ok()));
    assert_eq!(commits.try_iter().collect::<Vec<_>>(), [10]);
}

#[test]
fn a_commit_that_fails_fails_for_all_and_applies_nothing() {
    let dir = folder();
    let store = store_in(dir.path());
    let (told, published) = mpsc::channel();
    let _subscription = store.subscribe(Box::new(move |changes| {
        told.send(changes.to_vec()).unwrap()
    }));
    let release = hold(&store);
    let good = submit(&store, |tx| {
        tx.changed(crate::store::Change::OutboxChanged);
        add(tx, "good")
    });
    // A deferred reference is looked at by COMMIT only.
    let dangling = submit(&store, |tx| {
        tx.execute("INSERT INTO reply VALUES (4711)", []).map(|_| 0)
    });
    let own = submit(&store, |_| Err(StoreError::Busy));
    release.send(()).unwrap();
    let refused = Err(StoreError::Constraint {
        rule: crate::store::Rule::ForeignKey,
    });
    assert_eq!(good.recv().unwrap(), refused);
    assert_eq!(dangling.recv().unwrap(), refused);
    assert_eq!(own.recv().unwrap(), Err(StoreError::Busy));
    assert!(all(&store).is_empty());
    store.write(|tx| add(tx, "next")).unwrap();
    assert_eq!(all(&store), ["next"]);
    assert_eq!(published.try_iter().count(), 0);
}

#[test]
fn in_a_full_database_every_answer_is_true() {
    let dir = folder();
    let store = store_in(dir.path());
    limit_pages(&store, 4);
    let release = hold(&store);
    let texts: Vec<String> = [1, 100_000, 2, 100_001, 3]
        .map(|length| "x".repeat(length))
        .into();
    let answers: Vec<_> = texts
        .iter()
        .cloned()
        .map(|text| (text.clone(), submit(&store, move |tx| add(tx, &text))))
        .collect();
    release.send(()).unwrap();
    let mut expected = Vec::new();
    for (text, answer) in answers {
        match answer.recv().unwrap() {
            Ok(_) => expected.push(text),
            Err(error) => assert_eq!(error, StoreError::Full),
        }
    }
    assert_eq!(all(&store), expected);
    assert!(expected.iter().all(|text| text.len() < 100));
    store.write(|tx| add(tx, "room for this")).unwrap();
}

#[test]
fn work_that_was_handed_in_is_done_before_the_store_closes() {
    let dir = folder();
    let store = store_in(dir.path());
    let answers: Vec<_> = (0..200)
        .map(|n| submit(&store, move |tx| add(tx, &n.to_string())))
        .collect();
    drop(store);
    assert!(answers.iter().all(|answer| answer.recv().unwrap().is_ok()));
    assert_eq!(all(&Store::open(dir.path(), &key()).unwrap()).len(), 200);
}
