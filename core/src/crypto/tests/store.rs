//! The store beneath: faults of ours that look like bad messages, and copies of the file.

use super::*;

/// Opening a message that arrives far ahead writes a large record; the disk has no room for it.
#[test]
fn a_full_disk_is_no_bad_message() {
    let (alice, bob, published) = two();
    alice
        .start(&bob.peer(), &bundle(&bob, &published, Some(0)))
        .unwrap();
    say(&alice, &bob, b"first");
    let ahead: Vec<_> = (0..900_u32)
        .map(|n| alice.seal(&bob.peer(), &n.to_be_bytes()).unwrap())
        .collect();
    let (rows, last) = (bob.rows(), &ahead[899]);
    let mut failures = 0;
    for room in 0.. {
        bob.write(move |tx, _, _| Ok(probe::leave_room_for(tx, room)?))
            .unwrap();
        match bob.open(&alice.peer(), last) {
            Err(error) => {
                assert_eq!(error, CryptoError::Store(StoreError::Full));
                assert_eq!(bob.rows(), rows);
                failures += 1;
            }
            Ok(plaintext) => {
                assert_eq!(plaintext, 899_u32.to_be_bytes());
                break;
            }
        }
    }
    assert!(failures > 3, "the disk was never full");
    bob.write(|tx, _, _| Ok(probe::leave_room(tx)?)).unwrap();
    assert_eq!(
        bob.open(&alice.peer(), &ahead[0]).unwrap(),
        0_u32.to_be_bytes()
    );
}

/// The same for a first message, and in one transaction with other work: all of it is undone, even
/// if the caller took the error for the envelope's.
#[test]
fn a_full_disk_undoes_what_was_done_with_it() {
    let (alice, bob, published) = two();
    alice
        .start(&bob.peer(), &bundle(&bob, &published, None))
        .unwrap();
    let sealed = alice.seal(&bob.peer(), b"x").unwrap();
    let envelope = bob.unseal(&sealed).unwrap();
    let rows = bob.rows();
    let (sender, now) = (alice.peer(), bob.now.get());
    let again = envelope.clone();
    let answer = bob.write(move |tx, random, keys| {
        super::super::pre_keys::top_up(tx, random, keys, 0, 0, now)?;
        probe::leave_room_for(tx, 0)?;
        let mut failed = false;
        for _ in 0..50 {
            let one =
                tx.savepoint(|tx| super::super::pre_keys::top_up(tx, random, keys, 99, 0, now));
            failed |= matches!(one, Err(CryptoError::Store(StoreError::Full)));
        }
        assert!(failed);
        // By now SQLite refuses everything; it must not look like the envelope's fault.
        let opened = open(tx, random, keys, &again, &sender, now);
        assert!(matches!(opened, Err(CryptoError::Store(_))), "{opened:?}");
        Ok(())
    });
    assert_eq!(answer, Err(CryptoError::Store(StoreError::Full)));
    assert_eq!(bob.rows(), rows);
    bob.write(|tx, _, _| Ok(probe::leave_room(tx)?)).unwrap();
    assert_eq!(bob.open(&alice.peer(), &sealed).unwrap(), b"x");
}

/// Inside libsignal it is not either: what it makes of a store that fails is not what we report.
#[test]
fn libsignal_cannot_hide_a_full_disk() {
    let (alice, bob, published) = two();
    let (peer, bundle, now) = (bob.peer(), bundle(&bob, &published, None), alice.now.get());
    let rows = alice.rows();
    let answer = alice.write(move |tx, random, keys| {
        probe::leave_room_for(tx, 0)?;
        // Each adds a state to the record, until the record needs another page.
        let failed =
            (0..5).find_map(|_| start_session(tx, random, keys, &peer, &bundle, now).err());
        assert_eq!(failed, Some(CryptoError::Store(StoreError::Full)));
        Ok(())
    });
    assert_eq!(answer, Err(CryptoError::Store(StoreError::Full)));
    assert_eq!(alice.rows(), rows);
}

#[test]
fn a_copy_of_the_files_opens_what_the_original_would() {
    let (alice, bob, published) = talking();
    let next = alice.seal(&bob.peer(), b"next").unwrap();
    let carol = Party::new(3);
    carol.meet(&bob.peer());
    bob.meet(&carol.peer());
    carol
        .start(&bob.peer(), &bundle(&bob, &published, Some(5)))
        .unwrap();
    let first = carol.seal(&bob.peer(), b"first").unwrap();
    let copy = bob.copied();
    for party in [&bob, &copy] {
        assert_eq!(party.open(&alice.peer(), &next).unwrap(), b"next");
        assert_eq!(party.open(&carol.peer(), &first).unwrap(), b"first");
    }
}

/// A step that was committed is in the copy, a step that was not is not: no key is used twice.
#[test]
fn a_step_is_in_the_file_when_its_bytes_are_out() {
    let (alice, bob, _) = talking();
    let sealed = alice.seal(&bob.peer(), b"out").unwrap();
    let copy = alice.copied();
    assert_eq!(copy.rows(), alice.rows());
    assert_eq!(bob.open(&alice.peer(), &sealed).unwrap(), b"out");
    let after = copy.seal(&bob.peer(), b"after the crash").unwrap();
    assert_eq!(bob.open(&alice.peer(), &after).unwrap(), b"after the crash");
}

#[test]
fn a_failed_open_leaves_the_transaction_usable() {
    let (alice, bob, _) = talking();
    let good = bob
        .unseal(&alice.seal(&bob.peer(), b"good").unwrap())
        .unwrap();
    let mut bad = good.clone();
    *bad.contents.last_mut().unwrap() ^= 1;
    let (sender, now) = (alice.peer(), bob.now.get());
    let answers = bob
        .write(move |tx, random, keys| {
            Ok([&bad, &good].map(|envelope| open(tx, random, keys, envelope, &sender, now)))
        })
        .unwrap();
    assert_eq!(
        answers,
        [Err(fault(Fault::InvalidMessage)), Ok(b"good".to_vec())]
    );
}

/// A damaged record is our own fault: the envelope is not dropped for it.
#[test]
fn a_damaged_record_is_no_bad_message() {
    let (alice, bob, _) = talking();
    let sealed = alice.seal(&bob.peer(), b"x").unwrap();
    let mailbox = alice.keys.mailbox();
    bob.write(move |tx, _, _| Ok(sessions::store(tx, &mailbox, &[0xff; 40])?))
        .unwrap();
    assert!(matches!(
        bob.open(&alice.peer(), &sealed),
        Err(CryptoError::Bug(_))
    ));
}
