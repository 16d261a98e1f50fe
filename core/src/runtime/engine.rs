//! The engine thread: one input or command after the other, and what follows from each.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::mpsc::{Receiver, Sender, UnboundedReceiver, channel};
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::OnPhase;
use super::board::Board;
use super::link::{GOODBYE, Link, Report};
use crate::clock::Now;
use crate::engine::machine::{ConnId, Effect, Input, Machine, Phase};
use crate::net::Connector;

/// Inputs that may wait for the engine. A frame has up to two megabytes.
const INBOX: usize = 8;
/// An alarm further away is looked at again: the machine's clock may be set meanwhile.
const LONGEST_SLEEP: u64 = 60_000;
/// An alarm that is due at once and again would keep a core busy.
const SHORTEST_SLEEP: u64 = 5;

/// Answers the caller of a command, once its consequences are under way.
pub(super) type Reply = Box<dyn FnOnce() + Send>;

/// What a caller wants the machine to do.
pub(super) type Command = Box<dyn FnOnce(&mut Machine, Now) -> Reply + Send>;

/// What the engine thread is asked to do.
pub(super) enum Job {
    Command(Command),
    Online,
    NetworkChanged,
    Stop,
}

/// Everything around the machine.
pub(super) struct World {
    tokio: Handle,
    connector: Arc<dyn Connector>,
    board: Arc<Board>,
    on_phase: OnPhase,
    phase: Phase,
    online: bool,
    links: BTreeMap<ConnId, Link>,
    report: Report,
    inputs: Receiver<Input>,
    to_inputs: Sender<Input>,
}

impl World {
    pub fn new(
        tokio: Handle,
        connector: Arc<dyn Connector>,
        board: Arc<Board>,
        on_phase: OnPhase,
    ) -> Self {
        let (to_inputs, inputs) = channel(INBOX);
        let reported = Arc::clone(&board);
        Self {
            tokio,
            connector,
            board,
            on_phase,
            phase: Phase::Offline,
            online: false,
            links: BTreeMap::new(),
            report: Arc::new(move |trouble| reported.set_trouble(trouble)),
            inputs,
            to_inputs,
        }
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Connect { conn, relay, kind } => {
                    let link = Link::start(
                        &self.tokio,
                        Arc::clone(&self.connector),
                        relay.url,
                        (conn, kind),
                        self.to_inputs.clone(),
                        Arc::clone(&self.report),
                    );
                    self.links.insert(conn, link);
                }
                Effect::Send { conn, frame } => {
                    if let Some(link) = self.links.get(&conn) {
                        link.send(frame);
                    }
                }
                // What it has been given is still written before the line is closed.
                Effect::Close { conn } => drop(self.links.remove(&conn)),
                Effect::Settled(outcome) => self.board.settled(outcome),
            }
        }
    }

    fn publish(&mut self, machine: &Machine) {
        let phase = machine.phase();
        self.board.put_up(phase, machine.idle());
        if phase != self.phase {
            self.phase = phase;
            (self.on_phase)(phase);
        }
    }

    fn handle(&mut self, machine: &mut Machine, input: Input) {
        let effects = machine.handle(input, Now::read());
        self.perform(effects);
    }
}

/// What woke the thread.
enum Woken {
    Job(Job),
    Input(Input),
    Alarm,
}

/// Works until it is told to stop or nobody is left who could ask.
pub(super) fn run(mut machine: Machine, mut jobs: UnboundedReceiver<Job>, mut world: World) {
    // However this thread ends, a panic included, nobody waits for it any longer.
    let _end = EndOnDrop(Arc::clone(&world.board));
    let tokio = world.tokio.clone();
    loop {
        // When to wake is read from the database: only where nothing is there to do before.
        let woken = at_hand(&mut jobs, &mut world).unwrap_or_else(|| {
            let sleep = sleep_of(&machine, &world);
            tokio.block_on(async {
                tokio::select! {
                    biased;
                    job = jobs.recv() => Woken::Job(job.unwrap_or(Job::Stop)),
                    input = world.inputs.recv() => input.map_or(Woken::Alarm, Woken::Input),
                    () = tokio::time::sleep(sleep) => Woken::Alarm,
                }
            })
        });
        let mut reply: Option<Reply> = None;
        match woken {
            Woken::Job(Job::Stop) => break,
            Woken::Job(Job::Command(command)) => {
                reply = Some(command(&mut machine, Now::read()));
                if world.online {
                    world.handle(&mut machine, Input::Tick);
                }
            }
            Woken::Job(Job::Online) => {
                world.online = true;
                world.handle(&mut machine, Input::Tick);
            }
            Woken::Job(Job::NetworkChanged) => {
                if world.online {
                    world.handle(&mut machine, Input::NetworkChanged);
                }
            }
            Woken::Input(input) => take(&mut world, &mut machine, input),
            Woken::Alarm => {
                if world.online {
                    world.handle(&mut machine, Input::Tick);
                }
            }
        }
        world.publish(&machine);
        if let Some(reply) = reply {
            reply();
        }
    }
    farewell(world);
}

/// What waits already, in the order in which it would wake.
fn at_hand(jobs: &mut UnboundedReceiver<Job>, world: &mut World) -> Option<Woken> {
    let job = jobs.try_recv().map(Woken::Job);
    job.or_else(|_| world.inputs.try_recv().map(Woken::Input))
        .ok()
}

/// Passes on what a link says, unless the engine has let go of the link already.
fn take(world: &mut World, machine: &mut Machine, input: Input) {
    match &input {
        Input::Opened(conn) => match world.links.get_mut(conn) {
            Some(link) => link.set_open(),
            None => return,
        },
        Input::Frame(conn, _) if !world.links.contains_key(conn) => return,
        Input::Closed(conn, _) if world.links.remove(conn).is_none() => return,
        _ => {}
    }
    world.handle(machine, input);
}

fn sleep_of(machine: &Machine, world: &World) -> Duration {
    let now = Now::read();
    let ms = match machine.next_wake(now) {
        Some(wake) if world.online => wake.saturating_sub(now.ms()),
        _ => LONGEST_SLEEP,
    };
    Duration::from_millis(ms.clamp(SHORTEST_SLEEP, LONGEST_SLEEP))
}

/// Closes the connections, and gives what was sent last a moment to leave. What comes meanwhile is
/// not acknowledged and comes again.
fn farewell(mut world: World) {
    let links = std::mem::take(&mut world.links);
    let tasks: Vec<_> = links.values().map(Link::task).collect();
    drop(links);
    // The tasks hold the other senders: the queue ends when the last of them has.
    drop(world.to_inputs);
    let mut inputs = world.inputs;
    let end = async { while inputs.recv().await.is_some() {} };
    let tokio = world.tokio;
    if tokio
        .block_on(async { timeout(GOODBYE, end).await })
        .is_err()
    {
        tasks.iter().for_each(AbortHandle::abort);
    }
}

struct EndOnDrop(Arc<Board>);

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        self.0.end();
    }
}
