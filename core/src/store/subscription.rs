//! Who is told about changes.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::change::Change;

/// Whoever is told: called on the writer thread with the changes of one commit.
pub type Listener = dyn Fn(&[Change]) + Send + Sync;

#[derive(Default)]
struct Registry {
    next: u64,
    listeners: BTreeMap<u64, Arc<Listener>>,
}

/// All who want to be told, in the order in which they came.
#[derive(Default, Clone)]
pub(super) struct Subscribers(Arc<Mutex<Registry>>);

impl Subscribers {
    pub fn add(&self, listener: Box<Listener>) -> Subscription {
        let mut registry = lock(&self.0);
        let id = registry.next;
        registry.next += 1;
        registry.listeners.insert(id, Arc::from(listener));
        Subscription {
            id,
            registry: Arc::downgrade(&self.0),
        }
    }

    /// Tells everybody. A listener may subscribe and cancel while it is told, and its panic is
    /// its own: the writer goes on and the others are told.
    pub fn publish(&self, changes: &[Change]) {
        if changes.is_empty() {
            return;
        }
        let listeners: Vec<_> = lock(&self.0).listeners.values().cloned().collect();
        for listener in listeners {
            if catch_unwind(AssertUnwindSafe(|| listener(changes))).is_err() {
                tracing::error!("a subscriber of the store panicked");
            }
        }
    }
}

/// Keeps a subscription alive; dropping it cancels. A call that is under way on the writer
/// thread at that moment still ends.
#[must_use = "dropping a subscription cancels it"]
pub struct Subscription {
    id: u64,
    registry: Weak<Mutex<Registry>>,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(registry) = self.registry.upgrade() {
            let cancelled = lock(&registry).listeners.remove(&self.id);
            // What the listener holds goes only after the lock: its drop may come back here.
            drop(cancelled);
        }
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("id", &self.id)
            .finish()
    }
}

fn lock(registry: &Mutex<Registry>) -> MutexGuard<'_, Registry> {
    registry.lock().unwrap_or_else(PoisonError::into_inner)
}
