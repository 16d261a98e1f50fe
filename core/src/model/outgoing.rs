//! What leaves this device.

use super::stored;

/// What an outgoing content is for. Decides what becomes of it when a device asks for it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A message of a conversation.
    Message,
    /// An own device is told what this one sent.
    Transcript,
    /// Delivered, read.
    Receipt,
    /// Statements of our chain.
    ChainPush,
    /// Our name and delivery key.
    Card,
    /// Own state, for own devices.
    Registers,
    /// Asks for something that could not be opened.
    RetryRequest,
    /// Answers such a request: the thing will not come.
    Void,
    /// The person is typing: to who is connected, or nowhere.
    Typing,
}

stored!(Purpose, Void, {
    Message = 1, Transcript = 2, Receipt = 3, ChainPush = 4, Card = 5, Registers = 6,
    RetryRequest = 7, Void = 8, Typing = 9,
});

/// Where an outgoing content stands, over all devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutgoingState {
    /// Some device has yet to get it.
    Open,
    /// Accepted by a relay for every device.
    Accepted,
    /// Given up, with a reason, until the person retries.
    Failed,
}

stored!(OutgoingState, Failed, { Open = 0, Accepted = 1, Failed = 2 });

/// Where it stands with one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// Not sealed.
    Queued,
    /// Sealed; these bytes and no others will be sent.
    Sealed,
    /// A relay has them.
    Accepted,
    /// The device is gone.
    Dropped,
}

stored!(DeliveryState, Dropped, { Queued = 0, Sealed = 1, Accepted = 2, Dropped = 3 });
