//! Making the search index anew where it must be, on a thread of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use crate::engine::EngineError;
use crate::store::tables::search;
use crate::store::{Store, StoreError};

/// Messages are missing from the index after a change of its rules, or where history came from
/// elsewhere. They are added a few at a time, each few in a transaction of its own, so that nobody
/// waits long for the writer. Dropping it ends the work, which goes on at the next start.
pub(crate) struct Indexing {
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Indexing {
    /// Starts the work, if there is any.
    ///
    /// # Errors
    /// Those of the store, and a bug where the system gives no thread.
    pub fn start(store: &Arc<Store>) -> Result<Self, EngineError> {
        let ended = Arc::new(AtomicBool::new(false));
        let thread = if store.read::<_, StoreError>(search::is_behind)? {
            let (store, ended) = (Arc::clone(store), Arc::clone(&ended));
            let work = move || index(&store, &ended);
            let thread = thread::Builder::new().name("sotto-index".to_owned());
            Some(
                thread
                    .spawn(work)
                    .map_err(|_| EngineError::Bug("the system gives no thread"))?,
            )
        } else {
            None
        };
        Ok(Self { ended, thread })
    }
}

impl Drop for Indexing {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the index thread panicked");
        }
    }
}

fn index(store: &Store, ended: &AtomicBool) {
    while !ended.load(Ordering::Relaxed) {
        match store.write(search::step) {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(code = error.code(), "the search index was not completed");
                return;
            }
        }
    }
}
