//! This database is an old copy: a restored backup, a snapshot, a clone. Nothing that it could
//! still seal with may ever seal again.

use sotto_wire::ids::RelayKey;
use sotto_wire::proto::Cursor;

use super::{Context, EngineError};
use crate::clock::{DAY, MINUTE};
use crate::crypto::{self, pre_keys};
use crate::model::{NoticeKind, Standing};
use crate::store::Tx;
use crate::store::tables::{deliveries, notices, profile, relays};

/// What the relay's answer to a login with an old boot counter leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// It has healed itself; log in again.
    Healed,
    /// Two copies are in use; this one stops.
    Stop,
}

/// Heals the database in one transaction, or stops it where another copy is in use. Each relay may
/// find out once for itself: after a restored file they all do.
pub(crate) fn heal(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    (key, url): (&RelayKey, &str),
    boot: u64,
) -> Result<Remedy, EngineError> {
    let profile = profile::load(tx)?.ok_or(EngineError::NoAccount)?;
    let relay = relays::ensure(tx, key, url)?;
    let now = cx.now.ms();
    if relay
        .stale_at
        .is_some_and(|before| now.saturating_sub(before) < DAY)
    {
        return stop(tx, cx);
    }
    crypto::forget_all_sessions(tx)?;
    let generation = profile.key_generation + 1;
    // Published after the next login; that all relays lack them makes sure of it.
    pre_keys::replace_all(tx, &mut cx.random, &cx.me.keys, generation, cx.now)?;
    profile::set_keys(tx, generation, false)?;
    relays::all_keys_dirty(tx)?;
    deliveries::unseal_all(tx)?;
    relays::forget_cursors(tx)?;
    profile::reincarnate(tx, cx.random.bytes())?;
    relays::set_stale(tx, relay.id, now)?;
    profile::raise_boot(tx, boot)?;
    notices::add(tx, None, NoticeKind::RestoredCopy, now)?;
    Ok(Remedy::Healed)
}

/// Whether a relay has been told of mail that this database knows nothing of. A copy that was made
/// after the last login has the counter that it should have, and would seal under used keys all the
/// same; what was acknowledged since gives it away.
pub(crate) fn lacks_mail(
    tx: &mut Tx<'_>,
    relay: &RelayKey,
    url: &str,
    cursor: Option<&Cursor>,
) -> Result<bool, EngineError> {
    let known = relays::ensure(tx, relay, url)?;
    Ok(cursor.is_some_and(|cursor| {
        let same = known
            .incarnation
            .is_some_and(|known| cursor.incarnation == known.as_bytes());
        same && cursor.seq > known.acked
    }))
}

/// A newer connection of this device has closed ours. Twice in ten minutes at one relay means a
/// clone.
pub(crate) fn superseded(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    (key, url): (&RelayKey, &str),
) -> Result<Remedy, EngineError> {
    let relay = relays::ensure(tx, key, url)?;
    let now = cx.now.ms();
    let mut times: Vec<u64> = relay
        .superseded
        .into_iter()
        .filter(|time| now.saturating_sub(*time) < 10 * MINUTE)
        .collect();
    times.push(now);
    relays::set_superseded(tx, relay.id, &times)?;
    if times.len() >= 2 {
        stop(tx, cx)
    } else {
        Ok(Remedy::Healed)
    }
}

fn stop(tx: &mut Tx<'_>, cx: &Context) -> Result<Remedy, EngineError> {
    profile::set_standing(tx, Standing::Cloned)?;
    notices::add(tx, None, NoticeKind::Cloned, cx.now.ms())?;
    Ok(Remedy::Stop)
}
