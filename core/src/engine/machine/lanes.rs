//! Lanes: what waits for one account leaves in order; accounts do not wait for each other.

use std::collections::{BTreeMap, BTreeSet};

use sotto_wire::delivery::{PutFlags, ReadVerb, mailbox_key, put_tag, read_key, read_tag};
use sotto_wire::ids::{AccountId, Head, MailboxId, RelayKey};
use sotto_wire::proto::{Credential, GetBundles, GetChain, Put, PutItem, client_frame::Verb};

use super::link::Pending;
use super::{ConnId, Machine};
use crate::clock::{MINUTE, Now, SECOND};
use crate::crash;
use crate::engine::contacts::read_key as read_contact_key;
use crate::engine::seal::{self, Sealed, Step};
use crate::engine::{EngineError, registers, settle};
use crate::model::Purpose;
use crate::store::tables::contacts::{self, DeliveryKey};
use crate::store::tables::{chains, outgoing};

/// The first pause before a device without keys is looked at again, in milliseconds.
const FIRST_PAUSE: u64 = 4 * SECOND;

/// One account's lane, as far as it need not survive this process.
#[derive(Debug, Default)]
pub(super) struct Lane {
    /// One thing at a time.
    pub in_flight: bool,
    /// Devices without keys.
    pub waiting: BTreeMap<MailboxId, Waiting>,
    /// Somebody asked for the chain as it is now.
    pub chain_wanted: bool,
    /// When the chain may be fetched again.
    pub fetch_after: u64,
    /// When anything may be tried again.
    pub not_before: u64,
    /// Relays of the account that have refused, and until when the next one is asked instead.
    shunned: BTreeMap<RelayKey, u64>,
}

/// A device that has published no keys yet. It holds up nobody else.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    /// When to look again.
    pub until: u64,
    failures: u32,
}

impl Waiting {
    /// 4 s, doubled each time, up to 17 minutes: within the relay's rate for bundles.
    fn again(&mut self, now: Now) {
        self.until = now.ms() + (FIRST_PAUSE << self.failures.min(8));
        self.failures += 1;
    }
}

impl Lane {
    /// Whether it is time to look for the keys of a device again.
    pub fn has_waited(&self, now: Now) -> bool {
        self.waiting
            .values()
            .any(|waiting| waiting.until <= now.ms())
    }

    /// Whether a relay is left out for now.
    pub fn shuns(&self, relay: Option<&RelayKey>, now: Now) -> bool {
        relay
            .and_then(|relay| self.shunned.get(relay))
            .is_some_and(|until| now.ms() < *until)
    }

    /// Leaves a relay out until then.
    pub fn shun(&mut self, relay: RelayKey, until: u64) {
        self.shunned.insert(relay, until);
    }

    /// The person does not want to wait: everything may be tried now.
    pub fn hurry(&mut self) {
        self.fetch_after = 0;
        self.not_before = 0;
        self.shunned.clear();
    }

    /// All relays have refused: the first may be asked again.
    pub fn forgive(&mut self) {
        self.shunned.clear();
    }

    /// When relays that are left out may be asked again.
    pub fn shunned(&self) -> impl Iterator<Item = u64> {
        self.shunned.values().copied()
    }

    /// Notes which devices have keys now, and which still have none.
    pub fn looked_for_keys(&mut self, asked: &[MailboxId], lacking: &[MailboxId], now: Now) {
        for mailbox in asked {
            if lacking.contains(mailbox) {
                self.waiting.entry(*mailbox).or_default().again(now);
            } else {
                self.waiting.remove(mailbox);
            }
        }
    }
}

impl Machine {
    pub(super) fn lane(&mut self, account: &AccountId) -> &mut Lane {
        self.lanes.entry(*account).or_default()
    }

    /// Takes the next step of a lane on a connection that is ready.
    pub(super) fn step(&mut self, account: AccountId, conn: ConnId, now: Now) {
        let lane = self.lane(&account);
        if lane.in_flight || now.ms() < lane.not_before {
            return;
        }
        let (waiting, waited): (Vec<_>, Vec<_>) = lane
            .waiting
            .iter()
            .partition(|(_, waiting)| waiting.until > now.ms());
        let waiting: BTreeSet<MailboxId> =
            waiting.into_iter().map(|(mailbox, _)| *mailbox).collect();
        let waited: Vec<MailboxId> = waited.into_iter().map(|(mailbox, _)| *mailbox).collect();
        let fetch_after = lane.fetch_after;
        let step = self.run(now, move |tx, cx| {
            for mailbox in waited {
                outgoing::reopen_for_device(tx, &mailbox)?;
            }
            seal::next(tx, cx, &account, &waiting)
        });
        match step {
            Ok(Step::Idle) => {}
            Ok(Step::NeedChain) if now.ms() >= fetch_after => self.fetch_chain(account, conn, now),
            Ok(Step::NeedChain) => {}
            Ok(Step::NeedBundles(mailboxes)) => self.fetch_bundles(account, mailboxes, conn, now),
            Ok(Step::Put(sealed)) => {
                crash::point("seal.after_commit");
                self.put(sealed, conn, now);
            }
            Err(error) => {
                tracing::warn!(code = error.code(), "something could not be sealed");
                if !matches!(error, EngineError::Store(_)) {
                    self.attempt(now, move |tx, cx| settle::unsealable(tx, cx, &account));
                }
                self.lane(&account).not_before = now.ms() + SECOND;
            }
        }
    }

    pub(super) fn fetch_chain(&mut self, account: AccountId, conn: ConnId, now: Now) {
        let Some(credential) = self.credential(&account, conn, ReadVerb::Chain) else {
            return self.no_way(&account, now);
        };
        let since: Option<Head> = self
            .store
            .read(|view| chains::head(view, &account))
            .ok()
            .flatten()
            .map(|(head, _)| head);
        let get = GetChain {
            account: account.to_vec(),
            since: since.map(Into::into),
            credential,
        };
        let lane = self.lane(&account);
        lane.in_flight = true;
        lane.chain_wanted = false;
        self.ask(conn, Verb::GetChain(get), Pending::Chain { account }, now);
    }

    fn fetch_bundles(
        &mut self,
        account: AccountId,
        mailboxes: Vec<MailboxId>,
        conn: ConnId,
        now: Now,
    ) {
        let Some(credential) = self.credential(&account, conn, ReadVerb::Bundles) else {
            return self.no_way(&account, now);
        };
        let get = GetBundles {
            account: account.to_vec(),
            mailboxes: mailboxes.iter().map(MailboxId::to_vec).collect(),
            credential,
        };
        self.lane(&account).in_flight = true;
        self.ask(
            conn,
            Verb::GetBundles(get),
            Pending::Bundles { account, mailboxes },
            now,
        );
    }

    fn put(&mut self, sealed: Sealed, conn: ConnId, now: Now) {
        let account = sealed.account;
        let flags = PutFlags {
            ephemeral: sealed.purpose == Purpose::Typing,
            urgent: sealed.purpose == Purpose::Message,
        };
        let own = self.is_own(&account);
        let access = if own { None } else { self.access(&account) };
        if !own && access.is_none() {
            let outgoing = sealed.outgoing;
            self.attempt(now, move |tx, cx| {
                settle::refused(tx, cx, outgoing, sotto_wire::proto::ErrorCode::Denied, 0)
            });
            return;
        }
        let Some(relay) = self.links.get(&conn).and_then(|link| link.key()) else {
            return;
        };
        let items = sealed
            .items
            .iter()
            .map(|item| put_item(item, access.as_ref(), &relay, flags))
            .collect();
        let put = Put {
            account: account.to_vec(),
            head: Some(sealed.head.into()),
            items,
            body: Vec::new(),
            ephemeral: flags.ephemeral,
            urgent: flags.urgent,
            ttl_seconds: 0,
        };
        if own && sealed.purpose == Purpose::ChainPush {
            self.put_where_siblings_look(conn, &put);
        }
        self.lane(&account).in_flight = true;
        let mailboxes = sealed.items.iter().map(|item| item.mailbox).collect();
        self.ask(
            conn,
            Verb::Put(put),
            Pending::Put {
                account,
                outgoing: sealed.outgoing,
                mailboxes,
            },
            now,
        );
        crash::point_once_sent("put.sent");
    }

    /// A device that has not heard of a move yet looks for its mail where the account has lived.
    fn put_where_siblings_look(&mut self, conn: ConnId, put: &Put) {
        for other in self.device_conns() {
            if other != conn {
                self.tell(other, Verb::Put(put.clone()));
            }
        }
    }

    /// Nothing is known by which the account could be read or reached.
    fn no_way(&mut self, account: &AccountId, now: Now) {
        self.lane(account).not_before = now.ms() + MINUTE;
    }

    pub(super) fn is_own(&self, account: &AccountId) -> bool {
        self.me.as_ref().is_some_and(|me| me.account == *account)
    }

    /// The credential of a read; on the own device connection none is needed.
    #[allow(
        clippy::option_option,
        reason = "outer: whether there is a way; inner: the wire's own option"
    )]
    fn credential(
        &self,
        account: &AccountId,
        conn: ConnId,
        verb: ReadVerb,
    ) -> Option<Option<Credential>> {
        let link = self.links.get(&conn)?;
        if link.kind == super::ConnKind::Device {
            return Some(None);
        }
        let access = self.access(account)?;
        let key = read_key(&access.secret, account, access.version);
        let tag = read_tag(&key, &link.key()?, &link.nonce, verb, account);
        Some(Some(Credential {
            slot: access.slot.to_vec(),
            tag: tag.to_vec(),
        }))
    }

    /// How to reach an account: a contact's delivery key; for ourselves, our own.
    fn access(&self, account: &AccountId) -> Option<DeliveryKey> {
        let own = self.is_own(account);
        let found: Result<Option<DeliveryKey>, EngineError> = self.store.read(|view| {
            let own_key = registers::delivery(view)?.filter(|_| own);
            if let Some(key) = own_key.and_then(|key| read_contact_key(&key, false)) {
                return Ok(Some(key));
            }
            Ok(contacts::get(view, account)?.and_then(|contact| contact.delivery))
        });
        found.ok().flatten()
    }
}

fn put_item(
    item: &seal::Item,
    access: Option<&DeliveryKey>,
    relay: &RelayKey,
    flags: PutFlags,
) -> PutItem {
    let (slot, tag) = access.map_or((Vec::new(), Vec::new()), |access| {
        let key = mailbox_key(&access.secret, &item.mailbox, access.version);
        let tag = put_tag(
            &key,
            relay,
            &item.mailbox,
            &item.envelope,
            flags,
            &item.sealed,
            &[],
        );
        (access.slot.to_vec(), tag.to_vec())
    });
    PutItem {
        mailbox: item.mailbox.to_vec(),
        envelope_id: item.envelope.to_vec(),
        header: item.sealed.clone(),
        slot,
        tag,
    }
}
