//! What an attacker can do to a world: connections of its own, a relay that lies, and a look at
//! everything that leaves a device.

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use libsignal_protocol::{PreKeySignalMessage, SignalMessage};
use prost::Message;
use rusqlite::Connection;
use sotto_core::testing::{ConnKind, Inside, InsideKind};
use sotto_relay::local::ConnectionId;
use sotto_wire::ids::{MailboxId, RelayKey};
use sotto_wire::proto::{
    ClientFrame, Hello, Put, PutItem, RelayFrame, ServerInfo, client_frame::Verb,
    relay_frame::Answer,
};

use super::relay::Output;
use super::{DeviceId, RelayId, World};

/// A connection that no device of the world holds.
pub struct Line {
    relay: RelayId,
    at_relay: ConnectionId,
    request: u64,
    /// The relay's, fresh for this connection.
    pub nonce: [u8; 32],
    /// Whose relay it is.
    pub key: RelayKey,
}

/// What becomes of an answer on its way to a device: another one, or nothing.
pub(super) type Liar = Box<dyn FnMut(DeviceId, Answer) -> Option<Answer>>;

/// A put as it left a device.
#[derive(Clone)]
pub struct Sent {
    /// By whom.
    pub device: DeviceId,
    /// What.
    pub put: Put,
}

/// The pairwise messages of one sender to one device, by ratchet key and counter.
pub(super) type UsedKeys = BTreeMap<(MailboxId, MailboxId, Vec<u8>, u32), Vec<u8>>;

impl World {
    /// Connects to a relay from outside of the world.
    pub fn dial(&mut self, relay: RelayId, kind: ConnKind) -> Line {
        let (at_relay, hello) = self.greeting(relay, kind);
        let info = ServerInfo::decode(hello.info.as_slice()).expect("the relay's info");
        Line {
            relay,
            at_relay,
            request: 0,
            nonce: hello.nonce.as_slice().try_into().expect("a nonce"),
            key: RelayKey::try_from(info.relay_key.as_slice()).expect("the relay's key"),
        }
    }

    /// What a relay says of itself.
    pub fn hello(&mut self, relay: RelayId) -> Hello {
        self.greeting(relay, ConnKind::Anonymous).1
    }

    fn greeting(&mut self, relay: RelayId, kind: ConnKind) -> (ConnectionId, Hello) {
        let now = self.now;
        let node = &mut self.relays[relay.0];
        let at_relay = node.connect(kind, now);
        let hello = node
            .take(at_relay)
            .into_iter()
            .find_map(|output| match answer(output) {
                Some(Answer::Hello(hello)) => Some(hello),
                _ => None,
            });
        (at_relay, hello.expect("a relay greets"))
    }

    /// Says something to a relay and returns everything that it has to say.
    pub fn say(&mut self, line: &mut Line, verb: Verb) -> Vec<Answer> {
        line.request += 1;
        let frame = ClientFrame {
            request: line.request,
            verb: Some(verb),
        }
        .encode_to_vec();
        self.relays[line.relay.0].send(line.at_relay, frame, self.now);
        let heard = self.hear(line);
        self.flush_everybody();
        heard
    }

    /// What a relay has said since the last time.
    pub fn hear(&mut self, line: &Line) -> Vec<Answer> {
        self.relays[line.relay.0]
            .take(line.at_relay)
            .into_iter()
            .filter_map(answer)
            .collect()
    }

    /// From now on the relays lie: each answer to a device is what this makes of it.
    pub fn lie(&mut self, liar: impl FnMut(DeviceId, Answer) -> Option<Answer> + 'static) {
        self.liar = Some(Box::new(liar));
    }

    /// The relays are honest again.
    pub fn stop_lying(&mut self) {
        self.liar = None;
    }

    /// The secret key of a relay: a hostile operator holds it.
    #[must_use]
    pub fn relay_secret(&self, relay: RelayId) -> SigningKey {
        let text = std::fs::read_to_string(self.relays[relay.0].dir().join("relay.key"))
            .expect("the relay's key");
        let bytes: Vec<u8> = text
            .trim()
            .as_bytes()
            .chunks(2)
            .map(|pair| {
                u8::from_str_radix(std::str::from_utf8(pair).expect("hex"), 16).expect("hex")
            })
            .collect();
        SigningKey::from_bytes(&bytes.try_into().expect("32 bytes"))
    }

    /// The relay with this key.
    pub fn relay_with_key(&mut self, key: &RelayKey) -> RelayId {
        (0..self.relays.len())
            .map(RelayId)
            .find(|relay| self.dial(*relay, ConnKind::Anonymous).key == *key)
            .expect("a relay of this world")
    }

    /// A relay's URL.
    #[must_use]
    pub fn relay_url(&self, relay: RelayId) -> String {
        self.relays[relay.0].url()
    }

    /// Where a relay keeps its files.
    #[must_use]
    pub fn relay_dir(&self, relay: RelayId) -> &std::path::Path {
        self.relays[relay.0].dir()
    }

    /// A second look at a relay's database, while it runs.
    #[must_use]
    pub fn relay_database(&self, relay: RelayId) -> Connection {
        Connection::open(self.relay_dir(relay).join("relay.db")).expect("the relay's database")
    }

    /// How many envelopes wait at a relay for a device.
    #[must_use]
    pub fn waiting_at(&self, relay: RelayId, device: DeviceId) -> u64 {
        let (_, mailbox, _) = self.device(device).me().expect("a device of an account");
        let count: i64 = self
            .relay_database(relay)
            .query_row(
                "SELECT count(*) FROM log JOIN device ON number = device WHERE mailbox = ?1",
                [mailbox.as_bytes()],
                |row| row.get(0),
            )
            .expect("a count");
        count.unsigned_abs()
    }

    /// Every put that has left a device.
    #[must_use]
    pub fn sent(&self) -> &[Sent] {
        &self.sent
    }

    /// What of an answer reaches a device.
    pub(super) fn lied(&mut self, device: DeviceId, frame: Vec<u8>) -> Option<Vec<u8>> {
        let Some(liar) = &mut self.liar else {
            return Some(frame);
        };
        let RelayFrame { request, answer } =
            RelayFrame::decode(frame.as_slice()).expect("a frame of a relay");
        let answer = liar(device, answer.expect("an answer"))?;
        Some(
            RelayFrame {
                request,
                answer: Some(answer),
            }
            .encode_to_vec(),
        )
    }

    /// Keeps what leaves a device, whether or not it arrives.
    pub(super) fn note_sent(&mut self, device: DeviceId, frame: &[u8]) {
        if let Ok(ClientFrame {
            verb: Some(Verb::Put(put)),
            ..
        }) = ClientFrame::decode(frame)
        {
            self.sent.push(Sent { device, put });
        }
    }

    /// No message key may seal twice: under one ratchet key and counter there is one ciphertext,
    /// however often it is sealed and put.
    pub fn check_message_keys(&mut self) {
        let fresh = self.sent.split_off(self.checked.min(self.sent.len()));
        for sent in &fresh {
            for item in &sent.put.items {
                self.check_item(item);
            }
        }
        self.sent.extend(fresh);
        self.checked = self.sent.len();
    }

    fn check_item(&mut self, item: &PutItem) {
        let Some(inside) = self.look_inside(item) else {
            return;
        };
        let message = match inside.kind {
            InsideKind::Session => {
                SignalMessage::try_from(inside.contents.as_slice()).expect("a message")
            }
            InsideKind::First => {
                let first = PreKeySignalMessage::try_from(inside.contents.as_slice())
                    .expect("a first message");
                first.message().clone()
            }
            InsideKind::Other => return,
        };
        let to = MailboxId::try_from(item.mailbox.as_slice()).expect("a mailbox");
        let key = message.sender_ratchet_key().serialize().into_vec();
        let counter = message.counter();
        let bytes = message.serialized().to_vec();
        if let Some(before) = self
            .used_keys
            .insert((inside.sender, to, key, counter), bytes.clone())
        {
            assert_eq!(
                before, bytes,
                "message key {counter} of a chain has sealed two messages"
            );
        }
    }

    /// Opens the seal of an envelope with the keys of the device that it is for, if that device is
    /// of this world. The ratchet stays closed.
    #[must_use]
    pub fn look_inside(&self, item: &PutItem) -> Option<Inside> {
        let device = self.devices.iter().find(|device| {
            device
                .me()
                .is_some_and(|(_, mailbox, _)| item.mailbox == mailbox.as_bytes())
        })?;
        sotto_core::testing::look_inside(device.store(), &item.header)
    }
}

fn answer(output: Output) -> Option<Answer> {
    match output {
        Output::Frame(frame) => {
            RelayFrame::decode(frame.as_slice())
                .expect("a frame of a relay")
                .answer
        }
        Output::Close(_) => None,
    }
}
