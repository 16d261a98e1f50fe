//! Moving house: which relays the account is to live at, as a change of what the chain says and not
//! as a list, so that two devices that change it at the same time do not undo each other's work.

use sotto_wire::chain::{Chain, HomeRelay, Payload};
use sotto_wire::ids::RelayKey;
use sotto_wire::proto::StatementKind;

use super::{Context, EngineError, account, chains, routes};
use crate::store::tables::intents::{self, Intent};
use crate::store::tables::profile;
use crate::store::{Tx, View};

const HOME: i32 = StatementKind::Home as i32;

/// Whether a relay that is taken off the list can still put the statements in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaving {
    /// As always, the first home takes the statement.
    Orderly,
    /// The first home is this relay, and it is gone for good: the next one takes the statement.
    Dead,
}

/// Means to add a home, after those that there are. Its relay must know the account already.
pub(crate) fn add(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    key: &RelayKey,
    url: &str,
) -> Result<[u8; 16], EngineError> {
    let base = intended_or_own(tx, cx)?;
    let mut wish: Vec<HomeRelay> = base
        .iter()
        .filter(|home| home.relay_key != *key)
        .cloned()
        .collect();
    wish.push(HomeRelay {
        url: url.to_owned(),
        relay_key: *key,
    });
    account::intend_with(tx, cx, &Payload::Home(wish), Some(base), None)
}

/// Means to take a home off the list.
pub(crate) fn remove(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    url: &str,
    leaving: Leaving,
) -> Result<[u8; 16], EngineError> {
    let url = routes::check_address(url)?;
    let base = intended_or_own(tx, cx)?;
    let (gone, wish): (Vec<HomeRelay>, Vec<HomeRelay>) =
        base.iter().cloned().partition(|home| home.url == url);
    if gone.is_empty() {
        return Err(EngineError::NoSuchRelay);
    }
    let Some(next) = wish.first() else {
        // An account without a home could be reached by nobody, its own devices included.
        return Err(EngineError::LastRelay);
    };
    let chain = chains::load(tx, &cx.me.account)?.ok_or(EngineError::NoAccount)?;
    let is_first = |home: &HomeRelay| Some(home) == chain.homes().first();
    let via = (leaving == Leaving::Dead && gone.iter().any(is_first)).then_some(next.relay_key);
    account::intend_with(tx, cx, &Payload::Home(wish), Some(base), via)
}

/// What an intent comes to on the present chain: the payload to sign, or nothing where the chain
/// says already what was wished for.
pub(crate) fn on_chain(chain: &Chain, intent: &Intent) -> Result<Option<Payload>, EngineError> {
    let payload = chains::payload(intent.kind, &intent.payload)?;
    let (Payload::Home(wish), Some(base)) = (&payload, &intent.base) else {
        return Ok(Some(payload));
    };
    let base = read(base)?;
    let merged = merge(&base, wish, chain.homes());
    Ok((merged != chain.homes()).then_some(Payload::Home(merged)))
}

/// Where the account will live when all that is meant has been stated; empty where nothing is.
pub(crate) fn intended(view: &View<'_>) -> Result<Vec<HomeRelay>, EngineError> {
    match intents::open_of(view, HOME)?.last() {
        Some(last) => read(&last.payload),
        None => Ok(Vec::new()),
    }
}

fn intended_or_own(view: &View<'_>, cx: &Context) -> Result<Vec<HomeRelay>, EngineError> {
    profile::load(view)?.ok_or(EngineError::NoAccount)?;
    let intended = intended(view)?;
    if !intended.is_empty() {
        return Ok(intended);
    }
    let chain = chains::load(view, &cx.me.account)?.ok_or(EngineError::NoAccount)?;
    Ok(chain.homes().to_vec())
}

fn read(payload: &[u8]) -> Result<Vec<HomeRelay>, EngineError> {
    match chains::payload(HOME, payload)? {
        Payload::Home(homes) => Ok(homes),
        _ => Err(EngineError::Bug("a stored list of homes is none")),
    }
}

/// Does to `now` what made `wish` of `base`.
fn merge(base: &[HomeRelay], wish: &[HomeRelay], now: &[HomeRelay]) -> Vec<HomeRelay> {
    if base == now {
        return wish.to_vec();
    }
    let mut merged: Vec<HomeRelay> = now
        .iter()
        .filter(|home| wish.contains(home) || !base.contains(home))
        .cloned()
        .collect();
    for home in wish {
        let known = |other: &HomeRelay| other.relay_key == home.relay_key;
        if !base.contains(home) && !merged.iter().any(known) {
            merged.push(home.clone());
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn homes(names: &str) -> Vec<HomeRelay> {
        names
            .bytes()
            .map(|name| HomeRelay {
                url: format!("https://{}.example", char::from(name)),
                relay_key: RelayKey::new([name; 32]),
            })
            .collect()
    }

    #[test]
    fn changes_of_two_devices_are_both_made() {
        for (base, wish, now, merged) in [
            ("a", "ab", "a", "ab"),
            ("a", "ab", "ac", "acb"),
            ("ab", "b", "abc", "bc"),
            ("ab", "a", "a", "a"),
            ("a", "ab", "ab", "ab"),
            ("ab", "ba", "ab", "ba"),
            ("ab", "b", "a", ""),
        ] {
            assert_eq!(
                merge(&homes(base), &homes(wish), &homes(now)),
                homes(merged),
                "{base} to {wish}, on {now}"
            );
        }
    }
}
