//! Reading inside one transaction.

use std::cell::RefCell;

use rusqlite::{CachedStatement, Connection, Params, Row};

use super::error::StoreError;

/// One consistent snapshot of the database. It can only read: a statement that would write is
/// refused even where the connection could.
pub struct View<'c> {
    conn: &'c Connection,
    fault: RefCell<Option<StoreError>>,
}

impl<'c> View<'c> {
    pub(super) fn new(conn: &'c Connection) -> Self {
        Self {
            conn,
            fault: RefCell::new(None),
        }
    }

    /// The first row, or `None`.
    ///
    /// # Errors
    /// What the database reports, and a bug if the statement writes.
    pub fn query_row<T, P: Params>(
        &self,
        sql: &str,
        params: P,
        map: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreError> {
        self.watch(|| first_row(&mut *self.prepare_to_read(sql)?, params, map))
    }

    /// All rows, in the statement's order.
    ///
    /// # Errors
    /// What the database reports, and a bug if the statement writes.
    pub fn query_all<T, P: Params>(
        &self,
        sql: &str,
        params: P,
        map: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        self.watch(|| all_rows(&mut *self.prepare_to_read(sql)?, params, map))
    }

    /// A statement from the cache, if the transaction is still the one that was begun. SQLite
    /// may end it by itself when a disk is full; what came after would be committed one by one.
    pub(super) fn prepare(&self, sql: &str) -> Result<CachedStatement<'c>, StoreError> {
        if self.conn.is_autocommit() {
            return Err(StoreError::bug("a statement outside its transaction"));
        }
        Ok(self.conn.prepare_cached(sql)?)
    }

    fn prepare_to_read(&self, sql: &str) -> Result<CachedStatement<'c>, StoreError> {
        let statement = self.prepare(sql)?;
        if !statement.readonly() {
            return Err(StoreError::bug("a view was asked to write"));
        }
        Ok(statement)
    }

    /// Runs a piece of work and remembers its fault, so that nobody on the way can hide it.
    pub(super) fn watch<T>(
        &self,
        work: impl FnOnce() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let result = work();
        if let Err(error) = &result
            && error.is_fault()
        {
            self.fault.borrow_mut().get_or_insert_with(|| error.clone());
        }
        result
    }

    pub(super) fn conn(&self) -> &'c Connection {
        self.conn
    }

    /// The first fault of the store that any statement of this transaction met.
    pub fn fault(&self) -> Option<StoreError> {
        self.fault.borrow().clone()
    }
}

pub(super) fn first_row<T>(
    statement: &mut rusqlite::Statement<'_>,
    params: impl Params,
    map: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Option<T>, StoreError> {
    let mut rows = statement.query(params)?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    Ok(Some(map(row)?))
}

pub(super) fn all_rows<T>(
    statement: &mut rusqlite::Statement<'_>,
    params: impl Params,
    map: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, StoreError> {
    let rows = statement.query_map(params, map)?;
    Ok(rows.collect::<rusqlite::Result<Vec<T>>>()?)
}
