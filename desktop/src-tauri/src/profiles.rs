//! Which profiles there are, and which are open.
//!
//! The first profile is the one that the terminal client uses by itself, so that both are the same
//! person; others lie in its folder `profiles`. A profile that is open in another process works
//! through that one.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use sotto_core::client::{Client, Error, KeyKind, Me, ProfileConfig, Unlock};

use crate::options::Options;
use sotto_keystore as keystore;

/// The profile that lies in the data folder itself.
const FIRST: &str = "main";
/// Others are in this folder of it.
const OTHERS: &str = "profiles";

/// A profile on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Its id: lower-case letters, digits and hyphens.
    pub id: String,
    /// How it stands.
    pub state: ProfileState,
}

/// How a profile stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "there are a handful")]
pub enum ProfileState {
    /// It can be used.
    Open {
        /// Who it is.
        me: Me,
    },
    /// It wants its passphrase.
    Locked,
    /// It cannot be opened.
    Unusable {
        /// Why.
        error: Error,
    },
}

/// The profiles of one data folder.
#[derive(Clone)]
pub struct Profiles {
    root: Arc<Path>,
    found: Arc<Mutex<BTreeMap<String, Found>>>,
    /// Held while the profiles of the disk are opened, so that nothing is opened twice.
    opening: Arc<Mutex<()>>,
}

/// A profile that was looked at.
#[derive(Clone)]
enum Found {
    /// An account is being made in it; nobody else is to open it meanwhile.
    Making,
    Open(Arc<Client>),
    Locked,
    Unusable(Error),
}

impl Profiles {
    /// The profiles of the data folder; none is open yet.
    pub fn of(options: &Options) -> Self {
        Self {
            root: options.data.as_path().into(),
            found: Arc::default(),
            opening: Arc::default(),
        }
    }

    /// Every profile, opened if that needs nobody. Blocks.
    pub fn list(&self) -> Vec<Profile> {
        let opening = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        for id in self.on_disk() {
            if !self.found().contains_key(&id) {
                let found = self.try_open(&id);
                // Somebody may have unlocked it meanwhile.
                self.found().entry(id).or_insert(found);
            }
        }
        drop(opening);
        let found = self.found().clone();
        found
            .into_iter()
            .filter_map(|(id, found)| show(id, found))
            .collect()
    }

    /// The client of a profile that is open.
    ///
    /// # Errors
    /// [`Error::NoProfile`] for one that is not.
    pub fn get(&self, id: &str) -> Result<Arc<Client>, Error> {
        match self.found().get(id) {
            Some(Found::Open(client)) => Ok(Arc::clone(client)),
            Some(Found::Unusable(error)) => Err(error.clone()),
            Some(Found::Locked | Found::Making) | None => Err(Error::NoProfile),
        }
    }

    /// Opens a profile with its passphrase. Blocks.
    ///
    /// # Errors
    /// [`Error::WrongPassphrase`], and those of [`Client::open`].
    pub fn unlock(&self, id: &str, passphrase: String) -> Result<Profile, Error> {
        if !self.on_disk().iter().any(|there| there == id) {
            return Err(Error::NoProfile);
        }
        let client = self.client(id, Unlock::Passphrase { passphrase }, false)?;
        let me = client.me()?;
        self.found().insert(id.to_owned(), Found::Open(client));
        let (id, state) = (id.to_owned(), ProfileState::Open { me });
        Ok(Profile { id, state })
    }

    /// Makes a profile and does with it what makes an account of it; if that fails, nothing is left.
    /// Blocks.
    ///
    /// # Errors
    /// Those of [`Client::open`] and of what is done.
    pub fn create<T>(
        &self,
        make: impl FnOnce(&Client) -> Result<T, Error>,
    ) -> Result<(Profile, T), Error> {
        let id = self.reserve();
        let made = self.new_client(&id).and_then(|client| {
            let made = make(&client).and_then(|made| Ok((client.me()?, made)));
            if made.is_err() {
                client.close();
            }
            Ok((client, made?))
        });
        match made {
            Ok((client, (me, made))) => {
                self.found().insert(id.clone(), Found::Open(client));
                let state = ProfileState::Open { me };
                Ok((Profile { id, state }, made))
            }
            Err(error) => {
                // What cannot be deleted has no account in it, and is used for the next one.
                let _ = self.erase(&id);
                self.found().remove(&id);
                Err(error)
            }
        }
    }

    /// Deletes a profile from this machine. Blocks.
    ///
    /// # Errors
    /// Those of [`Client::delete_profile`].
    pub fn delete(&self, id: &str) -> Result<(), Error> {
        if !self.on_disk().iter().any(|there| there == id) {
            return Err(Error::NoProfile);
        }
        if let Some(Found::Open(client)) = self.found().remove(id) {
            client.close();
        }
        self.erase(id)
    }

    /// Closes all of them. An unfinished call of one ends with an error.
    pub fn close(&self) {
        let found = std::mem::take(&mut *self.found());
        for found in found.into_values() {
            if let Found::Open(client) = found {
                client.close();
            }
        }
    }

    fn try_open(&self, id: &str) -> Found {
        let opened = self.unlocking(id).and_then(|unlock| {
            unlock
                .map(|unlock| self.client(id, unlock, false))
                .transpose()
        });
        match opened {
            Ok(Some(client)) => Found::Open(client),
            Ok(None) => Found::Locked,
            Err(error) => Found::Unusable(error),
        }
    }

    /// What opens a profile; `None` where only the person can.
    fn unlocking(&self, id: &str) -> Result<Option<Unlock>, Error> {
        let kinds = Client::keys_of(self.folder(id)?)?;
        if kinds.contains(&KeyKind::KeyFile) {
            return Ok(Some(Unlock::KeyFile));
        }
        let keystore = kinds.contains(&KeyKind::Keystore).then(keystore::find);
        match keystore.flatten() {
            Some(keystore) => Ok(Some(Unlock::Keystore { keystore })),
            None if kinds.contains(&KeyKind::Passphrase) => Ok(None),
            None => Err(Error::NoKey {
                reason: "the keystore of the desktop does not answer".to_owned(),
            }),
        }
    }

    /// A new profile: its key is in the keystore, or in a file where there is no keystore or it
    /// refuses.
    fn new_client(&self, id: &str) -> Result<Arc<Client>, Error> {
        let Some(keystore) = keystore::find() else {
            return self.client(id, Unlock::KeyFile, true);
        };
        match self.client(id, Unlock::Keystore { keystore }, true) {
            Err(Error::NoKey { .. }) => self.client(id, Unlock::KeyFile, true),
            opened => opened,
        }
    }

    fn client(&self, id: &str, unlock: Unlock, create: bool) -> Result<Arc<Client>, Error> {
        let dir = self.folder(id)?;
        if let Some(parent) = Path::new(&dir).parent().filter(|_| create) {
            fs::create_dir_all(parent).map_err(|error| trouble(parent, &error))?;
        }
        Client::open(ProfileConfig {
            dir,
            unlock,
            create,
            online: true,
        })
    }

    fn erase(&self, id: &str) -> Result<(), Error> {
        let folder = self.folder(id)?;
        let kept = Client::keys_of(folder.clone())?.contains(&KeyKind::Keystore);
        Client::delete_profile(folder, if kept { keystore::find() } else { None })
    }

    /// The profiles that are on the disk, the first one first.
    fn on_disk(&self) -> Vec<String> {
        let mut ids: Vec<String> = match fs::read_dir(self.root.join(OTHERS)) {
            Ok(entries) => entries
                .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
                .filter(|id| is_id(id) && id != FIRST)
                .collect(),
            Err(_) => Vec::new(),
        };
        ids.push(FIRST.to_owned());
        ids.sort();
        ids.retain(|id| self.has_profile(id));
        ids
    }

    fn has_profile(&self, id: &str) -> bool {
        let kinds = self.folder(id).and_then(Client::keys_of);
        // A damaged one is there, too.
        kinds.map_or(true, |kinds| !kinds.is_empty())
    }

    /// An id that no profile has, for one that is about to be made.
    fn reserve(&self) -> String {
        let taken = self.on_disk();
        let mut found = self.found();
        let mut numbers = 2_u32..;
        let mut id = FIRST.to_owned();
        while taken.contains(&id) || found.contains_key(&id) {
            id = format!("account-{}", numbers.next().unwrap_or_default());
        }
        found.insert(id.clone(), Found::Making);
        id
    }

    /// Where it lies, or would lie.
    fn folder(&self, id: &str) -> Result<String, Error> {
        if !is_id(id) {
            return Err(Error::NoProfile);
        }
        let folder: PathBuf = if id == FIRST {
            self.root.to_path_buf()
        } else {
            self.root.join(OTHERS).join(id)
        };
        folder
            .into_os_string()
            .into_string()
            .map_err(|_| Error::File {
                reason: "the path of the profile is not valid UTF-8".to_owned(),
            })
    }

    fn found(&self) -> MutexGuard<'_, BTreeMap<String, Found>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn trouble(path: &Path, error: &io::Error) -> Error {
    Error::File {
        reason: format!("{}: {error}", path.display()),
    }
}

/// Only such a name ever becomes a part of a path.
fn is_id(id: &str) -> bool {
    (1..=32).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn show(id: String, found: Found) -> Option<Profile> {
    let state = match found {
        Found::Open(client) => match client.me() {
            Ok(me) => ProfileState::Open { me },
            // A profile without an account: somebody is about to make one.
            Err(Error::NoAccount) => return None,
            Err(error) => ProfileState::Unusable { error },
        },
        Found::Making => return None,
        Found::Locked => ProfileState::Locked,
        Found::Unusable(error) => ProfileState::Unusable { error },
    };
    Some(Profile { id, state })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn profiles(root: &Path) -> Profiles {
        Profiles::of(&Options {
            data: root.to_path_buf(),
            relay: String::new(),
            windows: Vec::new(),
            newest: false,
            measure: false,
            test_camera: false,
        })
    }

    #[test]
    fn only_what_is_an_id_becomes_a_path() {
        let root = tempfile::tempdir().unwrap();
        let profiles = profiles(root.path());
        for bad in ["", "..", "a/b", "A", "a b", "\0", &"a".repeat(33)] {
            assert_eq!(profiles.folder(bad), Err(Error::NoProfile), "{bad:?}");
            assert_eq!(profiles.get(bad).unwrap_err(), Error::NoProfile);
            assert_eq!(profiles.delete(bad), Err(Error::NoProfile));
            let unlocked = profiles.unlock(bad, "secret".to_owned());
            assert_eq!(unlocked, Err(Error::NoProfile));
        }
    }

    #[test]
    fn looking_for_a_profile_makes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("not/yet/there");
        let profiles = profiles(&root);
        assert_eq!(profiles.list(), []);
        for id in [FIRST, "somebody"] {
            assert_eq!(profiles.get(id).unwrap_err(), Error::NoProfile);
            assert_eq!(profiles.delete(id), Err(Error::NoProfile));
            let unlocked = profiles.unlock(id, "secret".to_owned());
            assert_eq!(unlocked, Err(Error::NoProfile));
        }
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        let made = profiles.create(|_| Err::<(), _>(Error::TimedOut));
        assert_eq!(made.unwrap_err(), Error::TimedOut);
        assert!(root.parent().unwrap().exists());
    }

    #[test]
    fn an_account_that_was_not_made_leaves_nothing_and_its_place_is_used_again() {
        let root = tempfile::tempdir().unwrap();
        let profiles = profiles(root.path());
        for _ in 0..2 {
            let made = profiles.create(|_| {
                // Nobody sees it while it is being made.
                assert_eq!(profiles.list(), []);
                assert!(root.path().join("key").exists());
                Err::<(), _>(Error::TimedOut)
            });
            assert_eq!(made.unwrap_err(), Error::TimedOut);
            assert!(!root.path().join("key").exists());
            assert_eq!(profiles.list(), []);
        }
    }

    #[test]
    fn a_profile_with_a_passphrase_waits_for_it() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join(OTHERS).join("work");
        fs::create_dir_all(dir.parent().unwrap()).unwrap();
        let client = Client::open(ProfileConfig {
            dir: dir.to_str().unwrap().to_owned(),
            unlock: Unlock::Passphrase {
                passphrase: "right".to_owned(),
            },
            create: true,
            online: false,
        });
        client.unwrap().close();

        let profiles = profiles(root.path());
        let locked = Profile {
            id: "work".to_owned(),
            state: ProfileState::Locked,
        };
        assert_eq!(profiles.list(), [locked]);
        let wrong = profiles.unlock("work", "wrong".to_owned());
        assert_eq!(wrong, Err(Error::WrongPassphrase));
        // It opens; that there is no account in it is all that can be said of it.
        let right = profiles.unlock("work", "right".to_owned());
        assert_eq!(right, Err(Error::NoAccount));
    }
}
