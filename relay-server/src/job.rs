//! Work that has to be durable before it is answered.
//!
//! A session does not write by itself: it hands out a [`Job`], and goes on when it gets the
//! [`Stored`] back. So whoever drives the sessions decides how writes are grouped: one by one on a
//! test's single thread, or many in one commit by a relay under load.

use std::sync::Arc;

use sotto_wire::delivery::SlotId;
use sotto_wire::ids::{AccountId, EnvelopeId, MailboxId};
use sotto_wire::proto::{Cursor, DeviceBundle, Lane};

use crate::store::{Appended, Boot, ChainChange, ChainChanged, Publication, Published, PutRecord};

/// Something that a session wants stored; for [`Relay::commit`](crate::Relay::commit).
#[derive(Debug)]
pub struct Job {
    pub(crate) request: u64,
    pub(crate) work: Work,
}

impl Job {
    /// About how many bytes it holds.
    #[must_use]
    pub fn size(&self) -> usize {
        match &self.work {
            Work::Put(put) => {
                put.body.len()
                    + put
                        .items
                        .iter()
                        .map(|item| item.header.len() + 64)
                        .sum::<usize>()
            }
            _ => 256,
        }
    }
}

#[derive(Debug)]
pub(crate) enum Work {
    Put(Arc<PutRecord>),
    Ack {
        mailbox: MailboxId,
        upto: u64,
    },
    Boot(Box<LoginAttempt>),
    Register(Box<ChainChange>),
    Append(Box<ChainChange>),
    Close(AccountId),
    Publish {
        mailbox: MailboxId,
        publication: Box<Publication>,
    },
    Slots(Box<SlotsChange>),
    TakeKeys(Vec<MailboxId>),
}

/// A login whose signature holds.
#[derive(Debug)]
pub(crate) struct LoginAttempt {
    pub(crate) mailbox: MailboxId,
    pub(crate) account: AccountId,
    pub(crate) boot: u64,
    pub(crate) client_nonce: [u8; 32],
    pub(crate) cursor: Option<Cursor>,
}

#[derive(Debug)]
pub(crate) struct SlotsChange {
    pub(crate) account: AccountId,
    pub(crate) version: u64,
    pub(crate) bytes: Vec<u8>,
    pub(crate) retiring: Vec<SlotId>,
}

/// What became of a [`Job`]; for the session that it came from, as `Input::Stored`.
#[derive(Debug)]
pub struct Stored {
    pub(crate) request: u64,
    pub(crate) size: usize,
    pub(crate) outcome: Result<Outcome, Failure>,
}

#[derive(Debug)]
pub(crate) enum Outcome {
    Put(Appended),
    Acked,
    Boot(Box<LoginAttempt>, Boot),
    Registered(AccountId, ChainChanged),
    Extended(AccountId, ChainChanged),
    Closed,
    Published(Published),
    Slots(bool),
    Keys(Vec<DeviceBundle>),
}

/// Why the store did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    Full,
    Unavailable,
}

/// What [`Relay::commit`](crate::Relay::commit) did.
#[derive(Debug, Default)]
pub struct Committed {
    /// One per job, in the order of the jobs.
    pub stored: Vec<Stored>,
    /// To be routed to whoever is connected for their mailboxes; others' notices are dropped.
    pub notices: Vec<Notice>,
}

/// News for the session that is connected for a mailbox, if there is one.
#[derive(Clone, Debug)]
pub enum Notice {
    /// There is mail. It may come late, twice or never without harm: the session's cursor decides
    /// what is sent.
    Mail(Hint),
    /// An ephemeral envelope, to be sent at once or never.
    Ephemeral(Ephemeral),
    /// The device was removed or its account closed.
    Cut(MailboxId),
}

impl Notice {
    /// Whom it concerns.
    #[must_use]
    pub const fn mailbox(&self) -> &MailboxId {
        match self {
            Self::Mail(hint) => &hint.mailbox,
            Self::Ephemeral(ephemeral) => &ephemeral.mailbox,
            Self::Cut(mailbox) => mailbox,
        }
    }
}

/// That a mailbox has an envelope, perhaps with the envelope itself.
#[derive(Clone, Debug)]
pub struct Hint {
    pub(crate) mailbox: MailboxId,
    pub(crate) seq: u64,
    pub(crate) item: Option<(Arc<PutRecord>, usize)>,
}

impl Hint {
    /// That `mailbox` has come as far as `seq`; the session reads what it lacks.
    #[must_use]
    pub const fn new(mailbox: MailboxId, seq: u64) -> Self {
        Self {
            mailbox,
            seq,
            item: None,
        }
    }

    /// One hint that says what both say.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self::new(self.mailbox, self.seq.max(other.seq))
    }

    /// How far the mailbox has come.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.seq
    }
}

/// An envelope for a live connection or nobody.
#[derive(Clone, Debug)]
pub struct Ephemeral {
    pub(crate) mailbox: MailboxId,
    pub(crate) id: EnvelopeId,
    pub(crate) lane: Lane,
    pub(crate) sealed: Arc<[u8]>,
}
