//! What a person does.

use sotto_core::testing::{
    self, ContactStanding, EngineError, Entry, HowVerified, Machine, MessageKind, Now,
};

use super::record::Said;
use super::schedule::Schedule;
use super::village::{PEOPLE, SECRET};
use crate::world::{DeviceId, RelayId};

/// Something that a person does on a device.
#[derive(Clone, Copy, Debug)]
pub(super) enum Operation {
    /// Writes to somebody, or a note to themselves.
    Text(DeviceId, usize),
    /// Answers a message.
    Reply(DeviceId, usize, Entry),
    /// Says for somebody else what a message says.
    Forward(DeviceId, usize, Entry),
    /// Reacts to a message, or takes the reaction back.
    React(DeviceId, Entry, &'static str),
    /// Puts another text in the place of an own one.
    Edit(DeviceId, Entry),
    /// Deletes a message on the own devices.
    DeleteForMe(DeviceId, Entry),
    /// Deletes an own message for both ends.
    DeleteForEveryone(DeviceId, Entry),
    /// Deletes what was said in a conversation, on the own devices.
    Clear(DeviceId, usize),
    /// Reads, up to a message or everything.
    Read(DeviceId, usize, Option<Entry>),
    /// Sets how long messages are kept.
    SetTimer(DeviceId, usize, u32),
    /// Sets something for a conversation.
    Mute(DeviceId, usize, u64),
    Archive(DeviceId, usize, bool),
    Pin(DeviceId, usize, bool),
    MarkUnread(DeviceId, usize, bool),
    Draft(DeviceId, usize, bool),
    /// Sets something for the account.
    Switch(DeviceId, &'static str, bool),
    /// Types.
    Type(DeviceId, usize, bool),
    /// Gives somebody another name.
    Rename(DeviceId, usize),
    /// Takes another name, or says something else of themselves.
    SetName(DeviceId),
    SetAbout(DeviceId),
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
    /// Has compared the safety number with somebody, or takes that back.
    Verify(DeviceId, usize, bool),
    /// Moves house: one more relay, or one less.
    AddHome(DeviceId, RelayId),
    RemoveHome(DeviceId, RelayId),
}

impl Operation {
    /// Something that somebody might do now.
    pub fn draw(schedule: &mut Schedule) -> Self {
        let device = schedule.any_device();
        let owner = schedule.places.owner(device);
        let other = schedule.somebody_else(device);
        // Sometimes it is about their own notes.
        let with = if schedule.below(8) == 0 { owner } else { other };
        if schedule.trouble.sever && schedule.below(4) == 0 {
            let standing = schedule.one_of(&[
                ContactStanding::Blocked,
                ContactStanding::Deleted,
                ContactStanding::Accepted,
                ContactStanding::Accepted,
            ]);
            return Self::SetStanding(device, other, standing);
        }
        let kind = schedule.below(100);
        if (28..62).contains(&kind) {
            return Self::draw_about_a_message(schedule, device, with, kind);
        }
        let on = schedule.below(3) > 0;
        match kind {
            0..28 => Self::Text(device, with),
            62..70 => Self::Read(device, with, None),
            70 | 71 => Self::Clear(device, with),
            72 | 73 if schedule.trouble.timers => {
                Self::SetTimer(device, with, schedule.one_of(&[0, 5, 60, 3600]))
            }
            72..74 => Self::Text(device, with),
            74 => Self::Mute(device, with, schedule.one_of(&[0, u64::MAX >> 1])),
            75 | 76 => Self::Archive(device, with, on),
            77 | 78 => Self::Pin(device, with, on),
            79 | 80 => Self::MarkUnread(device, with, on),
            81..84 => Self::Draft(device, with, on),
            84 => Self::Switch(device, schedule.one_of(&testing::SWITCHES), on),
            85 | 86 => Self::Type(device, other, on),
            87 | 88 => Self::Rename(device, other),
            89..91 => Self::SetName(device),
            91 => Self::SetAbout(device),
            92 | 93 => Self::AddAgain(device, other),
            94 => Self::RevokeLinks(device),
            95 => Self::Retry(device),
            96 => Self::SetRecovery(schedule.places.people[owner][0]),
            97 => Self::Verify(device, other, on),
            98 | 99 if schedule.may_move() => {
                let relay = schedule.one_of(&schedule.places.relays.clone());
                if kind == 98 {
                    Self::AddHome(device, relay)
                } else {
                    Self::RemoveHome(device, relay)
                }
            }
            _ => Self::Text(device, other),
        }
    }

    /// Something that is done to a message that the device shows, the newest most likely.
    fn draw_about_a_message(
        schedule: &mut Schedule,
        device: DeviceId,
        with: usize,
        kind: u64,
    ) -> Self {
        let account = schedule.account(with);
        let all = testing::timeline(schedule.world.device(device).store(), &account);
        if all.is_empty() {
            return Self::Text(device, with);
        }
        let back = schedule.below(6).min(schedule.below(6)) as usize;
        let entry = all[all.len() - 1 - back.min(all.len() - 1)];
        match kind {
            28..34 => Self::Reply(device, with, entry),
            34..37 => Self::Forward(device, schedule.below(3) as usize, entry),
            37..45 => Self::React(device, entry, schedule.one_of(&["👍", "❤", "😂", ""])),
            45..52 => Self::Edit(device, entry),
            52..54 => Self::DeleteForMe(device, entry),
            54..58 => Self::DeleteForEveryone(device, entry),
            _ => Self::Read(device, with, Some(entry)),
        }
    }

    /// Does it. What the engine refuses is no failure of the schedule; what it takes must hold.
    pub fn perform(self, schedule: &mut Schedule) {
        match self {
            Self::Text(device, to) => {
                let body = schedule.fresh("text");
                schedule.say(device, to, &body, |machine, to, body, now| {
                    machine.send_text(to, body, now)
                });
            }
            Self::Reply(device, to, entry) => {
                let body = schedule.fresh(&format!("answer to {}", short(&entry)));
                schedule.say(device, to, &body, |machine, to, body, now| {
                    machine.reply(to, body, entry.row, now)
                });
            }
            Self::Forward(device, to, entry) => {
                let what = format!("what {} says", short(&entry));
                schedule.say(device, to, &what, |machine, to, _, now| {
                    machine.forward(entry.row, to, now)
                });
            }
            Self::React(device, entry, emoji) => {
                let what = format!("reacts to {} with {emoji:?}", short(&entry));
                schedule.on(device, &what, |machine, now| {
                    machine.react(entry.row, emoji, now)
                });
            }
            Self::Edit(device, entry) => {
                let body = schedule.fresh("edit");
                let what = format!("edits {}: {body}", short(&entry));
                schedule.on(device, &what, |machine, now| {
                    machine.edit_text(entry.row, &body, now)
                });
            }
            Self::DeleteForMe(device, entry) => {
                let owner = schedule.places.owner(device);
                schedule.record.gone_for(owner, &entry.id);
                let what = format!("deletes {} for itself", short(&entry));
                schedule.on(device, &what, |machine, now| {
                    machine.delete_message(entry.row, false, now)
                });
            }
            Self::DeleteForEveryone(device, entry) => {
                schedule.record.take_back(&entry.id);
                let what = format!("deletes {} for everybody", short(&entry));
                schedule.on(device, &what, |machine, now| {
                    machine.delete_message(entry.row, true, now)
                });
            }
            Self::Clear(device, with) => {
                let owner = schedule.places.owner(device);
                schedule.record.cleared(owner, with);
                let account = schedule.account(with);
                let what = format!("clears the conversation with {}", PEOPLE[with]);
                schedule.on(device, &what, |machine, now| {
                    machine.clear_conversation(&account, now)
                });
            }
            Self::Read(device, with, up_to) => {
                let account = schedule.account(with);
                let what = match &up_to {
                    Some(entry) => format!("reads {} up to {}", PEOPLE[with], short(entry)),
                    None => format!("reads everything of {}", PEOPLE[with]),
                };
                schedule.on(device, &what, |machine, now| {
                    machine.mark_read(&account, up_to.map(|entry| entry.row), now)
                });
            }
            Self::SetTimer(device, with, seconds) => {
                let owner = schedule.places.owner(device);
                schedule.record.timed(owner, with);
                let account = schedule.account(with);
                let what = format!("sets a timer of {seconds} s with {}", PEOPLE[with]);
                schedule.on(device, &what, |machine, now| {
                    machine.set_timer(&account, seconds, now)
                });
            }
            _ => self.perform_setting(schedule),
        }
    }

    fn perform_setting(self, schedule: &mut Schedule) {
        let line = format!("{self:?}");
        let account = |schedule: &Schedule, with: usize| schedule.account(with);
        match self {
            Self::Mute(device, with, until) => {
                let with = account(schedule, with);
                schedule.on(device, &line, |machine, now| {
                    machine.mute(&with, until, now)
                });
            }
            Self::Archive(device, with, on) => {
                let with = account(schedule, with);
                schedule.on(device, &line, |machine, now| {
                    machine.archive(&with, on, now)
                });
            }
            Self::Pin(device, with, on) => {
                let with = account(schedule, with);
                schedule.on(device, &line, |machine, now| machine.pin(&with, on, now));
            }
            Self::MarkUnread(device, with, on) => {
                let with = account(schedule, with);
                schedule.on(device, &line, |machine, now| {
                    machine.mark_unread(&with, on, now)
                });
            }
            Self::Draft(device, with, on) => {
                let text = if on {
                    schedule.fresh("draft")
                } else {
                    String::new()
                };
                let with = account(schedule, with);
                schedule.on(device, &line, |machine, now| {
                    machine.set_draft_text(&with, &text, now)
                });
            }
            Self::Switch(device, name, on) => {
                schedule.record.switched = true;
                schedule.on(device, &line, |machine, now| machine.switch(name, on, now));
            }
            Self::Type(device, with, on) => {
                let with = account(schedule, with);
                schedule.on(device, &line, |machine, now| {
                    machine.set_typing(&with, on, now)
                });
            }
            Self::Rename(device, with) => {
                let (with, name) = (account(schedule, with), schedule.fresh("name"));
                schedule.on(device, &line, |machine, now| {
                    machine.rename_contact(&with, &name, now)
                });
            }
            Self::SetName(device) => {
                let name = schedule.fresh("name");
                schedule.on(device, &line, |machine, now| machine.set_name(&name, now));
            }
            Self::SetAbout(device) => {
                let about = schedule.fresh("about");
                schedule.on(device, &line, |machine, now| machine.set_about(&about, now));
            }
            Self::SetStanding(device, with, standing) => {
                if standing != ContactStanding::Accepted {
                    let owner = schedule.places.owner(device);
                    schedule.record.sever(owner, with);
                }
                let with = account(schedule, with);
                schedule.on(device, &line, |machine, now| {
                    machine.set_standing(&with, standing, now)
                });
            }
            Self::AddAgain(device, with) => {
                let from = schedule.places.people[with][0];
                let link = schedule
                    .world
                    .command(from, |machine, now| machine.contact_link(now));
                if let Ok(link) = link {
                    schedule.on(device, &line, |machine, now| {
                        machine.add_contact(&link, now)
                    });
                }
            }
            Self::RevokeLinks(device) => {
                schedule.on(device, &line, |machine, now| machine.revoke_link(now));
            }
            Self::Retry(device) => schedule.retry_failed(device),
            Self::SetRecovery(device) => {
                schedule.on(device, &line, |machine, now| machine.set_recovery(now));
            }
            Self::Verify(device, with, on) => {
                let with = account(schedule, with);
                let how = on.then_some(HowVerified::Compared { heads: None });
                schedule.on(device, &line, |machine, now| {
                    machine.set_verified(&with, how, now)
                });
            }
            Self::AddHome(device, relay) => {
                let url = schedule.world.url(relay);
                schedule.on(device, &line, |machine, now| {
                    machine.add_home(&url, None, now)
                });
            }
            Self::RemoveHome(device, relay) => {
                let url = schedule.world.url(relay);
                schedule.on(device, &line, |machine, now| machine.remove_home(&url, now));
            }
            other => unreachable!("{other:?} is done elsewhere"),
        }
    }
}

impl Schedule {
    /// Whether people move house here: with several homes, an old copy may pass unnoticed for a while
    /// (docs/security.md), and clocks that are days off outlive what a former home is kept for.
    fn may_move(&self) -> bool {
        !self.trouble.restore && !self.trouble.far_clocks
    }
}

fn short(entry: &Entry) -> String {
    let bytes = &entry.id.as_bytes()[..4];
    let id: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    match entry.kind {
        MessageKind::Text => id,
        other => format!("{id} ({other:?})"),
    }
}

impl Schedule {
    /// Runs a command. What it returned, if it was taken on a device that was not killed meanwhile.
    pub fn on<T>(
        &mut self,
        device: DeviceId,
        what: &str,
        command: impl FnOnce(&mut Machine, Now) -> Result<T, EngineError>,
    ) -> Option<T> {
        let step = format!("{} {what}", self.name(device));
        self.note(&step);
        let lives = self.world.lives(device);
        let result = self.world.command(device, command);
        let alive = self.world.lives(device) == lives;
        match result {
            Ok(value) if alive => return Some(value),
            Ok(_) => self.remark("it dies of it"),
            Err(error) => self.remark(error.code()),
        }
        None
    }

    /// Says something, and remembers it.
    fn say(
        &mut self,
        device: DeviceId,
        to: usize,
        body: &str,
        command: impl FnOnce(
            &mut Machine,
            &sotto_wire::ids::AccountId,
            &str,
            Now,
        ) -> Result<i64, EngineError>,
    ) {
        let account = self.account(to);
        let what = format!("says to {}: {body}", PEOPLE[to]);
        let row = self.on(device, &what, |machine, now| {
            command(machine, &account, body, now)
        });
        let Some(row) = row else { return };
        let shown = testing::timeline(self.world.device(device).store(), &account);
        if let Some(entry) = shown.into_iter().find(|entry| entry.row == row) {
            self.remark(&short(&entry));
            let step = self.steps.len();
            self.record.said.push(Said {
                device,
                to,
                id: entry.id,
                step,
            });
        }
    }

    fn remark(&mut self, what: &str) {
        if let Some(step) = self.steps.last_mut() {
            step.push_str(&format!(" ({what})"));
        }
    }

    /// Everything that has failed on a device is tried again.
    pub fn retry_failed(&mut self, device: DeviceId) {
        for row in testing::failed(self.world.device(device).store()) {
            self.on(device, &format!("retries {row}"), |machine, now| {
                machine.retry(row, now)
            });
        }
    }

    /// A text that is said once.
    fn fresh(&mut self, what: &str) -> String {
        let number = self.record.next_number();
        format!("{SECRET}: {what} {number}")
    }
}
