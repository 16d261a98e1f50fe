//! Delivery to one device: a cursor and a window, no queue.
//!
//! Only the cursor decides what is sent, so a hint may be lost, doubled, late or out of order. At
//! most [`WINDOW_ENVELOPES`] or [`WINDOW_BYTES`] are sent and not acknowledged; what does not fit
//! stays in the mailbox.

use std::collections::VecDeque;

use sotto_wire::ids::MailboxId;
use sotto_wire::proto::{self, relay_frame::Answer};

use super::answer::send;
use super::{CloseCode, Effect};
use crate::job::{Ephemeral, Hint};
use crate::relay::Relay;
use crate::store::{Envelope, PageLimit};

/// Envelopes that may be sent before one is acknowledged.
pub(crate) const WINDOW_ENVELOPES: usize = 256;
/// Bytes that may be.
pub(crate) const WINDOW_BYTES: usize = 1 << 20;
/// Envelopes in one frame.
const BATCH_ENVELOPES: usize = 50;
/// Bytes of envelopes in one frame.
const BATCH_BYTES: usize = 1 << 20;

/// Where a connected device stands in its mailbox.
pub(super) struct Mail {
    /// The last envelope that was sent, or that the device had before.
    cursor: u64,
    /// The last one that the device has acknowledged.
    acked: u64,
    /// Sent and not acknowledged: sequence number and size.
    under_way: VecDeque<(u64, usize)>,
    under_way_bytes: usize,
    /// Whether everything was sent, so that hints may be followed directly; else the window is
    /// closed, or nothing was read yet.
    live: bool,
    /// Whether the device knows that its backlog was sent.
    told: bool,
}

impl Mail {
    /// A device that has committed everything up to `cursor`.
    pub(super) const fn new(cursor: u64) -> Self {
        let under_way = VecDeque::new();
        Self {
            cursor,
            acked: cursor,
            under_way,
            under_way_bytes: 0,
            live: false,
            told: false,
        }
    }

    /// Takes an acknowledgement; what is to be stored, if it says anything new. Nobody can
    /// acknowledge what was never sent.
    pub(super) fn acked(&mut self, seq: u64) -> Option<u64> {
        let upto = seq.min(self.cursor);
        while let Some((sent, size)) = self.under_way.front().copied() {
            if sent > upto {
                break;
            }
            self.under_way_bytes = self.under_way_bytes.saturating_sub(size);
            self.under_way.pop_front();
        }
        if self.under_way.is_empty() {
            // An idle connection should hold no memory for busy times.
            self.under_way = VecDeque::new();
        }
        if upto <= self.acked {
            return None;
        }
        self.acked = upto;
        Some(upto)
    }

    /// Goes on where a closed window had stopped delivery.
    pub(super) fn resume(
        &mut self,
        relay: &Relay,
        mailbox: &MailboxId,
        effects: &mut Vec<Effect>,
    ) -> Result<(), CloseCode> {
        if self.live {
            Ok(())
        } else {
            self.pump(relay, mailbox, effects)
        }
    }

    /// Sends what there is and fits, in frames.
    fn pump(
        &mut self,
        relay: &Relay,
        mailbox: &MailboxId,
        effects: &mut Vec<Effect>,
    ) -> Result<(), CloseCode> {
        loop {
            let envelopes = WINDOW_ENVELOPES.saturating_sub(self.under_way.len());
            let bytes = WINDOW_BYTES.saturating_sub(self.under_way_bytes);
            if envelopes == 0 || bytes == 0 {
                self.live = false;
                return Ok(());
            }
            let limit = PageLimit {
                envelopes: envelopes.min(BATCH_ENVELOPES),
                bytes: bytes.min(BATCH_BYTES),
            };
            let page = relay
                .store
                .read_after(mailbox, self.cursor, limit)
                .map_err(|error| {
                    tracing::warn!(%error, "a mailbox could not be read");
                    CloseCode::TryAgainLater
                })?;
            let fits = |first: &Envelope| first.sealed.len() <= bytes || self.under_way.is_empty();
            if !page.envelopes.first().is_none_or(fits) {
                self.live = false;
                return Ok(());
            }
            if !page.envelopes.is_empty() {
                let batch = page.envelopes.into_iter().map(to_proto).collect();
                effects.push(self.deliver(relay, batch));
            }
            if !page.more {
                self.caught_up(effects);
                return Ok(());
            }
        }
    }

    /// Follows a hint.
    pub(super) fn hint(
        &mut self,
        relay: &Relay,
        mailbox: &MailboxId,
        hint: &Hint,
        effects: &mut Vec<Effect>,
    ) -> Result<(), CloseCode> {
        if hint.seq <= self.cursor {
            return Ok(());
        }
        if let Some(envelope) = self.next_in_hand(hint) {
            effects.push(self.deliver(relay, vec![envelope]));
            return Ok(());
        }
        self.pump(relay, mailbox, effects)
    }

    /// The hinted envelope, if it is the very next one and the window is open.
    fn next_in_hand(&self, hint: &Hint) -> Option<proto::Envelope> {
        let (put, index) = hint.item.as_ref()?;
        let item = put.items.get(*index)?;
        let size = item.header.len().saturating_add(put.body.len());
        let in_order = self.live && hint.seq == self.cursor.saturating_add(1);
        let fits = self.under_way.len() < WINDOW_ENVELOPES
            && self.under_way_bytes.saturating_add(size) <= WINDOW_BYTES;
        (in_order && fits).then(|| proto::Envelope {
            seq: hint.seq,
            id: item.envelope.to_vec(),
            sealed: [item.header.as_slice(), &put.body].concat(),
            lane: item.lane.into(),
        })
    }

    fn deliver(&mut self, relay: &Relay, envelopes: Vec<proto::Envelope>) -> Effect {
        for envelope in &envelopes {
            self.cursor = envelope.seq;
            self.under_way
                .push_back((envelope.seq, envelope.sealed.len()));
            self.under_way_bytes = self.under_way_bytes.saturating_add(envelope.sealed.len());
        }
        relay.metrics.delivered.add(envelopes.len() as u64);
        let incarnation = relay.incarnation().to_vec();
        send(
            0,
            Answer::Delivery(proto::Delivery {
                incarnation,
                envelopes,
            }),
        )
    }

    /// Tells the device once that its backlog was sent.
    fn caught_up(&mut self, effects: &mut Vec<Effect>) {
        self.live = true;
        if !self.told {
            self.told = true;
            let seq = self.cursor;
            effects.push(send(0, Answer::QueueEmpty(proto::QueueEmpty { seq })));
        }
    }
}

fn to_proto(envelope: Envelope) -> proto::Envelope {
    proto::Envelope {
        seq: envelope.seq,
        id: envelope.id.to_vec(),
        sealed: envelope.sealed,
        lane: envelope.lane.into(),
    }
}

/// The frame for an ephemeral envelope; it has no place in the mailbox.
pub(super) fn ephemeral(relay: &Relay, ephemeral: &Ephemeral) -> Effect {
    let envelope = proto::Envelope {
        seq: 0,
        id: ephemeral.id.to_vec(),
        sealed: ephemeral.sealed.to_vec(),
        lane: ephemeral.lane.into(),
    };
    let incarnation = relay.incarnation().to_vec();
    send(
        0,
        Answer::Delivery(proto::Delivery {
            incarnation,
            envelopes: vec![envelope],
        }),
    )
}
