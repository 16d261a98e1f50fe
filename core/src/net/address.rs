//! From a relay's address to that of its WebSocket.

use url::{Host, Url};

use super::error::NetError;

/// The WebSocket address of `path` at a relay. Plain text is allowed to this machine only.
pub(super) fn websocket(relay: &str, path: &str) -> Result<Url, NetError> {
    let mut url = Url::parse(relay).map_err(|_| NetError::BadAddress)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(NetError::BadAddress);
    }
    let scheme = match url.scheme() {
        "https" => "wss",
        "http" if is_loopback(&url) => "ws",
        "http" => return Err(NetError::NotLoopback),
        _ => return Err(NetError::BadAddress),
    };
    url.set_scheme(scheme).map_err(|()| NetError::BadAddress)?;
    let base = url.path().trim_end_matches('/').to_owned();
    url.set_path(&format!("{base}{path}"));
    url.set_query(None);
    url.set_fragment(None);
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_is_reached_by_its_websocket() {
        for (relay, expected) in [
            ("https://relay.example", "wss://relay.example/v1/device"),
            (
                "https://relay.example:8443/",
                "wss://relay.example:8443/v1/device",
            ),
            (
                "https://host.example/sotto/",
                "wss://host.example/sotto/v1/device",
            ),
            ("http://127.0.0.1:8420", "ws://127.0.0.1:8420/v1/device"),
            ("http://[::1]:8420", "ws://[::1]:8420/v1/device"),
            ("http://localhost:8420", "ws://localhost:8420/v1/device"),
        ] {
            assert_eq!(
                websocket(relay, "/v1/device").unwrap().as_str(),
                expected,
                "{relay}"
            );
        }
    }

    #[test]
    fn plain_text_stays_on_this_machine() {
        for relay in [
            "http://relay.example",
            "http://192.0.2.1:8420",
            "http://localhost.example",
        ] {
            assert_eq!(
                websocket(relay, "/v1/device"),
                Err(NetError::NotLoopback),
                "{relay}"
            );
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for relay in [
            "",
            "relay.example",
            "ftp://relay.example",
            "https://",
            "https://user:word@relay.example",
            "sotto:c/abc",
        ] {
            assert_eq!(
                websocket(relay, "/v1/device"),
                Err(NetError::BadAddress),
                "{relay}"
            );
        }
    }
}
