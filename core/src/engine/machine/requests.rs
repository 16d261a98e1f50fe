//! Answers of relays, each with what it was asked for.

use sotto_wire::ids::{AccountId, MailboxId};
use sotto_wire::proto::{Bundles, Chain, Error, ErrorCode, SignedCheckpoint, relay_frame::Answer};

use super::link::Pending;
use super::{ConnId, ConnKind, Effect, Machine, Outcome};
use crate::clock::{MINUTE, Now, SECOND};
use crate::crash;
use crate::crypto;
use crate::engine::{EngineError, chains, parking, seal, settle};
use crate::model::Standing;
use crate::store::tables::{chains as chain_rows, outgoing, profile};

/// How long a device without keys, or a chain without the statements that we wait for, is left alone.
const PAUSE: u64 = 15 * SECOND;

impl Machine {
    pub(super) fn answered(&mut self, conn: ConnId, pending: Pending, answer: Answer, now: Now) {
        match (pending, answer) {
            (Pending::Login, Answer::LoggedIn(answer)) => self.logged_in(conn, answer, now),
            (Pending::Login, Answer::Error(error)) => self.login_refused(conn, error, now),
            (Pending::Register, Answer::Registered(answer)) => {
                self.registered(conn, answer.checkpoint.as_ref(), now);
            }
            (Pending::Register, Answer::Error(error)) => {
                self.registration_refused(conn, &error, now)
            }
            (
                Pending::Put {
                    account,
                    outgoing,
                    mailboxes,
                },
                Answer::PutAccepted(_),
            ) => {
                self.lane(&account).in_flight = false;
                self.attempt(now, move |tx, _| {
                    settle::accepted(tx, outgoing, &mailboxes)?;
                    crash::point("settle.before_commit");
                    Ok(())
                });
                crash::point("settle.after_commit");
            }
            (
                Pending::Put {
                    account, outgoing, ..
                },
                Answer::Error(error),
            ) => {
                self.put_refused(conn, account, outgoing, error, now);
            }
            (Pending::Chain { account }, Answer::Chain(chain)) => {
                self.chain_came(conn, account, &chain, now)
            }
            (Pending::Chain { account }, Answer::Error(error)) => {
                if self.asks_next(conn, account, &error, now) {
                    self.lane(&account).in_flight = false;
                } else {
                    self.pause(&account, now);
                    if let Some(again) = self.read_refused(account, error.code(), now) {
                        self.lane(&account).fetch_after = again;
                    }
                }
            }
            (Pending::Bundles { account, mailboxes }, Answer::Bundles(bundles)) => {
                self.bundles_came(conn, account, mailboxes, bundles, now);
            }
            (Pending::Bundles { account, .. }, Answer::Error(error)) => {
                self.lane(&account).in_flight = false;
                if !self.asks_next(conn, account, &error, now) {
                    let pause = PAUSE.max(error.retry_after_ms.into());
                    self.lane(&account).not_before = now.ms() + pause;
                    if let Some(again) = self.read_refused(account, error.code(), now) {
                        self.lane(&account).not_before = again;
                    }
                }
            }
            (Pending::Publish(published), Answer::Done(_)) => {
                self.published(conn, published, now);
            }
            (Pending::Close, Answer::Done(_)) => {
                let key = self.links.get(&conn).and_then(|link| link.key());
                self.leave_relay(key, now);
                self.drop_link(conn, now);
            }
            (Pending::Append { intent }, Answer::Chain(chain)) => {
                self.appended(conn, intent, chain.checkpoint.as_ref(), now);
            }
            (Pending::Append { intent }, Answer::Error(error)) => {
                self.append_refused(conn, intent, &error, now)
            }
            (Pending::Publish(_) | Pending::Slots | Pending::Close, _) => {}
            (pending, _) => {
                tracing::warn!(?pending, "a relay answered with something else");
                self.drop_link(conn, now);
            }
        }
    }

    fn registered(&mut self, conn: ConnId, checkpoint: Option<&SignedCheckpoint>, now: Now) {
        let url = self.url(conn);
        self.unknown_at.remove(&url);
        // It has sent us away once, and would not now.
        self.backoffs.remove(&(url.clone(), ConnKind::Device));
        self.take_checkpoint(conn, None, checkpoint, now);
        self.move_in(&url);
        let first = self.standing() == Some(Standing::Unregistered);
        if first {
            self.attempt(now, |tx, _| {
                Ok(profile::set_standing(tx, Standing::Active)?)
            });
        }
        if self.founding.take().is_some() || first {
            self.effects.push(Effect::Settled(Outcome::Registered));
        }
    }

    /// A relay that will not have the account: it was never anywhere, so nothing of it is kept.
    fn registration_refused(&mut self, conn: ConnId, error: &Error, now: Now) {
        let lasting = matches!(
            error.code(),
            ErrorCode::RegistrationClosed
                | ErrorCode::TokenRefused
                | ErrorCode::InvalidChain
                | ErrorCode::BadRequest
        );
        if lasting && self.standing() == Some(Standing::Unregistered) {
            let erased: Result<(), EngineError> = self.store.write(|tx| Ok(profile::erase(tx)?));
            if erased.is_ok() {
                self.me = None;
                self.lanes.clear();
            }
            let (code, text) = refusal(error.code());
            self.refuse_founding(code, text);
        }
        let url = self.url(conn);
        if let Some(chain) = error.chain.clone() {
            // Another device has been here with statements that are news to us.
            self.attempt(now, move |tx, cx| {
                let account = cx.me.account;
                chains::learn(tx, cx, &account, &chain.statements).map(drop)
            });
        }
        let (code, text) = refusal(error.code());
        self.refuse_adding(&url, code, text);
        self.drop_link(conn, now);
        if lasting && let Some(backoff) = self.backoffs.get_mut(&(url, ConnKind::Anonymous)) {
            backoff.refused(now);
        }
    }

    /// Asks the account's next relay, where this one cannot or will not.
    fn asks_next(&mut self, conn: ConnId, account: AccountId, error: &Error, now: Now) -> bool {
        let passing = matches!(
            error.code(),
            ErrorCode::Denied | ErrorCode::RateLimited | ErrorCode::Full | ErrorCode::Unavailable
        );
        let pause = MINUTE.max(error.retry_after_ms.into());
        passing && !self.is_own(&account) && self.turn_to_next(&account, conn, pause, now)
    }

    fn put_refused(
        &mut self,
        conn: ConnId,
        account: AccountId,
        outgoing: i64,
        error: Error,
        now: Now,
    ) {
        self.lane(&account).in_flight = false;
        let code = error.code();
        if self.asks_next(conn, account, &error, now) {
            // The same bytes at once; the attempt is the same.
            self.attempt(now, move |tx, _| settle::unanswered(tx, outgoing));
            return;
        }
        let retry_after = error.retry_after_ms.into();
        self.attempt(now, move |tx, cx| {
            match error.chain.filter(|_| code == ErrorCode::StaleHead) {
                Some(chain) => {
                    settle::refused(tx, cx, outgoing, code, retry_after)?;
                    settle::stale_head(tx, cx, outgoing, &account, &chain.statements)?;
                    parking::reopen(tx, cx, &account)
                }
                None => settle::refused(tx, cx, outgoing, code, retry_after),
            }
        });
    }

    /// The relay does not let us read what has to be read before anything can be sealed. Returns when
    /// to ask again, if something waits for it.
    fn read_refused(&mut self, account: AccountId, code: ErrorCode, now: Now) -> Option<u64> {
        if code != ErrorCode::Denied || self.is_own(&account) {
            return None;
        }
        self.attempt(now, move |tx, cx| settle::denied(tx, cx, &account))
            .flatten()
    }

    fn chain_came(&mut self, conn: ConnId, account: AccountId, chain: &Chain, now: Now) {
        self.note_head(conn, Some(account), chain.checkpoint.as_ref(), now);
        let statements = chain.statements.clone();
        let own = self.me.as_ref().is_some_and(|me| me.account == account);
        let learned = self.attempt(now, move |tx, cx| {
            let learned = chains::learn(tx, cx, &account, &statements)?;
            if learned == chains::Learned::Advanced {
                parking::reopen(tx, cx, &account)?;
            }
            Ok(learned)
        });
        if own {
            self.own_chain_wanted = false;
        }
        if learned == Some(chains::Learned::Advanced) {
            self.lane(&account).in_flight = false;
            self.sync_slots_if_changed(now);
        } else {
            self.pause(&account, now);
        }
    }

    /// The next step of a lane would only lead here again.
    fn pause(&mut self, account: &AccountId, now: Now) {
        let joining = self.standing() == Some(Standing::Joining);
        let lane = self.lane(account);
        lane.in_flight = false;
        lane.fetch_after = now.ms() + if joining { 2 * SECOND } else { PAUSE };
    }

    /// Keeps the relay's signed word on an account's head (ours, if none is named).
    pub(super) fn take_checkpoint(
        &mut self,
        conn: ConnId,
        account: Option<AccountId>,
        signed: Option<&SignedCheckpoint>,
        now: Now,
    ) {
        let Some(key) = self.links.get(&conn).and_then(|link| link.key()) else {
            return;
        };
        if let Some(signed) = signed.cloned() {
            self.attempt(now, move |tx, cx| {
                let account = account.unwrap_or(cx.me.account);
                chains::take_checkpoint(tx, cx, &key, &account, &signed)
            });
        }
    }

    fn bundles_came(
        &mut self,
        conn: ConnId,
        account: AccountId,
        asked: Vec<MailboxId>,
        bundles: Bundles,
        now: Now,
    ) {
        let wanted = asked.clone();
        let lacking = self.attempt(now, move |tx, cx| {
            let mut lacking = Vec::new();
            for mailbox in wanted {
                let device = chain_rows::device(tx, &mailbox)?
                    .filter(|device| device.active && device.account == account);
                let bundle = bundles
                    .bundles
                    .iter()
                    .find(|bundle| bundle.mailbox == mailbox.as_bytes());
                let (Some(device), Some(bundle)) = (device, bundle) else {
                    lacking.push(mailbox);
                    continue;
                };
                let me = cx.me.clone();
                let begun = crypto::start_session(
                    tx,
                    &mut cx.random,
                    &me.keys,
                    &seal::peer(&device),
                    bundle,
                    cx.now,
                );
                match begun.map_err(EngineError::from) {
                    Ok(()) => drop(outgoing::reopen_for_device(tx, &mailbox)?),
                    Err(error) if error.is_envelopes_fault() => {
                        tracing::warn!(code = error.code(), "a bundle was refused");
                        lacking.push(mailbox);
                    }
                    Err(error) => return Err(error),
                }
            }
            Ok(lacking)
        });
        crash::point("session.started");
        self.lane(&account).in_flight = false;
        // A device may have moved in elsewhere and not here yet.
        if lacking.as_ref().is_some_and(|lacking| !lacking.is_empty())
            && !self.is_own(&account)
            && self.turn_to_next(&account, conn, MINUTE, now)
        {
            return;
        }
        let lane = self.lane(&account);
        match lacking {
            Some(lacking) => lane.looked_for_keys(&asked, &lacking, now),
            None => lane.not_before = now.ms() + PAUSE,
        }
    }
}

/// Why a relay will not have an account: a stable name, and words for a person.
fn refusal(code: ErrorCode) -> (&'static str, &'static str) {
    match code {
        ErrorCode::RegistrationClosed => {
            ("registration_closed", "this relay takes no new accounts")
        }
        ErrorCode::TokenRefused => (
            "token_refused",
            "this relay wants a valid registration token",
        ),
        ErrorCode::RateLimited => ("rate_limited", "this relay wants to be asked more slowly"),
        ErrorCode::Unavailable | ErrorCode::Full => ("unavailable", "this relay has no room now"),
        ErrorCode::Conflict => ("conflict", "this relay has another chain of the account"),
        _ => ("registration_refused", "this relay refused the account"),
    }
}
