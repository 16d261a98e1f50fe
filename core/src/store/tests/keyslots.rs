//! Key slots: every way in, and nothing but an error for a changed file.

use std::cell::{Cell, RefCell};
use std::fs;

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::*;
use crate::store::keyslots::*;

const PASSPHRASE: &[u8] = b"correct horse battery staple";

#[derive(Default)]
struct FakeKeystore {
    entries: RefCell<BTreeMap<String, Vec<u8>>>,
    locked: Cell<bool>,
}

impl FakeKeystore {
    fn answer(&self) -> Result<(), KeystoreUnavailable> {
        if self.locked.get() {
            Err(KeystoreUnavailable)
        } else {
            Ok(())
        }
    }
}

impl Keystore for FakeKeystore {
    fn get(&self, id: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeystoreUnavailable> {
        self.answer()?;
        Ok(self.entries.borrow().get(id).cloned().map(Zeroizing::new))
    }

    fn set(&self, id: &str, secret: &[u8]) -> Result<(), KeystoreUnavailable> {
        self.answer()?;
        self.entries
            .borrow_mut()
            .insert(id.to_owned(), secret.to_vec());
        Ok(())
    }

    fn delete(&self, id: &str) -> Result<(), KeystoreUnavailable> {
        self.answer()?;
        self.entries.borrow_mut().remove(id);
        Ok(())
    }
}

/// Far below what is recommended, so that the tests are quick.
fn cheap(passphrase: &[u8]) -> NewSlot<'_> {
    NewSlot::Passphrase {
        passphrase,
        params: PassphraseParams::new(8, 1, 1).unwrap(),
    }
}

fn with(passphrase: &[u8]) -> Unlock<'_> {
    Unlock::Passphrase {
        passphrase,
        keystore: None,
    }
}

fn three(dir: &Path, keystore: &FakeKeystore) -> KeySlots {
    let slots = [
        NewSlot::OsKeystore(keystore),
        cheap(PASSPHRASE),
        NewSlot::KeyFile,
    ];
    KeySlots::create(dir, &key(), &slots, &mut filler(1)).unwrap()
}

fn opens(dir: &Path, how: &Unlock<'_>) -> Result<SlotKind, KeySlotError> {
    let opened = KeySlots::read(dir)?.unlock(how)?;
    assert_eq!(opened.key.expose(), key().expose(), "a wrong key");
    Ok(opened.by.kind)
}

#[test]
fn every_slot_opens() {
    let dir = folder();
    let keystore = FakeKeystore::default();
    three(dir.path(), &keystore);
    assert_eq!(
        opens(dir.path(), &Unlock::Keystore(&keystore)),
        Ok(SlotKind::OsKeystore)
    );
    assert_eq!(
        opens(dir.path(), &with(PASSPHRASE)),
        Ok(SlotKind::Passphrase)
    );
    assert_eq!(opens(dir.path(), &Unlock::KeyFile), Ok(SlotKind::KeyFile));
    let opened = KeySlots::read(dir.path())
        .unwrap()
        .unlock(&Unlock::KeyFile)
        .unwrap();
    assert_eq!(format!("{:?}", opened.key), "DatabaseKey(..)");
    drop(Store::create(dir.path(), &opened.key).unwrap());
    Store::open(dir.path(), &opened.key).unwrap();
}

#[test]
fn what_does_not_open_says_why() {
    let dir = folder();
    let keystore = FakeKeystore::default();
    three(dir.path(), &keystore);
    assert_eq!(
        opens(dir.path(), &with(b"wrong")),
        Err(KeySlotError::WrongPassphrase)
    );
    keystore.locked.set(true);
    assert_eq!(
        opens(dir.path(), &Unlock::Keystore(&keystore)),
        Err(KeySlotError::KeystoreUnavailable)
    );
    let elsewhere = FakeKeystore::default();
    assert_eq!(
        opens(dir.path(), &Unlock::Keystore(&elsewhere)),
        Err(KeySlotError::KeyMissing)
    );
    fs::write(dir.path().join("key"), [1; 32]).unwrap();
    assert_eq!(
        opens(dir.path(), &Unlock::KeyFile),
        Err(KeySlotError::Damaged)
    );
    fs::write(dir.path().join("key"), [1; 33]).unwrap();
    assert_eq!(
        opens(dir.path(), &Unlock::KeyFile),
        Err(KeySlotError::Damaged)
    );
    fs::remove_file(dir.path().join("key")).unwrap();
    assert_eq!(
        opens(dir.path(), &Unlock::KeyFile),
        Err(KeySlotError::KeyMissing)
    );
    let other = folder();
    assert_eq!(
        KeySlots::read(other.path()).unwrap_err(),
        KeySlotError::Missing
    );
    KeySlots::create(other.path(), &key(), &[NewSlot::KeyFile], &mut filler(2)).unwrap();
    assert_eq!(
        opens(other.path(), &with(PASSPHRASE)),
        Err(KeySlotError::NoSuchSlot)
    );
}

#[test]
fn a_passphrase_without_the_keystores_entry_means_restored() {
    let dir = folder();
    let keystore = FakeKeystore::default();
    let mut slots = three(dir.path(), &keystore);
    let missing = |slots: &KeySlots, keystore: Option<&dyn Keystore>| {
        slots
            .unlock(&Unlock::Passphrase {
                passphrase: PASSPHRASE,
                keystore,
            })
            .unwrap()
            .keystore_missing
    };
    let elsewhere = FakeKeystore::default();
    assert!(!missing(&slots, Some(&keystore)));
    assert!(missing(&slots, Some(&elsewhere)));
    assert!(!missing(&slots, None));
    elsewhere.locked.set(true);
    assert!(!missing(&slots, Some(&elsewhere)));
    // Once the new place has its own entry, the old one's absence means nothing.
    elsewhere.locked.set(false);
    slots
        .add_slot(&key(), &NewSlot::OsKeystore(&elsewhere), &mut filler(3))
        .unwrap();
    assert!(!missing(&slots, Some(&elsewhere)));
}

#[test]
fn slots_come_and_go() {
    let dir = folder();
    let mut slots =
        KeySlots::create(dir.path(), &key(), &[NewSlot::KeyFile], &mut filler(1)).unwrap();
    let mut random = filler(2);
    assert_eq!(
        slots.remove_slot(&key(), 1, None),
        Err(KeySlotError::LastSlot)
    );
    let wrong = DatabaseKey::from_bytes([8; 32]);
    assert_eq!(
        slots.add_slot(&wrong, &cheap(b"x"), &mut random),
        Err(KeySlotError::WrongKey)
    );
    assert_eq!(
        slots.add_slot(&key(), &NewSlot::KeyFile, &mut random),
        Err(KeySlotError::SlotExists)
    );
    let keystore = FakeKeystore::default();
    assert_eq!(
        slots.add_slot(&key(), &NewSlot::OsKeystore(&keystore), &mut random),
        Ok(2)
    );
    assert_eq!(slots.add_slot(&key(), &cheap(b"one"), &mut random), Ok(3));
    assert_eq!(slots.add_slot(&key(), &cheap(b"two"), &mut random), Ok(4));
    assert_eq!(opens(dir.path(), &with(b"one")), Ok(SlotKind::Passphrase));
    assert_eq!(opens(dir.path(), &with(b"two")), Ok(SlotKind::Passphrase));
    slots.remove_slot(&key(), 3, None).unwrap();
    slots.remove_slot(&key(), 2, Some(&keystore)).unwrap();
    slots.remove_slot(&key(), 1, None).unwrap();
    assert_eq!(
        slots.remove_slot(&key(), 1, None),
        Err(KeySlotError::NoSuchSlot)
    );
    assert!(keystore.entries.borrow().is_empty() && !dir.path().join("key").exists());
    assert_eq!(
        opens(dir.path(), &with(b"one")),
        Err(KeySlotError::WrongPassphrase)
    );
    assert_eq!(opens(dir.path(), &with(b"two")), Ok(SlotKind::Passphrase));
    for id in 5..5 + MOST_SLOTS as u32 - 1 {
        assert_eq!(slots.add_slot(&key(), &cheap(b"x"), &mut random), Ok(id));
    }
    assert_eq!(
        slots.add_slot(&key(), &cheap(b"x"), &mut random),
        Err(KeySlotError::TooManySlots)
    );
    assert_eq!(
        KeySlots::read(dir.path()).unwrap().slots().len(),
        MOST_SLOTS
    );
}

#[test]
fn key_slots_are_made_once() {
    let dir = folder();
    assert_eq!(
        KeySlots::create(dir.path(), &key(), &[], &mut filler(1)).unwrap_err(),
        KeySlotError::LastSlot
    );
    assert!(!exists(dir.path()));
    let make =
        |dir: &Path| KeySlots::create(dir, &key(), &[NewSlot::KeyFile], &mut filler(1)).map(drop);
    make(dir.path()).unwrap();
    let before = files(dir.path());
    assert_eq!(make(dir.path()), Err(StoreError::Exists.into()));
    assert!(files(dir.path()) == before);
    let other = folder();
    let store = store_in(other.path());
    assert_eq!(make(other.path()), Err(StoreError::InUse.into()));
    drop(store);
    assert_eq!(make(other.path()), Err(StoreError::Exists.into()));
}

#[test]
fn every_changed_byte_is_an_error() {
    let dir = folder();
    let keystore = FakeKeystore::default();
    three(dir.path(), &keystore);
    let path = dir.path().join("keyslots");
    let good = fs::read(&path).unwrap();
    let ways = [
        Unlock::Keystore(&keystore),
        with(PASSPHRASE),
        Unlock::KeyFile,
    ];
    for at in 0..good.len() {
        for bit in [0x01, 0x80] {
            let mut file = good.clone();
            file[at] ^= bit;
            fs::write(&path, &file).unwrap();
            let error = KeySlots::read(dir.path()).unwrap_err();
            assert!(
                matches!(
                    error,
                    KeySlotError::Damaged | KeySlotError::NewerFormat { .. }
                ),
                "byte {at}: {error}"
            );
            // Somebody who repairs the sum does not hold the key that the MAC is made with.
            let summed = file.len() - 32;
            let sum = Sha256::digest(&file[..summed]);
            file[summed..].copy_from_slice(&sum);
            if file == good {
                continue;
            }
            fs::write(&path, &file).unwrap();
            for how in &ways {
                opens(dir.path(), how).expect_err(&format!("byte {at}"));
            }
        }
    }
    for length in 0..good.len() {
        fs::write(&path, &good[..length]).unwrap();
        assert_eq!(
            KeySlots::read(dir.path()).unwrap_err(),
            KeySlotError::Damaged,
            "length {length}"
        );
    }
    fs::write(&path, vec![0; 1 << 20]).unwrap();
    assert_eq!(
        KeySlots::read(dir.path()).unwrap_err(),
        KeySlotError::Damaged
    );
    fs::write(&path, &good).unwrap();
    for how in &ways {
        opens(dir.path(), how).unwrap();
    }
}

#[test]
fn slots_of_another_database_do_not_help() {
    let (dir, other) = (folder(), folder());
    let keystore = FakeKeystore::default();
    three(dir.path(), &keystore);
    drop(store_in(dir.path()));
    let stranger = DatabaseKey::from_bytes([9; 32]);
    KeySlots::create(
        other.path(),
        &stranger,
        &[cheap(PASSPHRASE)],
        &mut filler(5),
    )
    .unwrap();
    fs::copy(other.path().join("keyslots"), dir.path().join("keyslots")).unwrap();
    let opened = KeySlots::read(dir.path())
        .unwrap()
        .unlock(&with(PASSPHRASE))
        .unwrap();
    assert_eq!(
        Store::open(dir.path(), &opened.key).unwrap_err(),
        StoreError::Corrupt
    );
    assert_eq!(
        Store::open(dir.path(), &key()).unwrap_err(),
        StoreError::WrongKey
    );
}

#[test]
fn parameters_that_would_exhaust_the_machine_are_refused() {
    for (memory, passes, lanes) in [
        (1024 * 1024 + 1, 1, 1),
        (u32::MAX, 1, 1),
        (64, 65, 1),
        (64, 0, 1),
        (64, 1, 0),
        (64, 1, 17),
        (7, 1, 1),
        (8, 1, 2),
    ] {
        let refused = PassphraseParams::new(memory, passes, lanes);
        assert_eq!(
            refused,
            Err(KeySlotError::BadParameters),
            "{memory} {passes} {lanes}"
        );
    }
    let PassphraseParams { .. } = PassphraseParams::recommended();
}

/// A file of format 1 that was made once: it has to open for ever.
#[test]
fn a_file_of_format_1_opens() {
    let dir = folder();
    let hex = include_str!("keyslots_v1.hex").trim();
    let file: Vec<u8> = (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect();
    fs::write(dir.path().join("keyslots"), file).unwrap();
    fs::write(dir.path().join("key"), hex_key_file()).unwrap();
    assert_eq!(
        opens(dir.path(), &with(PASSPHRASE)),
        Ok(SlotKind::Passphrase)
    );
    assert_eq!(opens(dir.path(), &Unlock::KeyFile), Ok(SlotKind::KeyFile));
}

/// The key file that belongs to it: the second draw of the stream, after the database id.
fn hex_key_file() -> [u8; 32] {
    let mut random = filler(1);
    let (mut id, mut key_file) = ([0; 16], [0; 32]);
    random(&mut id);
    random(&mut key_file);
    key_file
}

/// And it is still what is written, byte for byte.
#[test]
fn format_1_is_what_is_written() {
    let dir = folder();
    KeySlots::create(
        dir.path(),
        &key(),
        &[NewSlot::KeyFile, cheap(PASSPHRASE)],
        &mut filler(1),
    )
    .unwrap();
    let written: String = fs::read(dir.path().join("keyslots"))
        .unwrap()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(written, include_str!("keyslots_v1.hex").trim());
}
