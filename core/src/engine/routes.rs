//! Where an account's mail goes.

use sotto_wire::chain::Chain;
use sotto_wire::ids::{AccountId, RelayKey};

use super::{EngineError, chains, homes};
use crate::clock::{DAY, Now};
use crate::store::tables::relays::Relay;
use crate::store::tables::{contacts, relays};
use crate::store::{Tx, View};

/// Where an account's mail is put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    pub key: RelayKey,
    pub url: String,
}

/// The relays of an account, first choice first: as its chain says, else as its link or invitation
/// said.
pub(crate) fn of(view: &View<'_>, account: &AccountId) -> Result<Vec<Route>, EngineError> {
    let chain = chains::load(view, account)?;
    let homes = chain.iter().flat_map(|chain| chain.homes());
    let named: Vec<Route> = homes
        .map(|home| Route {
            key: home.relay_key,
            url: home.url.clone(),
        })
        .collect();
    if !named.is_empty() {
        return Ok(named);
    }
    let mut found = Vec::new();
    for id in contacts::link_relays(view, account)? {
        found.extend(relays::get(view, id)?.map(|relay| Route {
            key: relay.key,
            url: relay.url,
        }));
    }
    Ok(found)
}

impl From<Relay> for Route {
    fn from(relay: Relay) -> Self {
        Self {
            key: relay.key,
            url: relay.url,
        }
    }
}

/// How long a relay that is our home no longer is still visited: as long as it keeps mail.
const LEAVING: u64 = 30 * DAY;

/// Relays of ours that are not our homes: those that we have left, and those that are to be.
pub(crate) fn others(view: &View<'_>, now: Now) -> Result<(Vec<Route>, Vec<Route>), EngineError> {
    let left = relays::leaving(view, now.ms())?.into_iter();
    let known = relays::homes(view)?;
    let coming = homes::intended(view)?.into_iter().filter(|home| {
        !known
            .iter()
            .any(|relay| relay.key == home.relay_key && relay.url == home.url)
    });
    let coming = coming.map(|home| Route {
        key: home.relay_key,
        url: home.url,
    });
    Ok((left.map(Route::from).collect(), coming.collect()))
}

/// Our homes, first choice first; of a device that waits to be added, what its invitation says.
pub(crate) fn own(view: &View<'_>, account: &AccountId) -> Result<Vec<Route>, EngineError> {
    let homes = relays::homes(view)?;
    if homes.is_empty() {
        return of(view, account);
    }
    Ok(homes.into_iter().map(Route::from).collect())
}

/// The account is closed: all its relays are to hear of it.
pub(crate) fn leave_all(tx: &mut Tx<'_>, now: Now) -> Result<(), EngineError> {
    Ok(relays::leave_all(tx, now.ms() + LEAVING)?)
}

/// Our own chain names our homes.
pub(crate) fn set_homes(tx: &mut Tx<'_>, chain: &Chain, now: Now) -> Result<(), EngineError> {
    let mut ids = Vec::new();
    for home in chain.homes() {
        ids.push(relays::upsert(tx, &home.relay_key, &home.url)?.id);
    }
    if !ids.is_empty() {
        relays::set_homes(tx, &ids, now.ms() + LEAVING)?;
    }
    Ok(())
}

/// Remembers how a contact's link said it can be reached.
pub(crate) fn remember(
    tx: &mut Tx<'_>,
    account: &AccountId,
    homes: &[(RelayKey, String)],
) -> Result<(), EngineError> {
    let mut ids = Vec::new();
    for (key, url) in homes {
        ids.push(relays::upsert(tx, key, url)?.id);
    }
    if !ids.is_empty() {
        contacts::set_link_relays(tx, account, &ids)?;
    }
    Ok(())
}

/// An address of a relay in the one form that is stored: no slash at the end.
///
/// Plain `http` is for this machine only; anywhere else it would show a login to everybody on the
/// way.
pub(crate) fn check_address(text: &str) -> Result<String, EngineError> {
    let url = url::Url::parse(text.trim()).map_err(|_| EngineError::BadAddress)?;
    let host = url.host_str().ok_or(EngineError::BadAddress)?;
    let local = is_loopback(host);
    let secure = matches!(url.scheme(), "https" | "wss");
    let plain = matches!(url.scheme(), "http" | "ws");
    let bare = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if !bare || !(secure || (plain && local)) {
        return Err(EngineError::BadAddress);
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Whether a host is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn plain_connections_are_for_this_machine_only() {
        assert_eq!(
            check_address("http://127.0.0.1:8420/").unwrap(),
            "http://127.0.0.1:8420"
        );
        assert_eq!(
            check_address("https://relay.example.org").unwrap(),
            "https://relay.example.org"
        );
        assert!(check_address("http://[::1]:8420").is_ok());
        for bad in [
            "http://relay.example.org",
            "ftp://127.0.0.1",
            "https://me:pw@example.org",
            "8420",
            "",
        ] {
            assert_eq!(check_address(bad), Err(EngineError::BadAddress), "{bad}");
        }
    }
}
