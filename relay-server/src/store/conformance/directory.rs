//! What an engine promises of accounts, keys and counters.

use std::path::Path;

use sotto_wire::ids::{AccountId, MailboxId};
use sotto_wire::proto::{OneTimeKemKey, OneTimeKey, SignedKeys};

use super::{ACCOUNT, BOB, EVE, Ground, append, change, device, found, put, put_to, waiting};
use crate::store::{
    Appended, Boot, ChainChange, ChainChanged, KeyStock, Publication, Published, Quotas, Store,
};

type Open<S> = dyn Fn(&Path, Quotas) -> S;

const DONE: ChainChanged = ChainChanged::Done {
    removed: Vec::new(),
};

pub fn a_chain_grows_by_compare_and_swap<S: Store>(open: &Open<S>) {
    let ground = Ground::new(open);
    let store = ground.open();
    assert_eq!(store.account(&ACCOUNT).unwrap(), None);
    assert_eq!(
        store.change_chain(&change(Some(0), 1, 1..=1)).unwrap(),
        ChainChanged::Conflict
    );
    found(&store, 1);
    assert_eq!(
        store.change_chain(&change(None, 0, 1..=1)).unwrap(),
        ChainChanged::Conflict
    );
    assert_eq!(
        store.change_chain(&change(Some(0), 1, 1..=2)).unwrap(),
        DONE
    );
    assert_eq!(
        store.change_chain(&change(Some(0), 2, 1..=3)).unwrap(),
        ChainChanged::Conflict
    );
    let record = store.account(&ACCOUNT).unwrap().unwrap();
    assert_eq!(
        record.statements,
        [b"statement 0".to_vec(), b"statement 1".to_vec()]
    );
    assert!(!record.closed);
    assert_eq!(store.account_of(&device(2).mailbox).unwrap(), Some(ACCOUNT));
    assert_eq!(store.account_of(&device(3).mailbox).unwrap(), None);
}

pub fn nobody_takes_anothers_mailbox_or_identity<S: Store>(open: &Open<S>) {
    let ground = Ground::new(open);
    let store = ground.open();
    found(&store, 2);
    store.change_chain(&change(Some(0), 1, 1..=1)).unwrap();
    let other = |device| ChainChange {
        account: AccountId::new([0xee; 32]),
        devices: vec![device],
        ..change(None, 0, 1..=1)
    };
    let mut same_mailbox = device(1);
    same_mailbox.identity_key = [0x77; 33];
    let mut same_identity = device(1);
    same_identity.mailbox = EVE;
    // The removed device's too.
    for device in [same_mailbox, same_identity, device(2)] {
        assert_eq!(
            store.change_chain(&other(device)).unwrap(),
            ChainChanged::Taken
        );
    }
    assert_eq!(store.account(&AccountId::new([0xee; 32])).unwrap(), None);
    assert_eq!(store.change_chain(&other(device(9))).unwrap(), DONE);
}

pub fn a_removed_device_loses_everything_but_its_counters<S: Store>(open: &Open<S>) {
    let ground = Ground::new(open);
    let store = ground.open();
    found(&store, 2);
    let second = device(2).mailbox;
    append(
        &store,
        &put_to(&[BOB, second], 1, sotto_wire::proto::Lane::Contacts, 10),
    );
    store.publish_keys(&second, &publication(1, 0..2)).unwrap();
    store.raise_boots(&[(second, 5)]).unwrap();
    let removed = store.change_chain(&change(Some(0), 1, 1..=1)).unwrap();
    assert_eq!(
        removed,
        ChainChanged::Done {
            removed: vec![second]
        }
    );
    assert_eq!(store.position(&second).unwrap(), None);
    assert!(waiting(&store, &second).is_empty());
    assert!(store.take_pre_keys(&[second], 10).unwrap().is_empty());
    assert_eq!(store.raise_boots(&[(second, 6)]).unwrap(), [Boot::Gone]);
    assert_eq!(waiting(&store, &BOB), [1]);
    // A recovery may bring it back; nothing that it has counted is counted again.
    assert_eq!(
        store.change_chain(&change(Some(1), 2, 1..=2)).unwrap(),
        DONE
    );
    let to_second = put_to(&[second], 2, sotto_wire::proto::Lane::Contacts, 10);
    assert_eq!(append(&store, &to_second), Appended::Stored(vec![Some(2)]));
    assert_eq!(store.raise_boots(&[(second, 5)]).unwrap(), [Boot::Stale(5)]);
}

pub fn closing_erases_all_but_the_chain<S: Store>(open: &Open<S>) {
    let ground = Ground::new(open);
    let store = ground.open();
    found(&store, 1);
    append(&store, &put(1));
    store
        .set_slots(&ACCOUNT, 1, b"slots", &[[1; 8]], 10)
        .unwrap();
    store.publish_keys(&BOB, &publication(1, 0..2)).unwrap();
    assert_eq!(store.close_account(&ACCOUNT).unwrap(), [BOB]);
    assert_eq!(store.close_account(&ACCOUNT).unwrap(), []);
    let record = store.account(&ACCOUNT).unwrap().unwrap();
    assert!(record.closed);
    assert_eq!(record.statements.len(), 1);
    assert_eq!((record.slots, record.retired), (None, Vec::new()));
    assert_eq!(append(&store, &put(2)), Appended::NoMailbox);
    assert_eq!(store.key_stock(&BOB).unwrap(), KeyStock::default());
    assert!(!store.set_slots(&ACCOUNT, 2, b"slots", &[], 10).unwrap());

    // The same head without new statements opens it again.
    let mut again = change(Some(0), 0, 1..=1);
    again.statements.clear();
    assert_eq!(store.change_chain(&again).unwrap(), DONE);
    assert!(!store.account(&ACCOUNT).unwrap().unwrap().closed);
    assert_eq!(append(&store, &put(2)), Appended::Stored(vec![Some(2)]));
    // A chain that closes does the same as closing.
    let closing = ChainChange {
        closed: true,
        ..change(Some(0), 1, 1..=1)
    };
    assert_eq!(
        store.change_chain(&closing).unwrap(),
        ChainChanged::Done { removed: vec![BOB] }
    );
    assert!(store.account(&ACCOUNT).unwrap().unwrap().closed);
    assert_eq!(append(&store, &put(3)), Appended::NoMailbox);
}

pub fn boots_only_rise<S: Store>(open: &Open<S>) {
    let ground = Ground::new(open);
    let store = ground.open();
    found(&store, 1);
    let boots = store
        .raise_boots(&[(BOB, 3), (BOB, 3), (BOB, 4), (EVE, 1)])
        .unwrap();
    assert_eq!(
        boots,
        [Boot::Raised, Boot::Stale(3), Boot::Raised, Boot::Gone]
    );
    drop(store);
    let store = ground.open();
    assert_eq!(store.raise_boots(&[(BOB, 4)]).unwrap(), [Boot::Stale(4)]);
    assert_eq!(store.raise_boots(&[(BOB, 9)]).unwrap(), [Boot::Raised]);
}

fn publication(generation: u64, ids: std::ops::Range<u32>) -> Publication {
    let key = |id: u32| id.to_be_bytes().repeat(8);
    Publication {
        keys: Some(SignedKeys {
            generation,
            signed_id: 7,
            ..SignedKeys::default()
        }),
        one_time: ids
            .clone()
            .map(|id| OneTimeKey { id, key: key(id) })
            .collect(),
        one_time_kem: ids
            .map(|id| OneTimeKemKey {
                id,
                key: key(id + 1_000),
                signature: vec![1],
            })
            .collect(),
        replace: false,
        at_most: 10,
    }
}

fn take(store: &impl Store) -> (Option<u32>, Option<u32>) {
    let bundles = store.take_pre_keys(&[BOB, EVE], 10).unwrap();
    let [bundle] = bundles.as_slice() else {
        panic!("one device has keys")
    };
    assert_eq!(bundle.mailbox, BOB.to_vec());
    assert_eq!(bundle.keys.as_ref().unwrap().signed_id, 7);
    let elliptic = bundle.one_time.as_ref().map(|key| key.id);
    (elliptic, bundle.one_time_kem.as_ref().map(|key| key.id))
}

pub fn one_time_keys_are_handed_out_once<S: Store>(open: &Open<S>) {
    let ground = Ground::new(open);
    let store = ground.open();
    found(&store, 2);
    assert!(store.take_pre_keys(&[BOB], 10).unwrap().is_empty());
    store.publish_keys(&BOB, &publication(1, 0..2)).unwrap();
    assert!(store.bundles(&[BOB]).unwrap()[0].one_time.is_none());
    assert_eq!(take(&store), (Some(0), Some(0)));
    drop(store);
    let store = ground.open();
    // The publication is repeated because its answer was lost; key 0 stays spent.
    store.publish_keys(&BOB, &publication(1, 0..2)).unwrap();
    let stock = KeyStock {
        one_time: 1,
        one_time_kem: 1,
        generation: 1,
    };
    assert_eq!(store.key_stock(&BOB).unwrap(), stock);
    assert_eq!(take(&store), (Some(1), Some(1)));
    assert_eq!(take(&store), (None, None));
    // Neither does replacing everything bring a spent key back.
    let replacement = Publication {
        replace: true,
        ..publication(2, 0..3)
    };
    store.publish_keys(&BOB, &replacement).unwrap();
    assert_eq!(take(&store), (Some(2), Some(2)));
    assert_eq!(take(&store), (None, None));
}

pub fn publications_are_checked<S: Store>(open: &Open<S>) {
    let ground = Ground::new(open);
    let store = ground.open();
    found(&store, 1);
    let publish = |publication: &Publication| store.publish_keys(&BOB, publication).unwrap();
    assert_eq!(publish(&publication(2, 0..6)), Published::Done);
    assert_eq!(publish(&publication(1, 6..7)), Published::Outdated);
    assert_eq!(publish(&publication(2, 6..11)), Published::TooMany);
    assert_eq!(store.key_stock(&BOB).unwrap().one_time, 6);
    let replacement = Publication {
        replace: true,
        ..publication(3, 20..29)
    };
    assert_eq!(publish(&replacement), Published::Done);
    let stock = KeyStock {
        one_time: 9,
        one_time_kem: 9,
        generation: 3,
    };
    assert_eq!(store.key_stock(&BOB).unwrap(), stock);
    let to_nobody = store
        .publish_keys(&MailboxId::new([3; 16]), &publication(1, 0..1))
        .unwrap();
    assert_eq!(to_nobody, Published::Gone);
}

pub fn slots_only_go_forward<S: Store>(open: &Open<S>) {
    let ground = Ground::new(open);
    let store = ground.open();
    assert!(!store.set_slots(&ACCOUNT, 1, b"one", &[], 10).unwrap());
    found(&store, 1);
    assert!(store.set_slots(&ACCOUNT, 2, b"two", &[[1; 8]], 10).unwrap());
    assert!(!store.set_slots(&ACCOUNT, 1, b"one", &[], 11).unwrap());
    // The first day of retiring stays; a slot that is gone is forgotten.
    assert!(
        store
            .set_slots(&ACCOUNT, 3, b"three", &[[1; 8], [2; 8]], 12)
            .unwrap()
    );
    let record = store.account(&ACCOUNT).unwrap().unwrap();
    assert_eq!(record.slots.as_deref(), Some(b"three".as_slice()));
    assert_eq!(record.retired, [([1; 8], 10), ([2; 8], 12)]);
    assert!(
        store
            .set_slots(&ACCOUNT, 3, b"again", &[[2; 8]], 13)
            .unwrap()
    );
    assert_eq!(
        store.account(&ACCOUNT).unwrap().unwrap().retired,
        [([2; 8], 12)]
    );
}
