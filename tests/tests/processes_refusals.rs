//! What the real program says of a profile that it cannot use, and that it leaves it as it is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest as _, Sha256};
use sotto_tests::processes::{Ended, Pair, Profile, database};

/// What a profile must keep. The lock, the socket, an empty log and its index hold nothing.
const KEPT: [&str; 5] = ["sotto.db", "sotto.db-wal", "keyslots", "key", "received"];

/// The commands that are tried: one that reads, one that lists, one that writes and connects.
const COMMANDS: [&[&str]; 3] = [
    &["me", "--json"],
    &["contacts", "list"],
    &["send", "Bob Quillfeather", "hello"],
];

type Hashes = BTreeMap<&'static str, Option<[u8; 32]>>;

fn hashes(profile: &Profile) -> Hashes {
    let hash = |name| {
        let bytes = fs::read(profile.dir().join(name))
            .ok()
            .filter(|bytes| !bytes.is_empty());
        bytes.map(|bytes| Sha256::digest(bytes).into())
    };
    KEPT.into_iter().map(|name| (name, hash(name))).collect()
}

/// A profile with an account, a contact and a history, and no process on it.
fn lived_in() -> Pair {
    let pair = Pair::friends();
    pair.alice.send(&pair.bob, "before");
    pair.bob.receive();
    pair
}

fn assert_refusal(ended: &Ended, code: i32, says: &str) {
    assert_eq!(ended.code(), Some(code), "{ended:?}");
    assert!(ended.complaints.contains(says), "{ended:?}");
    assert!(ended.lines.is_empty(), "{ended:?}");
    for word in ["panicked", "RUST_BACKTRACE", "Error {"] {
        assert!(!ended.complaints.contains(word), "{ended:?}");
    }
}

/// Each command fails like this, and not a byte of the profile changes.
fn refused(profile: &Profile, code: i32, says: &str) {
    let before = hashes(profile);
    for arguments in COMMANDS {
        assert_refusal(&profile.run(arguments), code, says);
        assert_eq!(hashes(profile), before, "{arguments:?}");
    }
}

/// After the damage is undone, the profile works as if nothing had been.
fn works(pair: &Pair) {
    assert!(pair.alice.has_said(&pair.bob, "before"));
    pair.agree();
}

#[test]
fn a_wrong_passphrase() {
    let pair = Pair::strangers();
    let [right, wrong] = ["right", "wrong"].map(|name| {
        let path = pair.relay.data().with_file_name(name);
        fs::write(&path, format!("{name} passphrase\n")).unwrap();
        path.to_str().unwrap().to_owned()
    });
    let alice = &pair.alice;
    let register = [
        &["--passphrase-file", &right][..],
        &pair.registration(alice),
    ]
    .concat();
    alice.ok(&register);
    let before = hashes(alice);
    for command in COMMANDS {
        let ended = alice.run(&[&["--passphrase-file", &wrong], command].concat());
        assert_refusal(&ended, 3, "wrong passphrase");
        assert_refusal(&alice.run(command), 3, "this profile has a passphrase");
        assert_eq!(hashes(alice), before);
    }
    alice.ok(&["--passphrase-file", &right, "me"]);
}

#[test]
fn a_newer_schema() {
    let pair = lived_in();
    let conn = database::open(pair.alice.dir());
    let version: u32 = conn
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    conn.pragma_update(None, "user_version", 99).unwrap();
    conn.close().unwrap();
    refused(
        &pair.alice,
        1,
        &format!("the database has schema 99, this version knows {version}: update the program"),
    );
    let conn = database::open(pair.alice.dir());
    conn.pragma_update(None, "user_version", version).unwrap();
    conn.close().unwrap();
    works(&pair);
}

/// Damages a file, sees what is said, and puts the file back.
fn damaged(pair: &Pair, name: &str, says: &str, damage: impl Fn(&mut Vec<u8>)) {
    let path = pair.alice.dir().join(name);
    let intact = fs::read(&path).unwrap();
    let mut bytes = intact.clone();
    damage(&mut bytes);
    assert_ne!(bytes, intact);
    fs::write(&path, &bytes).unwrap();
    refused(&pair.alice, 1, says);
    fs::write(&path, &intact).unwrap();
}

#[test]
fn a_damaged_file() {
    let pair = lived_in();
    let database = "the database file is damaged";
    damaged(&pair, "sotto.db", database, |bytes| bytes[100] ^= 1);
    damaged(&pair, "sotto.db", database, |bytes| bytes.fill(0));
    damaged(&pair, "sotto.db", database, |bytes| bytes.truncate(1000));
    damaged(&pair, "sotto.db", database, |bytes| {
        let half = bytes.len() / 2;
        bytes[4096..half].fill(0x5a);
    });
    works(&pair);
}

#[test]
fn damaged_keys() {
    let pair = lived_in();
    damaged(&pair, "keyslots", "damaged", |bytes| bytes[60] ^= 1);
    damaged(&pair, "keyslots", "damaged", |bytes| bytes.truncate(20));
    damaged(&pair, "key", "damaged", |bytes| bytes[0] ^= 1);
    works(&pair);
}

#[test]
fn a_second_process_that_is_not_answered() {
    let pair = lived_in();
    // What a process does that has the profile open and serves nobody.
    let lock = File::options()
        .write(true)
        .open(pair.alice.dir().join("lock"))
        .unwrap();
    lock.try_lock().unwrap();
    refused(
        &pair.alice,
        3,
        "another process has this profile open and does not answer",
    );
    drop(lock);
    works(&pair);
}

#[test]
fn a_second_process_while_the_first_is_stopped() {
    let pair = lived_in();
    let mut first = pair.alice.start(&["receive", "--json", "--follow"]);
    first.event(|event| event["event"] == "drained");
    first.stop();
    refused(
        &pair.alice,
        3,
        "another process has this profile open and does not answer",
    );
    first.go_on();
    pair.alice.ok(&["me", "--json"]);
    first.kill();
    works(&pair);
}

#[test]
fn a_second_process_works_through_the_first() {
    let pair = lived_in();
    let mut first = pair.alice.start(&["receive", "--json", "--follow"]);
    first.event(|event| event["event"] == "drained");
    for arguments in COMMANDS {
        pair.alice.ok(arguments);
    }
    first.event(|event| event["event"] == "changed" && event["state"] == "sent");
    first.kill();
    pair.bob.receive();
    works(&pair);
}

/// A file system of its own with little room, or `None` where nobody may mount one.
struct Small(PathBuf);

impl Small {
    fn mount(at: &Path) -> Option<Self> {
        fs::create_dir(at).unwrap();
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", "size=2m", "sotto-test"])
            .arg(at);
        mount
            .output()
            .is_ok_and(|output| output.status.success())
            .then(|| Self(at.to_owned()))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("--lazy").arg(&self.0).status();
        assert!(unmounted.is_ok_and(|status| status.success()) || std::thread::panicking());
    }
}

/// Fills what is left of a file system.
fn fill(at: &Path) {
    use std::io::Write as _;
    let mut file = File::create(at).unwrap();
    while file.write_all(&[0x5a; 512]).is_ok() {}
}

#[test]
fn a_full_disk() {
    let pair = Pair::strangers();
    let Some(small) = Small::mount(pair.alice.dir()) else {
        eprintln!("SKIPPED a_full_disk: only root may mount a small file system");
        return;
    };
    let (alice, bob) = (&pair.alice, &pair.bob);
    pair.register(alice).ok();
    pair.register(bob).ok();
    pair.befriend();
    alice.send(bob, "before");
    bob.receive();
    let ballast = small.0.join("ballast");
    fill(&ballast);
    let before = hashes(alice);
    // The text that does not fit is refused, not lost on the way.
    let ended = alice.run(&["send", bob.name(), &"long ".repeat(2000)]);
    assert_refusal(&ended, 1, "no space left");
    let after = hashes(alice);
    for name in ["sotto.db", "keyslots", "key"] {
        assert_eq!(after[name], before[name], "{name}");
    }
    fs::remove_file(&ballast).unwrap();
    let said: Vec<String> = alice
        .history(bob)
        .into_iter()
        .map(|line| line.text)
        .collect();
    assert_eq!(said, ["before"]);
    works(&pair);
}

#[test]
fn a_new_profile_on_a_full_disk() {
    let pair = Pair::strangers();
    let Some(small) = Small::mount(pair.alice.dir()) else {
        eprintln!("SKIPPED a_new_profile_on_a_full_disk: only root may mount a small file system");
        return;
    };
    let ballast = small.0.join("ballast");
    fill(&ballast);
    assert_refusal(&pair.register(&pair.alice), 1, "no space left");
    fs::remove_file(&ballast).unwrap();
    pair.register(&pair.alice).ok();
}
