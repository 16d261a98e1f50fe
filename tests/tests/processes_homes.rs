//! Several homes over real sockets: relays in processes of their own, clients as an app uses them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use sotto_core::client::{
    Client, ConnectionState, DeviceStanding, Error, Event, Listener, MessageState, NoticeKind,
    ProfileConfig, Subscription, Unlock,
};
use sotto_tests::processes::Relay;

/// So long a step may take that takes a moment.
const PATIENCE: Duration = Duration::from_secs(60);

struct Heard(std::sync::mpsc::Sender<Event>);

impl Listener for Heard {
    fn on_event(&self, event: Event) {
        let _ = self.0.send(event);
    }
}

struct Person {
    client: Arc<Client>,
    events: Receiver<Event>,
    _subscription: Arc<Subscription>,
}

fn config(dir: &Path, name: &str, create: bool) -> ProfileConfig {
    ProfileConfig {
        dir: dir.join(name).to_str().unwrap().to_owned(),
        unlock: Unlock::KeyFile,
        create,
        online: true,
    }
}

impl Person {
    fn new(dir: &Path, name: &str, relay: &Relay) -> Self {
        let client = Client::open(config(dir, name, true)).unwrap();
        let (sender, events) = channel();
        let subscription = client.subscribe(Arc::new(Heard(sender))).unwrap();
        let url = relay.url().to_owned();
        client
            .register(url, name.to_owned(), None, PATIENCE)
            .unwrap();
        Self {
            client,
            events,
            _subscription: subscription,
        }
    }

    fn link(&self) -> String {
        self.client.me().unwrap().link.unwrap()
    }

    fn send(&self, to: &str, text: &str) -> MessageState {
        let conversation = self.client.conversation(to.to_owned()).unwrap();
        let sent = conversation.send(text.to_owned()).unwrap();
        self.client.wait_sent(sent.row, PATIENCE).unwrap().state
    }

    fn hear(&self, wanted: impl Fn(&Event) -> bool) {
        while !wanted(
            &self
                .events
                .recv_timeout(PATIENCE)
                .expect("what was waited for"),
        ) {}
    }

    fn hear_text(&self, text: &str) {
        self.hear(|event| matches!(event, Event::MessageReceived { message } if message.text.as_deref() == Some(text)));
    }
}

#[test]
fn an_account_moves_away_from_a_relay_and_is_closed_at_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let relay = |name: &str| {
        let place = dir.path().join(name);
        std::fs::create_dir(&place).unwrap();
        Relay::start(&place)
    };
    let (mut old, new, other) = (relay("old"), relay("new"), relay("other"));
    let alice = Person::new(dir.path(), "Alice", &old);
    let bob = Person::new(dir.path(), "Bob", &other);
    alice.client.add_contact(bob.link()).unwrap();
    bob.client.add_contact(alice.link()).unwrap();
    assert!(alice.send("Bob", "from the old house") >= MessageState::Sent);
    bob.hear_text("from the old house");

    let nobody = "http://127.0.0.1:9".to_owned();
    let refused = alice.client.add_relay(nobody, None, PATIENCE);
    assert!(
        matches!(refused, Err(Error::Unreachable { .. })),
        "{refused:?}"
    );
    let last = alice.client.remove_relay(old.url().to_owned(), PATIENCE);
    assert_eq!(last.unwrap_err().code(), "last_relay");
    assert!(
        alice
            .client
            .add_relay(new.url().to_owned(), None, PATIENCE)
            .unwrap()
    );
    let relays = alice.client.relays().unwrap();
    let places: Vec<_> = relays
        .iter()
        .map(|relay| (relay.url.as_str(), relay.position, relay.connection))
        .collect();
    assert_eq!(
        places,
        [
            (old.url(), Some(1), ConnectionState::Live),
            (new.url(), Some(2), ConnectionState::Live)
        ]
    );
    assert!(
        alice
            .client
            .remove_relay(old.url().to_owned(), PATIENCE)
            .unwrap()
    );
    let former: Vec<_> = alice.client.relays().unwrap();
    assert!(
        former
            .iter()
            .any(|relay| relay.former && relay.url == old.url())
    );
    // Bob has heard nothing: the old relay tells him, and then it is gone.
    assert!(bob.send("Alice", "to where you lived") >= MessageState::Sent);
    alice.hear_text("to where you lived");
    old.kill();
    assert!(bob.send("Alice", "to the new house") >= MessageState::Sent);
    alice.hear_text("to the new house");
    assert!(alice.send("Bob", "from the new house") >= MessageState::Sent);
    bob.hear_text("from the new house");

    let place = config(dir.path(), "Alice", false);
    assert_eq!(
        Client::delete_profile(place.dir.clone(), None),
        Err(Error::InUse)
    );
    // The old relay is dead and cannot be told: all others are.
    assert!(!alice.client.close_account(Duration::from_secs(3)).unwrap());
    bob.hear(|event| matches!(event, Event::Notice { notice } if notice.kind == NoticeKind::AccountClosed));
    assert_eq!(alice.client.me().unwrap().standing, DeviceStanding::Closed);
    let conversation = alice.client.conversation("Bob".to_owned()).unwrap();
    assert_eq!(conversation.history(100, None).unwrap().len(), 4);
    assert_eq!(bob.send("Alice", "are you there?"), MessageState::Failed);
    let outbox = bob.client.outbox().unwrap();
    assert_eq!(outbox[0].reason.as_deref(), Some("closed"));

    alice.client.close();
    drop((conversation, alice));
    Client::delete_profile(place.dir.clone(), None).unwrap();
    assert!(!Path::new(&place.dir).exists());
    assert_eq!(Client::open(place.clone()).unwrap_err(), Error::NoProfile);
    assert_eq!(
        Client::delete_profile(place.dir, None),
        Err(Error::NoProfile)
    );
}
