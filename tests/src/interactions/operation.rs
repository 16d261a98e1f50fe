//! What a person does.

use std::collections::BTreeSet;

use sotto_core::testing::{self, ContactStanding, EngineError, Machine, Now, OutgoingState};

use super::schedule::Schedule;
use super::village::{PEOPLE, SECRET};
use crate::world::DeviceId;

/// What was done, as far as it has to be found again at the end.
#[derive(Default)]
pub(super) struct Record {
    /// Texts whose command succeeded on a device that lived on.
    pub said: Vec<Said>,
    /// Pairs of which one has at some time not wanted to hear of the other, lower number first.
    pub severed: BTreeSet<(usize, usize)>,
    numbered: u64,
}

/// A text.
pub(super) struct Said {
    pub device: DeviceId,
    pub to: usize,
    pub body: String,
}

/// Something that a person does on a device.
#[derive(Clone, Copy, Debug)]
pub(super) enum Operation {
    /// Writes to somebody.
    Text(DeviceId, usize),
    /// Gives somebody another name.
    Rename(DeviceId, usize),
    /// Takes another name.
    SetName(DeviceId),
    /// Accepts, blocks, takes off the list.
    SetStanding(DeviceId, usize, ContactStanding),
    /// Adds somebody by their link, once more.
    AddAgain(DeviceId, usize),
    /// Makes all links worthless.
    RevokeLinks(DeviceId),
    /// Tries again what has failed.
    Retry(DeviceId),
    /// Makes a new recovery key.
    SetRecovery(DeviceId),
}

impl Operation {
    /// Something that somebody might do now.
    pub fn draw(schedule: &mut Schedule) -> Self {
        let device = schedule.any_device();
        let other = schedule.somebody_else(device);
        let kinds = if schedule.trouble.sever { 26 } else { 20 };
        match schedule.below(kinds) {
            0..13 => Self::Text(device, other),
            13 | 14 => Self::Rename(device, other),
            15 => Self::SetName(device),
            16 => Self::AddAgain(device, other),
            17 => Self::RevokeLinks(device),
            18 => Self::Retry(device),
            19 => Self::SetRecovery(schedule.places.people[schedule.places.owner(device)][0]),
            20..22 => Self::SetStanding(device, other, ContactStanding::Blocked),
            22 => Self::SetStanding(device, other, ContactStanding::Deleted),
            _ => Self::SetStanding(device, other, ContactStanding::Accepted),
        }
    }

    /// Does it. What the engine refuses is no failure of the schedule; what it takes must hold.
    pub fn perform(self, schedule: &mut Schedule) {
        let line = format!("{self:?}");
        match self {
            Self::Text(device, to) => {
                let body = schedule.fresh("text");
                let (account, text) = (schedule.account(to), body.clone());
                let taken = schedule.on(
                    device,
                    &format!("writes to {}: {body}", PEOPLE[to]),
                    move |machine, now| machine.send_text(&account, &text, now),
                );
                if taken {
                    schedule.record.said.push(Said { device, to, body });
                }
            }
            Self::Rename(device, other) => {
                let (account, name) = (schedule.account(other), schedule.fresh("name"));
                schedule.on(
                    device,
                    &format!("calls {} {name}", PEOPLE[other]),
                    move |machine, now| machine.rename_contact(&account, &name, now),
                );
            }
            Self::SetName(device) => {
                let name = schedule.fresh("name");
                schedule.on(device, &format!("is called {name}"), move |machine, now| {
                    machine.set_name(&name, now)
                });
            }
            Self::SetStanding(device, other, standing) => {
                if standing != ContactStanding::Accepted {
                    let one = schedule.places.owner(device);
                    schedule
                        .record
                        .severed
                        .insert((one.min(other), one.max(other)));
                }
                let account = schedule.account(other);
                schedule.on(
                    device,
                    &format!("sets {} to {standing:?}", PEOPLE[other]),
                    move |machine, now| machine.set_standing(&account, standing, now),
                );
            }
            Self::AddAgain(device, other) => {
                let from = schedule.places.people[other][0];
                let link = schedule
                    .world
                    .command(from, |machine, now| machine.contact_link(now));
                if let Ok(link) = link {
                    schedule.on(
                        device,
                        &format!("adds {} by link", PEOPLE[other]),
                        move |machine, now| machine.add_contact(&link, now),
                    );
                }
            }
            Self::RevokeLinks(device) => {
                schedule.on(device, "revokes its links", |machine, now| {
                    machine.revoke_link(now)
                });
            }
            Self::Retry(device) => schedule.retry_failed(device),
            Self::SetRecovery(device) => {
                schedule.on(device, &line, |machine, now| machine.set_recovery(now));
            }
        }
    }
}

impl Schedule {
    /// Runs a command. Says whether it was taken, on a device that was not killed meanwhile.
    pub fn on<T>(
        &mut self,
        device: DeviceId,
        what: &str,
        command: impl FnOnce(&mut Machine, Now) -> Result<T, EngineError>,
    ) -> bool {
        let step = format!("{} {what}", self.name(device));
        self.note(&step);
        let lives = self.world.lives(device);
        let result = self.world.command(device, command);
        let alive = self.world.lives(device) == lives;
        match result {
            Ok(_) if alive => return true,
            Ok(_) => self.remark("it dies of it"),
            Err(error) => self.remark(error.code()),
        }
        false
    }

    fn remark(&mut self, what: &str) {
        if let Some(step) = self.steps.last_mut() {
            step.push_str(&format!(" ({what})"));
        }
    }

    /// Everything that has failed on a device is tried again.
    pub fn retry_failed(&mut self, device: DeviceId) {
        for row in testing::failed(self.world.device(device).store()) {
            self.on(device, &format!("retries {row}"), move |machine, now| {
                machine.retry(row, now)
            });
        }
    }

    /// A text that is said once.
    fn fresh(&mut self, what: &str) -> String {
        self.record.numbered += 1;
        format!("{SECRET}: {what} {}", self.record.numbered)
    }
}

/// Whether a row of an outbox is done with, as far as it can be.
pub(super) fn is_open(state: OutgoingState) -> bool {
    state == OutgoingState::Open
}
