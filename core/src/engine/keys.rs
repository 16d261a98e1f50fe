//! The pre-keys that relays hand out for this device. The signed keys are the same at every home;
//! the one-time keys are not, because each relay hands out each of its own once.

use sotto_wire::ids::RelayKey;
use sotto_wire::proto::PublishKeys;

use super::{Context, EngineError};
use crate::clock::DAY;
use crate::crypto::pre_keys;
use crate::store::Tx;
use crate::store::tables::{pre_keys as signed_keys, profile, relays};

/// How long a signed key is handed out before the next generation.
const GENERATION: u64 = 7 * DAY;

/// What a relay holds of a device's pre-keys, as it says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stock {
    pub generation: u64,
    pub one_time: u32,
    pub one_time_kem: u32,
}

/// What has to be published at a relay: everything where it holds another generation than we do,
/// more one-time keys where it runs low, or nothing.
pub(crate) fn due(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    (key, url): (&RelayKey, &str),
    stock: Stock,
) -> Result<Option<PublishKeys>, EngineError> {
    let profile = profile::load(tx)?.ok_or(EngineError::NoAccount)?;
    let relay = relays::ensure(tx, key, url)?;
    let me = cx.me.clone();
    let old = cx.now.ms().saturating_sub(signed_keys::newest_signed(tx)?) > GENERATION;
    if profile.keys_dirty || stock.generation > profile.key_generation || old {
        // Above whatever anybody has seen, or peers would refuse the bundle as an old one.
        let next = profile.key_generation.max(stock.generation) + 1;
        let keys = pre_keys::generate(tx, &mut cx.random, &me.keys, next, cx.now)?;
        profile::set_keys(tx, next, false)?;
        relays::all_keys_dirty(tx)?;
        return Ok(Some(keys));
    }
    if relay.keys_dirty || stock.generation != profile.key_generation {
        relays::set_keys_dirty(tx, relay.id, true)?;
        let generation = profile.key_generation;
        return Ok(pre_keys::again(
            tx,
            &mut cx.random,
            &me.keys,
            generation,
            cx.now,
        )?);
    }
    Ok(pre_keys::top_up(
        tx,
        &mut cx.random,
        &me.keys,
        stock.one_time,
        stock.one_time_kem,
        cx.now,
    )?)
}

/// A relay holds what was published there.
pub(crate) fn published(
    tx: &mut Tx<'_>,
    (key, url): (&RelayKey, &str),
    keys: &PublishKeys,
) -> Result<(), EngineError> {
    let newest = profile::load(tx)?.ok_or(EngineError::NoAccount)?;
    if let Some(signed) = &keys.keys
        && signed.generation == newest.key_generation
    {
        let relay = relays::ensure(tx, key, url)?;
        relays::set_keys_dirty(tx, relay.id, false)?;
    }
    Ok(())
}
