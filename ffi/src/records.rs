//! Data that goes through, as plain copies of what the core shows.

use sotto_core::client;

/// This device and its account.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Me {
    /// The account's id, in hexadecimal; nothing while this device has yet to learn it.
    pub account: Option<String>,
    /// The device's id, in hexadecimal.
    pub device: String,
    /// What others call this account.
    pub name: String,
    /// Where this device stands with its account.
    pub standing: DeviceStanding,
    /// The account's home relays.
    pub relays: Vec<RelayInfo>,
    /// The link to give to somebody, once the account is registered.
    pub link: Option<String>,
}

impl From<client::Me> for Me {
    fn from(me: client::Me) -> Self {
        Self {
            account: me.account,
            device: me.device,
            name: me.name,
            standing: me.standing.into(),
            relays: me.relays.into_iter().map(Into::into).collect(),
            link: me.link,
        }
    }
}

/// A relay.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RelayInfo {
    /// Its address.
    pub url: String,
    /// Its key, in hexadecimal: its name, whatever its address.
    pub key: String,
}

impl From<client::RelayInfo> for RelayInfo {
    fn from(relay: client::RelayInfo) -> Self {
        Self {
            url: relay.url,
            key: relay.key,
        }
    }
}

/// Where a device stands with its account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum DeviceStanding {
    /// Made, but no relay knows it yet.
    Unregistered,
    /// Waits for another device to add it.
    Joining,
    /// Sends and receives.
    Active,
    /// Another copy of this database is in use; nothing leaves any more.
    Cloned,
    /// The account has removed it.
    Removed,
    /// The account is closed.
    Closed,
}

impl From<client::DeviceStanding> for DeviceStanding {
    fn from(standing: client::DeviceStanding) -> Self {
        match standing {
            client::DeviceStanding::Unregistered => Self::Unregistered,
            client::DeviceStanding::Joining => Self::Joining,
            client::DeviceStanding::Active => Self::Active,
            client::DeviceStanding::Cloned => Self::Cloned,
            client::DeviceStanding::Removed => Self::Removed,
            client::DeviceStanding::Closed => Self::Closed,
        }
    }
}

/// Another person.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Contact {
    /// The account's id, in hexadecimal.
    pub account: String,
    /// What they call themselves, or what they were renamed to. Nobody vouches for it.
    pub name: String,
    /// Where they stand with us.
    pub standing: ContactStanding,
    /// The conversation with them, in hexadecimal.
    pub conversation: String,
}

impl From<client::Contact> for Contact {
    fn from(contact: client::Contact) -> Self {
        Self {
            account: contact.account,
            name: contact.name,
            standing: contact.standing.into(),
            conversation: contact.conversation,
        }
    }
}

/// Where another person stands with us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum ContactStanding {
    /// They wrote; nothing is answered until the person decides.
    Request,
    /// Talks with us.
    Accepted,
    /// Nothing of theirs is shown, nothing goes to them.
    Blocked,
    /// Taken off the list.
    Deleted,
}

impl From<client::ContactStanding> for ContactStanding {
    fn from(standing: client::ContactStanding) -> Self {
        match standing {
            client::ContactStanding::Request => Self::Request,
            client::ContactStanding::Accepted => Self::Accepted,
            client::ContactStanding::Blocked => Self::Blocked,
            client::ContactStanding::Deleted => Self::Deleted,
        }
    }
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Message {
    /// Its number in this database: it rises in the order in which messages came to be here, and is
    /// never used again.
    pub row: i64,
    /// Its id, in hexadecimal, the same for everybody who has it.
    pub id: String,
    /// The conversation's id, in hexadecimal.
    pub conversation: String,
    /// The other account of the conversation, in hexadecimal.
    pub account: String,
    /// The account that wrote it, in hexadecimal.
    pub author: String,
    /// What its author is called here.
    pub author_name: String,
    /// Which way it went.
    pub direction: Direction,
    /// The text; nothing where only a newer version of the program can show it.
    pub text: Option<String>,
    /// When it was sent, by its sender's clock, in milliseconds since 1970.
    pub sent_at: u64,
    /// When it came to be here, in milliseconds since 1970.
    pub received_at: u64,
    /// How far it has come.
    pub state: MessageState,
    /// Why it failed, if it did.
    pub failure: Option<String>,
    /// Its author has not been accepted yet.
    pub request: bool,
}

impl From<client::Message> for Message {
    fn from(message: client::Message) -> Self {
        Self {
            row: message.row,
            id: message.id,
            conversation: message.conversation,
            account: message.account,
            author: message.author,
            author_name: message.author_name,
            direction: message.direction.into(),
            text: message.text,
            sent_at: message.sent_at,
            received_at: message.received_at,
            state: message.state.into(),
            failure: message.reason,
            request: message.request,
        }
    }
}

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Direction {
    /// From somebody else.
    Received,
    /// From here.
    SentHere,
    /// From another device of this account.
    SentElsewhere,
}

impl From<client::Direction> for Direction {
    fn from(direction: client::Direction) -> Self {
        match direction {
            client::Direction::Received => Self::Received,
            client::Direction::SentHere => Self::SentHere,
            client::Direction::SentElsewhere => Self::SentElsewhere,
        }
    }
}

/// How far a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum MessageState {
    /// Somebody else's.
    Received,
    /// On this device only.
    Queued,
    /// A relay holds it for the recipient.
    Sent,
    /// A device of the recipient has it.
    Delivered,
    /// The recipient has read it.
    Read,
    /// It will not be sent unless it is retried.
    Failed,
}

impl From<client::MessageState> for MessageState {
    fn from(state: client::MessageState) -> Self {
        match state {
            client::MessageState::Received => Self::Received,
            client::MessageState::Queued => Self::Queued,
            client::MessageState::Sent => Self::Sent,
            client::MessageState::Delivered => Self::Delivered,
            client::MessageState::Read => Self::Read,
            client::MessageState::Failed => Self::Failed,
        }
    }
}
