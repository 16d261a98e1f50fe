//! Files as a power cut would leave them.

use std::path::Path;

/// Copies a folder of SQLite files while they are in use.
///
/// The log goes first: a checkpoint that runs meanwhile in the background moves pages from the log
/// into the database, and a copied database that is older than the copied log is what a cut leaves,
/// while one whose log is already gone is not.
pub(super) fn as_cut(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder for the copy");
    let mut names: Vec<_> = std::fs::read_dir(from)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    names.sort_by_key(|name| !name.to_string_lossy().ends_with("-wal"));
    for name in names {
        // The log's index is memory that processes share; a crash does not keep it.
        if !name.to_string_lossy().ends_with("-shm") {
            std::fs::copy(from.join(&name), to.join(&name)).expect("the copy");
        }
    }
}
