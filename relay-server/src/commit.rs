//! Writing what sessions want stored: puts, acknowledgements and boot counters share a commit
//! each, the rare rest has its own.
//!
//! Jobs of one call are not ordered among kinds. A client that needs one thing to come before
//! another waits for the first's answer.

use std::sync::Arc;

use crate::job::{Committed, Failure, Hint, Job, LoginAttempt, Notice, Outcome, Stored, Work};
use crate::now::Now;
use crate::relay::Relay;
use crate::store::{Appended, ChainChange, ChainChanged, PutRecord, StoreError};

/// A job's place, and what its session needs back.
struct Place {
    at: usize,
    request: u64,
    size: usize,
}

/// Jobs of one kind with their places.
type Group<T> = Vec<(Place, T)>;

impl Relay {
    /// Carries out jobs and returns when all are durable, with an answer for each.
    pub fn commit(&self, jobs: Vec<Job>, now: Now) -> Committed {
        let mut batch = Batch {
            relay: self,
            now,
            stored: Vec::new(),
            notices: Vec::new(),
        };
        let mut puts: Group<Arc<PutRecord>> = Vec::new();
        let mut acks = Vec::new();
        let mut boots: Group<Box<LoginAttempt>> = Vec::new();
        let mut others = Vec::new();
        for (at, job) in jobs.into_iter().enumerate() {
            let place = Place {
                at,
                request: job.request,
                size: job.size(),
            };
            match job.work {
                Work::Put(put) => puts.push((place, put)),
                Work::Ack { mailbox, upto } => acks.push((place, (mailbox, upto))),
                Work::Boot(attempt) => boots.push((place, attempt)),
                other => others.push((place, other)),
            }
        }
        batch.puts(puts);
        batch.acks(acks);
        batch.boots(boots);
        for (place, work) in others {
            batch.other(place, work);
        }
        batch.finish()
    }

    fn failure(&self, error: &StoreError) -> Failure {
        self.metrics.store_failures.one();
        if matches!(error, StoreError::Full) {
            return Failure::Full;
        }
        tracing::warn!(%error, "the store failed");
        Failure::Unavailable
    }
}

struct Batch<'a> {
    relay: &'a Relay,
    now: Now,
    stored: Vec<(usize, Stored)>,
    notices: Vec<Notice>,
}

impl Batch<'_> {
    fn answer(&mut self, place: Place, outcome: Result<Outcome, Failure>) {
        let Place { at, request, size } = place;
        self.stored.push((
            at,
            Stored {
                request,
                size,
                outcome,
            },
        ));
    }

    fn finish(mut self) -> Committed {
        self.stored.sort_by_key(|(at, _)| *at);
        let stored = self.stored.into_iter().map(|(_, stored)| stored).collect();
        Committed {
            stored,
            notices: self.notices,
        }
    }

    fn fail<T>(&mut self, group: Group<T>, error: &StoreError) {
        let failure = self.relay.failure(error);
        for (place, _) in group {
            self.answer(place, Err(failure));
        }
    }

    fn puts(&mut self, puts: Group<Arc<PutRecord>>) {
        if puts.is_empty() {
            return;
        }
        let records: Vec<&PutRecord> = puts.iter().map(|(_, put)| put.as_ref()).collect();
        let appended = match self.relay.store.append_batch(&records) {
            Ok(appended) => appended,
            Err(error) => return self.fail(puts, &error),
        };
        self.relay.metrics.put_commits.one();
        for ((place, put), appended) in puts.into_iter().zip(appended) {
            if let Appended::Stored(seqs) = &appended {
                self.notice_mail(&put, seqs);
            }
            self.answer(place, Ok(Outcome::Put(appended)));
        }
    }

    fn notice_mail(&mut self, put: &Arc<PutRecord>, seqs: &[Option<u64>]) {
        for (index, (item, seq)) in put.items.iter().zip(seqs).enumerate() {
            if let Some(seq) = *seq {
                self.relay.metrics.stored.one();
                let item_of = Some((Arc::clone(put), index));
                self.notices.push(Notice::Mail(Hint {
                    mailbox: item.mailbox,
                    seq,
                    item: item_of,
                }));
            }
        }
    }

    fn acks(&mut self, acks: Group<(sotto_wire::ids::MailboxId, u64)>) {
        if acks.is_empty() {
            return;
        }
        let upto: Vec<_> = acks.iter().map(|(_, ack)| *ack).collect();
        match self.relay.store.ack_upto(&upto, self.now.day()) {
            Ok(()) => {
                self.relay.metrics.acks.add(upto.len() as u64);
                for (place, _) in acks {
                    self.answer(place, Ok(Outcome::Acked));
                }
            }
            Err(error) => self.fail(acks, &error),
        }
    }

    fn boots(&mut self, attempts: Group<Box<LoginAttempt>>) {
        if attempts.is_empty() {
            return;
        }
        let boots: Vec<_> = attempts
            .iter()
            .map(|(_, attempt)| (attempt.mailbox, attempt.boot))
            .collect();
        match self.relay.store.raise_boots(&boots) {
            Ok(raised) => {
                for ((place, attempt), boot) in attempts.into_iter().zip(raised) {
                    self.answer(place, Ok(Outcome::Boot(attempt, boot)));
                }
            }
            Err(error) => self.fail(attempts, &error),
        }
    }

    fn other(&mut self, place: Place, work: Work) {
        let store = &self.relay.store;
        let today = self.now.day();
        let outcome = match work {
            Work::Put(_) | Work::Ack { .. } | Work::Boot(_) => return,
            Work::Register(change) => self
                .change(&change)
                .map(|changed| Outcome::Registered(change.account, changed)),
            Work::Append(change) => self
                .change(&change)
                .map(|changed| Outcome::Extended(change.account, changed)),
            Work::Close(account) => store.close_account(&account).map(|removed| {
                self.relay.accounts.changed(&account);
                self.notices.extend(removed.into_iter().map(Notice::Cut));
                Outcome::Closed
            }),
            Work::Publish {
                mailbox,
                publication,
            } => store
                .publish_keys(&mailbox, &publication)
                .map(Outcome::Published),
            Work::Slots(change) => store
                .set_slots(
                    &change.account,
                    change.version,
                    &change.bytes,
                    &change.retiring,
                    today,
                )
                .map(|taken| {
                    self.relay.accounts.changed(&change.account);
                    Outcome::Slots(taken)
                }),
            Work::TakeKeys(mailboxes) => store.take_pre_keys(&mailboxes, today).map(Outcome::Keys),
        };
        let outcome = outcome.map_err(|error| self.relay.failure(&error));
        self.answer(place, outcome);
    }

    fn change(&mut self, change: &ChainChange) -> Result<ChainChanged, StoreError> {
        let changed = self.relay.store.change_chain(change)?;
        self.relay.accounts.changed(&change.account);
        if let ChainChanged::Done { removed } = &changed {
            self.notices
                .extend(removed.iter().copied().map(Notice::Cut));
        }
        Ok(changed)
    }
}
