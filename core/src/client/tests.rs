//! Profiles on real files, several clients on each.

pub(super) mod past;

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

use super::request::{Answer, VERSION};
use super::*;
use crate::runtime::forward::Exchange;

fn config(dir: &TempDir) -> ProfileConfig {
    ProfileConfig {
        dir: dir.path().join("profile").to_str().unwrap().to_owned(),
        unlock: Unlock::KeyFile,
        create: true,
        online: false,
    }
}

fn with_passphrase(dir: &TempDir, passphrase: &str) -> ProfileConfig {
    ProfileConfig {
        unlock: Unlock::Passphrase {
            passphrase: passphrase.to_owned(),
        },
        ..config(dir)
    }
}

struct Heard(Sender<Event>);

impl Listener for Heard {
    fn on_event(&self, event: Event) {
        let _ = self.0.send(event);
    }
}

fn listen(client: &Client) -> (Arc<Subscription>, Receiver<Event>) {
    let (sender, events) = channel();
    let subscription = client.subscribe(Arc::new(Heard(sender))).unwrap();
    (subscription, events)
}

fn is_started(event: &Event) -> bool {
    matches!(event, Event::Started { .. })
}

#[test]
fn a_profile_is_made_once_and_only_where_that_is_wanted() {
    let dir = tempfile::tempdir().unwrap();
    let existing = ProfileConfig {
        create: false,
        ..config(&dir)
    };
    assert_eq!(
        Client::open(existing.clone()).unwrap_err(),
        Error::NoProfile
    );
    let client = Client::open(config(&dir)).unwrap();
    assert_eq!(client.me().unwrap_err(), Error::NoAccount);
    drop(client);
    assert_eq!(
        Client::open(existing).unwrap().me().unwrap_err(),
        Error::NoAccount
    );
}

#[test]
fn a_profile_is_opened_as_it_was_made() {
    let dir = tempfile::tempdir().unwrap();
    let folder = config(&dir).dir;
    assert_eq!(Client::keys_of(folder.clone()), Ok(Vec::new()));
    drop(Client::open(with_passphrase(&dir, "right")).unwrap());
    assert_eq!(Client::keys_of(folder), Ok(vec![KeyKind::Passphrase]));
    assert_eq!(
        Client::open(with_passphrase(&dir, "wrong")).unwrap_err(),
        Error::WrongPassphrase
    );
    assert_eq!(Client::open(config(&dir)).unwrap_err(), Error::OtherKey);
    Client::open(with_passphrase(&dir, "right")).unwrap();
}

/// A keystore that forgets when it is told to.
#[derive(Default)]
struct Drawer(Mutex<BTreeMap<String, Vec<u8>>>);

impl Keystore for Drawer {
    fn get(&self, id: String) -> Result<Option<Vec<u8>>, KeystoreUnavailable> {
        Ok(self.0.lock().unwrap().get(&id).cloned())
    }

    fn set(&self, id: String, secret: Vec<u8>) -> Result<(), KeystoreUnavailable> {
        self.0.lock().unwrap().insert(id, secret);
        Ok(())
    }

    fn delete(&self, id: String) -> Result<(), KeystoreUnavailable> {
        self.0.lock().unwrap().remove(&id);
        Ok(())
    }
}

#[test]
fn a_keystore_opens_a_profile_as_long_as_it_has_the_key() {
    let dir = tempfile::tempdir().unwrap();
    let drawer = Arc::new(Drawer::default());
    let config = ProfileConfig {
        unlock: Unlock::Keystore {
            keystore: Arc::<Drawer>::clone(&drawer),
        },
        ..config(&dir)
    };
    drop(Client::open(config.clone()).unwrap());
    drop(Client::open(config.clone()).unwrap());
    assert_eq!(
        Client::keys_of(config.dir.clone()),
        Ok(vec![KeyKind::Keystore])
    );
    drawer.0.lock().unwrap().clear();
    let error = Client::open(config).unwrap_err();
    assert!(matches!(error, Error::NoKey { .. }), "{error}");
}

#[test]
fn a_second_client_works_through_the_first_and_takes_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let first = Client::open(config(&dir)).unwrap();
    let second = Client::open(config(&dir)).unwrap();
    assert_eq!(second.highest_row().unwrap(), 0);
    assert_eq!(second.me().unwrap_err(), Error::NoAccount);
    drop(first);
    assert_eq!(second.highest_row().unwrap(), 0);
    let third = Client::open(config(&dir)).unwrap();
    assert_eq!(third.highest_row().unwrap(), 0);
}

#[test]
fn a_subscription_outlives_the_process_that_had_the_profile() {
    let dir = tempfile::tempdir().unwrap();
    let first = Client::open(config(&dir)).unwrap();
    let second = Client::open(config(&dir)).unwrap();
    let (_here, events) = listen(&first);
    assert!(is_started(&events.recv().unwrap()));
    let (there, events) = listen(&second);
    assert!(is_started(&events.recv().unwrap()));
    first.close();
    assert!(is_started(&events.recv().unwrap()));
    there.cancel();
    assert!(events.recv().is_err(), "a cancelled listener is let go of");
}

#[test]
fn a_closed_client_says_so_and_lets_go_of_the_profile() {
    let dir = tempfile::tempdir().unwrap();
    let client = Client::open(config(&dir)).unwrap();
    let (_subscription, events) = listen(&client);
    client.close();
    assert_eq!(client.highest_row().unwrap_err(), Error::Closed);
    assert!(events.iter().all(|event| is_started(&event)));
    assert!(!dir.path().join("profile/control.sock").exists());
    Client::open(config(&dir)).unwrap();
}

#[test]
fn another_version_is_refused_on_the_socket() {
    let dir = tempfile::tempdir().unwrap();
    let _client = Client::open(config(&dir)).unwrap();
    for line in [
        format!(r#"{{"version":{},"ask":"events"}}"#, VERSION + 1),
        format!(r#"{{"version":{VERSION},"ask":{{"request":"dance"}}}}"#),
        "nonsense".to_owned(),
    ] {
        let mut exchange = Exchange::connect(&dir.path().join("profile")).unwrap();
        exchange.say(&line).unwrap();
        let answer = serde_json::from_str(&exchange.hear().unwrap().unwrap()).unwrap();
        assert!(
            matches!(answer, Answer::Failed(Error::OtherVersion)),
            "{line}"
        );
    }
}

#[test]
fn two_who_make_one_profile_at_once_share_it() {
    let dir = tempfile::tempdir().unwrap();
    let both = [config(&dir), config(&dir)]
        .map(|config| std::thread::spawn(move || Client::open(config)))
        .map(|thread| thread.join().unwrap());
    for client in &both {
        assert_eq!(client.as_ref().unwrap().highest_row().unwrap(), 0);
    }
}

#[test]
fn errors_survive_the_socket() {
    for error in [
        Error::NoAccount,
        Error::NoSuchContact {
            who: "Ada".to_owned(),
        },
        Error::bug("x"),
    ] {
        let text = serde_json::to_string(&error).unwrap();
        assert_eq!(serde_json::from_str::<Error>(&text).unwrap(), error);
    }
}
