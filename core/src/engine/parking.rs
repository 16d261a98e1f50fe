//! Envelopes that wait for their sender's chain: not lost, not opened, not many.

use sotto_wire::ids::{AccountId, Head};
use sotto_wire::proto::Lane;

use super::deliver::Delivered;
use super::{Context, EngineError, contacts, envelope};
use crate::crypto::Unsealed;
use crate::store::Tx;
use crate::store::tables::parked::{self, Parked};

const MAX_OF_CONTACT: (u64, u64) = (100, 1 << 20);
const MAX_OF_STRANGERS: u64 = 20;
const MAX_BYTES: u64 = 10 << 20;

/// Parks an envelope, unless there are too many already. What it claims of its account's head holds
/// up nothing: anybody may have made it up.
pub(super) fn park(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    envelope: &Delivered,
    unsealed: &Unsealed,
    account: &AccountId,
) -> Result<(), EngineError> {
    let size = envelope.sealed.len() as u64;
    let (bytes, strange) = parked::usage_of_all(tx)?;
    let (rows, own_bytes) = parked::usage(tx, account)?;
    let fits = if contacts::is_accepted(tx, cx, account)? {
        rows < MAX_OF_CONTACT.0 && own_bytes + size <= MAX_OF_CONTACT.1
    } else {
        strange < MAX_OF_STRANGERS
    };
    if !fits || bytes + size > MAX_BYTES {
        tracing::debug!("an envelope could not be parked");
        return Ok(());
    }
    let claimed = unsealed
        .header
        .head
        .as_ref()
        .and_then(|head| Head::try_from(head).ok());
    parked::add(
        tx,
        &Parked {
            row: 0,
            account: *account,
            mailbox: unsealed.sender,
            epoch: claimed.map_or(0, |head| head.epoch),
            seq: claimed.map_or(0, |head| head.seq),
            envelope: envelope.id,
            sealed: envelope.sealed.clone(),
            lane: envelope.lane.into(),
            received_at: cx.now.ms(),
        },
    )?;
    Ok(())
}

/// Looks again at what is parked for an account, in the order in which it came.
pub(crate) fn reopen(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    account: &AccountId,
) -> Result<(), EngineError> {
    for waiting in parked::of(tx, account)? {
        // One that was opened before may have brought the chain that others wait for.
        if !parked::remove(tx, waiting.row)? {
            continue;
        }
        let lane = Lane::try_from(waiting.lane).unwrap_or(Lane::Unspecified);
        let envelope = Delivered {
            seq: 0,
            id: waiting.envelope,
            sealed: waiting.sealed,
            lane,
        };
        // What still cannot be opened is parked anew by this.
        envelope::receive(tx, cx, &envelope)?;
    }
    Ok(())
}
