//! What an engine promises of mailboxes.

use std::path::Path;

use sotto_wire::ids::MailboxId;
use sotto_wire::proto::Lane;

use super::{ALL, BOB, EVE, Ground, LATER, append, device, envelope, found, put, put_to, waiting};
use crate::store::{Appended, PageLimit, Position, Quota, Quotas, Store};

type Open<S> = dyn Fn(&Path, Quotas) -> S;

pub fn envelopes_have_a_dense_order_that_goes_on<S: Store>(open: &Open<S>) {
    let ground = Ground::new(open);
    let store = ground.open();
    found(&store, 1);
    let puts = [put(1), put(2), put(3)];
    let appended = store.append_batch(&[&puts[0], &puts[1], &puts[2]]).unwrap();
    let expected: Vec<_> = (1..=3)
        .map(|seq| Appended::Stored(vec![Some(seq)]))
        .collect();
    assert_eq!(appended, expected);
    let page = store.read_after(&BOB, 0, ALL).unwrap();
    let ids: Vec<_> = page.envelopes.iter().map(|envelope| envelope.id).collect();
    assert_eq!(ids, [envelope(1), envelope(2), envelope(3)]);
    assert_eq!(
        page.envelopes[1].sealed,
        [vec![1; 10], vec![2; 100]].concat()
    );
    assert_eq!(page.envelopes[1].lane, Lane::Contacts);
    store.ack_upto(&[(BOB, 3)], 10).unwrap();
    assert_eq!(append(&store, &put(4)), Appended::Stored(vec![Some(4)]));
    assert_eq!(
        store.position(&BOB).unwrap(),
        Some(Position { acked: 3, last: 4 })
    );
    assert_eq!(store.position(&EVE).unwrap(), None);
    assert!(store.read_after(&EVE, 0, ALL).unwrap().envelopes.is_empty());
}

pub fn a_repetition_is_recognised_for_two_days_after_the_ack<S: Store>(open: &Open<S>) {
    let ground = Ground::new(open);
    let store = ground.open();
    found(&store, 1);
    let again = Appended::Stored(vec![None]);
    assert_eq!(append(&store, &put(1)), Appended::Stored(vec![Some(1)]));
    assert_eq!(append(&store, &put(1)), again);
    store.ack_upto(&[(BOB, 1)], 10).unwrap();
    assert_eq!(append(&store, &put(1)), again);
    store.expire(12).unwrap();
    assert_eq!(append(&store, &put(1)), again);
    assert!(waiting(&store, &BOB).is_empty());
    store.expire(13).unwrap();
    assert_eq!(append(&store, &put(1)), Appended::Stored(vec![Some(2)]));
}

pub fn a_repetition_within_a_batch_is_recognised<S: Store>(open: &Open<S>) {
    let ground = Ground::new(open);
    let store = ground.open();
    found(&store, 1);
    let twice = store.append_batch(&[&put(1), &put(1)]).unwrap();
    assert_eq!(
        twice,
        [
            Appended::Stored(vec![Some(1)]),
            Appended::Stored(vec![None])
        ]
    );
    assert_eq!(waiting(&store, &BOB), [1]);
}

pub fn a_put_is_whole_or_not_at_all<S: Store>(open: &Open<S>) {
    let ground = Ground::new(open);
    let one = Quota {
        envelopes: 1,
        bytes: 1 << 20,
    };
    let store = ground.open_with(Quotas {
        contacts: one,
        ..Quotas::default()
    });
    found(&store, 2);
    let second = device(2).mailbox;
    let to_both = put_to(&[BOB, second], 1, Lane::Contacts, 10);
    let to_nobody = put_to(&[BOB, EVE], 2, Lane::Contacts, 10);
    assert_eq!(append(&store, &to_nobody), Appended::NoMailbox);
    assert_eq!(
        append(&store, &put_to(&[second], 3, Lane::Contacts, 10)),
        Appended::Stored(vec![Some(1)])
    );
    assert_eq!(append(&store, &to_both), Appended::Full);
    assert!(waiting(&store, &BOB).is_empty());
    store.ack_upto(&[(second, 1)], 10).unwrap();
    assert_eq!(
        append(&store, &to_both),
        Appended::Stored(vec![Some(1), Some(2)])
    );
    // A repetition takes no room, so a full mailbox does not refuse it.
    assert_eq!(append(&store, &to_both), Appended::Stored(vec![None, None]));
}

pub fn pages_end_at_either_limit_and_say_so<S: Store>(open: &Open<S>) {
    let ground = Ground::new(open);
    let store = ground.open();
    found(&store, 1);
    for number in 1..=5 {
        append(&store, &put(number));
    }
    let read = |after, envelopes, bytes| {
        let page = store
            .read_after(&BOB, after, PageLimit { envelopes, bytes })
            .unwrap();
        let seqs: Vec<u64> = page.envelopes.iter().map(|envelope| envelope.seq).collect();
        (seqs, page.more)
    };
    assert_eq!(read(0, 2, 1_000), (vec![1, 2], true));
    assert_eq!(read(2, 3, 1_000), (vec![3, 4, 5], false));
    assert_eq!(read(0, 10, 220), (vec![1, 2], true));
    assert_eq!(read(0, 10, 219), (vec![1], true));
    assert_eq!(read(0, 10, 1), (vec![1], true));
    assert_eq!(read(4, 10, 1), (vec![5], false));
    assert_eq!(read(5, 10, 1_000), (vec![], false));
}

pub fn a_shared_body_reaches_everybody_and_goes_with_the_last<S: Store>(open: &Open<S>) {
    let ground = Ground::new(open);
    let store = ground.open();
    found(&store, 9);
    let mailboxes: Vec<MailboxId> = (1..=9).map(|number| device(number).mailbox).collect();
    let shared = put_to(&mailboxes, 7, Lane::Contacts, 2_000);
    assert_eq!(append(&store, &shared), Appended::Stored(vec![Some(1); 9]));
    for (index, mailbox) in mailboxes.iter().enumerate() {
        let page = store.read_after(mailbox, 0, ALL).unwrap();
        let header = vec![mailbox.as_bytes()[0]; 10];
        assert_eq!(
            page.envelopes[0].sealed,
            [header, vec![7; 2_000]].concat(),
            "{index}"
        );
        store.ack_upto(&[(*mailbox, 1)], 10).unwrap();
    }
    for mailbox in &mailboxes {
        assert!(waiting(&store, mailbox).is_empty());
    }
}

pub fn acks_are_cumulative_and_never_go_back<S: Store>(open: &Open<S>) {
    let ground = Ground::new(open);
    let store = ground.open();
    found(&store, 1);
    for number in 1..=5 {
        append(&store, &put(number));
    }
    store.ack_upto(&[(BOB, 2), (EVE, 7), (BOB, 3)], 10).unwrap();
    assert_eq!(waiting(&store, &BOB), [4, 5]);
    store.ack_upto(&[(BOB, 1)], 10).unwrap();
    assert_eq!(
        store.position(&BOB).unwrap(),
        Some(Position { acked: 3, last: 5 })
    );
    store.ack_upto(&[(BOB, u64::MAX)], 10).unwrap();
    assert_eq!(
        store.position(&BOB).unwrap(),
        Some(Position { acked: 5, last: 5 })
    );
    assert_eq!(append(&store, &put(6)), Appended::Stored(vec![Some(6)]));
}

pub fn lanes_have_quotas_of_their_own<S: Store>(open: &Open<S>) {
    let ground = Ground::new(open);
    let two = Quota {
        envelopes: 2,
        bytes: 1 << 20,
    };
    let small = Quota {
        envelopes: 100,
        bytes: 250,
    };
    let quotas = Quotas {
        strangers: two,
        links: small,
        ..Quotas::default()
    };
    let store = ground.open_with(quotas);
    found(&store, 1);
    let put_in = |number, lane| append(&store, &put_to(&[BOB], number, lane, 100));
    assert_eq!(put_in(1, Lane::Strangers), Appended::Stored(vec![Some(1)]));
    assert_eq!(put_in(2, Lane::Strangers), Appended::Stored(vec![Some(2)]));
    assert_eq!(put_in(3, Lane::Strangers), Appended::Full);
    assert_eq!(put_in(4, Lane::Links), Appended::Stored(vec![Some(3)]));
    assert_eq!(put_in(5, Lane::Links), Appended::Stored(vec![Some(4)]));
    assert_eq!(put_in(6, Lane::Links), Appended::Full);
    assert_eq!(put_in(7, Lane::Siblings), Appended::Stored(vec![Some(5)]));
    store.ack_upto(&[(BOB, 1)], 10).unwrap();
    assert_eq!(put_in(3, Lane::Strangers), Appended::Stored(vec![Some(6)]));
    assert_eq!(put_in(8, Lane::Strangers), Appended::Full);
}

pub fn expiry_takes_what_is_past_its_day<S: Store>(open: &Open<S>) {
    let ground = Ground::new(open);
    let one = Quota {
        envelopes: 2,
        bytes: 1 << 20,
    };
    let store = ground.open_with(Quotas {
        contacts: one,
        ..Quotas::default()
    });
    found(&store, 1);
    append(&store, &put(1));
    let mut brief = put(2);
    brief.expires = 20;
    append(&store, &brief);
    assert_eq!(store.expire(19).unwrap(), 0);
    assert_eq!(store.expire(20).unwrap(), 1);
    assert_eq!(waiting(&store, &BOB), [1]);
    // The room is free again, and no sequence number is used twice.
    assert_eq!(append(&store, &put(3)), Appended::Stored(vec![Some(3)]));
    assert_eq!(store.expire(LATER).unwrap(), 2);
    assert_eq!(append(&store, &put(4)), Appended::Stored(vec![Some(4)]));
}

pub fn what_was_stored_is_there_after_reopening<S: Store>(open: &Open<S>) {
    let ground = Ground::new(open);
    let store = ground.open();
    let incarnation = store.incarnation();
    found(&store, 1);
    append(&store, &put(1));
    append(&store, &put(2));
    store.ack_upto(&[(BOB, 1)], 10).unwrap();
    drop(store);
    let store = ground.open();
    assert_eq!(store.incarnation(), incarnation);
    assert_eq!(waiting(&store, &BOB), [2]);
    assert_eq!(append(&store, &put(1)), Appended::Stored(vec![None]));
    assert_eq!(append(&store, &put(3)), Appended::Stored(vec![Some(3)]));
}
