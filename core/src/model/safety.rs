//! How sure the person is that an account is who it says.

/// How sure the person is of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verification {
    /// Nobody has compared anything.
    #[default]
    No,
    /// Both hold the same two accounts; whether they know the same devices was not seen.
    SameAccounts,
    /// A code was scanned: the same accounts, and the same devices of both.
    Scanned,
    /// It was one of these, until the account was recovered.
    Lost,
}

/// What came of a code that was scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Both hold the same accounts and heads.
    Same,
    /// The same accounts, but not the same heads.
    SameAccounts {
        /// Of the account that showed the code.
        theirs: HeadComparison,
        /// Of the own account.
        ours: HeadComparison,
    },
    /// It speaks of another account than the contact's.
    Different,
    /// It is the contact's code for somebody who is not we.
    NotYou,
    /// It is the code that this side shows.
    Own,
}

/// A head in a code, against what is known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadComparison {
    /// The same.
    Equal,
    /// Who showed the code has not seen the newest statements.
    Known,
    /// We have not.
    New,
    /// Two statements claim one place.
    Contradicts,
}

/// How the person made sure of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HowVerified {
    /// By the digits.
    Compared {
        /// The line of the heads, if it was shown.
        heads: Option<String>,
    },
    /// By the code on the other's screen.
    Scanned {
        /// As it was read.
        code: String,
    },
}
