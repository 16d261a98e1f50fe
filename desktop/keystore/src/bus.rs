//! The session bus, over which a desktop's programs talk with each other.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// Where a program reads the address of the bus.
pub const ADDRESS: &str = "DBUS_SESSION_BUS_ADDRESS";

/// An address at which there is none. Whoever has it starts none either.
pub const NONE: &str = "disabled:";

/// Whether this desktop has a session bus. Looking costs nothing, while a library that looks may start
/// one, which takes its time, and stays when the program has gone.
#[must_use]
pub fn is_there() -> bool {
    match env::var_os(ADDRESS) {
        Some(address) => address != NONE,
        None => of_the_session() || of_the_display(),
    }
}

/// Where the system starts one for everybody who is logged in.
fn of_the_session() -> bool {
    env::var_os("XDG_RUNTIME_DIR").is_some_and(|dir| Path::new(&dir).join("bus").exists())
}

/// Where a program has started one on this display, for want of another.
fn of_the_display() -> bool {
    let (Some(home), Some(display)) = (env::var_os("HOME"), env::var_os("DISPLAY")) else {
        return false;
    };
    let folder = Path::new(&home).join(".dbus/session-bus");
    number(&display).is_some_and(|display| notes(&folder, display).any(|note| runs(&note)))
}

/// The number in `:0`, `:0.0` or `host:0`.
fn number(display: &OsStr) -> Option<&str> {
    let (_, rest) = display.to_str()?.rsplit_once(':')?;
    rest.split('.').next()
}

/// Such a program leaves a note, called after the machine and the display.
fn notes(folder: &Path, display: &str) -> impl Iterator<Item = PathBuf> {
    let end = format!("-{display}");
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(move |entry| entry.file_name().to_string_lossy().ends_with(&end))
        .map(|entry| entry.path())
}

/// Whether the bus of a note still runs.
fn runs(note: &Path) -> bool {
    let text = fs::read_to_string(note).unwrap_or_default();
    let id = text
        .lines()
        .find_map(|line| line.strip_prefix("DBUS_SESSION_BUS_PID="));
    id.is_some_and(|id| Path::new("/proc").join(id).exists())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_display_is_known_by_its_number() {
        for (display, its) in [(":0", "0"), (":12.0", "12"), ("far.example:3", "3")] {
            assert_eq!(number(OsStr::new(display)), Some(its), "{display}");
        }
        assert_eq!(number(OsStr::new("")), None);
    }

    #[test]
    fn a_note_counts_while_its_bus_runs() {
        let dir = tempfile::tempdir().unwrap();
        let note = dir.path().join("0123abcd-7");
        let says = |id: u32| format!("# D-Bus\nDBUS_SESSION_BUS_PID={id}\n");
        fs::write(&note, says(std::process::id())).unwrap();
        assert!(notes(dir.path(), "7").eq([note.clone()]));
        assert_eq!(notes(dir.path(), "17").count(), 0);
        assert!(runs(&note));
        // No process has this id.
        fs::write(&note, says(u32::MAX)).unwrap();
        assert!(!runs(&note));
        fs::write(&note, "").unwrap();
        assert!(!runs(&note));
    }
}
