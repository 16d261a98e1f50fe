//! A relay and its connections on one thread, without sockets and without a clock of its own.
//!
//! Every job is committed by itself and every notice is routed at once, so one seed and one order
//! of inputs give one result. To crash such a relay, copy its directory while it is idle and open
//! the copy; to restart it, drop it and open the directory again.

use std::collections::{BTreeMap, VecDeque};

use sotto_wire::ids::MailboxId;

use crate::Notice;
use crate::meters::Peer;
use crate::now::Now;
use crate::relay::Relay;
use crate::session::{CloseCode, Effect, Input, Kind, Session};

/// Names a connection; never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConnectionId(u64);

/// What comes out of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// A `RelayFrame`.
    Frame(Vec<u8>),
    /// The relay has closed the connection.
    Close(CloseCode),
}

/// A relay with its connections.
pub struct Local {
    relay: Relay,
    connections: BTreeMap<ConnectionId, Connection>,
    claims: BTreeMap<MailboxId, (ConnectionId, u64)>,
    next: u64,
}

struct Connection {
    session: Session,
    output: Vec<Output>,
}

impl Local {
    /// Drives this relay.
    #[must_use]
    pub const fn new(relay: Relay) -> Self {
        Self {
            relay,
            connections: BTreeMap::new(),
            claims: BTreeMap::new(),
            next: 1,
        }
    }

    /// The relay.
    #[must_use]
    pub const fn relay(&self) -> &Relay {
        &self.relay
    }

    /// A new connection; its greeting is waiting in [`Self::take`].
    pub fn connect(&mut self, kind: Kind, peer: Peer, now: Now) -> ConnectionId {
        let id = ConnectionId(self.next);
        self.next += 1;
        let session = Session::new(&self.relay, kind, peer);
        self.connections.insert(
            id,
            Connection {
                session,
                output: Vec::new(),
            },
        );
        self.feed(id, Input::Opened, now);
        id
    }

    /// The client sends a `ClientFrame`. Into a closed connection it goes nowhere.
    pub fn send(&mut self, id: ConnectionId, frame: Vec<u8>, now: Now) {
        self.feed(id, Input::Frame(frame), now);
    }

    /// The client is gone. What waits for it in [`Self::take`] is lost.
    pub fn disconnect(&mut self, id: ConnectionId, now: Now) {
        self.feed(id, Input::Closed, now);
        self.connections.remove(&id);
        self.claims.retain(|_, (claimed_by, _)| *claimed_by != id);
    }

    /// What has come out of a connection since the last time, oldest first.
    pub fn take(&mut self, id: ConnectionId) -> Vec<Output> {
        let connection = self.connections.get_mut(&id);
        connection
            .map(|connection| std::mem::take(&mut connection.output))
            .unwrap_or_default()
    }

    /// Passes a notice on, as a bus between relays would.
    pub fn notify(&mut self, notice: Notice, now: Now) {
        if let Some((id, _)) = self.claims.get(notice.mailbox()) {
            self.feed(*id, Input::Notice(notice), now);
        }
    }

    fn feed(&mut self, id: ConnectionId, input: Input, now: Now) {
        let mut inputs = VecDeque::from([(id, input)]);
        while let Some((id, input)) = inputs.pop_front() {
            let Some(connection) = self.connections.get_mut(&id) else {
                continue;
            };
            for effect in connection.session.handle(&self.relay, input, now) {
                self.carry_out(id, effect, now, &mut inputs);
            }
        }
    }

    fn carry_out(
        &mut self,
        id: ConnectionId,
        effect: Effect,
        now: Now,
        inputs: &mut VecDeque<(ConnectionId, Input)>,
    ) {
        match effect {
            Effect::Send(frame) => self.put_out(id, Output::Frame(frame)),
            Effect::Close(code) => {
                self.put_out(id, Output::Close(code));
                self.claims.retain(|_, (claimed_by, _)| *claimed_by != id);
            }
            Effect::Store(job) => {
                let committed = self.relay.commit(vec![job], now);
                inputs.extend(
                    committed
                        .stored
                        .into_iter()
                        .map(|stored| (id, Input::Stored(stored))),
                );
                for notice in committed.notices {
                    self.route(notice, inputs);
                }
            }
            Effect::Notify(notice) => self.route(notice, inputs),
            Effect::Claim { mailbox, boot } => match self.claims.get(&mailbox).copied() {
                Some((_, higher)) if higher > boot => inputs.push_back((id, Input::Replaced)),
                before => {
                    self.claims.insert(mailbox, (id, boot));
                    if let Some((replaced, _)) = before {
                        inputs.push_back((replaced, Input::Replaced));
                    }
                    inputs.push_back((id, Input::Claimed));
                }
            },
        }
    }

    fn put_out(&mut self, id: ConnectionId, output: Output) {
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.output.push(output);
        }
    }

    fn route(&self, notice: Notice, inputs: &mut VecDeque<(ConnectionId, Input)>) {
        if let Some((id, _)) = self.claims.get(notice.mailbox()) {
            inputs.push_back((*id, Input::Notice(notice)));
        }
    }
}
