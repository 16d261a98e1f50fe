//! The connection to the own relay: logged in, mail comes in, the connection ends.

use sotto_wire::ids::{EnvelopeId, IncarnationId};
use sotto_wire::proto::{
    AppendChain, Delivery, Error, ErrorCode, GetChain, LoggedIn, client_frame::Verb,
};
use sotto_wire::{checkpoint::Checkpoint, login, sign};

use super::link::{Pending, Stage};
use super::{ConnId, ConnKind, Machine};
use crate::clock::Now;
use crate::crash;
use crate::engine::deliver::{Delivered, deliver};
use crate::engine::{chains, keys, settle, slots, stale};
use crate::store::tables::{outgoing, relays};

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
        self.drained = false;
        self.unknown_at_relay = false;
        self.backoffs
            .remove(&(link.relay.url.clone(), ConnKind::Device));
        self.after_login(conn, &answer, now);
        self.attempt(now, |tx, _| Ok(outgoing::hurry(tx)?));
    }

    /// Brings the relay and us to the same state: chain, pre-keys, delivery keys.
    fn after_login(&mut self, conn: ConnId, answer: &LoggedIn, now: Now) {
        let Some(key) = self.links.get(&conn).and_then(|link| link.key()) else {
            return;
        };
        if let Some(signed) = answer.checkpoint.clone() {
            let ahead = self.attempt(now, {
                let signed = signed.clone();
                move |tx, cx| {
                    let account = cx.me.account;
                    chains::take_checkpoint(tx, cx, &key, &account, &signed)
                }
            });
            if ahead == Some(true) {
                self.own_chain_wanted = true;
            }
            if let Ok(checkpoint) = Checkpoint::verify(&signed, &key) {
                self.push_suffix(conn, &checkpoint, now);
            }
        }
        let held = (
            answer.generation,
            answer.one_time_keys,
            answer.one_time_kem_keys,
        );
        if let Some(Some(due)) = self.attempt(now, move |tx, cx| keys::due(tx, cx, held)) {
            crash::point("keys.generated");
            self.ask(
                conn,
                Verb::PublishKeys(due.clone()),
                Pending::Publish(Box::new(due)),
                now,
            );
        }
        self.sync_slots(conn, Some(&answer.slots_digest), now);
    }

    /// Sends the delivery keys if the relay holds others. `held` is unknown after a change of ours.
    pub(super) fn sync_slots(&mut self, conn: ConnId, held: Option<&[u8]>, now: Now) {
        let Some(wanted) = self.attempt(now, |tx, cx| slots::wanted(tx, cx)) else {
            return;
        };
        let digest = slots::digest(&wanted);
        let link_holds = held.or(self.slots_held.as_deref());
        let known = link_holds == Some(digest.as_slice());
        self.slots_held = Some(digest);
        if !known {
            self.ask(conn, Verb::SetSlots(wanted), Pending::Slots, now);
        }
    }

    /// A relay that was restored from a backup may lack statements that we hold.
    fn push_suffix(&mut self, conn: ConnId, checkpoint: &Checkpoint, now: Now) {
        let head = checkpoint.head;
        let lacking = self.attempt(now, move |tx, cx| {
            let chain = chains::load(tx, &cx.me.account)?;
            Ok(chain.and_then(|chain| {
                let suffix = chain.suffix_after(&head)?;
                Some(
                    suffix
                        .iter()
                        .map(|statement| statement.bytes().to_vec())
                        .collect::<Vec<_>>(),
                )
            }))
        });
        if let (Some(Some(statements)), Some(me)) = (lacking, &self.me)
            && !statements.is_empty()
        {
            let append = AppendChain {
                account: me.account.to_vec(),
                expected: Some(head.into()),
                statements,
            };
            self.ask(
                conn,
                Verb::AppendChain(append),
                Pending::Append { intent: None },
                now,
            );
        }
    }

    /// Asks for what the relay knows of our own chain.
    pub(super) fn fetch_own_chain(&mut self, conn: ConnId, now: Now) {
        let Some(me) = self.me.clone() else { return };
        let since = self
            .attempt(now, |tx, cx| crate::engine::account::own_head(tx, cx))
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
            let relay = relays::upsert(tx, &key, &url)?;
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
        let ready = self
            .device_link()
            .filter(|(_, link)| link.is_ready())
            .map(|(conn, _)| conn);
        if let Some(conn) = ready {
            self.sync_slots(conn, None, now);
        }
    }

    pub(super) fn login_refused(&mut self, conn: ConnId, error: Error, now: Now) {
        match error.code() {
            ErrorCode::StaleState if error.boot < MAX_BOOT => {
                return self.heal(conn, error.boot, now);
            }
            ErrorCode::LoginRefused => self.unknown_at_relay = true,
            ErrorCode::Closed => match error.chain {
                // Signed by the account itself: nothing else makes a device believe that it is out.
                Some(chain) => {
                    self.attempt(now, move |tx, cx| {
                        let account = cx.me.account;
                        chains::learn(tx, cx, &account, &chain.statements).map(drop)
                    });
                }
                None => self.own_chain_wanted = true,
            },
            _ => {}
        }
        self.drop_link(conn, now);
    }

    /// This database is an old copy: nothing of it may seal, and the login begins anew.
    fn heal(&mut self, conn: ConnId, boot: u64, now: Now) {
        self.attempt(now, move |tx, cx| stale::heal(tx, cx, boot));
        self.effects.push(super::Effect::Close { conn });
        self.forget_link(conn, now);
    }

    pub(super) fn closed(&mut self, conn: ConnId, code: Option<u16>, now: Now) {
        let Some(link) = self.links.get(&conn) else {
            return;
        };
        let (url, kind, was_ready) = (link.relay.url.clone(), link.kind, link.is_ready());
        match code {
            Some(SUPERSEDED) => {
                self.attempt(now, stale::superseded);
            }
            Some(REMOVED) => self.own_chain_wanted = true,
            _ => {}
        }
        self.backoffs
            .entry((url, kind))
            .or_default()
            .failed(&mut self.random, now);
        if !was_ready && self.me.is_none() {
            self.refuse_founding("unreachable", "the relay cannot be reached");
        }
        self.forget_link(conn, now);
    }

    /// What was asked on a connection that is gone will not be answered.
    fn forget_link(&mut self, conn: ConnId, now: Now) {
        let Some(link) = self.links.remove(&conn) else {
            return;
        };
        if link.kind == ConnKind::Device {
            self.drained = false;
            self.slots_held = None;
        }
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
                | Pending::Slots => {}
            }
        }
    }

    pub(super) fn network_changed(&mut self) {
        self.backoffs.clear();
    }
}
