//! The suite that every engine has to pass: what [`Mailboxes`](super::Mailboxes) and
//! [`Directory`](super::Directory) promise, one test per promise.
//!
//! An engine's tests say `conformance!(open)`, where `open(dir, quotas)` opens the data that is
//! kept under `dir`, as a restarted process would.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs // the names are the promises
)]

pub mod directory;
pub mod mailboxes;

use std::path::Path;

use sotto_wire::ids::{AccountId, EnvelopeId, Head, MailboxId, StatementHash};
use sotto_wire::proto::Lane;
use tempfile::TempDir;

use super::{
    Appended, ChainChange, ChainChanged, DeviceRecord, ItemRecord, PageLimit, PutRecord, Quotas,
    Store,
};

/// Makes one test per promise.
macro_rules! conformance {
    ($open:path) => {
        conformance!($open, mailboxes:
            envelopes_have_a_dense_order_that_goes_on,
            a_repetition_is_recognised_for_two_days_after_the_ack,
            a_repetition_within_a_batch_is_recognised,
            a_put_is_whole_or_not_at_all,
            pages_end_at_either_limit_and_say_so,
            a_shared_body_reaches_everybody_and_goes_with_the_last,
            acks_are_cumulative_and_never_go_back,
            lanes_have_quotas_of_their_own,
            expiry_takes_what_is_past_its_day,
            what_was_stored_is_there_after_reopening,
        );
        conformance!($open, directory:
            a_chain_grows_by_compare_and_swap,
            nobody_takes_anothers_mailbox_or_identity,
            a_removed_device_loses_everything_but_its_counters,
            closing_erases_all_but_the_chain,
            boots_only_rise,
            one_time_keys_are_handed_out_once,
            publications_are_checked,
            slots_only_go_forward,
        );
    };
    ($open:path, $group:ident: $($promise:ident),* $(,)?) => {
        $(
            #[test]
            fn $promise() {
                $crate::store::conformance::$group::$promise(&$open);
            }
        )*
    };
}
pub(crate) use conformance;

/// Data in a directory of its own, opened as often as a test likes.
pub struct Ground<'a, S> {
    dir: TempDir,
    open: &'a dyn Fn(&Path, Quotas) -> S,
}

impl<'a, S: Store> Ground<'a, S> {
    /// New, empty data.
    pub fn new(open: &'a dyn Fn(&Path, Quotas) -> S) -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            open,
        }
    }

    /// Opens it with the default quotas.
    pub fn open(&self) -> S {
        self.open_with(Quotas::default())
    }

    /// Opens it with these.
    pub fn open_with(&self, quotas: Quotas) -> S {
        (self.open)(self.dir.path(), quotas)
    }
}

const ACCOUNT: AccountId = AccountId::new([0xaa; 32]);
const BOB: MailboxId = MailboxId::new([1; 16]);
const EVE: MailboxId = MailboxId::new([9; 16]);

fn head(seq: u32) -> Head {
    Head {
        epoch: 0,
        seq,
        hash: StatementHash::new([u8::try_from(seq).unwrap(); 32]),
    }
}

fn device(number: u8) -> DeviceRecord {
    DeviceRecord {
        mailbox: MailboxId::new([number; 16]),
        identity_key: [number; 33],
    }
}

/// The account with devices 1 to `devices`, at head `seq`, after `before`.
fn change(before: Option<u32>, seq: u32, devices: std::ops::RangeInclusive<u8>) -> ChainChange {
    ChainChange {
        account: ACCOUNT,
        expected: before.map(head),
        statements: vec![format!("statement {seq}").into_bytes()],
        head: head(seq),
        devices: devices.map(device).collect(),
        closed: false,
    }
}

/// Makes the account with `devices` devices.
fn found(store: &impl Store, devices: u8) {
    let changed = store.change_chain(&change(None, 0, 1..=devices)).unwrap();
    assert_eq!(
        changed,
        ChainChanged::Done {
            removed: Vec::new()
        }
    );
}

fn envelope(number: u8) -> EnvelopeId {
    EnvelopeId::new([number; 16])
}

const LATER: u32 = 1_000;

/// A put of one envelope for Bob.
fn put(number: u8) -> PutRecord {
    put_to(&[BOB], number, Lane::Contacts, 100)
}

fn put_to(mailboxes: &[MailboxId], number: u8, lane: Lane, body: usize) -> PutRecord {
    PutRecord {
        items: mailboxes
            .iter()
            .map(|mailbox| ItemRecord {
                mailbox: *mailbox,
                envelope: envelope(number),
                header: vec![mailbox.as_bytes()[0]; 10],
                lane,
            })
            .collect(),
        body: vec![number; body],
        expires: LATER,
    }
}

fn append(store: &impl Store, put: &PutRecord) -> Appended {
    store.append_batch(&[put]).unwrap().pop().unwrap()
}

const ALL: PageLimit = PageLimit {
    envelopes: 1_000,
    bytes: 1 << 30,
};

/// The sequence numbers of what waits for a mailbox.
fn waiting(store: &impl Store, mailbox: &MailboxId) -> Vec<u64> {
    let page = store.read_after(mailbox, 0, ALL).unwrap();
    page.envelopes.iter().map(|envelope| envelope.seq).collect()
}
