//! Where the profile is, and what opens it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sotto_core::client::{Client, Error, KeyKind, ProfileConfig, Unlock};

use crate::args::Arguments;
use crate::failure::Failure;
use crate::output;
use sotto_keystore as keystore;

const PASSPHRASE: &str = "SOTTO_PASSPHRASE";

/// A profile that is not open yet.
pub struct Profile {
    dir: PathBuf,
    passphrase: Option<String>,
}

/// What a command needs of the profile.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// What is on the disk.
    Disk,
    /// The relay as well.
    Network,
    /// The relay, and a new profile where there is none.
    NewProfile,
}

impl Profile {
    pub fn find(arguments: &Arguments) -> Result<Self, Failure> {
        let dir = match &arguments.profile {
            Some(dir) => dir.clone(),
            None => default_dir()?,
        };
        Ok(Self {
            dir,
            passphrase: passphrase(arguments)?,
        })
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn open(&self, need: Need) -> Result<Arc<Client>, Failure> {
        let kinds = Client::keys_of(self.folder()?)?;
        let unlock = self.unlock(&kinds, need)?;
        let new = kinds.is_empty();
        let client = match self.open_with(unlock.clone(), need) {
            // A keystore that is there and refuses: a new profile does without it.
            Err(Error::NoKey { .. }) if new && matches!(unlock, Unlock::Keystore { .. }) => {
                warn_of_key_file();
                self.open_with(Unlock::KeyFile, need)
            }
            client => {
                if new && client.is_ok() && matches!(unlock, Unlock::KeyFile) {
                    warn_of_key_file();
                }
                client
            }
        };
        client.map_err(|error| match error {
            Error::OtherKey => Failure::Key(format!(
                "this profile was made without a passphrase: leave out --passphrase-file and {PASSPHRASE}"
            )),
            other => other.into(),
        })
    }

    /// Deletes it from the disk.
    pub fn erase(&self) -> Result<(), Failure> {
        let folder = self.folder()?;
        let kept = Client::keys_of(folder.clone())?.contains(&KeyKind::Keystore);
        let keystore = if kept { keystore::find() } else { None };
        Ok(Client::delete_profile(folder, keystore)?)
    }

    fn open_with(&self, unlock: Unlock, need: Need) -> Result<Arc<Client>, Error> {
        Client::open(ProfileConfig {
            dir: self.dir.to_string_lossy().into_owned(),
            unlock,
            create: need == Need::NewProfile,
            online: need != Need::Disk,
        })
    }

    fn unlock(&self, kinds: &[KeyKind], need: Need) -> Result<Unlock, Failure> {
        if let Some(passphrase) = &self.passphrase {
            return Ok(Unlock::Passphrase {
                passphrase: passphrase.clone(),
            });
        }
        if kinds.contains(&KeyKind::KeyFile) {
            return Ok(Unlock::KeyFile);
        }
        if kinds.contains(&KeyKind::Passphrase) && !kinds.contains(&KeyKind::Keystore) {
            return Err(Failure::Key(format!(
                "this profile has a passphrase: give it with --passphrase-file or {PASSPHRASE}"
            )));
        }
        if kinds.is_empty() && need != Need::NewProfile {
            return Err(Error::NoProfile.into());
        }
        match keystore::find() {
            Some(keystore) => Ok(Unlock::Keystore { keystore }),
            None if kinds.is_empty() => Ok(Unlock::KeyFile),
            None => Err(Failure::Key(
                "the key of this profile is in the keystore of the desktop, which does not answer"
                    .to_owned(),
            )),
        }
    }

    fn folder(&self) -> Result<String, Failure> {
        let dir = self.dir.to_str().map(str::to_owned);
        dir.ok_or_else(|| Failure::Usage("the path of the profile is not valid UTF-8".to_owned()))
    }
}

fn warn_of_key_file() {
    output::warn(&format!(
        "the key of this profile is a file beside it; {PASSPHRASE} or --passphrase-file protects a new profile better"
    ));
}

fn passphrase(arguments: &Arguments) -> Result<Option<String>, Failure> {
    let Some(file) = &arguments.passphrase_file else {
        return match env::var(PASSPHRASE) {
            Ok(passphrase) => Ok(Some(passphrase).filter(|passphrase| !passphrase.is_empty())),
            Err(env::VarError::NotPresent) => Ok(None),
            Err(env::VarError::NotUnicode(_)) => {
                Err(Failure::Key(format!("{PASSPHRASE} is not valid UTF-8")))
            }
        };
    };
    let text = fs::read_to_string(file)
        .map_err(|error| Failure::Key(format!("{}: {error}", file.display())))?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(Some(line.to_owned())),
        _ => Err(Failure::Key(format!(
            "{}: there is no passphrase in it",
            file.display()
        ))),
    }
}

fn default_dir() -> Result<PathBuf, Failure> {
    let data = env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|dir| dir.is_absolute())
        .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share")));
    data.map(|dir| dir.join("sotto"))
        .ok_or_else(|| Failure::Usage("say with --profile where the profile is".to_owned()))
}
