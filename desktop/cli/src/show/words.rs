//! What states are called.

use sotto_core::client::{
    ConnectionState, Contact, ContactStanding, DeviceStanding, MessageState, Notice, Notify,
    VerifiedState,
};

use super::safe::on_a_line;

/// How far a message has come, in one or two characters.
pub fn tick(state: MessageState) -> &'static str {
    match state {
        MessageState::Received => "",
        MessageState::Queued => "…",
        MessageState::Sent => "✓",
        MessageState::Delivered => "✓✓",
        MessageState::Read => "✓✓ read",
        MessageState::Failed => "✗",
    }
}

pub fn state_word(state: MessageState) -> &'static str {
    match state {
        MessageState::Received => "received",
        MessageState::Queued => "queued",
        MessageState::Sent => "sent",
        MessageState::Delivered => "delivered",
        MessageState::Read => "read",
        MessageState::Failed => "failed",
    }
}

pub fn standing_word(standing: ContactStanding) -> &'static str {
    match standing {
        ContactStanding::Request => "request",
        ContactStanding::Accepted => "accepted",
        ContactStanding::Blocked => "blocked",
        ContactStanding::Deleted => "deleted",
    }
}

pub fn connection_word(connection: ConnectionState) -> &'static str {
    match connection {
        ConnectionState::Offline => "offline",
        ConnectionState::Connecting => "connecting",
        ConnectionState::Draining => "draining",
        ConnectionState::Live => "live",
    }
}

pub fn notify_word(notify: Notify) -> &'static str {
    match notify {
        Notify::Everything => "everything",
        Notify::Mentions => "mentions",
        Notify::Nothing => "nothing",
    }
}

/// What the person found about a contact, where that is anything.
pub fn verified_word(state: VerifiedState) -> Option<&'static str> {
    match state {
        VerifiedState::No => None,
        VerifiedState::SameAccounts | VerifiedState::Scanned => Some("verified"),
        VerifiedState::Lost => Some("no longer verified"),
    }
}

/// What is wrong with this device, if anything is.
pub fn device_words(standing: DeviceStanding) -> Option<&'static str> {
    match standing {
        DeviceStanding::Active => None,
        DeviceStanding::Unregistered => Some("no relay knows this account yet"),
        DeviceStanding::Joining => Some("waits for another device to add this one"),
        DeviceStanding::Cloned => Some("stopped: another copy of this profile is in use"),
        DeviceStanding::Removed => Some("removed from its account"),
        DeviceStanding::Closed => Some("the account is closed"),
    }
}

/// A notice as a sentence.
pub fn notice_line(notice: &Notice) -> String {
    on_a_line(&notice.text)
}

/// Somebody, with the beginning of their id.
pub fn named(contact: &Contact) -> String {
    let beginning: String = contact.account.chars().take(12).collect();
    format!("{} ({beginning})", on_a_line(&contact.name))
}

/// Bytes for a person.
pub fn bytes(number: u64) -> String {
    const STEP: u64 = 1024;
    match number {
        ..STEP => format!("{number} B"),
        _ if number < STEP * STEP => format!("{} KiB", number / STEP),
        _ => {
            let tenths = number / (STEP * STEP / 10);
            format!("{}.{} MiB", tenths / 10, tenths % 10)
        }
    }
}
