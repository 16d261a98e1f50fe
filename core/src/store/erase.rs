//! Deleting a profile from the disk.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use super::error::StoreError;
use super::files;
use super::keyslots;
use super::lock::ProfileLock;

/// Deletes a profile that nobody has open: its keys first, for without them the rest is noise even
/// where it can be found on the disk afterwards. What is not the profile's stays, and so does the
/// folder if there is anything left in it. Done again, it goes on where it was cut off. `others` are
/// names of files of other floors.
///
/// # Errors
/// [`StoreError::Missing`] where there is no profile, [`StoreError::InUse`], and those of the file
/// system.
pub fn erase(dir: &Path, others: &[&str]) -> Result<(), StoreError> {
    if !super::exists(dir) && !keyslots::exists(dir) {
        return Err(StoreError::Missing);
    }
    let failed = |error: io::Error| StoreError::from_io("deleting the profile", &error);
    let lock = ProfileLock::take(dir)?;
    for name in [files::KEYSLOTS, files::KEY_FILE] {
        for suffix in [".new", ""] {
            let path = dir.join(format!("{name}{suffix}"));
            overwrite(&path).map_err(failed)?;
            files::remove_if_there(&path).map_err(failed)?;
        }
    }
    files::sync_folder(dir).map_err(failed)?;
    for name in [files::UNFINISHED_DATABASE, files::DATABASE] {
        // The database itself last: it says that there is still something to delete.
        for suffix in ["-wal", "-shm", "-journal", ""] {
            files::remove_if_there(&dir.join(format!("{name}{suffix}"))).map_err(failed)?;
        }
    }
    for name in others {
        files::remove_if_there(&dir.join(name)).map_err(failed)?;
    }
    files::remove_if_there(&dir.join(files::LOCK)).map_err(failed)?;
    files::sync_folder(dir).map_err(failed)?;
    drop(lock);
    // Somebody may keep something else there.
    let _ = fs::remove_dir(dir);
    Ok(())
}

/// Writes zeros over a small file. A disk may keep what was there all the same; one that does not
/// should not.
fn overwrite(path: &Path) -> io::Result<()> {
    let mut file = match OpenOptions::new().write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(0);
    file.write_all(&vec![0; length])?;
    file.sync_all()
}
