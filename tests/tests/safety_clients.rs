//! Safety numbers as an app sees them: clients over a real relay.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use sotto_core::client::{
    Client, ComparisonOutcome, Error, Event, HeadComparison, HowVerified, Listener, NoticeKind,
    SafetyNumber, Subscription, VerifiedState,
};
use sotto_tests::clients::{MINUTE, open, relay};

struct Ear(std::sync::mpsc::Sender<Event>);

impl Listener for Ear {
    fn on_event(&self, event: Event) {
        let _ = self.0.send(event);
    }
}

fn listen(client: &Client) -> (Arc<Subscription>, Receiver<Event>) {
    let (said, heard) = channel();
    (client.subscribe(Arc::new(Ear(said))).unwrap(), heard)
}

/// Asks until the other's devices are known.
fn number(client: &Client, heard: &Receiver<Event>, account: &str) -> SafetyNumber {
    loop {
        let number = client.safety_number(account.to_owned()).unwrap();
        if number.heads.is_some() {
            return number;
        }
        heard.recv_timeout(MINUTE).expect("their devices");
    }
}

#[test]
fn two_clients_verify_each_other_through_any_process_on_a_profile() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let relay = relay(&folder.join("relay"));
    let join = |name: &str| {
        let client = open(folder, name);
        let me = client.register(relay.clone(), name.to_owned(), None, MINUTE);
        let account = me.unwrap().account.unwrap();
        (client, account)
    };
    let ((ada, a), (ben, b)) = (join("Ada"), join("Ben"));
    let ((_ada, at_ada), (_ben, at_ben)) = (listen(&ada), listen(&ben));
    ada.add_contact(ben.link().unwrap()).unwrap();
    ben.add_contact(ada.link().unwrap()).unwrap();

    let here = number(&ada, &at_ada, &b);
    let there = number(&ben, &at_ben, &a);
    assert_eq!((here.name.as_str(), here.account.as_str()), ("Ben", &*b));
    assert_eq!(here.groups.len(), 12);
    assert_eq!(here.groups.concat(), here.digits);
    assert_eq!(Some(here.heads_groups.concat()), here.heads);
    assert_eq!((&here.digits, &here.heads), (&there.digits, &there.heads));
    assert_eq!(here.verified.state, VerifiedState::No);
    assert_eq!(
        ada.safety_number(a.clone()).unwrap_err(),
        Error::NoSuchContact { who: a }
    );

    // A second process on the profile works through the first.
    let second = open(folder, "Ada");
    let compare = |code: &str| second.compare_code(b.clone(), code.to_owned()).unwrap();
    let same = compare(&there.code);
    assert_eq!(same.outcome, ComparisonOutcome::Same);
    assert_eq!(
        (same.theirs, same.ours),
        (Some(HeadComparison::Equal), Some(HeadComparison::Equal))
    );
    assert_eq!(compare(&here.code).outcome, ComparisonOutcome::Own);
    let damaged = second.compare_code(b.clone(), "sotto:s/nothing".to_owned());
    assert!(matches!(damaged, Err(Error::BadLink { .. })), "{damaged:?}");
    let own = Some(HowVerified::Scanned { code: here.code });
    let refused = second.set_verified(b.clone(), own).unwrap_err();
    assert_eq!(refused.code(), "not_same");

    let scanned = Some(HowVerified::Scanned { code: there.code });
    let ben_there = second.set_verified(b.clone(), scanned).unwrap();
    assert_eq!(ben_there.verified.state, VerifiedState::Scanned);
    assert!(ben_there.verified.since.is_some() && !ben_there.held);
    let told = loop {
        if let Event::Notice { notice } = at_ada.recv_timeout(MINUTE).expect("a notice") {
            break notice;
        }
    };
    assert_eq!(told.kind, NoticeKind::Verified);
    assert_eq!(
        (told.code.as_str(), told.args["name"].as_str()),
        ("verified", "Ben")
    );
    assert_eq!(told.text, "You have verified Ben.");
    assert_eq!(second.notices(0).unwrap(), [told]);
    let taken_back = ada.set_verified(b.clone(), None).unwrap();
    assert_eq!(taken_back.verified.state, VerifiedState::No);
    assert!(!second.continue_with(b).unwrap().held);
}
