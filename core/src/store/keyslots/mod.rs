//! The key slots: the `keyslots` file beside the database, which holds the random database key
//! once per way to open the profile, each time wrapped under another key.
//!
//! This noun owns the file and its format (`format.rs`), and what makes a changed file an error.
//! It has no code for any operating system: the application brings a [`Keystore`].

mod bind;
mod error;
mod format;
mod keystore;
mod passphrase;
mod wrap;

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

pub use error::KeySlotError;
pub use format::MOST_SLOTS;
#[allow(unused_imports)]
pub use keystore::{Keystore, KeystoreUnavailable};
pub use passphrase::PassphraseParams;

use format::{Contents, Method, Parsed, Slot};

use super::error::StoreError;
use super::files;
use super::key::DatabaseKey;
use super::lock::ProfileLock;

/// Fills a buffer with unpredictable bytes.
type Random<'a> = &'a mut dyn FnMut(&mut [u8]);

/// What kind of thing opens a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SlotKind {
    /// A random key in the keystore of the operating system.
    OsKeystore,
    /// A passphrase, through Argon2id.
    Passphrase,
    /// A random key in the file `key` of the profile, mode 0600: it keeps the database from those
    /// who get hold of one file only.
    KeyFile,
}

/// One slot, as it can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotInfo {
    /// Names the slot within its profile.
    pub id: u32,
    /// What opens it.
    pub kind: SlotKind,
}

/// A slot to be made.
pub enum NewSlot<'a> {
    /// Puts a random key into this keystore.
    OsKeystore(&'a dyn Keystore),
    /// Takes a passphrase, byte by byte as it is.
    Passphrase {
        /// The passphrase.
        passphrase: &'a [u8],
        /// What a guess shall cost.
        params: PassphraseParams,
    },
    /// Puts a random key into the file `key`.
    KeyFile,
}

/// A way to open the profile.
pub enum Unlock<'a> {
    /// With the key in this keystore.
    Keystore(&'a dyn Keystore),
    /// With a passphrase.
    Passphrase {
        /// The passphrase.
        passphrase: &'a [u8],
        /// The keystore, if there is one, to see whether it still has its entry.
        keystore: Option<&'a dyn Keystore>,
    },
    /// With the file `key`.
    KeyFile,
}

/// The profile's key, and how it was found.
#[derive(Debug)]
pub struct Opened {
    /// The database key.
    pub key: DatabaseKey,
    /// The slot that gave it.
    pub by: SlotInfo,
    /// It was opened by passphrase, there are keystore slots, and the keystore answers but has
    /// the entry of none: the files came from elsewhere, and the profile counts as restored
    /// (security.md, section 4). A keystore that does not answer proves nothing and is `false`.
    pub keystore_missing: bool,
}

/// The key slots of one profile. Changing them needs the database key; the caller holds the
/// profile (an open `Store`) meanwhile.
#[derive(Debug)]
pub struct KeySlots {
    dir: PathBuf,
    parsed: Parsed,
}

impl KeySlots {
    /// Makes the slots of a new profile, before its database. The folder is created if need be.
    ///
    /// # Errors
    /// [`KeySlotError::LastSlot`] for no slot at all, [`KeySlotError::KeystoreUnavailable`],
    /// [`StoreError::Exists`] if the profile has key slots or a database, [`StoreError::InUse`],
    /// and those of the file system.
    pub fn create(
        dir: &Path,
        key: &DatabaseKey,
        slots: &[NewSlot<'_>],
        random: Random<'_>,
    ) -> Result<Self, KeySlotError> {
        files::create_folder(dir).map_err(failed("creating the profile folder"))?;
        let _lock = ProfileLock::take(dir)?;
        if files::is_there(&dir.join(files::KEYSLOTS))
            || files::is_there(&dir.join(files::DATABASE))
        {
            return Err(StoreError::Exists.into());
        }
        let mut database_id = [0; 16];
        random(&mut database_id);
        let check = bind::check(&database_id, key);
        let mut contents = Contents {
            database_id,
            check,
            slots: Vec::new(),
        };
        for slot in slots {
            push_slot(dir, &mut contents, key, slot, random)?;
        }
        Self::save(dir, contents, key)
    }

    /// Reads the slots of a profile.
    ///
    /// # Errors
    /// [`KeySlotError::Missing`], [`KeySlotError::Damaged`], [`KeySlotError::NewerFormat`], and
    /// those of the file system.
    pub fn read(dir: &Path) -> Result<Self, KeySlotError> {
        let file = read_small(&dir.join(files::KEYSLOTS), format::LARGEST_FILE)?
            .ok_or(KeySlotError::Missing)?;
        Ok(Self {
            dir: dir.to_owned(),
            parsed: format::parse(&file)?,
        })
    }

    /// Finds the database key.
    ///
    /// # Errors
    /// [`KeySlotError::NoSuchSlot`] if the profile has no slot of this kind,
    /// [`KeySlotError::WrongPassphrase`], [`KeySlotError::KeystoreUnavailable`],
    /// [`KeySlotError::KeyMissing`], [`KeySlotError::Damaged`] if anything in the file is not as a
    /// holder of the key wrote it.
    pub fn unlock(&self, how: &Unlock<'_>) -> Result<Opened, KeySlotError> {
        let kind = match how {
            Unlock::Keystore(_) => SlotKind::OsKeystore,
            Unlock::Passphrase { .. } => SlotKind::Passphrase,
            Unlock::KeyFile => SlotKind::KeyFile,
        };
        let mut refusal = KeySlotError::NoSuchSlot;
        for slot in self
            .parsed
            .contents
            .slots
            .iter()
            .filter(|slot| slot.kind() == kind)
        {
            match self.try_slot(slot, how) {
                Ok(key)
                    if bind::is_key(&self.parsed.contents, &key)
                        && bind::is_genuine(&self.parsed, &key) =>
                {
                    return Ok(Opened {
                        key,
                        by: slot.info(),
                        keystore_missing: self.keystore_missing(how),
                    });
                }
                Ok(_) => return Err(KeySlotError::Damaged),
                Err(error) => refusal = error,
            }
        }
        Err(refusal)
    }

    /// Adds a slot and gives its id.
    ///
    /// # Errors
    /// [`KeySlotError::WrongKey`], [`KeySlotError::SlotExists`] for a second key file,
    /// [`KeySlotError::TooManySlots`], [`KeySlotError::KeystoreUnavailable`],
    /// [`KeySlotError::Damaged`], and those of the file system. The slots are then as they were.
    pub fn add_slot(
        &mut self,
        key: &DatabaseKey,
        slot: &NewSlot<'_>,
        random: Random<'_>,
    ) -> Result<u32, KeySlotError> {
        self.authorise(key)?;
        let mut contents = self.parsed.contents.clone();
        let id = push_slot(&self.dir, &mut contents, key, slot, random)?;
        *self = Self::save(&self.dir, contents, key)?;
        Ok(id)
    }

    /// Removes a slot, and then its key from the key file or from `keystore`, if that is given.
    ///
    /// # Errors
    /// [`KeySlotError::WrongKey`], [`KeySlotError::NoSuchSlot`], [`KeySlotError::LastSlot`],
    /// [`KeySlotError::Damaged`], and those of the file system.
    /// [`KeySlotError::KeystoreUnavailable`] says that the slot is gone and its entry, which opens
    /// nothing any more, is left in the keystore.
    pub fn remove_slot(
        &mut self,
        key: &DatabaseKey,
        id: u32,
        keystore: Option<&dyn Keystore>,
    ) -> Result<(), KeySlotError> {
        self.authorise(key)?;
        let mut contents = self.parsed.contents.clone();
        let position = contents
            .slots
            .iter()
            .position(|slot| slot.id == id)
            .ok_or(KeySlotError::NoSuchSlot)?;
        if contents.slots.len() == 1 {
            return Err(KeySlotError::LastSlot);
        }
        let removed = contents.slots.remove(position);
        *self = Self::save(&self.dir, contents, key)?;
        match (removed.method, keystore) {
            (Method::OsKeystore { entry }, Some(keystore)) => keystore
                .delete(&entry_name(&entry))
                .map_err(|_| KeySlotError::KeystoreUnavailable),
            (Method::KeyFile, _) => Ok(files::remove_if_there(&self.dir.join(files::KEY_FILE))
                .map_err(failed("removing the key file"))?),
            _ => Ok(()),
        }
    }

    /// The names of the keystore's entries that slots need.
    pub fn entries(&self) -> Vec<String> {
        let slots = self.parsed.contents.slots.iter();
        slots
            .filter_map(|slot| match &slot.method {
                Method::OsKeystore { entry } => Some(entry_name(entry)),
                _ => None,
            })
            .collect()
    }

    /// The slots, in the order in which they were made.
    pub fn slots(&self) -> Vec<SlotInfo> {
        self.parsed.contents.slots.iter().map(Slot::info).collect()
    }

    /// The random id of the database that these slots belong to.
    pub fn database_id(&self) -> [u8; 16] {
        self.parsed.contents.database_id
    }

    fn authorise(&self, key: &DatabaseKey) -> Result<(), KeySlotError> {
        if !bind::is_key(&self.parsed.contents, key) {
            return Err(KeySlotError::WrongKey);
        }
        if bind::is_genuine(&self.parsed, key) {
            Ok(())
        } else {
            Err(KeySlotError::Damaged)
        }
    }

    fn try_slot(&self, slot: &Slot, how: &Unlock<'_>) -> Result<DatabaseKey, KeySlotError> {
        let (wrapping, refusal) = match (&slot.method, how) {
            (Method::OsKeystore { entry }, Unlock::Keystore(keystore)) => {
                (wrapping_from(*keystore, entry)?, KeySlotError::Damaged)
            }
            (Method::Passphrase { params, salt }, Unlock::Passphrase { passphrase, .. }) => (
                params.derive(passphrase, salt)?,
                KeySlotError::WrongPassphrase,
            ),
            (Method::KeyFile, Unlock::KeyFile) => {
                (read_key_file(&self.dir)?, KeySlotError::Damaged)
            }
            _ => return Err(KeySlotError::NoSuchSlot),
        };
        let data =
            format::associated_data(&self.parsed.contents.database_id, slot.id, &slot.method);
        wrap::unwrap(&wrapping, &slot.nonce, &data, &slot.wrapped).ok_or(refusal)
    }

    fn keystore_missing(&self, how: &Unlock<'_>) -> bool {
        let Unlock::Passphrase {
            keystore: Some(keystore),
            ..
        } = how
        else {
            return false;
        };
        let mut entries = self
            .parsed
            .contents
            .slots
            .iter()
            .filter_map(|slot| match &slot.method {
                Method::OsKeystore { entry } => Some(entry),
                _ => None,
            });
        let missing = |entry| {
            matches!(
                wrapping_from(*keystore, entry),
                Err(KeySlotError::KeyMissing)
            )
        };
        entries.next().is_some_and(missing) && entries.all(missing)
    }

    fn save(dir: &Path, contents: Contents, key: &DatabaseKey) -> Result<Self, KeySlotError> {
        if contents.slots.is_empty() {
            return Err(KeySlotError::LastSlot);
        }
        let covered = format::encode(&contents);
        let mac = bind::mac(&contents.database_id, key, &covered);
        files::replace(dir, files::KEYSLOTS, &format::finish(&covered, &mac))
            .map_err(failed("writing the key slots"))?;
        Ok(Self {
            dir: dir.to_owned(),
            parsed: Parsed {
                contents,
                covered,
                mac,
            },
        })
    }
}

impl Slot {
    fn kind(&self) -> SlotKind {
        match self.method {
            Method::OsKeystore { .. } => SlotKind::OsKeystore,
            Method::Passphrase { .. } => SlotKind::Passphrase,
            Method::KeyFile => SlotKind::KeyFile,
        }
    }

    fn info(&self) -> SlotInfo {
        SlotInfo {
            id: self.id,
            kind: self.kind(),
        }
    }
}

/// Whether a profile has key slots.
pub fn exists(dir: &Path) -> bool {
    files::is_there(&dir.join(files::KEYSLOTS))
}

/// Whether the slots of a profile say that this is the key of its database; `None` if there are
/// none that can be read.
pub(super) fn vouch(dir: &Path, key: &DatabaseKey) -> Option<bool> {
    let slots = KeySlots::read(dir).ok()?;
    Some(bind::is_key(&slots.parsed.contents, key))
}

/// Wraps the key once more. The wrapping key is put where it belongs before the file names it, so
/// that a crash leaves a key without a slot, which opens nothing.
fn push_slot(
    dir: &Path,
    contents: &mut Contents,
    key: &DatabaseKey,
    slot: &NewSlot<'_>,
    random: Random<'_>,
) -> Result<u32, KeySlotError> {
    if contents.slots.len() >= MOST_SLOTS {
        return Err(KeySlotError::TooManySlots);
    }
    let mut wrapping = Zeroizing::new([0; 32]);
    let method = match slot {
        NewSlot::OsKeystore(keystore) => {
            let mut entry = [0; 16];
            random(&mut entry);
            random(wrapping.as_mut_slice());
            keystore
                .set(&entry_name(&entry), wrapping.as_slice())
                .map_err(|_| KeySlotError::KeystoreUnavailable)?;
            Method::OsKeystore { entry }
        }
        NewSlot::Passphrase { passphrase, params } => {
            let mut salt = [0; 16];
            random(&mut salt);
            wrapping = params.derive(passphrase, &salt)?;
            Method::Passphrase {
                params: *params,
                salt,
            }
        }
        NewSlot::KeyFile => {
            if contents
                .slots
                .iter()
                .any(|slot| slot.method == Method::KeyFile)
            {
                return Err(KeySlotError::SlotExists);
            }
            random(wrapping.as_mut_slice());
            files::replace(dir, files::KEY_FILE, wrapping.as_slice())
                .map_err(failed("writing the key file"))?;
            Method::KeyFile
        }
    };
    let id = contents
        .slots
        .iter()
        .map(|slot| slot.id)
        .max()
        .map_or(Some(1), |id| id.checked_add(1));
    let id = id.ok_or(KeySlotError::TooManySlots)?;
    let mut nonce = [0; 12];
    random(&mut nonce);
    let data = format::associated_data(&contents.database_id, id, &method);
    let wrapped = wrap::wrap(&wrapping, &nonce, &data, key)
        .ok_or(StoreError::bug("AES-GCM refused 32 bytes"))?;
    contents.slots.push(Slot {
        id,
        method,
        nonce,
        wrapped,
    });
    Ok(id)
}

/// The name of an entry in the keystore, unique in the world.
fn entry_name(entry: &[u8; 16]) -> String {
    entry.iter().fold(String::from("sotto-"), |mut name, byte| {
        // Writing to a String cannot fail.
        let _ = write!(name, "{byte:02x}");
        name
    })
}

fn wrapping_from(
    keystore: &dyn Keystore,
    entry: &[u8; 16],
) -> Result<Zeroizing<[u8; 32]>, KeySlotError> {
    let secret = keystore
        .get(&entry_name(entry))
        .map_err(|_| KeySlotError::KeystoreUnavailable)?
        .ok_or(KeySlotError::KeyMissing)?;
    let bytes = secret
        .as_slice()
        .try_into()
        .map_err(|_| KeySlotError::KeyMissing)?;
    Ok(Zeroizing::new(bytes))
}

fn read_key_file(dir: &Path) -> Result<Zeroizing<[u8; 32]>, KeySlotError> {
    let bytes = read_small(&dir.join(files::KEY_FILE), 32)?.ok_or(KeySlotError::KeyMissing)?;
    let bytes = bytes
        .as_slice()
        .try_into()
        .map_err(|_| KeySlotError::Damaged)?;
    Ok(Zeroizing::new(bytes))
}

/// A file of at most `limit` bytes, or `None` if there is none; a longer one is damaged.
fn read_small(path: &Path, limit: u64) -> Result<Option<Zeroizing<Vec<u8>>>, KeySlotError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("reading the key slots")(error).into()),
    };
    // Sized in advance: a vector that grows leaves copies behind that nobody wipes.
    let mut bytes = Zeroizing::new(Vec::with_capacity(8192));
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(failed("reading the key slots"))?;
    if bytes.len() as u64 > limit {
        Err(KeySlotError::Damaged)
    } else {
        Ok(Some(bytes))
    }
}

fn failed(operation: &'static str) -> impl Fn(io::Error) -> StoreError {
    move |error| StoreError::from_io(operation, &error)
}
