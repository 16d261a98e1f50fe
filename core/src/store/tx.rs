//! Writing inside one transaction.

use std::ops::Deref;

use rusqlite::{Connection, Params, Row};

use super::change::Change;
use super::error::StoreError;
use super::view::{View, all_rows, first_row};

/// One writer's part of a transaction. It reads as a [`View`] does, writes, and collects what it
/// changed; nothing of it is seen by anybody before the commit.
///
/// A fault of the store (a full disk, a damaged page) is remembered: the work fails with it even
/// if somebody in between swallowed the error.
pub struct Tx<'c> {
    view: View<'c>,
    changes: Vec<Change>,
}

impl<'c> Tx<'c> {
    pub(super) fn new(conn: &'c Connection) -> Self {
        Self {
            view: View::new(conn),
            changes: Vec::new(),
        }
    }

    /// The reading half, which sees what this transaction has written.
    pub fn view(&self) -> &View<'c> {
        &self.view
    }

    /// Runs a statement and says how many rows it changed.
    ///
    /// # Errors
    /// What the database reports; [`StoreError::Constraint`] leaves the transaction usable.
    pub fn execute<P: Params>(&mut self, sql: &str, params: P) -> Result<usize, StoreError> {
        self.view
            .watch(|| Ok(self.view.prepare(sql)?.execute(params)?))
    }

    /// The first row, or `None`; the statement may write (`INSERT … RETURNING`).
    ///
    /// # Errors
    /// What the database reports.
    pub fn query_row<T, P: Params>(
        &mut self,
        sql: &str,
        params: P,
        map: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreError> {
        self.view
            .watch(|| first_row(&mut *self.view.prepare(sql)?, params, map))
    }

    /// All rows; the statement may write (`DELETE … RETURNING`).
    ///
    /// # Errors
    /// What the database reports.
    pub fn query_all<T, P: Params>(
        &mut self,
        sql: &str,
        params: P,
        map: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        self.view
            .watch(|| all_rows(&mut *self.view.prepare(sql)?, params, map))
    }

    /// The row id of this connection's latest insert.
    pub fn last_insert_rowid(&self) -> i64 {
        self.view.conn().last_insert_rowid()
    }

    /// Records a change, to be published after the commit.
    pub fn changed(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// A transaction inside this one: an error undoes what `f` wrote and recorded, and nothing
    /// else.
    ///
    /// # Errors
    /// The error of `f`, or of the database.
    pub fn savepoint<T, E>(&mut self, f: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        self.mark("SAVEPOINT nested")?;
        let recorded = self.changes.len();
        match f(self) {
            Ok(value) => {
                self.mark("RELEASE nested")?;
                Ok(value)
            }
            Err(error) => {
                self.changes.truncate(recorded);
                // If even this fails, the fault is remembered and undoes the whole work.
                let _ = self
                    .mark("ROLLBACK TO nested")
                    .and_then(|()| self.mark("RELEASE nested"));
                Err(error)
            }
        }
    }

    fn mark(&mut self, sql: &str) -> Result<(), StoreError> {
        self.execute(sql, []).map(drop)
    }

    /// What was recorded, and the fault that was met, if any.
    pub(super) fn finish(self) -> (Vec<Change>, Option<StoreError>) {
        let fault = self.view.fault();
        (self.changes, fault)
    }
}

impl<'c> Deref for Tx<'c> {
    type Target = View<'c>;

    fn deref(&self) -> &View<'c> {
        &self.view
    }
}
