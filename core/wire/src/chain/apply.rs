//! What a statement changes, and whether it may.

use super::state::State;
use super::{Checks, Device, Listed, MAX_DEVICES, Payload, Reason};
use crate::ids::{AccountId, MailboxId};
use crate::proto;

/// A change in the making. Dropped when the statement turns out to be against the rules.
pub(super) struct Change<'a> {
    pub account: &'a AccountId,
    /// Every device that the line has proven so far.
    pub ever: &'a [Device],
    /// The statement's own position.
    pub seq: u32,
    pub checks: Checks,
    /// What holds before, then after.
    pub state: State,
    /// What the statement itself proves.
    pub proven: Vec<Device>,
}

impl Change<'_> {
    /// Applies what a properly signed statement says.
    pub fn apply(&mut self, payload: &Payload) -> Result<(), Reason> {
        match payload {
            Payload::Genesis { .. } => return Err(Reason::MisplacedGenesis),
            Payload::Add(device) => self.add(device)?,
            Payload::Remove(mailbox) => {
                self.remove(mailbox)?;
                if self.state.devices.is_empty() {
                    return Err(Reason::LastDevice);
                }
            }
            Payload::Replace { old, new } => {
                self.remove(old)?;
                self.add(new)?;
            }
            Payload::SetRecovery(key) => self.state.recovery_key = *key,
            Payload::Recover {
                devices,
                recovery_key,
                ..
            } => self.recover(devices, recovery_key)?,
            Payload::Home(relays) => self.state.homes.clone_from(relays),
            Payload::Close => self.state.closed = true,
            Payload::Other { .. } => {}
        }
        Ok(())
    }

    fn recover(&mut self, devices: &[Listed], recovery_key: &[u8; 32]) -> Result<(), Reason> {
        self.state.devices.clear();
        for listed in devices {
            match listed {
                Listed::Known(mailbox) => self.restore(mailbox)?,
                Listed::Fresh(device) => self.add(device)?,
            }
        }
        if self.state.devices.is_empty() {
            return Err(Reason::LastDevice);
        }
        self.state.recovery_key = *recovery_key;
        self.state.closed = false;
        Ok(())
    }

    /// Makes a device active that the line proved earlier.
    fn restore(&mut self, mailbox: &MailboxId) -> Result<(), Reason> {
        if self.state.device(mailbox).is_some() {
            return Err(Reason::DuplicateDevice);
        }
        let device = self
            .ever
            .iter()
            .find(|device| device.mailbox == *mailbox)
            .ok_or(Reason::NoSuchDevice)?;
        self.activate(device.clone())
    }

    fn add(&mut self, proven: &proto::ProvenDevice) -> Result<(), Reason> {
        let device = Device::prove(proven, Some(self.account), self.seq, self.checks)?;
        let mut earlier = self.ever.iter().chain(&self.proven);
        if earlier.any(|known| known.overlaps(&device)) {
            return Err(Reason::DuplicateDevice);
        }
        self.proven.push(device.clone());
        self.activate(device)
    }

    fn activate(&mut self, device: Device) -> Result<(), Reason> {
        if self.state.devices.len() >= MAX_DEVICES {
            return Err(Reason::TooManyDevices);
        }
        self.state.devices.push(device);
        Ok(())
    }

    fn remove(&mut self, mailbox: &MailboxId) -> Result<(), Reason> {
        let before = self.state.devices.len();
        self.state
            .devices
            .retain(|device| device.mailbox != *mailbox);
        if self.state.devices.len() == before {
            return Err(Reason::NoSuchDevice);
        }
        Ok(())
    }
}
