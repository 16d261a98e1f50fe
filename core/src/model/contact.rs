//! Where another person stands with us.

use super::stored;

/// Where another person stands with us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactStanding {
    /// Known of, by a chain or an envelope; never shown.
    Unknown,
    /// They wrote; the person has not decided.
    Request,
    /// Talks with us.
    Accepted,
    /// Nothing of theirs is shown, nothing goes to them.
    Blocked,
    /// Taken off the list.
    Deleted,
}

stored!(ContactStanding, Unknown, {
    Unknown = 0, Request = 1, Accepted = 2, Blocked = 3, Deleted = 4,
});
