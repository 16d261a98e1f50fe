//! A profile's database, opened past the program: by the key file and the format of `keyslots`.

use std::fs;
use std::path::Path;

use aes_gcm::aead::{AeadInOut as _, KeyInit as _};
use aes_gcm::{Aes256Gcm, Tag};
use rusqlite::Connection;

/// Opens the database of a profile that a key file unlocks and no process uses.
#[must_use]
pub fn open(profile: &Path) -> Connection {
    let conn = Connection::open(profile.join("sotto.db")).unwrap();
    let key: String = key(profile)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    conn.execute_batch(&format!("PRAGMA key = \"x'{key}'\";"))
        .unwrap();
    conn
}

/// The database key of such a profile, from the one slot of `keyslots`:
/// magic 8, version 1, database id 16, check 16, count 1, then id 4, kind 1, nonce 12, wrapped 48.
#[must_use]
pub fn key(profile: &Path) -> [u8; 32] {
    let slots = fs::read(profile.join("keyslots")).unwrap();
    let wrapping: [u8; 32] = fs::read(profile.join("key")).unwrap().try_into().unwrap();
    let (head, slot) = slots.split_at(42);
    assert_eq!((head[41], slot[4]), (1, 3), "one slot, for a key file");
    let associated = [&head[..25], &slot[..5]].concat();
    let nonce: [u8; 12] = slot[5..17].try_into().unwrap();
    let mut key: [u8; 32] = slot[17..49].try_into().unwrap();
    let tag: Tag = slot[49..65].try_into().unwrap();
    Aes256Gcm::new((&wrapping).into())
        .decrypt_inout_detached(
            (&nonce).into(),
            &associated,
            key.as_mut_slice().into(),
            &tag,
        )
        .unwrap();
    key
}
