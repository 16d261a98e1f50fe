//! What a person should know.

use super::stored;

/// What a person should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// An account has a new device.
    DeviceAdded,
    /// An account has lost a device.
    DeviceRemoved,
    /// An account was recovered with its recovery key.
    Recovered,
    /// Two statements of an account claim one place; nothing is sealed to it.
    Fork,
    /// A relay has contradicted its own signed word.
    RelayContradicts,
    /// An envelope did not say of itself what its chain says; it was dropped.
    Forged,
    /// This database was an old copy; it has healed itself.
    RestoredCopy,
    /// Another copy of this database is in use.
    Cloned,
    /// This device was removed from its account.
    Removed,
    /// A newer client is needed to read an account's chain.
    UpdateNeeded,
    /// The person found that a contact is who they say.
    Verified,
    /// The person took that back.
    Unverified,
    /// A verified contact's account was recovered: what the person found no longer holds.
    VerificationLost,
    /// The line of the heads has changed for a verified contact, and not by a change of devices.
    SafetyNumberChanged,
    /// A device could not read what was sent, and the session with it was made anew.
    SessionReset,
    /// An account was closed: nothing can be sent to it, and nothing comes from it.
    AccountClosed,
    /// Of a kind that only a newer client knows.
    Other,
}

stored!(NoticeKind, Other, {
    Other = 0, DeviceAdded = 1, DeviceRemoved = 2, Recovered = 3, Fork = 4, RelayContradicts = 5,
    Forged = 6, RestoredCopy = 7, Cloned = 8, Removed = 9, UpdateNeeded = 10, Verified = 11,
    Unverified = 12, VerificationLost = 13, SafetyNumberChanged = 14, SessionReset = 15, AccountClosed = 16,
});
