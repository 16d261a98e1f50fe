//! A piece of work on its way through the writer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::SyncSender;

use rusqlite::Connection;

use super::change::Change;
use super::error::StoreError;
use super::tx::Tx;

/// What the writer sees of a caller's closure.
pub(super) trait Job: Send {
    /// Runs it in a savepoint of its own and keeps its answer. Gives the changes it recorded,
    /// none if it failed and was undone.
    ///
    /// # Errors
    /// The transaction around it is lost: nothing that ran in it can be committed.
    fn run(&mut self, conn: &Connection) -> Result<Vec<Change>, StoreError>;

    /// Hands the answer to the caller, once it is known what became of the transaction.
    fn settle(self: Box<Self>, fate: Result<(), StoreError>);
}

/// A closure, its answer, and where the caller waits for it.
pub(super) struct Work<T, E, F> {
    closure: Option<F>,
    answer: Option<Result<T, E>>,
    reply: SyncSender<Result<T, E>>,
}

impl<T, E, F> Work<T, E, F> {
    pub fn new(closure: F, reply: SyncSender<Result<T, E>>) -> Self {
        Self {
            closure: Some(closure),
            answer: None,
            reply,
        }
    }
}

impl<T, E, F> Job for Work<T, E, F>
where
    T: Send,
    E: From<StoreError> + Send,
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send,
{
    fn run(&mut self, conn: &Connection) -> Result<Vec<Change>, StoreError> {
        let Some(closure) = self.closure.take() else {
            return Err(StoreError::bug("a closure was to run twice"));
        };
        conn.execute_batch("SAVEPOINT work")?;
        let mut tx = Tx::new(conn);
        // Whatever the closure left half-done is in the savepoint, which goes with it.
        let answer = catch_unwind(AssertUnwindSafe(|| closure(&mut tx)))
            .unwrap_or_else(|_| Err(StoreError::bug("a closure of the writer panicked").into()));
        let (changes, fault) = tx.finish();
        let answer = match (answer, &fault) {
            (Ok(_), Some(fault)) => Err(fault.clone().into()),
            (answer, _) => answer,
        };
        let succeeded = answer.is_ok();
        self.answer = Some(answer);
        if conn.is_autocommit() {
            return Err(fault.unwrap_or(StoreError::bug("a closure ended the transaction")));
        }
        if succeeded {
            conn.execute_batch("RELEASE work")?;
            Ok(changes)
        } else {
            conn.execute_batch("ROLLBACK TO work; RELEASE work")?;
            Ok(Vec::new())
        }
    }

    fn settle(self: Box<Self>, fate: Result<(), StoreError>) {
        let answer = match (self.answer, fate) {
            // Its own error says more than that of the transaction, and nothing was applied.
            (Some(Err(own)), _) => Err(own),
            (_, Err(lost)) => Err(lost.into()),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(StoreError::bug("a closure was not run").into()),
        };
        // The caller waits for this; that it does not is no business of the others.
        let _ = self.reply.send(answer);
    }
}
