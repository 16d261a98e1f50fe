//! What happens in a world: frames travel, connections come and go, clocks wake devices.

use sotto_core::testing::{ConnId, ConnKind, Effect, Input};

use super::network::{Event, Pipe, Travelling};
use super::{BEGINNING, DeviceId, World, relay, trace};

impl World {
    pub(super) fn step(&mut self) -> bool {
        let Some((at, event)) = self.network.pop() else {
            return false;
        };
        self.now = self.now.max(at);
        match event {
            Event::Wake(device, due) => {
                if self.devices[device.0].wake == Some(due) {
                    self.devices[device.0].wake = None;
                    self.feed(device, Input::Tick);
                }
            }
            Event::To {
                device,
                life,
                conn,
                what,
            } => {
                if life == self.devices[device.0].life {
                    self.arrive(device, conn, what);
                }
            }
        }
        true
    }

    fn arrive(&mut self, device: DeviceId, conn: ConnId, what: Travelling) {
        match what {
            Travelling::Connect { url, kind } => self.connect(device, conn, &url, kind),
            Travelling::Up(frame) => self.up(device, conn, frame),
            Travelling::Down(frame) => {
                if self.pipes.contains_key(&(device, conn)) {
                    self.feed(device, Input::Frame(conn, frame));
                }
            }
            Travelling::Gone(code) => {
                if let Some(pipe) = self.pipes.remove(&(device, conn)) {
                    self.relays[pipe.relay.0].disconnect(pipe.at_relay, self.now);
                }
                self.feed(device, Input::Closed(conn, code));
            }
        }
    }

    /// Something is on its way to or from a connection.
    fn later(&mut self, at: u64, device: DeviceId, conn: ConnId, what: Travelling) {
        let life = self.devices[device.0].life;
        let event = Event::To {
            device,
            life,
            conn,
            what,
        };
        self.network.push(at, event);
    }

    pub(super) fn poke(&mut self, id: DeviceId) {
        self.feed(id, Input::Tick);
    }

    pub(super) fn feed(&mut self, id: DeviceId, input: Input) {
        let now = self.clock(id);
        let (at, name) = (self.now - BEGINNING, self.devices[id.0].name());
        match &input {
            Input::Frame(conn, frame) => {
                tracing::debug!("{at} {name} {} < {}", conn.0, trace::down(frame))
            }
            other => tracing::debug!("{at} {name} {other:?}"),
        }
        self.tape_input(id, &input);
        self.running(id, true);
        let effects = self.devices[id.0].handle(input, now);
        self.running(id, false);
        let Some(effects) = effects else {
            return;
        };
        if self.died_at_the_point(id) {
            return;
        }
        for effect in effects {
            match effect {
                Effect::Connect { conn, relay, kind } => {
                    let at = self.now + self.network.latency(&mut self.rng);
                    self.later(
                        at,
                        id,
                        conn,
                        Travelling::Connect {
                            url: relay.url,
                            kind,
                        },
                    );
                }
                Effect::Send { conn, frame } => {
                    self.tape(id, "up", &frame);
                    self.send_up(id, conn, frame);
                }
                Effect::Close { conn } => {
                    if let Some(pipe) = self.pipes.remove(&(id, conn)) {
                        self.relays[pipe.relay.0].disconnect(pipe.at_relay, self.now);
                    }
                }
                Effect::Settled(outcome) => self.outcomes.push_back((id, outcome)),
            }
        }
        if !self.died_once_sent(id) {
            self.devices[id.0].schedule_wake(id, now, &mut self.network);
        }
    }

    fn tape_input(&mut self, id: DeviceId, input: &Input) {
        match input {
            Input::Frame(_, frame) => self.tape(id, "down", frame),
            Input::Opened(_) => self.tape(id, "opened", &[]),
            Input::Closed(..) => self.tape(id, "closed", &[]),
            Input::Tick => self.tape(id, "tick", &[]),
            Input::NetworkChanged => self.tape(id, "network", &[]),
        }
    }

    fn connect(&mut self, device: DeviceId, conn: ConnId, url: &str, kind: ConnKind) {
        let now = self.now;
        let offline = self.devices[device.0].offline;
        let relay = self
            .relays
            .iter_mut()
            .find(|relay| relay.url() == url && relay.is_up());
        let unlucky = self.network.weather.refuses(&mut self.rng);
        let (Some(relay), false, false) = (relay, offline, unlucky) else {
            self.feed(device, Input::Closed(conn, None));
            return;
        };
        let at_relay = relay.connect(kind, now);
        let pipe = Pipe {
            relay: relay.id(),
            at_relay,
            up_at: now,
            down_at: now,
        };
        self.pipes.insert((device, conn), pipe);
        self.feed(device, Input::Opened(conn));
        self.flush(device, conn);
        self.flush_everybody();
    }

    /// A frame on its way to the relay; one behind the other, as on a stream.
    fn send_up(&mut self, device: DeviceId, conn: ConnId, frame: Vec<u8>) {
        self.note_sent(device, &frame);
        let latency = self.network.latency(&mut self.rng);
        let cut = self.network.weather.cuts(&mut self.rng);
        let Some(pipe) = self.pipes.get_mut(&(device, conn)) else {
            return;
        };
        pipe.up_at = pipe.up_at.max(self.now) + latency;
        let at = pipe.up_at;
        if cut {
            self.later(at, device, conn, Travelling::Gone(None));
        } else {
            self.later(at, device, conn, Travelling::Up(frame));
        }
    }

    fn up(&mut self, device: DeviceId, conn: ConnId, frame: Vec<u8>) {
        let Some(pipe) = self.pipes.get(&(device, conn)) else {
            return;
        };
        let (at, name) = (self.now - BEGINNING, self.devices[device.0].name());
        tracing::debug!("{at} {name} {} > {}", conn.0, trace::up(&frame));
        let (relay, at_relay) = (pipe.relay, pipe.at_relay);
        self.relays[relay.0].send(at_relay, frame, self.now);
        self.flush_everybody();
    }

    /// What the relays have to say goes on its way to the devices.
    pub(super) fn flush_everybody(&mut self) {
        let all: Vec<_> = self.pipes.keys().copied().collect();
        for (device, conn) in all {
            self.flush(device, conn);
        }
    }

    fn flush(&mut self, device: DeviceId, conn: ConnId) {
        let Some(pipe) = self.pipes.get(&(device, conn)) else {
            return;
        };
        let (relay, at_relay) = (pipe.relay, pipe.at_relay);
        for output in self.relays[relay.0].take(at_relay) {
            let latency = self.network.latency(&mut self.rng);
            let cut = self.network.weather.cuts(&mut self.rng);
            let twice = self.network.weather.doubles(&mut self.rng);
            let Some(pipe) = self.pipes.get_mut(&(device, conn)) else {
                return;
            };
            pipe.down_at = pipe.down_at.max(self.now) + latency;
            let at = pipe.down_at;
            match output {
                _ if cut => self.later(at, device, conn, Travelling::Gone(None)),
                relay::Output::Frame(frame) => {
                    let Some(frame) = self.lied(device, frame) else {
                        continue;
                    };
                    if twice && relay::is_delivery(&frame) {
                        self.later(at, device, conn, Travelling::Down(frame.clone()));
                    }
                    self.later(at, device, conn, Travelling::Down(frame));
                }
                relay::Output::Close(code) => {
                    self.later(at, device, conn, Travelling::Gone(Some(code)))
                }
            }
        }
    }

    pub(super) fn cut_all(&mut self, which: impl Fn(DeviceId, &Pipe) -> bool) {
        let cut: Vec<_> = self
            .pipes
            .iter()
            .filter(|((device, _), pipe)| which(*device, pipe))
            .map(|(key, _)| *key)
            .collect();
        for (device, conn) in cut {
            if let Some(pipe) = self.pipes.remove(&(device, conn)) {
                self.relays[pipe.relay.0].disconnect(pipe.at_relay, self.now);
            }
            self.feed(device, Input::Closed(conn, None));
        }
    }
}
