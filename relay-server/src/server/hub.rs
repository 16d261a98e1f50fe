//! Who is connected: the local map from mailboxes to connections.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sotto_wire::ids::MailboxId;
use tokio::sync::Notify;

use super::inbox::{Inbox, Order};
use crate::job::Notice;

/// After so long a silence the peer is pinged.
const PING_MS: u64 = 30_000;
/// After so long it is given up.
const DEAD_MS: u64 = 90_000;

/// A planned stop sends this part of the connections away at a time, so that they do not all come
/// back at once.
const DRAIN_PARTS: usize = 100;
const DRAIN_AT_LEAST: usize = 20;
const DRAIN_PAUSE: Duration = Duration::from_millis(100);

/// More than this, and there would be no files left for the store.
const MOST_CONNECTIONS: usize = 18_000;

#[derive(Default)]
pub(super) struct Hub {
    connections: Mutex<Connections>,
    claims: Mutex<BTreeMap<MailboxId, Claim>>,
    left: Notify,
}

#[derive(Default)]
struct Connections {
    next: u64,
    inboxes: BTreeMap<u64, Arc<Inbox>>,
    draining: bool,
}

struct Claim {
    inbox: Arc<Inbox>,
    boot: u64,
}

impl Hub {
    /// A place for a new connection; `None` when there are too many, or when the relay is stopping.
    pub(super) fn join(&self) -> Option<(u64, Arc<Inbox>)> {
        let mut connections = locked(&self.connections);
        if connections.draining || connections.inboxes.len() >= MOST_CONNECTIONS {
            return None;
        }
        let id = connections.next;
        connections.next = id.wrapping_add(1);
        let inbox = Arc::new(Inbox::default());
        connections.inboxes.insert(id, Arc::clone(&inbox));
        Some((id, inbox))
    }

    /// The connection is gone.
    pub(super) fn leave(&self, id: u64, mailbox: Option<&MailboxId>) {
        let left = locked(&self.connections).inboxes.remove(&id);
        if let (Some(inbox), Some(mailbox)) = (left, mailbox) {
            let mut claims = locked(&self.claims);
            if claims
                .get(mailbox)
                .is_some_and(|claim| Arc::ptr_eq(&claim.inbox, &inbox))
            {
                claims.remove(mailbox);
            }
        }
        self.left.notify_waiters();
    }

    /// Makes this connection the mailbox's. `false`: one with a higher boot counter is there.
    pub(super) fn claim(&self, mailbox: MailboxId, boot: u64, inbox: &Arc<Inbox>) -> bool {
        let mut claims = locked(&self.claims);
        if claims.get(&mailbox).is_some_and(|claim| claim.boot > boot) {
            return false;
        }
        let claim = Claim {
            inbox: Arc::clone(inbox),
            boot,
        };
        if let Some(before) = claims.insert(mailbox, claim) {
            before.inbox.replaced();
        }
        true
    }

    /// Passes news on to whoever is connected.
    pub(super) fn notify(&self, notice: Notice) {
        let claims = locked(&self.claims);
        if let Some(claim) = claims.get(notice.mailbox()) {
            claim.inbox.notice(notice);
        }
    }

    pub(super) fn sweep(&self, monotonic_ms: u64) {
        for inbox in locked(&self.connections).inboxes.values() {
            inbox.sweep(monotonic_ms, PING_MS, DEAD_MS);
        }
    }

    /// Sends everybody away, a part at a time.
    pub(super) async fn drain(&self) {
        let inboxes: Vec<Arc<Inbox>> = {
            let mut connections = locked(&self.connections);
            connections.draining = true;
            connections.inboxes.values().cloned().collect()
        };
        let part = inboxes.len().div_ceil(DRAIN_PARTS).max(DRAIN_AT_LEAST);
        for (index, some) in inboxes.chunks(part).enumerate() {
            if index > 0 {
                tokio::time::sleep(DRAIN_PAUSE).await;
            }
            for inbox in some {
                inbox.order(Order::Restart);
            }
        }
    }

    /// Waits until nobody is connected.
    pub(super) async fn emptied(&self) {
        loop {
            let left = self.left.notified();
            tokio::pin!(left);
            // From here on no departure is missed.
            left.as_mut().enable();
            if locked(&self.connections).inboxes.is_empty() {
                return;
            }
            left.await;
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
