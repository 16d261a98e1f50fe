//! A file that is there wholly or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::client::error::Error;
use crate::random::Random;

/// A file in the making, under another name in the same folder. Only its owner can read it. Dropping
/// it takes it away.
pub(super) struct Fresh {
    target: PathBuf,
    unfinished: PathBuf,
    overwrite: bool,
    out: BufWriter<File>,
    written: u64,
}

impl Fresh {
    pub fn begin(target: &Path, overwrite: bool) -> Result<Self, Error> {
        if !overwrite && target.symlink_metadata().is_ok() {
            return Err(exists(target));
        }
        let name = target.file_name().ok_or_else(|| Error::File {
            reason: format!("{} names no file", target.display()),
        })?;
        let random: [u8; 8] = Random::system().bytes();
        let unfinished = target.with_file_name(format!(
            ".{}.{}.part",
            name.to_string_lossy(),
            crate::client::id::hex(&random)
        ));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let file = options
            .open(&unfinished)
            .map_err(|error| trouble(target, &error))?;
        Ok(Self {
            target: target.to_owned(),
            unfinished,
            overwrite,
            out: BufWriter::with_capacity(1 << 16, file),
            written: 0,
        })
    }

    pub fn put(&mut self, text: &str) -> Result<(), Error> {
        self.out
            .write_all(text.as_bytes())
            .map_err(|error| trouble(&self.target, &error))?;
        self.written += u64::try_from(text.len()).unwrap_or(0);
        Ok(())
    }

    /// Brings it to the disk and gives it its name; returns its size.
    pub fn finish(mut self) -> Result<u64, Error> {
        let written = self.written;
        self.settle().map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => exists(&self.target),
            _ => trouble(&self.target, &error),
        })?;
        Ok(written)
    }

    fn settle(&mut self) -> io::Result<()> {
        self.out.flush()?;
        self.out.get_ref().sync_all()?;
        if self.overwrite {
            fs::rename(&self.unfinished, &self.target)?;
        } else {
            // A second name is refused where there is one already; a renaming would replace it.
            match fs::hard_link(&self.unfinished, &self.target) {
                Ok(()) => fs::remove_file(&self.unfinished)?,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
                // Not every file system has second names.
                Err(_) if self.target.symlink_metadata().is_err() => {
                    fs::rename(&self.unfinished, &self.target)?;
                }
                Err(_) => return Err(io::ErrorKind::AlreadyExists.into()),
            }
        }
        let folder = match self.target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        if cfg!(unix) {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        // Once it has its name there is nothing to take away.
        let _ = fs::remove_file(&self.unfinished);
    }
}

fn exists(path: &Path) -> Error {
    Error::FileExists {
        path: path.display().to_string(),
    }
}

/// What happened to a file, for the person who named it.
pub(in crate::client) fn trouble(path: &Path, error: &io::Error) -> Error {
    Error::File {
        reason: format!("{}: {error}", path.display()),
    }
}
