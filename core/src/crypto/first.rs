//! Who may found sessions, and how often.

use super::border::FirstMessage;
use super::error::{CryptoError, Fault};
use super::peer::Peer;
use crate::clock::{DAY, HOUR, Now};
use crate::store::Tx;
use crate::store::tables::pre_keys;

/// Most sessions that one device may found in an hour. Each costs a key agreement and pushes an
/// older state out.
pub(super) const PER_HOUR: u32 = 5;
/// Most sessions that one device may found in a day.
pub(super) const PER_DAY: u32 = 20;

/// Lets a first message in whose session is not here, and counts it; refuses one that was opened
/// before with a last-resort key.
pub(super) fn admit(
    tx: &mut Tx<'_>,
    sender: &Peer,
    first: &FirstMessage,
    now: Now,
) -> Result<(), CryptoError> {
    if pre_keys::last_resort_used(tx, first.kem_id, first.signed_id, &first.base_key)? {
        return Err(Fault::Replay.into());
    }
    if pre_keys::is_known_first_message(tx, &sender.mailbox, &first.base_key)? {
        return Ok(());
    }
    for (most, window) in [(PER_HOUR, HOUR), (PER_DAY, DAY)] {
        if pre_keys::first_messages_after(tx, &sender.mailbox, now.ms().saturating_sub(window))?
            >= most
        {
            return Err(Fault::TooManyFirstMessages.into());
        }
    }
    Ok(pre_keys::add_first_message(
        tx,
        &sender.mailbox,
        &first.base_key,
        now.ms(),
    )?)
}
