//! What is due by the clock alone.

use super::{Context, EngineError, gaps, receipts, vanish};
use crate::clock::DAY;
use crate::crypto::pre_keys;
use crate::store::tables::{
    deliveries, expiry, gaps as gap_rows, outgoing, parked, receipts as receipt_rows, seen,
};
use crate::store::{Tx, View};

const KEPT: u64 = 60 * DAY;
const PARKED: u64 = 30 * DAY;

/// Receipts and requests that are due; they go into the outbox.
pub(crate) fn due(tx: &mut Tx<'_>, cx: &mut Context) -> Result<(), EngineError> {
    receipts::flush(tx, cx)?;
    gaps::ask(tx, cx)
}

/// When [`due`] has something to do again.
pub(crate) fn next_due(view: &View<'_>) -> Result<Option<u64>, EngineError> {
    let receipts = receipt_rows::next_due(view)?;
    let gaps = gap_rows::next_due(view)?;
    Ok([receipts, gaps].into_iter().flatten().min())
}

/// Forgets what nobody will ask for any more. Once a day and at every start.
pub(crate) fn expire(tx: &mut Tx<'_>, cx: &Context) -> Result<(), EngineError> {
    let before = cx.now.ms().saturating_sub(KEPT);
    pre_keys::expire(tx, cx.now)?;
    vanish::expire_loose_edits(tx, cx)?;
    expiry::expire_hidden(tx, before)?;
    seen::expire(tx, before)?;
    deliveries::expire_log(tx, before)?;
    outgoing::expire(tx, before)?;
    receipt_rows::expire_early(tx, before)?;
    Ok(parked::expire(tx, cx.now.ms().saturating_sub(PARKED))?)
}
