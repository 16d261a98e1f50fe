//! The suite that every engine passes, and what is particular to this one.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use sotto_wire::ids::{AccountId, Head, IncarnationId, MailboxId, StatementHash};
use sotto_wire::proto::Lane;

use super::Sqlite;
use crate::store::conformance::conformance;
use crate::store::{
    ChainChange, DeviceRecord, Directory, ItemRecord, Mailboxes, PutRecord, Quotas, Store,
    StoreError,
};

fn open(dir: &Path, quotas: Quotas) -> Sqlite {
    Sqlite::open(dir, quotas, IncarnationId::new([1; 16]), false).unwrap()
}

conformance!(open);

fn account(store: &Sqlite, devices: u8) {
    let device = |number| DeviceRecord {
        mailbox: MailboxId::new([number; 16]),
        identity_key: [number; 33],
    };
    let change = ChainChange {
        account: AccountId::new([0xaa; 32]),
        expected: None,
        statements: vec![vec![1]],
        head: Head {
            epoch: 0,
            seq: 0,
            hash: StatementHash::new([0; 32]),
        },
        devices: (1..=devices).map(device).collect(),
        closed: false,
    };
    store.change_chain(&change).unwrap();
}

fn put(recipients: u8, number: u32, body: usize) -> PutRecord {
    let mut envelope = [0; 16];
    envelope[..4].copy_from_slice(&number.to_be_bytes());
    let item = |mailbox| ItemRecord {
        mailbox: MailboxId::new([mailbox; 16]),
        envelope: envelope.into(),
        header: b"marker-header".to_vec(),
        lane: Lane::Contacts,
    };
    PutRecord {
        items: (1..=recipients).map(item).collect(),
        body: b"marker-body-".repeat(body / 12),
        expires: 1_000,
    }
}

fn count(dir: &Path, table: &str) -> i64 {
    let connection = Connection::open(dir.join("relay.db")).unwrap();
    connection
        .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
            row.get(0)
        })
        .unwrap()
}

#[test]
fn a_body_is_shared_from_eight_recipients_and_512_bytes_on() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), Quotas::default());
    account(&store, 8);
    store
        .append_batch(&[&put(7, 1, 1_200), &put(8, 2, 480)])
        .unwrap();
    assert_eq!(count(dir.path(), "body"), 0);
    store.append_batch(&[&put(8, 3, 1_200)]).unwrap();
    assert_eq!(
        (count(dir.path(), "body"), count(dir.path(), "log")),
        (1, 23)
    );
    for number in 1..=8 {
        assert_eq!(count(dir.path(), "body"), 1);
        store
            .ack_upto(&[(MailboxId::new([number; 16]), 3)], 10)
            .unwrap();
    }
    assert_eq!(
        (count(dir.path(), "body"), count(dir.path(), "log")),
        (0, 0)
    );
}

#[test]
fn nothing_acknowledged_rests_on_disk() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), Quotas::default());
    account(&store, 8);
    for number in 0..20 {
        store.append_batch(&[&put(8, number, 60_000)]).unwrap();
    }
    assert!(rests(dir.path()));
    let acks: Vec<_> = (1..=8)
        .map(|number| (MailboxId::new([number; 16]), 20))
        .collect();
    store.ack_upto(&acks, 10).unwrap();
    store.maintain().unwrap();
    store.maintain().unwrap();
    assert!(!rests(dir.path()));
}

/// Whether any file still holds a marker.
fn rests(dir: &Path) -> bool {
    let holds =
        |bytes: &[u8], marker: &[u8]| bytes.windows(marker.len()).any(|window| window == marker);
    fs::read_dir(dir).unwrap().any(|entry| {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        holds(&bytes, b"marker-body") || holds(&bytes, b"marker-header")
    })
}

#[test]
fn a_chain_cannot_be_rewritten_even_by_hand() {
    let dir = tempfile::tempdir().unwrap();
    account(&open(dir.path(), Quotas::default()), 1);
    let connection = Connection::open(dir.path().join("relay.db")).unwrap();
    for attempt in [
        "DELETE FROM statement",
        "UPDATE statement SET statement = x'00'",
    ] {
        assert!(connection.execute(attempt, []).is_err(), "{attempt}");
    }
}

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path(), Quotas::default()));
    let path = dir.path().join("relay.db");
    Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let before = fs::read(&path).unwrap();
    let result = Sqlite::open(
        dir.path(),
        Quotas::default(),
        IncarnationId::new([2; 16]),
        false,
    );
    assert!(matches!(result, Err(StoreError::Newer { found: 99, .. })));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn what_is_no_database_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("relay.db");
    fs::write(&path, b"no database at all".repeat(1_000)).unwrap();
    let before = fs::read(&path).unwrap();
    let result = Sqlite::open(
        dir.path(),
        Quotas::default(),
        IncarnationId::new([2; 16]),
        false,
    );
    assert!(matches!(result, Err(StoreError::Engine(_))));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_second_process_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let _first = open(dir.path(), Quotas::default());
    let result = Sqlite::open(
        dir.path(),
        Quotas::default(),
        IncarnationId::new([2; 16]),
        false,
    );
    assert!(matches!(result, Err(StoreError::InUse(_))));
}

#[test]
fn a_restore_begins_a_new_incarnation() {
    let dir = tempfile::tempdir().unwrap();
    let first = open(dir.path(), Quotas::default()).incarnation();
    let fresh = IncarnationId::new([2; 16]);
    let reopened = Sqlite::open(dir.path(), Quotas::default(), fresh, false).unwrap();
    assert_eq!(reopened.incarnation(), first);
    drop(reopened);
    let restored = Sqlite::open(dir.path(), Quotas::default(), fresh, true).unwrap();
    assert_eq!(restored.incarnation(), fresh);
}

/// SQLite's own limit of pages stands in for the disk's.
#[test]
fn a_full_disk_takes_no_puts_but_acks() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), Quotas::default());
    account(&store, 1);
    let limit = |pages: i64| {
        super::locked(&store.writer)
            .pragma_update(None, "max_page_count", pages)
            .unwrap();
    };
    limit(120);
    let mut stored = 0;
    let refused = loop {
        match store.append_batch(&[&put(1, stored, 60_000)]) {
            Ok(_) => stored += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, StoreError::Full));
    assert!(stored > 2);
    assert!(!dir.path().join("reserve").exists());
    assert!(matches!(
        store.append_batch(&[&put(1, 99, 60)]),
        Err(StoreError::Full)
    ));
    let page = store.read_after(
        &MailboxId::new([1; 16]),
        0,
        super::super::PageLimit {
            envelopes: 100,
            bytes: 1 << 30,
        },
    );
    assert_eq!(page.unwrap().envelopes.len() as u32, stored);
    store
        .ack_upto(&[(MailboxId::new([1; 16]), u64::from(stored))], 10)
        .unwrap();
    assert_eq!(count(dir.path(), "log"), 0);

    store.maintain().unwrap();
    assert!(dir.path().join("reserve").exists());
    assert!(store.append_batch(&[&put(1, 99, 60)]).is_ok());
}

#[test]
fn the_log_is_emptied_when_it_has_grown_too_long() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), Quotas::default());
    account(&store, 1);
    store.checkpoints.force_above(64 << 10);
    let wal = dir.path().join("relay.db-wal");
    let mut lengths = Vec::new();
    for number in 0..100 {
        store.append_batch(&[&put(1, number, 6_000)]).unwrap();
        lengths.push(fs::metadata(&wal).unwrap().len());
    }
    assert!(
        lengths.windows(2).any(|pair| pair[1] < pair[0]),
        "{lengths:?}"
    );
    assert_eq!(count(dir.path(), "log"), 100);
}
