//! The pre-keys that the relay hands out for this device.

use sotto_wire::proto::PublishKeys;

use super::{Context, EngineError};
use crate::clock::DAY;
use crate::crypto::pre_keys;
use crate::store::Tx;
use crate::store::tables::{pre_keys as signed_keys, profile};

/// How long a signed key is handed out before the next generation.
const GENERATION: u64 = 7 * DAY;

/// What has to be published after a login: everything when the relay holds another generation than
/// we do, more one-time keys when it runs low, or nothing.
pub(crate) fn due(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    held: (u64, u32, u32),
) -> Result<Option<PublishKeys>, EngineError> {
    let profile = profile::load(tx)?.ok_or(EngineError::NoAccount)?;
    let (generation, one_time, one_time_kem) = held;
    let old = cx.now.ms().saturating_sub(signed_keys::newest_signed(tx)?) > GENERATION;
    if profile.keys_dirty || generation != profile.key_generation || old {
        // Above whatever anybody has seen, or peers would refuse the bundle as an old one.
        let next = profile.key_generation.max(generation) + 1;
        let keys = pre_keys::generate(tx, &mut cx.random, &cx.me.keys, next, cx.now)?;
        profile::set_keys(tx, next, true)?;
        return Ok(Some(keys));
    }
    Ok(pre_keys::top_up(
        tx,
        &mut cx.random,
        &cx.me.keys,
        one_time,
        one_time_kem,
        cx.now,
    )?)
}

/// The relay holds what was published.
pub(crate) fn published(tx: &mut Tx<'_>, keys: &PublishKeys) -> Result<(), EngineError> {
    if let Some(signed) = &keys.keys {
        profile::set_keys(tx, signed.generation, false)?;
    }
    Ok(())
}
