//! What leaves a profile as a file or as text, on real files.

use std::sync::Arc;

use sotto_wire::ids::{AccountId, RelayKey};
use tempfile::TempDir;

use super::local::Local;
use super::request::{Reply, Request};
use super::{Error, StorageUse};
use crate::clock::Now;
use crate::engine::account;
use crate::net::WebSockets;
use crate::random::Random;
use crate::store::{DatabaseKey, Store, StoreError};

/// Where accounts of these tests live. Nobody listens there.
const RELAY: &str = "https://quiet-harbour.example";

/// A profile without a network.
pub(super) struct Profile {
    pub local: Local,
    pub store: Arc<Store>,
    pub account: AccountId,
    pub dir: TempDir,
}

/// A profile with an account that no relay knows.
pub(super) fn profile(seed: u8, name: &'static str) -> Profile {
    let dir = tempfile::tempdir().unwrap();
    let key = DatabaseKey::from_bytes([seed; 32]);
    let store = Arc::new(Store::create(&dir.path().join("profile"), &key).unwrap());
    let random = Random::seeded(u64::from(seed));
    let account = store
        .write(move |tx| {
            let relay = RelayKey::new([77; 32]);
            account::birth(tx, random, Now(1_000), name, (&relay, RELAY)).map(|me| me.account)
        })
        .unwrap();
    let local = Local::start(Arc::clone(&store), Arc::new(WebSockets)).unwrap();
    Profile {
        local,
        store,
        account,
        dir,
    }
}

impl Profile {
    pub fn answer(&self, request: Request) -> Result<Reply, Error> {
        self.local.answer(request)
    }

    /// Adds somebody by their link.
    pub fn add(&self, other: &Self) {
        let Reply::Text(link) = other.answer(Request::Link).unwrap() else {
            panic!("not a link")
        };
        self.answer(Request::AddContact { link }).unwrap();
    }

    pub fn send(&self, to: &Self, text: &str) {
        let (account, text) = (to.account, text.to_owned());
        self.local
            .engine(move |engine, now| engine.send_text(&account, &text, now))
            .unwrap();
    }
}

/// Every value of every column that could tell of somebody: texts, and the beginnings of bytes and
/// of moments as they would be printed.
fn telling(store: &Store) -> Vec<String> {
    let read = |sql: String| -> Vec<String> {
        store
            .read::<_, StoreError>(|view| view.query_all(&sql, [], |row| row.get(0)))
            .unwrap()
    };
    let mut found = Vec::new();
    for table in read(
        "SELECT name FROM sqlite_schema WHERE type = 'table'
             AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
             AND name NOT IN (SELECT name FROM pragma_table_list WHERE type IN ('shadow', 'virtual'))"
            .to_owned(),
    ) {
        for column in read(format!("SELECT name FROM pragma_table_info('{table}')")) {
            found.extend(read(format!(
                "SELECT CASE typeof(\"{column}\") WHEN 'blob' THEN lower(substr(hex(\"{column}\"), 1, 10))
                     ELSE CAST(\"{column}\" AS TEXT) END
                 FROM \"{table}\"
                 WHERE typeof(\"{column}\") IN ('blob', 'text') AND length(\"{column}\") >= 5
                    OR typeof(\"{column}\") = 'integer' AND \"{column}\" > 1000000000"
            )));
        }
    }
    found
}

#[test]
fn diagnostics_tell_of_nobody() {
    let (alice, bob) = (
        profile(1, "Alice Zephyrine"),
        profile(2, "Bob Quillfeather"),
    );
    alice.add(&bob);
    alice.send(&bob, "the horse eats no cucumber salad");
    let Reply::Text(report) = alice.answer(Request::Diagnostics).unwrap() else {
        panic!("not a text")
    };
    let secrets = telling(&alice.store);
    for sample in ["Alice Zephyrine", "Bob Quillfeather", RELAY] {
        assert!(secrets.iter().any(|secret| secret == sample), "{sample}");
    }
    assert!(secrets.iter().any(|secret| secret.contains("cucumber")));
    for secret in secrets {
        assert!(!report.contains(&secret), "{secret:?} in\n{report}");
    }
    for line in [
        "  schema: 1\n",
        "  connection to the home relay: offline\n",
        "  message: 1\n",
        "  contact: 1\n",
    ] {
        assert!(report.contains(line), "no {line:?} in\n{report}");
    }
}

#[test]
fn diagnostics_work_without_an_account() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::create(dir.path(), &DatabaseKey::from_bytes([3; 32])).unwrap();
    let local = Local::start(Arc::new(store), Arc::new(WebSockets)).unwrap();
    let Ok(Reply::Text(report)) = local.answer(Request::Diagnostics) else {
        panic!("not a text")
    };
    assert!(report.contains("  account: none\n"), "{report}");
}

fn storage_use(profile: &Profile) -> StorageUse {
    let Reply::StorageUse(used) = profile.answer(Request::StorageUse).unwrap() else {
        panic!("not a storage use")
    };
    used
}

#[test]
fn storage_use_counts_what_was_said_where() {
    let [alice, bob, cem] =
        [(4, "Alice"), (5, "Bob"), (6, "Cem")].map(|(seed, name)| profile(seed, name));
    alice.add(&bob);
    alice.add(&cem);
    alice.send(&cem, "short");
    let text = "long ".repeat(1_000);
    alice.send(&bob, &text);
    alice.send(&bob, "and short");
    let used = storage_use(&alice);
    assert!(used.database > 0 && used.attachments == 0);
    let all: Vec<_> = used
        .conversations
        .iter()
        .map(|one| (one.name.as_str(), one.messages))
        .collect();
    assert_eq!(all, [("Bob", 2), ("Cem", 1)], "the largest first");
    let bytes = used.conversations[0].bytes;
    let length = u64::try_from(text.len()).unwrap();
    assert!((2 * length..3 * length).contains(&bytes), "{bytes}");
    let before = used.free;
    alice.send(&bob, &text);
    assert!(storage_use(&alice).conversations[0].bytes > bytes);
    assert!(storage_use(&alice).free <= before);
}
