//! Change sets: after the commit, once, and in order.

use std::sync::{Arc, Mutex, mpsc};

use super::*;
use crate::store::Change;

const ACCOUNT: Change = Change::AccountChanged;
const OUTBOX: Change = Change::OutboxChanged;
const NOTICE: Change = Change::SecurityNotice { account: [3; 32] };

#[test]
fn changes_are_told_after_the_commit_and_before_the_answer() {
    let dir = folder();
    let store = Arc::new(store_in(dir.path()));
    let (told, events) = mpsc::channel();
    let reader = Arc::downgrade(&store);
    let _subscription = store.subscribe(Box::new(move |changes| {
        // A read of its own sees what the change is about: it is committed.
        let seen = all(&reader.upgrade().unwrap());
        told.send((changes.to_vec(), seen)).unwrap();
    }));
    let events = Arc::new(Mutex::new(events));
    let inside = Arc::clone(&events);
    store
        .write(move |tx| {
            tx.changed(ACCOUNT);
            add(tx, "new")?;
            assert!(inside.lock().unwrap().try_recv().is_err());
            Ok::<_, StoreError>(())
        })
        .unwrap();
    let told = events.lock().unwrap().try_recv().unwrap();
    assert_eq!(told, (vec![ACCOUNT], vec!["new".to_owned()]));
}

#[test]
fn what_was_undone_is_not_told_and_repeats_are_told_once() {
    let dir = folder();
    let store = store_in(dir.path());
    let (told, events) = mpsc::channel();
    let _subscription = store.subscribe(Box::new(move |changes| {
        told.send(changes.to_vec()).unwrap()
    }));
    store
        .write(|tx| {
            tx.changed(OUTBOX);
            let _ = tx.savepoint(|tx| {
                tx.changed(NOTICE);
                Err::<(), _>(StoreError::Busy)
            });
            tx.savepoint(|tx| {
                tx.changed(ACCOUNT);
                tx.changed(OUTBOX);
                Ok::<_, StoreError>(())
            })
        })
        .unwrap();
    let _ = store.write(|tx| {
        tx.changed(NOTICE);
        Err::<(), _>(StoreError::Busy)
    });
    store.write(|tx| add(tx, "nothing to tell")).unwrap();
    assert_eq!(
        events.try_iter().collect::<Vec<_>>(),
        [vec![OUTBOX, ACCOUNT]]
    );
}

#[test]
fn a_subscriber_that_panics_harms_nobody() {
    let dir = folder();
    let store = store_in(dir.path());
    let (told, events) = mpsc::channel();
    let _first = store.subscribe(Box::new(|_| panic!("as a test wants it")));
    let _second = store.subscribe(Box::new(move |changes| {
        told.send(changes.to_vec()).unwrap()
    }));
    for _ in 0..2 {
        store
            .write(|tx| {
                tx.changed(OUTBOX);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    }
    assert_eq!(events.try_iter().count(), 2);
}

#[test]
fn dropping_a_subscription_cancels_it() {
    let dir = folder();
    let store = store_in(dir.path());
    let (told, events) = mpsc::channel();
    let subscription = store.subscribe(Box::new(move |_| told.send(()).unwrap()));
    let outbox = |tx: &mut Tx<'_>| {
        tx.changed(OUTBOX);
        Ok::<_, StoreError>(())
    };
    store.write(outbox).unwrap();
    drop(subscription);
    store.write(outbox).unwrap();
    assert_eq!(events.try_iter().count(), 1);
}

#[test]
fn the_last_handle_may_go_on_the_writer_thread() {
    let dir = folder();
    let store = Arc::new(store_in(dir.path()));
    let (told, ended) = mpsc::channel();
    let (go, gone) = mpsc::channel::<()>();
    let last = Mutex::new(Some((Arc::clone(&store), gone)));
    let subscription = store.subscribe(Box::new(move |_| {
        let (store, gone) = last.lock().unwrap().take().unwrap();
        gone.recv().unwrap();
        drop(store);
        told.send(()).unwrap();
    }));
    let _ = store
        .writer
        .submit(|tx| {
            tx.changed(OUTBOX);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    drop(store);
    go.send(()).unwrap();
    ended.recv().unwrap();
    drop(subscription);
}
