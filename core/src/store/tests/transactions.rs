//! One closure: all of it or nothing, whatever happens in it.

use std::cell::Cell;
use std::sync::Arc;

use super::*;
use crate::store::Rule;

#[derive(Debug, PartialEq)]
enum Refusal {
    Store(StoreError),
    BadEnvelope,
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

#[test]
fn an_error_undoes_everything() {
    let dir = folder();
    let store = store_in(dir.path());
    let answer = store.write(|tx| {
        add(tx, "gone")?;
        Err::<(), _>(Refusal::BadEnvelope)
    });
    assert_eq!(answer, Err(Refusal::BadEnvelope));
    assert!(all(&store).is_empty());
}

#[test]
fn a_panic_undoes_everything_and_the_writer_lives() {
    let dir = folder();
    let store = store_in(dir.path());
    let answer = store.write(|tx| {
        add(tx, "gone")?;
        tx.savepoint(|tx| {
            add(tx, "gone too")?;
            if notes(tx)?.len() == 2 {
                panic!("as a test wants it");
            }
            Ok::<_, StoreError>(())
        })
    });
    assert!(matches!(answer, Err(StoreError::Bug { .. })), "{answer:?}");
    store.write(|tx| add(tx, "next")).unwrap();
    assert_eq!(all(&store), ["next"]);
}

#[test]
fn a_savepoint_undoes_only_itself() {
    let dir = folder();
    let store = store_in(dir.path());
    store
        .write(|tx| {
            add(tx, "first")?;
            let refused = tx.savepoint(|tx| {
                add(tx, "bad")?;
                tx.savepoint(|tx| add(tx, "good inside bad").map_err(Refusal::from))?;
                Err::<(), _>(Refusal::BadEnvelope)
            });
            assert_eq!(refused, Err(Refusal::BadEnvelope));
            tx.savepoint(|tx| add(tx, "last").map_err(Refusal::from))?;
            Ok::<_, Refusal>(())
        })
        .unwrap();
    assert_eq!(all(&store), ["first", "last"]);
}

#[test]
fn a_broken_rule_is_an_answer() {
    let dir = folder();
    let store = store_in(dir.path());
    store
        .write(|tx| {
            add(tx, "once")?;
            assert_eq!(
                add(tx, "once"),
                Err(StoreError::Constraint { rule: Rule::Unique })
            );
            let empty = tx.execute("INSERT INTO note (text) VALUES (NULL)", []);
            assert_eq!(
                empty,
                Err(StoreError::Constraint {
                    rule: Rule::NotNull
                })
            );
            add(tx, "twice")
        })
        .unwrap();
    assert_eq!(all(&store), ["once", "twice"]);
}

#[test]
fn a_fault_cannot_be_swallowed() {
    let dir = folder();
    let store = store_in(dir.path());
    let answer = store.write(|tx| {
        add(tx, "before the fault")?;
        // Somebody in between takes a fault of the store for a bad message.
        let _ = tx.savepoint(|tx| tx.execute("INSERT INTO nowhere VALUES (1)", []));
        Ok::<_, StoreError>(())
    });
    assert!(matches!(answer, Err(StoreError::Bug { .. })), "{answer:?}");
    assert!(all(&store).is_empty());
}

#[test]
fn a_full_database_is_full_and_works_again_when_there_is_room() {
    let dir = folder();
    let store = store_in(dir.path());
    store.write(|tx| add(tx, "before")).unwrap();
    store
        .write(|tx| {
            let pages: i64 = tx
                .query_row("PRAGMA page_count", [], |row| row.get(0))?
                .unwrap();
            tx.query_row(
                &format!("PRAGMA max_page_count = {}", pages + 4),
                [],
                |row| row.get::<_, i64>(0),
            )
        })
        .unwrap();
    let answer = store.write(|tx| {
        add(tx, "small")?;
        let _ = add(tx, &"x".repeat(100_000));
        // What SQLite may have rolled back by itself must not go on statement by statement.
        let _ = add(tx, "after the failure");
        Ok::<_, StoreError>(())
    });
    assert_eq!(answer, Err(StoreError::Full));
    assert_eq!(all(&store), ["before"]);
    store
        .write(|tx| add(tx, "still room for a little"))
        .unwrap();
    store
        .write(|tx| {
            tx.query_row("PRAGMA max_page_count = 100000", [], |row| {
                row.get::<_, i64>(0)
            })
        })
        .unwrap();
    store.write(|tx| add(tx, &"x".repeat(100_000))).unwrap();
    drop(store);
    assert_eq!(all(&Store::open(dir.path(), &key()).unwrap()).len(), 3);
}

#[test]
fn a_closure_cannot_end_the_transaction() {
    let dir = folder();
    let store = store_in(dir.path());
    let answer = store.write(|tx| {
        add(tx, "one")?;
        tx.execute("ROLLBACK", [])?;
        add(tx, "committed by itself")
    });
    assert!(matches!(answer, Err(StoreError::Bug { .. })), "{answer:?}");
    assert!(all(&store).is_empty());
}

#[test]
fn a_write_inside_a_write_is_refused_and_not_a_deadlock() {
    let dir = folder();
    let store = Arc::new(store_in(dir.path()));
    let inner = Arc::clone(&store);
    store
        .write(move |tx| {
            assert!(matches!(
                inner.write(|tx| add(tx, "inner")),
                Err(StoreError::Bug { .. })
            ));
            assert!(matches!(inner.checkpoint(), Err(StoreError::Bug { .. })));
            add(tx, "outer")
        })
        .unwrap();
    assert_eq!(all(&store), ["outer"]);
}

#[test]
fn the_helpers_return_rows() {
    let dir = folder();
    let store = store_in(dir.path());
    store
        .write(|tx| {
            let id = tx
                .query_row(
                    "INSERT INTO note (text) VALUES ('a') RETURNING id",
                    [],
                    |row| row.get::<_, i64>(0),
                )?
                .unwrap();
            assert_eq!(id, tx.last_insert_rowid());
            add(tx, "b")?;
            assert_eq!(
                tx.view()
                    .query_row("SELECT 1 FROM note WHERE text = 'c'", [], |_| Ok(()))?,
                None
            );
            let gone: Vec<String> =
                tx.query_all("DELETE FROM note RETURNING text", [], |row| row.get(0))?;
            assert_eq!(gone, ["a", "b"]);
            assert_eq!(tx.execute("UPDATE note SET text = 'd'", [])?, 0);
            Ok::<_, StoreError>(())
        })
        .unwrap();
}

#[test]
fn answers_need_not_be_shared_between_threads() {
    let dir = folder();
    let store = store_in(dir.path());
    // Send but not Sync, as many values of a caller are.
    let answer = store.write(|tx| add(tx, "x").map(Cell::new)).unwrap();
    assert_eq!(answer.get(), 1);
}
