//! A verified line of statements, and what it says now.

use std::fmt;
use std::sync::Arc;

use super::apply::Change;
use super::parse::Parsed;
use super::state::State;
use super::{
    ChainError, Checks, Device, HomeRelay, Intent, MAX_STATEMENTS, Payload, Reason, signers,
};
use crate::ids::{AccountId, Head, MailboxId};

/// A statement on a verified line.
#[derive(Clone)]
pub struct Statement {
    bytes: Arc<[u8]>,
    head: Head,
    kind: u32,
    intent: Intent,
    /// What holds after it, shared with its neighbours where they change nothing. Kept for each
    /// statement, so that a recovery needs no replay.
    state: Arc<State>,
}

/// An account as its verified chain describes it: the active line, without void statements.
#[derive(Clone)]
pub struct Chain {
    account: AccountId,
    line: Vec<Statement>,
    head: Head,
    state: Arc<State>,
    /// Every device that the line has proven, in order.
    ever: Vec<Device>,
}

impl Statement {
    /// The statement as it was received, signatures included.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its position and hash.
    #[must_use]
    pub const fn head(&self) -> Head {
        self.head
    }

    /// A [`StatementKind`](crate::proto::StatementKind), or a number that has no name yet.
    #[must_use]
    pub const fn kind(&self) -> u32 {
        self.kind
    }

    /// By which its signer recognises it.
    #[must_use]
    pub const fn intent(&self) -> &Intent {
        &self.intent
    }

    /// The devices that are active after it.
    #[must_use]
    pub fn devices(&self) -> &[Device] {
        &self.state.devices
    }
}

impl Chain {
    /// The account.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// The last statement's position and hash.
    #[must_use]
    pub const fn head(&self) -> Head {
        self.head
    }

    /// The active devices, in the order in which they were added. Never empty.
    #[must_use]
    pub fn devices(&self) -> &[Device] {
        &self.state.devices
    }

    /// An active device.
    #[must_use]
    pub fn device(&self, mailbox: &MailboxId) -> Option<&Device> {
        self.state.device(mailbox)
    }

    /// A device that is or was on the active line.
    #[must_use]
    pub fn device_ever(&self, mailbox: &MailboxId) -> Option<&Device> {
        self.ever.iter().find(|device| device.mailbox == *mailbox)
    }

    /// Whether a device is or was on the active line. What a recovery voided never was.
    #[must_use]
    pub fn was_ever(&self, mailbox: &MailboxId) -> bool {
        self.device_ever(mailbox).is_some()
    }

    /// The Ed25519 key that outranks devices.
    #[must_use]
    pub fn recovery_key(&self) -> &[u8; 32] {
        &self.state.recovery_key
    }

    /// Where the account lives; empty until a `home` says so.
    #[must_use]
    pub fn homes(&self) -> &[HomeRelay] {
        &self.state.homes
    }

    /// Whether the account has ended.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.state.closed
    }

    /// The active line from genesis on.
    #[must_use]
    pub fn statements(&self) -> &[Statement] {
        &self.line
    }

    /// What follows `head` on the active line; `None` when that head is not on it.
    #[must_use]
    pub fn suffix_after(&self, head: &Head) -> Option<&[Statement]> {
        let at = self.at(head.seq).filter(|known| known.head == *head)?;
        self.line.get(index(at.head.seq).checked_add(1)?..)
    }

    /// The head when the line had come as far as `seq`.
    #[must_use]
    pub fn head_at(&self, seq: u32) -> Option<Head> {
        self.at(seq).map(Statement::head)
    }

    /// Whether `head` is on the active line.
    #[must_use]
    pub fn knows(&self, head: &Head) -> bool {
        self.head_at(head.seq) == Some(*head)
    }

    /// The statement on the active line that carries an intent: how a device learns, after an
    /// ambiguous answer or a conflict, whether its wish has been granted.
    #[must_use]
    pub fn with_intent(&self, intent: &Intent) -> Option<&Statement> {
        self.line
            .iter()
            .find(|statement| statement.intent == *intent)
    }

    pub(super) fn at(&self, seq: u32) -> Option<&Statement> {
        self.line.get(index(seq))
    }

    /// Founds an account from the first statement of a line.
    pub(super) fn found(parsed: &Parsed, checks: Checks) -> Result<Self, ChainError> {
        if !parsed.is_known_version() {
            return Err(ChainError::UnknownCritical {
                seq: 0,
                kind: parsed.body.kind,
            });
        }
        Self::genesis(parsed, checks).map_err(|reason| reason.at(0))
    }

    fn genesis(parsed: &Parsed, checks: Checks) -> Result<Self, Reason> {
        let payload = Payload::decode(&parsed.body)?;
        let Payload::Genesis {
            device,
            recovery_key,
        } = &payload
        else {
            return Err(Reason::MisplacedGenesis);
        };
        if parsed.account.is_some() {
            return Err(Reason::WrongAccount);
        }
        if parsed.prev.is_some() {
            return Err(Reason::WrongPrev);
        }
        if parsed.head.seq != 0 {
            return Err(Reason::WrongSeq);
        }
        if parsed.head.epoch != 0 {
            return Err(Reason::WrongEpoch);
        }
        let device = Device::prove(device, None, 0, checks)?;
        let state = State {
            devices: vec![device.clone()],
            recovery_key: *recovery_key,
            homes: Vec::new(),
            closed: false,
        };
        signers::check(parsed, &payload, &state, checks)?;
        let mut chain = Self {
            account: AccountId::from_genesis(parsed.head.hash),
            line: Vec::new(),
            head: parsed.head,
            state: Arc::new(state),
            ever: vec![device],
        };
        chain.push(parsed);
        Ok(chain)
    }

    pub(super) fn is_signed_by_recovery(&self, parsed: &Parsed, checks: Checks) -> bool {
        signers::has_recovery(parsed, &self.state, checks)
    }

    /// Appends a statement to the end of the line, or leaves the chain as it is.
    pub(super) fn append(&mut self, parsed: &Parsed, checks: Checks) -> Result<(), ChainError> {
        let seq = self.head.seq.saturating_add(1);
        self.check_place(parsed, seq)
            .map_err(|reason| reason.at(seq))?;
        let needs_update =
            !parsed.is_known_version() || (parsed.body.critical && is_unknown(parsed));
        if needs_update {
            signers::check_any(parsed, &self.state, checks).map_err(|reason| reason.at(seq))?;
            return Err(ChainError::UnknownCritical {
                seq,
                kind: parsed.body.kind,
            });
        }
        self.change(parsed, seq, checks)
            .map_err(|reason| reason.at(seq))
    }

    /// What is asked of every statement, understood or not.
    fn check_place(&self, parsed: &Parsed, seq: u32) -> Result<(), Reason> {
        if seq >= MAX_STATEMENTS {
            return Err(Reason::TooLong);
        }
        if parsed.account != Some(self.account) {
            return Err(Reason::WrongAccount);
        }
        if parsed.prev != Some(self.head.hash) {
            return Err(Reason::WrongPrev);
        }
        if parsed.head.seq != seq {
            return Err(Reason::WrongSeq);
        }
        Ok(())
    }

    fn change(&mut self, parsed: &Parsed, seq: u32, checks: Checks) -> Result<(), Reason> {
        let epoch = if parsed.is_recover() {
            self.head
                .epoch
                .checked_add(1)
                .ok_or(Reason::EpochOverflow)?
        } else {
            self.head.epoch
        };
        if parsed.head.epoch != epoch {
            return Err(Reason::WrongEpoch);
        }
        if self.state.closed && !parsed.is_recover() {
            return Err(Reason::Closed);
        }
        let payload = Payload::decode(&parsed.body)?;
        if let Payload::Recover { parent, .. } = &payload
            && parsed.prev != Some(*parent)
        {
            return Err(Reason::WrongPrev);
        }
        signers::check(parsed, &payload, &self.state, checks)?;
        let mut change = Change {
            account: &self.account,
            ever: &self.ever,
            seq,
            checks,
            state: (*self.state).clone(),
            proven: Vec::new(),
        };
        change.apply(&payload)?;
        let Change { state, proven, .. } = change;
        self.ever.extend(proven);
        if state != *self.state {
            self.state = Arc::new(state);
        }
        self.push(parsed);
        Ok(())
    }

    fn push(&mut self, parsed: &Parsed) {
        self.head = parsed.head;
        self.line.push(Statement {
            bytes: Arc::clone(&parsed.bytes),
            head: parsed.head,
            kind: parsed.body.kind,
            intent: parsed.intent,
            state: Arc::clone(&self.state),
        });
    }

    /// The line up to and with `seq`; everything, when it does not reach so far.
    pub(super) fn truncated(&self, seq: u32) -> Self {
        let mut shorter = self.clone();
        if let Some(last) = self.at(seq) {
            shorter.line.truncate(index(seq).saturating_add(1));
            shorter.ever.retain(|device| device.since <= seq);
            shorter.head = last.head;
            shorter.state = Arc::clone(&last.state);
        }
        shorter
    }
}

fn is_unknown(parsed: &Parsed) -> bool {
    // Zero is nobody's kind and is refused as malformed, not as something of the future.
    i32::try_from(parsed.body.kind)
        .ok()
        .and_then(|code| crate::proto::StatementKind::try_from(code).ok())
        .is_none()
}

fn index(seq: u32) -> usize {
    usize::try_from(seq).unwrap_or(usize::MAX)
}

impl AsRef<[u8]> for Statement {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl PartialEq for Statement {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Statement {}

impl fmt::Debug for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Statement")
            .field("kind", &self.kind)
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}

/// Equal chains have the same bytes and say the same.
impl PartialEq for Chain {
    fn eq(&self, other: &Self) -> bool {
        self.line == other.line && self.state == other.state && self.ever == other.ever
    }
}

impl Eq for Chain {}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chain")
            .field("account", &self.account)
            .field("head", &self.head)
            .field("devices", &self.state.devices.len())
            .finish_non_exhaustive()
    }
}
