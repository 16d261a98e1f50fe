//! One connection, as a state machine: something comes in, effects go out.
//!
//! Owns what a connection may ask and in which order. Must not know sockets, threads or clocks:
//! whoever drives it carries the effects out. The contract of a driver:
//!
//! - [`Effect::Send`] and [`Effect::Close`] go to the connection, in this order.
//! - [`Effect::Store`] goes to [`Relay::commit`], alone or with others; what comes back for it goes
//!   in as [`Input::Stored`], and the commit's notices are routed.
//! - [`Effect::Claim`] makes this session the one that is connected for a mailbox. Only after that
//!   it gets [`Input::Claimed`]. The one that was connected before gets [`Input::Replaced`]; but if
//!   that one has claimed with a higher boot counter, the new one gets it instead.
//! - [`Effect::Notify`], like a commit's notices, goes to the session that has claimed the mailbox,
//!   as [`Input::Notice`], or nowhere.
//! - At the end, [`Input::Closed`], once. What is still being stored is stored.

mod answer;
mod bundles;
mod chain;
mod close;
mod delivery;
mod keys;
mod login;
mod put;
mod reading;
mod register;

use prost::Message;
use sotto_wire::ids::{AccountId, MailboxId};
use sotto_wire::proto::client_frame::Verb;
use sotto_wire::proto::relay_frame::Answer;
use sotto_wire::proto::{self, ErrorCode};
use sotto_wire::size;

use self::answer::Refusal;
use self::delivery::Mail;
use crate::job::{Job, Notice, Outcome, Stored, Work};
use crate::meters::Peer;
use crate::now::Now;
use crate::relay::Relay;

pub use self::close::CloseCode;

/// So many jobs of one connection may be under way; then it waits.
const JOBS_UNDER_WAY: usize = 256;
/// So many bytes of them.
const BYTES_UNDER_WAY: usize = 4 << 20;

/// Which endpoint the connection has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Logs in as a device.
    Device,
    /// Says nothing of who it is.
    Anonymous,
}

/// What happens to a session.
#[derive(Debug)]
pub enum Input {
    /// The connection is there. First, once.
    Opened,
    /// A message has come: one `ClientFrame`.
    Frame(Vec<u8>),
    /// News for the mailbox that this session has claimed.
    Notice(Notice),
    /// What became of an [`Effect::Store`].
    Stored(Stored),
    /// The [`Effect::Claim`] was carried out.
    Claimed,
    /// A newer connection of the same device has claimed the mailbox.
    Replaced,
    /// The connection is gone. Last, once.
    Closed,
}

/// What a session wants done.
#[derive(Debug)]
pub enum Effect {
    /// Send one message: a `RelayFrame`.
    Send(Vec<u8>),
    /// Close the connection. Nothing is sent after it.
    Close(CloseCode),
    /// Store something.
    Store(Job),
    /// Be the one connected for this mailbox.
    Claim {
        /// Whose.
        mailbox: MailboxId,
        /// The boot counter that it has logged in with.
        boot: u64,
    },
    /// Pass on to whoever is connected.
    Notify(Notice),
}

/// What a verb leads to.
enum Next {
    Answer(Answer),
    Store(Work),
    /// Pass on what is not stored, and say that it was accepted.
    Whisper(Vec<Notice>),
    /// The window may have opened; delivery does not wait for the store.
    Ack(Option<Work>),
}

/// The device that has logged in on a connection.
struct Device {
    mailbox: MailboxId,
    account: AccountId,
    mail: Mail,
}

enum State {
    Fresh,
    LoggingIn,
    LoggedIn(Box<Device>),
    Ended,
}

/// One connection.
pub struct Session {
    kind: Kind,
    peer: Peer,
    nonce: [u8; 32],
    state: State,
    jobs: usize,
    job_bytes: usize,
}

impl Session {
    /// A session for a connection that has just been made. Feed it [`Input::Opened`].
    #[must_use]
    pub fn new(relay: &Relay, kind: Kind, peer: Peer) -> Self {
        let nonce = relay.nonce();
        Self {
            kind,
            peer,
            nonce,
            state: State::Fresh,
            jobs: 0,
            job_bytes: 0,
        }
    }

    /// Whether another frame may come in now. A driver stops reading while this is false, which is
    /// how a client that sends faster than the disk writes is slowed down.
    #[must_use]
    pub const fn takes_frames(&self) -> bool {
        self.jobs < JOBS_UNDER_WAY && self.job_bytes < BYTES_UNDER_WAY && !self.has_ended()
    }

    /// Whether nothing is being stored for this connection.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        self.jobs == 0
    }

    /// Whether it has asked to be closed.
    #[must_use]
    pub const fn has_ended(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    /// The mailbox it is logged in for.
    #[must_use]
    pub const fn mailbox(&self) -> Option<&MailboxId> {
        match &self.state {
            State::LoggedIn(device) => Some(&device.mailbox),
            _ => None,
        }
    }

    /// Handles one input.
    pub fn handle(&mut self, relay: &Relay, input: Input, now: Now) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.has_ended() {
            match input {
                Input::Closed => relay.metrics.closed.one(),
                Input::Stored(stored) => self.note_stored(&stored),
                _ => {}
            }
            return effects;
        }
        match input {
            Input::Opened => {
                relay.metrics.opened.one();
                let hello = relay.hello(&self.nonce);
                effects.push(answer::send(0, Answer::Hello(hello)));
            }
            Input::Frame(bytes) => self.frame(relay, &bytes, now, &mut effects),
            Input::Stored(stored) => self.stored(relay, stored, now, &mut effects),
            Input::Notice(notice) => self.notice(relay, notice, &mut effects),
            Input::Claimed => self.resume(relay, &mut effects),
            Input::Replaced => self.end(CloseCode::Replaced, &mut effects),
            Input::Closed => {
                relay.metrics.closed.one();
                self.state = State::Ended;
            }
        }
        effects
    }

    fn end(&mut self, code: CloseCode, effects: &mut Vec<Effect>) {
        self.state = State::Ended;
        effects.push(Effect::Close(code));
    }

    fn frame(&mut self, relay: &Relay, bytes: &[u8], now: Now, effects: &mut Vec<Effect>) {
        let decoded = proto::ClientFrame::decode(bytes).ok();
        let Some(frame) = decoded.filter(|_| bytes.len() <= size::MAX_FRAME) else {
            let refusal = Refusal::bad_request("the frame does not decode");
            effects.push(refusal.send(relay, 0));
            return self.end(CloseCode::BadFrame, effects);
        };
        let request = frame.request;
        let Some(verb) = frame.verb else {
            let refusal =
                Refusal::new(ErrorCode::Unsupported, "this relay does not know that verb");
            effects.push(refusal.send(relay, request));
            return;
        };
        match self.verb(relay, verb, now) {
            Ok(Next::Answer(answer)) => effects.push(answer::send(request, answer)),
            Ok(Next::Store(work)) => self.store(request, work, effects),
            Ok(Next::Whisper(notices)) => {
                effects.extend(notices.into_iter().map(Effect::Notify));
                effects.push(answer::send(request, put::accepted(relay)));
            }
            Ok(Next::Ack(ack)) => {
                if let Some(work) = ack {
                    self.store(request, work, effects);
                }
                self.resume(relay, effects);
            }
            Err(refusal) => self.refuse(relay, request, refusal, effects),
        }
    }

    fn verb(&mut self, relay: &Relay, verb: Verb, now: Now) -> Result<Next, Refusal> {
        match verb {
            Verb::Register(register) => register::register(self, relay, &register, now),
            Verb::Login(attempt) => login::login(self, relay, attempt, now),
            Verb::Put(put) => put::put(self, relay, put, now),
            Verb::Ack(ack) => self.ack(ack.seq),
            Verb::GetChain(get) => chain::get(self, relay, &get, now),
            Verb::AppendChain(append) => chain::append(self, relay, &append, now),
            Verb::GetBundles(get) => bundles::get(self, relay, &get, now),
            Verb::PublishKeys(publish) => keys::publish(self, relay, publish, now),
            Verb::SetSlots(slots) => keys::set_slots(self, relay, &slots, now),
            Verb::CloseAccount(_) => Ok(Next::Store(Work::Close(self.device()?.account))),
        }
    }

    /// The device that is logged in; other connections are denied.
    fn device(&self) -> Result<&Device, Refusal> {
        match &self.state {
            State::LoggedIn(device) => Ok(device),
            _ => Err(Refusal::denied()),
        }
    }

    /// Denies what neither an anonymous connection nor a device that is logged in may do.
    fn may_ask(&self) -> Result<Option<&Device>, Refusal> {
        match self.kind {
            Kind::Anonymous => Ok(None),
            Kind::Device => self.device().map(Some),
        }
    }

    fn store(&mut self, request: u64, work: Work, effects: &mut Vec<Effect>) {
        let job = Job { request, work };
        self.jobs += 1;
        self.job_bytes += job.size();
        effects.push(Effect::Store(job));
    }

    fn note_stored(&mut self, stored: &Stored) {
        self.jobs = self.jobs.saturating_sub(1);
        self.job_bytes = self.job_bytes.saturating_sub(stored.size);
    }

    fn stored(&mut self, relay: &Relay, stored: Stored, now: Now, effects: &mut Vec<Effect>) {
        self.note_stored(&stored);
        let Stored {
            request, outcome, ..
        } = stored;
        let answer = match outcome {
            Err(failure) => Err(failure.into()),
            Ok(Outcome::Acked) => return,
            Ok(Outcome::Boot(attempt, boot)) => {
                return login::booted(self, relay, request, *attempt, boot, now, effects);
            }
            Ok(Outcome::Put(appended)) => put::appended(relay, &appended),
            Ok(Outcome::Registered(account, changed)) => {
                register::registered(relay, &account, &changed, now)
            }
            Ok(Outcome::Extended(account, changed)) => {
                chain::appended(relay, &account, &changed, now)
            }
            Ok(Outcome::Published(published)) => keys::published(published),
            Ok(Outcome::Slots(taken)) => keys::slots_set(taken),
            Ok(Outcome::Keys(taken)) => Ok(bundles::answer(relay, taken)),
            Ok(Outcome::Closed) => Ok(Answer::Done(proto::Done {})),
        };
        match answer {
            Ok(answer) => effects.push(answer::send(request, answer)),
            Err(refusal) => {
                // A login that failed for the store's sake may be tried again.
                if matches!(self.state, State::LoggingIn) {
                    self.state = State::Fresh;
                }
                self.refuse(relay, request, refusal, effects);
            }
        }
    }

    fn refuse(&mut self, relay: &Relay, request: u64, refusal: Refusal, effects: &mut Vec<Effect>) {
        let close = refusal.close;
        effects.push(refusal.send(relay, request));
        if let Some(code) = close {
            self.end(code, effects);
        }
    }

    fn notice(&mut self, relay: &Relay, notice: Notice, effects: &mut Vec<Effect>) {
        let State::LoggedIn(device) = &mut self.state else {
            return;
        };
        if *notice.mailbox() != device.mailbox {
            return;
        }
        match notice {
            Notice::Cut(_) => self.end(CloseCode::Removed, effects),
            Notice::Ephemeral(ephemeral) => {
                relay.metrics.ephemeral.one();
                effects.push(delivery::ephemeral(relay, &ephemeral));
            }
            Notice::Mail(hint) => {
                let mailbox = device.mailbox;
                if let Err(code) = device.mail.hint(relay, &mailbox, &hint, effects) {
                    self.end(code, effects);
                }
            }
        }
    }

    fn ack(&mut self, seq: u64) -> Result<Next, Refusal> {
        let State::LoggedIn(device) = &mut self.state else {
            return Err(Refusal::denied());
        };
        let mailbox = device.mailbox;
        let upto = device.mail.acked(seq);
        Ok(Next::Ack(upto.map(|upto| Work::Ack { mailbox, upto })))
    }

    /// Sends what the mailbox has and the window lets through.
    fn resume(&mut self, relay: &Relay, effects: &mut Vec<Effect>) {
        if let State::LoggedIn(device) = &mut self.state
            && let Err(code) = device.mail.resume(relay, &device.mailbox, effects)
        {
            self.end(code, effects);
        }
    }
}
