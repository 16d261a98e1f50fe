//! What a transaction changed, in the terms of those who watch.

use std::collections::BTreeSet;

/// One thing that is different after a commit. It names what to read again and carries no
/// content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// A conversation appeared, or its summary, members or settings differ.
    ConversationChanged {
        /// The conversation's random id.
        conversation: [u8; 32],
    },
    /// A message appeared, went, or its text or state differs.
    MessageChanged {
        /// The conversation that shows it.
        conversation: [u8; 32],
        /// The row of the message in this database.
        row: i64,
    },
    /// Somebody types, or stopped. Nothing of it is stored.
    Typing {
        /// Where.
        conversation: [u8; 32],
        /// Who.
        account: [u8; 32],
        /// Whether they do.
        active: bool,
    },
    /// A contact appeared, went, or its name, acceptance or devices differ.
    ContactChanged {
        /// The contact's account id.
        account: [u8; 32],
    },
    /// A job was queued, tried, finished or failed.
    OutboxChanged,
    /// The own account or its devices differ.
    AccountChanged,
    /// Something about an account that the person should be told.
    SecurityNotice {
        /// The account it is about, possibly the own one.
        account: [u8; 32],
    },
}

/// Each change once, in the order in which it was first recorded.
pub(super) fn without_repeats(changes: Vec<Change>) -> Vec<Change> {
    let mut seen = BTreeSet::new();
    changes
        .into_iter()
        .filter(|change| seen.insert(*change))
        .collect()
}
