//! The profile folder: names, modes, and writing a small file so that it is there wholly or not
//! at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// The database.
pub(super) const DATABASE: &str = "sotto.db";
/// The write-ahead log that SQLite keeps beside it.
pub(super) const DATABASE_LOG: &str = "sotto.db-wal";
/// A database in the making, renamed when it is complete.
pub(super) const UNFINISHED_DATABASE: &str = "sotto.db.new";
/// Held open and locked while a process uses the profile.
pub(super) const LOCK: &str = "lock";
/// The wrapped database key.
pub(super) const KEYSLOTS: &str = "keyslots";
/// The wrapping key of a key-file slot.
pub(super) const KEY_FILE: &str = "key";

/// Creates the profile folder with mode 0700. The mode of a folder that is there already is the
/// owner's affair; every file in it is 0600 anyway.
pub(super) fn create_folder(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(dir)
}

/// Options that create files which only their owner can read.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options
}

/// Replaces `dir/name`: a reader at any moment, and after any crash, finds the old bytes or the
/// new ones.
pub(super) fn replace(dir: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let unfinished = dir.join(format!("{name}.new"));
    remove_if_there(&unfinished)?;
    let mut file = private().create_new(true).open(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&unfinished, dir.join(name))?;
    sync_folder(dir)
}

/// Whether anything has this name, a dangling link too.
pub(super) fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Removes a file; that it is not there is fine.
pub(super) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes renames and removals in a folder survive a power cut.
pub(super) fn sync_folder(dir: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(dir)?.sync_all()
    } else {
        Ok(())
    }
}
