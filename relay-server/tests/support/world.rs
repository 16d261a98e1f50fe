//! A relay on one thread, its clock in the test's hand, and what clients would do with it.

use std::path::Path;

use prost::Message;
use rand_chacha::ChaCha20Rng;
use rand09::{RngCore, SeedableRng};
use sotto_relay::local::{ConnectionId, Local, Output};
use sotto_relay::{CloseCode, Config, Kind, Now, Peer, Relay};
use sotto_wire::ids::RelayKey;
use sotto_wire::proto::client_frame::Verb;
use sotto_wire::proto::relay_frame::Answer;
use sotto_wire::proto::{self, ErrorCode};

use tempfile::TempDir;

use super::{Device, Person};

pub const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

pub struct World {
    pub local: Local,
    pub now: Now,
    request: u64,
}

/// What came out of a connection, decoded.
#[derive(Debug, Default)]
pub struct Heard {
    pub answers: Vec<(u64, Answer)>,
    pub closed: Option<CloseCode>,
}

impl World {
    pub fn open(dir: &Path, config: Config) -> Self {
        Self::open_seeded(dir, config, 42)
    }

    /// Another seed for every opening of the same data, or its random ids repeat.
    pub fn open_seeded(dir: &Path, config: Config, seed: u64) -> Self {
        let mut random = ChaCha20Rng::seed_from_u64(seed);
        let relay = Relay::open(dir, config, move |buffer: &mut [u8]| {
            random.fill_bytes(buffer)
        })
        .unwrap();
        let now = Now {
            unix_ms: 20_000 * DAY_MS,
            monotonic_ms: 5_000,
        };
        Self {
            local: Local::new(relay),
            now,
            request: 0,
        }
    }

    pub fn key(&self) -> RelayKey {
        self.local.relay().key()
    }

    pub fn pass(&mut self, ms: u64) {
        self.now.unix_ms += ms;
        self.now.monotonic_ms += ms;
    }

    /// A connection and the nonce of its greeting.
    pub fn connect_from(&mut self, kind: Kind, peer: Peer) -> (ConnectionId, [u8; 32]) {
        let id = self.local.connect(kind, peer, self.now);
        let mut heard = self.hear(id);
        let (0, Answer::Hello(hello)) = heard.answers.remove(0) else {
            panic!("the first frame is the greeting")
        };
        (id, hello.nonce.try_into().unwrap())
    }

    pub fn connect(&mut self, kind: Kind) -> (ConnectionId, [u8; 32]) {
        self.connect_from(kind, Peer::Loopback)
    }

    pub fn send(&mut self, id: ConnectionId, verb: Verb) -> u64 {
        self.request += 1;
        let frame = proto::ClientFrame {
            request: self.request,
            verb: Some(verb),
        };
        self.local.send(id, frame.encode_to_vec(), self.now);
        self.request
    }

    pub fn hear(&mut self, id: ConnectionId) -> Heard {
        let mut heard = Heard::default();
        for output in self.local.take(id) {
            match output {
                Output::Close(code) => heard.closed = Some(code),
                Output::Frame(bytes) => {
                    let frame = proto::RelayFrame::decode(bytes.as_slice()).unwrap();
                    heard.answers.push((frame.request, frame.answer.unwrap()));
                }
            }
        }
        heard
    }

    /// Asks and gets the answer; what the relay says unasked stays out of it.
    pub fn ask(&mut self, id: ConnectionId, verb: Verb) -> Answer {
        let request = self.send(id, verb);
        let heard = self.hear(id);
        let mut answers = heard.answers.into_iter().filter(|(of, _)| *of == request);
        answers.next().expect("an answer").1
    }

    pub fn ask_anonymously(&mut self, verb: Verb) -> Answer {
        let (id, _) = self.connect(Kind::Anonymous);
        let answer = self.ask(id, verb);
        self.local.disconnect(id, self.now);
        answer
    }

    pub fn register(&mut self, person: &Person) -> Answer {
        let (id, nonce) = self.connect(Kind::Anonymous);
        let register = person.register(&self.key(), &nonce);
        let answer = self.ask(id, Verb::Register(register));
        self.local.disconnect(id, self.now);
        answer
    }

    /// Logs in; the connection and everything that was said, the backlog included.
    pub fn login_at(
        &mut self,
        device: &mut Device,
        cursor: Option<proto::Cursor>,
    ) -> (ConnectionId, Heard) {
        let (id, nonce) = self.connect(Kind::Device);
        let login = device.login(&self.key(), &nonce, cursor);
        self.send(id, Verb::Login(login));
        (id, self.hear(id))
    }

    pub fn login(&mut self, device: &mut Device) -> (ConnectionId, Heard) {
        self.login_at(device, None)
    }

    /// Registers a person, publishes slot 1, and leaves every connection closed.
    pub fn settle(&mut self, person: &mut Person) {
        let registered = self.register(person);
        assert!(
            matches!(registered, Answer::Registered(_)),
            "{registered:?}"
        );
        let slots = person.slots(1);
        let (id, _) = self.login(&mut person.devices[0]);
        assert!(matches!(
            self.ask(id, Verb::SetSlots(slots)),
            Answer::Done(_)
        ));
        self.local.disconnect(id, self.now);
    }

    pub fn put(&mut self, person: &Person, envelope: u32) -> Answer {
        let put = person.put(&self.key(), envelope, 1024);
        self.ask_anonymously(Verb::Put(put))
    }
}

impl Heard {
    pub fn envelopes(&self) -> Vec<proto::Envelope> {
        let mut envelopes = Vec::new();
        for (_, answer) in &self.answers {
            if let Answer::Delivery(delivery) = answer {
                envelopes.extend(delivery.envelopes.iter().cloned());
            }
        }
        envelopes
    }

    pub fn seqs(&self) -> Vec<u64> {
        self.envelopes()
            .iter()
            .map(|envelope| envelope.seq)
            .collect()
    }

    pub fn queue_empty(&self) -> usize {
        self.answers
            .iter()
            .filter(|(_, answer)| matches!(answer, Answer::QueueEmpty(_)))
            .count()
    }

    pub fn logged_in(&self) -> Option<&proto::LoggedIn> {
        self.answers.iter().find_map(|(_, answer)| match answer {
            Answer::LoggedIn(logged_in) => Some(logged_in),
            _ => None,
        })
    }
}

pub fn code(answer: &Answer) -> ErrorCode {
    match answer {
        Answer::Error(error) => error.code(),
        other => panic!("expected an error, got {other:?}"),
    }
}

pub fn is_accepted(answer: &Answer) -> bool {
    matches!(answer, Answer::PutAccepted(_))
}

/// A relay with nobody.
pub fn world(config: Config) -> (TempDir, World) {
    let dir = tempfile::tempdir().unwrap();
    let world = World::open(dir.path(), config);
    (dir, world)
}

/// A relay with one person, settled.
pub fn world_with(person: &mut Person) -> (TempDir, World) {
    let (dir, mut world) = world(Config::default());
    world.settle(person);
    (dir, world)
}
