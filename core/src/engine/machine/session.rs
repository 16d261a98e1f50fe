//! The connection to the own relay: logged in, mail comes in, the connection ends.

use sotto_wire::ids::{AccountId, EnvelopeId, Head, IncarnationId, RelayKey};
use sotto_wire::proto::{
    AppendChain, Delivery, Error, ErrorCode, GetChain, LoggedIn, PublishKeys, SignedCheckpoint,
    client_frame::Verb,
};
use sotto_wire::{checkpoint::Checkpoint, login, sign};

use super::link::{Link, Pending, Stage};
use super::{ConnId, ConnKind, Machine};
use crate::clock::{MINUTE, Now};
use crate::crash;
use crate::engine::deliver::{Delivered, deliver};
use crate::engine::keys::Stock;
use crate::engine::{EngineError, chains, keys, settle, slots, stale};
use crate::model::Standing;
use crate::store::tables::{outgoing, profile, relays};

/// The relay closed this connection because the device made a newer one.
const SUPERSEDED: u16 = 4409;
/// No device logs in this often; a relay that says so is broken.
const MAX_BOOT: u64 = 1 << 48;
/// The account has removed this device, or is closed.
const REMOVED: u16 = 4403;

impl Machine {
    pub(super) fn logged_in(&mut self, conn: ConnId, answer: LoggedIn, now: Now) {
        let Some(link) = self.links.get_mut(&conn) else {
            return;
        };
        let (Stage::LoggingIn { client_nonce, boot }, Some(key)) = (&link.stage, link.relay.key)
        else {
            return;
        };
        let Some(me) = &self.me else { return };
        let transcript = login::answer(&link.nonce, client_nonce, *boot, &me.mailbox);
        if sign::verify(
            key.as_bytes(),
            login::ANSWER_LABEL,
            &[&transcript],
            &answer.signature,
        )
        .is_err()
        {
            tracing::warn!("a relay could not sign that it heard us");
            return self.drop_link(conn, now);
        }
        let (url, boot, cursor) = (link.relay.url.clone(), *boot, answer.cursor.clone());
        let old_copy = self.attempt(now, move |tx, _| {
            stale::lacks_mail(tx, &key, &url, cursor.as_ref())
        });
        match old_copy {
            Some(false) => {}
            Some(true) => return self.heal(conn, boot, now),
            None => return self.drop_link(conn, now),
        }
        let Some(link) = self.links.get_mut(&conn) else {
            return;
        };
        link.stage = Stage::Ready;
        link.stock = Stock {
            generation: answer.generation,
            one_time: answer.one_time_keys,
            one_time_kem: answer.one_time_kem_keys,
        };
        let url = link.relay.url.clone();
        self.unknown_at.remove(&url);
        self.backoffs.remove(&(url, ConnKind::Device));
        self.note_head(conn, None, answer.checkpoint.as_ref(), now);
        if self.standing() != Some(Standing::Active) {
            return;
        }
        self.proven = true;
        self.publish_keys(conn, now);
        self.sync_slots(conn, Some(&answer.slots_digest), now);
        self.attempt(now, |tx, _| Ok(outgoing::hurry(tx)?));
    }

    /// Publishes what a relay lacks of our pre-keys. What is new for one is new for all.
    fn publish_keys(&mut self, conn: ConnId, now: Now) {
        let before = self.generation();
        self.publish_keys_at(conn, now);
        if self.generation() != before {
            for other in self.device_conns() {
                if other != conn {
                    self.publish_keys_at(other, now);
                }
            }
        }
    }

    fn publish_keys_at(&mut self, conn: ConnId, now: Now) {
        let Some(link) = self.links.get(&conn) else {
            return;
        };
        let (stock, url, Some(key)) = (link.stock, link.relay.url.clone(), link.key()) else {
            return;
        };
        // Nobody takes keys from a relay that we have left.
        if self.has_left(&url) {
            return;
        }
        let due = self.attempt(now, move |tx, cx| keys::due(tx, cx, (&key, &url), stock));
        if let Some(Some(due)) = due {
            crash::point("keys.generated");
            self.ask(
                conn,
                Verb::PublishKeys(due.clone()),
                Pending::Publish(Box::new(due)),
                now,
            );
        }
    }

    /// The relay holds what was published.
    pub(super) fn published(&mut self, conn: ConnId, published: Box<PublishKeys>, now: Now) {
        let Some(link) = self.links.get_mut(&conn) else {
            return;
        };
        if let Some(signed) = &published.keys {
            link.stock = Stock {
                generation: signed.generation,
                one_time: u32::try_from(published.one_time.len()).unwrap_or(u32::MAX),
                one_time_kem: u32::try_from(published.one_time_kem.len()).unwrap_or(u32::MAX),
            };
        }
        let (url, Some(key)) = (link.relay.url.clone(), link.key()) else {
            return;
        };
        self.attempt(now, move |tx, _| {
            keys::published(tx, (&key, &url), &published)?;
            crash::point("keys.published.before_commit");
            Ok(())
        });
    }

    pub(super) fn generation(&self) -> Option<u64> {
        let profile: Result<_, EngineError> = self.store.read(|view| Ok(profile::load(view)?));
        Some(profile.ok()??.key_generation)
    }

    /// Sends the delivery keys if the relay holds others. `held` is unknown after a change of ours.
    pub(super) fn sync_slots(&mut self, conn: ConnId, held: Option<&[u8]>, now: Now) {
        let Some(wanted) = self.attempt(now, |tx, cx| slots::wanted(tx, cx)) else {
            return;
        };
        let digest = slots::digest(&wanted);
        let Some(link) = self.links.get_mut(&conn) else {
            return;
        };
        let known = held.or(link.slots_held.as_deref()) == Some(digest.as_slice());
        link.slots_held = Some(digest);
        if !known {
            self.ask(conn, Verb::SetSlots(wanted), Pending::Slots, now);
        }
    }

    /// Notes the head of our own chain at a relay, by its signed word.
    pub(super) fn note_head(
        &mut self,
        conn: ConnId,
        account: Option<AccountId>,
        signed: Option<&SignedCheckpoint>,
        now: Now,
    ) {
        self.take_checkpoint(conn, account, signed, now);
        let Some(me) = self.me.clone() else { return };
        let Some(link) = self.links.get_mut(&conn) else {
            return;
        };
        if let (Some(signed), Some(key)) = (signed, link.key())
            && let Ok(checkpoint) = Checkpoint::verify(signed, &key)
            && checkpoint.account == me.account
        {
            link.head = Some(checkpoint.head);
        }
    }

    /// Gives every relay of ours the statements that it lacks, and asks those that have others: a
    /// home that is not the first gets them from us alone, and one that was restored from a backup
    /// has lost some.
    pub(super) fn bring_chains(&mut self, now: Now) {
        let Some(own) = self.house.head else { return };
        for conn in self.device_conns() {
            let Some(link) = self.links.get_mut(&conn) else {
                continue;
            };
            if link.is_on_chain() || now.ms() < link.chain_after {
                continue;
            }
            if link.head == Some(own) {
                if link.is_audit_due(now) {
                    self.fetch_own_chain(conn, now);
                }
                continue;
            }
            let there = link.head;
            let lacking = there.and_then(|there| self.lacking(&there, now));
            match lacking {
                Some(append) => self.ask(
                    conn,
                    Verb::AppendChain(append),
                    Pending::Append { intent: None },
                    now,
                ),
                None => {
                    if let Some(link) = self.links.get_mut(&conn) {
                        link.chain_after = now.ms() + MINUTE;
                    }
                    self.fetch_own_chain(conn, now);
                }
            }
        }
    }

    /// What follows this head on our own chain; nothing if that is not on it.
    fn lacking(&mut self, there: &Head, now: Now) -> Option<AppendChain> {
        let there = *there;
        self.attempt(now, move |tx, cx| {
            let chain = chains::load(tx, &cx.me.account)?;
            Ok(chain.and_then(|chain| {
                let suffix = chain.suffix_after(&there)?;
                let statements: Vec<Vec<u8>> = suffix
                    .iter()
                    .map(|statement| statement.bytes().to_vec())
                    .collect();
                (!statements.is_empty()).then(|| AppendChain {
                    account: cx.me.account.to_vec(),
                    expected: Some(there.into()),
                    statements,
                })
            }))
        })
        .flatten()
    }

    /// Asks for what the relay knows of our own chain.
    pub(super) fn fetch_own_chain(&mut self, conn: ConnId, now: Now) {
        let Some(me) = self.me.clone() else { return };
        let since = self
            .attempt(now, |tx, cx| {
                crate::engine::account::own_head(tx, &cx.me.account)
            })
            .flatten();
        let get = GetChain {
            account: me.account.to_vec(),
            since: since.map(Into::into),
            credential: None,
        };
        self.ask(
            conn,
            Verb::GetChain(get),
            Pending::Chain {
                account: me.account,
            },
            now,
        );
    }

    pub(super) fn delivered(&mut self, conn: ConnId, delivery: Delivery, now: Now) {
        let Some(link) = self.links.get(&conn) else {
            return;
        };
        let (true, Some(key)) = (link.is_ready(), link.key()) else {
            return;
        };
        let url = link.relay.url.clone();
        let Ok(incarnation) = IncarnationId::try_from(delivery.incarnation.as_slice()) else {
            return self.drop_link(conn, now);
        };
        let envelopes: Vec<Delivered> = delivery
            .envelopes
            .into_iter()
            .filter_map(|envelope| {
                Some(Delivered {
                    seq: envelope.seq,
                    id: EnvelopeId::try_from(envelope.id.as_slice()).ok()?,
                    lane: envelope.lane(),
                    sealed: envelope.sealed,
                })
            })
            .collect();
        let stored = envelopes.iter().any(|envelope| envelope.seq > 0);
        let done = self.attempt(now, move |tx, cx| {
            let relay = relays::ensure(tx, &key, &url)?;
            deliver(tx, cx, relay.id, &incarnation, &envelopes)
        });
        crash::point("deliver.after_commit");
        match done {
            Some(seq) if stored => {
                self.tell(conn, Verb::Ack(sotto_wire::proto::Ack { seq }));
                crash::point_once_sent("ack.sent");
            }
            Some(_) => {}
            // Nothing is acknowledged; it comes again with the next connection.
            None => self.drop_link(conn, now),
        }
        // A delivery may have brought state that the relay has to know.
        self.sync_slots_if_changed(now);
    }

    /// After anything that may have changed the delivery keys or the own devices.
    pub(super) fn sync_slots_if_changed(&mut self, now: Now) {
        if self.standing() == Some(Standing::Active) {
            for conn in self.device_conns() {
                self.sync_slots(conn, None, now);
            }
        }
    }

    pub(super) fn login_refused(&mut self, conn: ConnId, error: Error, now: Now) {
        let Some(link) = self.links.get(&conn) else {
            return;
        };
        let (url, key) = (link.relay.url.clone(), link.key());
        match error.code() {
            ErrorCode::StaleState if error.boot < MAX_BOOT => {
                return self.heal(conn, error.boot, now);
            }
            // Who has forgotten us has no mail of ours either.
            ErrorCode::LoginRefused if self.has_left(&url) => self.leave_relay(key, now),
            ErrorCode::LoginRefused => drop(self.unknown_at.insert(url)),
            ErrorCode::Closed => {
                match error.chain {
                    // Signed by the account itself: nothing else makes a device believe that it is
                    // out.
                    Some(chain) => {
                        self.attempt(now, move |tx, cx| {
                            let account = cx.me.account;
                            chains::learn(tx, cx, &account, &chain.statements).map(drop)
                        });
                    }
                    None => self.own_chain_wanted = true,
                }
                if self.standing() == Some(Standing::Closed) {
                    self.leave_relay(key, now);
                }
            }
            _ => {}
        }
        self.drop_link(conn, now);
    }

    /// There is nothing more to be done at a relay that was a home.
    pub(super) fn leave_relay(&mut self, key: Option<RelayKey>, now: Now) {
        if let Some(key) = key {
            self.attempt(now, move |tx, _| Ok(relays::left(tx, &key)?));
        }
    }

    /// This database is an old copy: nothing of it may seal, and the login begins anew.
    fn heal(&mut self, conn: ConnId, boot: u64, now: Now) {
        let Some(link) = self.links.get(&conn) else {
            return;
        };
        let (url, Some(key)) = (link.relay.url.clone(), link.key()) else {
            return;
        };
        self.proven = false;
        self.attempt(now, move |tx, cx| stale::heal(tx, cx, (&key, &url), boot));
        // Other relays are to see the new counter too, before anything is sealed.
        let devices = |link: &Link| link.kind == ConnKind::Device;
        let all: Vec<ConnId> = self
            .links
            .iter()
            .filter(|(_, link)| devices(link))
            .map(|(conn, _)| *conn)
            .collect();
        for conn in all {
            self.effects.push(super::Effect::Close { conn });
            self.forget_link(conn, now);
        }
    }

    pub(super) fn closed(&mut self, conn: ConnId, code: Option<u16>, now: Now) {
        let Some(link) = self.links.get(&conn) else {
            return;
        };
        let (url, kind, was_ready) = (link.relay.url.clone(), link.kind, link.is_ready());
        match (code, link.key()) {
            (Some(SUPERSEDED), Some(key)) => {
                let url = url.clone();
                self.attempt(now, move |tx, cx| stale::superseded(tx, cx, (&key, &url)));
            }
            (Some(REMOVED), _) => self.own_chain_wanted = true,
            _ => {}
        }
        let patience = self.patience(&url);
        self.backoffs
            .entry((url.clone(), kind))
            .or_default()
            .failed(patience, &mut self.random, now);
        if !was_ready && self.me.is_none() {
            self.refuse_founding("unreachable", "the relay cannot be reached");
        }
        if kind == ConnKind::Anonymous {
            self.refuse_adding(&url, "unreachable", "the relay cannot be reached");
        }
        self.forget_link(conn, now);
    }

    /// What was asked on a connection that is gone will not be answered.
    fn forget_link(&mut self, conn: ConnId, now: Now) {
        let Some(link) = self.links.remove(&conn) else {
            return;
        };
        for (pending, _) in link.pending.into_values() {
            match pending {
                Pending::Put {
                    account, outgoing, ..
                } => {
                    self.lane(&account).in_flight = false;
                    self.attempt(now, move |tx, _| settle::unanswered(tx, outgoing));
                }
                Pending::Chain { account } | Pending::Bundles { account, .. } => {
                    self.lane(&account).in_flight = false;
                }
                Pending::Append { intent: Some(_) } => self.intent_under_way = false,
                Pending::Append { intent: None }
                | Pending::Register
                | Pending::Login
                | Pending::Publish(_)
                | Pending::Close
                | Pending::Slots => {}
            }
        }
    }

    pub(super) fn network_changed(&mut self) {
        self.backoffs.clear();
    }
}
