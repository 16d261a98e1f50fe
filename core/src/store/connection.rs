//! One connection to the encrypted file, with every setting that the promises rest on.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::error::StoreError;
use super::key::DatabaseKey;

/// SQLite before 3.51.3 can lose committed pages when a WAL is reset, which our checkpoints do.
const OLDEST_SQLITE: i32 = 3_051_003;

/// How long a statement waits for a lock. Only checkpoints ever meet one.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// More than the statements of all repositories, so that none is prepared twice.
const CACHED_STATEMENTS: usize = 256;

/// - `synchronous` FULL (and `fullfsync`, which macOS needs for the same): with less, a committed
///   ratchet step may be gone after a power cut, and its key would be used again.
/// - `wal_autocheckpoint` off: the writer checkpoints between two groups of work instead of inside
///   a commit that somebody waits for.
/// - `trusted_schema` off, `cell_size_check` on, defensive mode: a manipulated file is data.
const SETTINGS: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA wal_autocheckpoint = 0;
    PRAGMA foreign_keys = ON;
    PRAGMA secure_delete = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
";

/// Opens an existing file that may turn out to be foreign, damaged or too new: nothing is written
/// to it, not even by closing the connection, until [`make_ready`] is called.
pub(super) fn open(path: &Path, key: &DatabaseKey) -> Result<Connection, StoreError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(StoreError::bug("SQLite is too old"));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let conn = Connection::open_with_flags(path, flags)?;
    // SQLCipher prints every wrong page to the terminal otherwise.
    conn.execute_batch("PRAGMA cipher_log_level = NONE;")?;
    conn.execute_batch(&key.pragma())?;
    let cipher: Option<String> = conn
        .pragma_query_value(None, "cipher_version", |row| row.get(0))
        .ok();
    if cipher.is_none_or(|version| version.is_empty()) {
        return Err(StoreError::bug("SQLite was built without SQLCipher"));
    }
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    conn.busy_timeout(PATIENCE)?;
    // The first read of a page: here a wrong key or a damaged header shows.
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| {
        row.get::<_, i64>(0)
    })?;
    if conn.is_readonly("main")? {
        return Err(StoreError::Io {
            operation: "opening the database for writing",
            code: 0,
        });
    }
    Ok(conn)
}

/// Applies the settings, after which the connection may write.
pub(super) fn make_ready(conn: &Connection) -> Result<(), StoreError> {
    conn.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    conn.execute_batch(SETTINGS)?;
    let journal: String = conn.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if journal != "wal" {
        return Err(StoreError::bug(
            "the file system does not allow a write-ahead log",
        ));
    }
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    Ok(())
}

/// Opens a connection that can only read.
pub(super) fn open_reader(path: &Path, key: &DatabaseKey) -> Result<Connection, StoreError> {
    let conn = open(path, key)?;
    make_ready(&conn)?;
    conn.execute_batch("PRAGMA query_only = ON;")?;
    Ok(conn)
}

/// Moves the whole write-ahead log into the database and cuts the log to nothing. Waits for
/// readers no longer than `patience`; [`StoreError::Busy`] says that some pages are left for the
/// next time.
pub(super) fn checkpoint(conn: &Connection, patience: Duration) -> Result<(), StoreError> {
    conn.busy_timeout(patience)?;
    let blocked = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
        row.get::<_, bool>(0)
    });
    conn.busy_timeout(PATIENCE)?;
    if blocked? {
        Err(StoreError::Busy)
    } else {
        Ok(())
    }
}
