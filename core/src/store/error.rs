//! What can go wrong at rest, and the one place where SQLite's codes and the system's become ours.

use std::io;

use rusqlite::{ErrorCode, ffi};
use thiserror::Error;

/// What a caller can do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The same call may succeed later, unchanged.
    Transient,
    /// Only a person, or another version of the program, can help.
    Permanent,
    /// A rule of security refused it.
    Security,
    /// The program is wrong.
    Bug,
}

/// Which rule of the schema a statement broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// `UNIQUE` or `PRIMARY KEY`.
    Unique,
    /// `REFERENCES`.
    ForeignKey,
    /// `NOT NULL`.
    NotNull,
    /// `CHECK`, or the type of a `STRICT` column.
    Check,
    /// Any other, a trigger's `RAISE` for example.
    Other,
}

/// An error of the store. Its text never holds data of the person: no values, no paths.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreError {
    /// There is no database in the profile.
    #[error("there is no database in this profile")]
    Missing,
    /// There is a database in the profile already; creating never overwrites.
    #[error("this profile has a database already")]
    Exists,
    /// The key slots say that this is not the key of this database.
    #[error("the key does not belong to this database")]
    WrongKey,
    /// The file cannot be read with this key, and no key slots are there to tell a wrong key
    /// from a damaged file.
    #[error("wrong key, or not a database")]
    NotADatabase,
    /// A later version of the program wrote the file. Nothing was changed.
    #[error("the database has schema {found}, this version knows {supported}: update the program")]
    NewerSchema {
        /// The schema of the file.
        found: u32,
        /// The newest schema that this program knows.
        supported: u32,
    },
    /// The file is damaged. Nothing was changed, and nothing is ever deleted to recover.
    #[error("the database file is damaged")]
    Corrupt,
    /// The disk, the quota or the database's page limit is used up. What was tried is undone.
    #[error("no space left for the database")]
    Full,
    /// A lock inside the database was not free in time.
    #[error("the database is busy")]
    Busy,
    /// Another process has this profile open.
    #[error("another process has this profile open")]
    InUse,
    /// The system refused a file operation.
    #[error("{operation} failed (code {code})")]
    Io {
        /// What was tried.
        operation: &'static str,
        /// SQLite's extended result code where the operation is `database`, else the system's
        /// error number, 0 if it has none.
        code: i32,
    },
    /// The disk failed to confirm a write, so that no later answer of this handle can be
    /// trusted. The profile has to be opened anew.
    #[error("the store stopped because the disk failed to confirm a write")]
    Stopped,
    /// A statement broke a rule of the schema.
    #[error("a rule of the schema was broken: {rule:?}")]
    Constraint {
        /// Which one.
        rule: Rule,
    },
    /// The program is wrong: a panic in a closure, an SQL error, a value of the wrong type.
    #[error("bug in the store: {what}")]
    Bug {
        /// What was noticed.
        what: &'static str,
    },
}

impl StoreError {
    /// What a caller can do about it.
    pub fn class(&self) -> Class {
        match self {
            Self::Full | Self::Busy | Self::InUse | Self::Io { .. } => Class::Transient,
            Self::Missing
            | Self::Exists
            | Self::WrongKey
            | Self::NotADatabase
            | Self::NewerSchema { .. }
            | Self::Corrupt
            | Self::Stopped => Class::Permanent,
            Self::Constraint { .. } | Self::Bug { .. } => Class::Bug,
        }
    }

    /// A name for logs, scripts and tests. It never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "store_missing",
            Self::Exists => "store_exists",
            Self::WrongKey => "store_wrong_key",
            Self::NotADatabase => "store_not_a_database",
            Self::NewerSchema { .. } => "store_newer_schema",
            Self::Corrupt => "store_corrupt",
            Self::Full => "store_full",
            Self::Busy => "store_busy",
            Self::InUse => "store_in_use",
            Self::Io { .. } => "store_io",
            Self::Stopped => "store_stopped",
            Self::Constraint { .. } => "store_constraint",
            Self::Bug { .. } => "store_bug",
        }
    }

    /// Whether the store itself failed. A broken rule of the schema is an answer that a
    /// repository may use; everything else must undo the work, whoever swallowed it on the way.
    pub(super) fn is_fault(&self) -> bool {
        !matches!(self, Self::Constraint { .. })
    }

    /// Whether the disk failed to confirm a write: see [`StoreError::Stopped`].
    pub(super) fn is_unsynced(&self) -> bool {
        matches!(
            self,
            Self::Io {
                code: ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC,
                ..
            }
        )
    }

    pub(super) fn bug(what: &'static str) -> Self {
        Self::Bug { what }
    }

    /// An error of the file system, met while doing `operation`.
    pub(super) fn from_io(operation: &'static str, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Io {
                operation,
                code: error.raw_os_error().unwrap_or(0),
            },
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error as Sql;
        match error {
            Sql::SqliteFailure(failure, _) => from_sqlite(failure),
            Sql::SqlInputError { error, .. } => from_sqlite(error),
            Sql::FromSqlConversionFailure(..)
            | Sql::IntegralValueOutOfRange(..)
            | Sql::Utf8Error(..)
            | Sql::InvalidColumnType(..) => Self::bug("a stored value has an unexpected shape"),
            Sql::InvalidColumnIndex(_) | Sql::InvalidColumnName(_) => Self::bug("no such column"),
            Sql::InvalidParameterCount(..) | Sql::InvalidParameterName(_) => {
                Self::bug("statement and parameters do not match")
            }
            Sql::MultipleStatement => Self::bug("more than one statement in a string"),
            Sql::ExecuteReturnedResults => Self::bug("execute of a statement that returns rows"),
            Sql::QueryReturnedNoRows => Self::bug("no row where one was certain"),
            _ => Self::bug("unexpected error of the SQL layer"),
        }
    }
}

fn from_sqlite(failure: ffi::Error) -> StoreError {
    match failure.code {
        ErrorCode::NotADatabase => StoreError::NotADatabase,
        ErrorCode::DatabaseCorrupt => StoreError::Corrupt,
        ErrorCode::DiskFull => StoreError::Full,
        // The WAL index is grown by writing to it, and SQLite does not say why that failed: in
        // practice because the disk is full.
        ErrorCode::SystemIoFailure if failure.extended_code == ffi::SQLITE_IOERR_SHMSIZE => {
            StoreError::Full
        }
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy,
        ErrorCode::SystemIoFailure
        | ErrorCode::CannotOpen
        | ErrorCode::PermissionDenied
        | ErrorCode::FileLockingProtocolFailed
        | ErrorCode::NoLargeFileSupport
        | ErrorCode::OutOfMemory => StoreError::Io {
            operation: "database",
            code: failure.extended_code,
        },
        ErrorCode::ConstraintViolation => StoreError::Constraint {
            rule: rule(failure.extended_code),
        },
        ErrorCode::ReadOnly => StoreError::bug("a write through a reader"),
        ErrorCode::TooBig => StoreError::bug("a value is too big for SQLite"),
        ErrorCode::ApiMisuse => StoreError::bug("SQLite was used wrongly"),
        _ => StoreError::bug("a statement that SQLite refuses"),
    }
}

fn rule(extended_code: i32) -> Rule {
    match extended_code {
        ffi::SQLITE_CONSTRAINT_UNIQUE
        | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
        | ffi::SQLITE_CONSTRAINT_ROWID => Rule::Unique,
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Rule::ForeignKey,
        ffi::SQLITE_CONSTRAINT_NOTNULL => Rule::NotNull,
        ffi::SQLITE_CONSTRAINT_CHECK | ffi::SQLITE_CONSTRAINT_DATATYPE => Rule::Check,
        _ => Rule::Other,
    }
}
