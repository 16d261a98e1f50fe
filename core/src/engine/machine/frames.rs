//! Frames in and out.

use prost::Message;
use sotto_wire::proto::{ClientFrame, RelayFrame, client_frame::Verb, relay_frame::Answer};

use super::link::{Pending, Stage};
use super::{ConnId, ConnKind, Effect, Machine};
use crate::clock::Now;

impl Machine {
    /// Sends a request and notes that its answer is awaited.
    pub(super) fn ask(&mut self, conn: ConnId, verb: Verb, pending: Pending, now: Now) {
        let Some(link) = self.links.get_mut(&conn) else {
            return;
        };
        let request = link.ask(pending, now);
        self.send(conn, request, verb);
    }

    /// Sends a frame that has no answer.
    pub(super) fn tell(&mut self, conn: ConnId, verb: Verb) {
        self.send(conn, 0, verb);
    }

    fn send(&mut self, conn: ConnId, request: u64, verb: Verb) {
        let frame = ClientFrame {
            request,
            verb: Some(verb),
        }
        .encode_to_vec();
        self.effects.push(Effect::Send { conn, frame });
    }

    pub(super) fn opened(&mut self, conn: ConnId) {
        if let Some(link) = self.links.get_mut(&conn)
            && link.stage == Stage::Opening
        {
            link.stage = Stage::Greeting;
        }
    }

    pub(super) fn frame(&mut self, conn: ConnId, bytes: &[u8], now: Now) {
        let Some(link) = self.links.get(&conn) else {
            return;
        };
        let Ok(frame) = RelayFrame::decode(bytes) else {
            tracing::warn!("a relay sent what is no frame");
            return self.drop_link(conn, now);
        };
        let Some(answer) = frame.answer else { return };
        match (answer, link.kind) {
            (Answer::Hello(hello), _) => self.greeted(conn, &hello, now),
            (Answer::Delivery(delivery), ConnKind::Device) => self.delivered(conn, delivery, now),
            (Answer::QueueEmpty(_), ConnKind::Device) => {
                if let Some(link) = self.links.get_mut(&conn) {
                    link.drained = true;
                }
            }
            (answer, _) => {
                let pending = self
                    .links
                    .get_mut(&conn)
                    .and_then(|link| link.pending.remove(&frame.request));
                if let Some((pending, _)) = pending {
                    self.answered(conn, pending, answer, now);
                }
            }
        }
    }

    /// Ends a connection from our side.
    pub(super) fn drop_link(&mut self, conn: ConnId, now: Now) {
        self.effects.push(Effect::Close { conn });
        self.closed(conn, None, now);
    }
}
