//! A delivery of the relay: envelopes that came together are opened in one transaction, each in a
//! savepoint of its own; the relay hears of it only after the commit.

use sotto_wire::ids::{EnvelopeId, IncarnationId};
use sotto_wire::proto::Lane;

use super::{Context, EngineError, envelope};
use crate::crash;
use crate::store::Tx;
use crate::store::tables::relays;

/// One envelope as the relay delivered it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Delivered {
    /// Its place in the mailbox; 0 if it was never stored.
    pub seq: u64,
    /// Its id.
    pub id: EnvelopeId,
    /// The sealed bytes.
    pub sealed: Vec<u8>,
    /// How it came in.
    pub lane: Lane,
}

/// Processes a delivery; returns what to acknowledge.
pub(crate) fn deliver(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    relay: i64,
    incarnation: &IncarnationId,
    envelopes: &[Delivered],
) -> Result<u64, EngineError> {
    let known = relays::get(tx, relay)?.ok_or(EngineError::Bug("a delivery from no relay"))?;
    let mut acked = if known.incarnation == Some(*incarnation) {
        known.acked
    } else {
        0
    };
    for envelope in envelopes {
        // Delivery is at least once: what is committed here is not looked at again.
        if envelope.seq != 0 && envelope.seq <= acked {
            continue;
        }
        envelope::receive(tx, cx, envelope)?;
        acked = acked.max(envelope.seq);
    }
    relays::set_cursor(tx, relay, incarnation, acked)?;
    crash::point("deliver.before_commit");
    Ok(acked)
}
