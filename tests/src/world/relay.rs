//! A real relay on real files, driven on the world's thread.

use std::path::PathBuf;

use prost::Message;
use rand_chacha::ChaCha20Rng;
use rand09::{RngCore, SeedableRng};
use sotto_core::testing::ConnKind;
use sotto_relay::local::{ConnectionId, Local};
use sotto_relay::{Config, Kind, Now, Peer, Relay};
use sotto_wire::proto::{RelayFrame, relay_frame::Answer};

use super::RelayId;

/// What comes out of a connection, with the close code as it is on the wire.
pub(super) enum Output {
    Frame(Vec<u8>),
    Close(u16),
}

pub(super) struct RelayNode {
    id: RelayId,
    dir: PathBuf,
    local: Option<Local>,
}

impl RelayNode {
    pub fn open(dir: PathBuf, id: RelayId, seed: u64) -> Self {
        let mut node = Self {
            id,
            dir,
            local: None,
        };
        node.start(seed);
        node
    }

    pub fn id(&self) -> RelayId {
        self.id
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", 8000 + self.id.0)
    }

    pub fn key(&self) -> sotto_wire::ids::RelayKey {
        self.local
            .as_ref()
            .expect("a relay that is up")
            .relay()
            .key()
    }

    pub fn is_up(&self) -> bool {
        self.local.is_some()
    }

    pub fn stop(&mut self) {
        self.local = None;
    }

    pub fn crash(&mut self, seed: u64) {
        let copy = self.dir.with_extension(format!("crash-{seed:x}"));
        super::copy::as_cut(&self.dir, &copy);
        self.stop();
        self.dir = copy;
        self.start(seed);
    }

    pub fn start(&mut self, seed: u64) {
        let mut stream = ChaCha20Rng::seed_from_u64(seed);
        let random = move |bytes: &mut [u8]| stream.fill_bytes(bytes);
        let relay = Relay::open(&self.dir, Config::default(), random).expect("the relay opens");
        self.local = Some(Local::new(relay));
    }

    pub fn connect(&mut self, kind: ConnKind, now: u64) -> ConnectionId {
        let kind = match kind {
            ConnKind::Device => Kind::Device,
            ConnKind::Anonymous => Kind::Anonymous,
        };
        self.local
            .as_mut()
            .expect("a relay that is up")
            .connect(kind, Peer::Loopback, at(now))
    }

    pub fn disconnect(&mut self, id: ConnectionId, now: u64) {
        if let Some(local) = &mut self.local {
            local.disconnect(id, at(now));
        }
    }

    pub fn send(&mut self, id: ConnectionId, frame: Vec<u8>, now: u64) {
        if let Some(local) = &mut self.local {
            local.send(id, frame, at(now));
        }
    }

    pub fn take(&mut self, id: ConnectionId) -> Vec<Output> {
        let Some(local) = &mut self.local else {
            return Vec::new();
        };
        local
            .take(id)
            .into_iter()
            .map(|output| match output {
                sotto_relay::local::Output::Frame(frame) => Output::Frame(frame),
                sotto_relay::local::Output::Close(code) => Output::Close(code.number()),
            })
            .collect()
    }

    pub fn dir(&self) -> &std::path::Path {
        &self.dir
    }
}

fn at(ms: u64) -> Now {
    Now {
        unix_ms: ms,
        monotonic_ms: ms,
    }
}

/// Whether a frame brings mail, which a relay may bring more than once.
pub(super) fn is_delivery(frame: &[u8]) -> bool {
    RelayFrame::decode(frame).is_ok_and(|frame| matches!(frame.answer, Some(Answer::Delivery(_))))
}
