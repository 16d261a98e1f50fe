//! Where this device, and a chain, stand.

use super::stored;

/// Where this device stands with its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its chain is made, no relay knows it yet.
    Unregistered,
    /// Its keys are made; another device has not added it yet.
    Joining,
    /// It sends and receives.
    Active,
    /// Another copy of this database is in use; nothing is sealed any more.
    Cloned,
    /// The account has removed it.
    Removed,
    /// The account is closed.
    Closed,
}

stored!(Standing, Closed, {
    Unregistered = 0, Joining = 1, Active = 2, Cloned = 3, Removed = 4, Closed = 5,
});

/// Why nothing is sealed to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freeze {
    /// Nothing is wrong.
    No,
    /// Two statements claim one place.
    Fork,
    /// A critical statement of a kind that only a newer client knows.
    UpdateNeeded,
}

stored!(Freeze, UpdateNeeded, { No = 0, Fork = 1, UpdateNeeded = 2 });
