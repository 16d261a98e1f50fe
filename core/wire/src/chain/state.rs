//! What holds after a statement.

use super::{Device, HomeRelay};
use crate::ids::MailboxId;

/// What holds after a statement: who may sign the next one, and where the account lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// Active devices, in the order in which they were added.
    pub devices: Vec<Device>,
    pub recovery_key: [u8; 32],
    pub homes: Vec<HomeRelay>,
    pub closed: bool,
}

impl State {
    pub fn device(&self, mailbox: &MailboxId) -> Option<&Device> {
        self.devices
            .iter()
            .find(|device| device.mailbox == *mailbox)
    }
}
