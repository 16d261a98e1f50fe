//! Verification: a line from its genesis, and a known line with what comes after it.

use super::parse::Parsed;
use super::{Chain, ChainError, Checks, Reason};

/// Where an offered statement stands to a line.
enum Place {
    /// It is on the line.
    Known,
    /// It follows the last statement.
    Next,
    /// It follows the statement with this seq, which is not the last.
    Behind(u32),
}

impl Chain {
    /// Verifies a whole line as it is served: genesis first, nothing void. The caller compares
    /// [`Chain::account`] with the account that it asked for.
    ///
    /// # Errors
    /// [`ChainError::Invalid`], [`ChainError::UnknownCritical`] or [`ChainError::Empty`].
    pub fn verify<S: AsRef<[u8]>>(statements: &[S]) -> Result<Self, ChainError> {
        let (genesis, rest) = statements.split_first().ok_or(ChainError::Empty)?;
        let mut chain = Self::found(&parse(genesis, 0)?, Checks::All)?;
        for statement in rest {
            let parsed = parse(statement, chain.head().seq.saturating_add(1))?;
            chain.append(&parsed, Checks::All)?;
        }
        Ok(chain)
    }

    /// Replays statements that this program's own database has verified before: the rules, without
    /// the signatures and proofs. Void statements among them, in the order in which they were
    /// accepted, fall away.
    ///
    /// # Errors
    /// As [`Chain::verify`] and [`Chain::extend`]; any of them means that the database is damaged
    /// or was written by a newer program.
    pub fn trusted<S: AsRef<[u8]>>(statements: &[S]) -> Result<Self, ChainError> {
        let (genesis, rest) = statements.split_first().ok_or(ChainError::Empty)?;
        let mut chain = Self::found(&parse(genesis, 0)?, Checks::Replay)?;
        chain.advance(rest, Checks::Replay, 0)?;
        Ok(chain)
    }

    /// The chain with what was offered after it: an extension within the epoch, or recoveries with
    /// what follows them. What is known already at the front is skipped, so a line from genesis may
    /// be offered as well as a suffix, and nothing new gives the same chain.
    ///
    /// # Errors
    /// - [`ChainError::Fork`]: the statements are properly signed but contradict this line, in its
    ///   current epoch or by another recovery into it.
    /// - [`ChainError::Rollback`]: they are properly signed but lead into an earlier epoch only.
    /// - [`ChainError::Detached`]: something is missing in between.
    /// - [`ChainError::UnknownCritical`]: an update is needed.
    /// - [`ChainError::Invalid`]: nothing can be concluded; anybody may have made this up.
    pub fn extend<S: AsRef<[u8]>>(&self, statements: &[S]) -> Result<Self, ChainError> {
        let mut next = self.clone();
        next.advance(statements, Checks::All, 0)?;
        Ok(next)
    }

    /// As [`Chain::extend`], for a line from genesis that claims to be everything there is: it must
    /// reach at least as far as this chain.
    ///
    /// # Errors
    /// As [`Chain::extend`]; [`ChainError::Rollback`] also for a line that ends too early.
    pub fn follow<S: AsRef<[u8]>>(&self, line: &[S]) -> Result<Self, ChainError> {
        let next = self.extend(line)?;
        let end = line.last().ok_or(ChainError::Empty)?;
        let end = parse(end, next.head().seq)?;
        if end.head == next.head() {
            Ok(next)
        } else {
            Err(ChainError::Rollback)
        }
    }

    fn advance<S: AsRef<[u8]>>(
        &mut self,
        statements: &[S],
        checks: Checks,
        current: u32,
    ) -> Result<(), ChainError> {
        let mut rest = statements;
        let mut at_front = true;
        while let Some((statement, after)) = rest.split_first() {
            let parsed = parse(statement, self.head().seq.saturating_add(1))?;
            match self.place(&parsed)? {
                Place::Known if at_front => {}
                Place::Known => return Err(Reason::WrongPrev.at(parsed.head.seq)),
                Place::Next => {
                    at_front = false;
                    self.append_in(&parsed, checks, current)?;
                }
                Place::Behind(seq) if self.may_recover_after(seq, &parsed) => {
                    at_front = false;
                    let mut recovered = self.truncated(seq);
                    recovered.append(&parsed, checks)?;
                    *self = recovered;
                }
                Place::Behind(seq) => {
                    *self = self.settle(seq, &parsed, after, checks)?;
                    return Ok(());
                }
            }
            rest = after;
        }
        Ok(())
    }

    fn place(&self, parsed: &Parsed) -> Result<Place, ChainError> {
        let seq = parsed.head.seq;
        if self.knows(&parsed.head) {
            return Ok(Place::Known);
        }
        if parsed.account != Some(self.account()) {
            return Err(Reason::WrongAccount.at(seq));
        }
        let prev = parsed.prev.ok_or(Reason::WrongPrev.at(seq))?;
        if prev == self.head().hash {
            return Ok(Place::Next);
        }
        // A statement's claims about its own place are not believed here; `append` compares them.
        self.statements()
            .iter()
            .find(|statement| statement.head().hash == prev)
            .map(|statement| Place::Behind(statement.head().seq))
            .ok_or(ChainError::Detached {
                claimed: parsed.head,
            })
    }

    /// Only within the current epoch: a recovery closes the ones before it.
    fn may_recover_after(&self, seq: u32, parsed: &Parsed) -> bool {
        parsed.is_recover()
            && self
                .head_at(seq)
                .is_some_and(|parent| parent.epoch == self.head().epoch)
    }

    /// Says what a statement means that follows `seq` while the line goes on differently there. The
    /// other line, to its end, if a recovery builds on it: the recovery key outranks the devices
    /// that made the fork. An error otherwise.
    ///
    /// Only statements that verify mean anything: a fork freezes an account, so nobody without a
    /// say in it may cause one.
    fn settle<S: AsRef<[u8]>>(
        &self,
        seq: u32,
        parsed: &Parsed,
        after: &[S],
        checks: Checks,
    ) -> Result<Self, ChainError> {
        let epoch = self.head().epoch;
        let mut other = self.truncated(seq);
        other.append_in(parsed, checks, epoch)?;
        let fork = Err(ChainError::Fork { at: parsed.head });
        let branches_now = other.head().epoch >= epoch;
        let led = other.advance(after, checks, epoch);
        if branches_now {
            // Another recovery into the current epoch is no branch that a recovery could settle.
            let settled = led.is_ok() && other.head().epoch > epoch && !parsed.is_recover();
            return if settled { Ok(other) } else { fork };
        }
        // An old epoch's void statement. Does it lead to another recovery than the known one?
        match led {
            _ if other.head().epoch >= epoch => fork,
            Ok(()) => Err(ChainError::Rollback),
            Err(error) => Err(error),
        }
    }

    /// Appends a statement to a line that may be void. Whoever had a say in an epoch before the
    /// current one has none now, so that what cannot be understood there is old and nothing else;
    /// but for the recovery key, which may have opened another epoch by it.
    fn append_in(
        &mut self,
        parsed: &Parsed,
        checks: Checks,
        current: u32,
    ) -> Result<(), ChainError> {
        match self.append(parsed, checks) {
            Err(ChainError::UnknownCritical { .. })
                if self.head().epoch < current && !self.is_signed_by_recovery(parsed, checks) =>
            {
                Err(ChainError::Rollback)
            }
            answer => answer,
        }
    }
}

fn parse<S: AsRef<[u8]>>(statement: &S, seq: u32) -> Result<Parsed, ChainError> {
    Parsed::parse(statement.as_ref()).map_err(|reason| reason.at(seq))
}
