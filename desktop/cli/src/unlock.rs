//! Where the profile is, and what opens it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sotto_core::client::{Client, Error, ProfileConfig, Unlock};

use crate::args::Arguments;
use crate::failure::Failure;
use crate::output;

const PASSPHRASE: &str = "SOTTO_PASSPHRASE";

/// A profile that is not open yet.
pub struct Profile {
    dir: PathBuf,
    unlock: Unlock,
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
            unlock: unlock(arguments)?,
        })
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn open(&self, need: Need) -> Result<Arc<Client>, Failure> {
        let dir = self.dir.to_str().ok_or_else(|| {
            Failure::Usage("the path of the profile is not valid UTF-8".to_owned())
        })?;
        let by_file = matches!(self.unlock, Unlock::KeyFile);
        let client = Client::open(ProfileConfig {
            dir: dir.to_owned(),
            unlock: self.unlock.clone(),
            create: need == Need::NewProfile,
            online: need != Need::Disk,
        });
        let client = client.map_err(|error| match error {
            Error::OtherKey if by_file => Failure::Key(format!(
                "this profile has a passphrase: give it with --passphrase-file or {PASSPHRASE}"
            )),
            Error::OtherKey => Failure::Key(format!(
                "this profile was made without a passphrase: leave out --passphrase-file and {PASSPHRASE}"
            )),
            other => other.into(),
        })?;
        if by_file {
            output::warn(&format!(
                "the key of this profile is a file beside it; {PASSPHRASE} or --passphrase-file protects a new profile better"
            ));
        }
        Ok(client)
    }
}

fn unlock(arguments: &Arguments) -> Result<Unlock, Failure> {
    let passphrase = if let Some(file) = &arguments.passphrase_file {
        let text = fs::read_to_string(file)
            .map_err(|error| Failure::Key(format!("{}: {error}", file.display())))?;
        let line = text.lines().next().unwrap_or_default().to_owned();
        if line.is_empty() {
            return Err(Failure::Key(format!(
                "{}: there is no passphrase in it",
                file.display()
            )));
        }
        Some(line)
    } else {
        match env::var(PASSPHRASE) {
            Ok(passphrase) if passphrase.is_empty() => None,
            Ok(passphrase) => Some(passphrase),
            Err(env::VarError::NotPresent) => None,
            Err(env::VarError::NotUnicode(_)) => {
                return Err(Failure::Key(format!("{PASSPHRASE} is not valid UTF-8")));
            }
        }
    };
    Ok(match passphrase {
        Some(passphrase) => Unlock::Passphrase { passphrase },
        None => Unlock::KeyFile,
    })
}

fn default_dir() -> Result<PathBuf, Failure> {
    let data = env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|dir| dir.is_absolute())
        .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share")));
    data.map(|dir| dir.join("sotto"))
        .ok_or_else(|| Failure::Usage("say with --profile where the profile is".to_owned()))
}
