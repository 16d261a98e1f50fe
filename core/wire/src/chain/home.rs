//! Where an account lives.

use super::{MAX_HOMES, MAX_URL_BYTES, Reason};
use crate::ids::RelayKey;
use crate::{proto, sign};

/// A relay that an account has named as its home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeRelay {
    /// `http`, `https`, `ws` or `wss`, with neither credentials, query nor fragment.
    pub url: String,
    /// The relay's id.
    pub relay_key: RelayKey,
}

/// Reads the relays of a `home` statement.
pub(super) fn check(home: &proto::Home) -> Result<Vec<HomeRelay>, Reason> {
    if home.relays.is_empty() || home.relays.len() > MAX_HOMES {
        return Err(Reason::BadHome);
    }
    home.relays
        .iter()
        .map(|relay| {
            if !is_relay_url(&relay.url) {
                return Err(Reason::BadHome);
            }
            let relay_key = RelayKey::new(sign::check_signing_key(&relay.relay_key)?);
            Ok(HomeRelay {
                url: relay.url.clone(),
                relay_key,
            })
        })
        .collect()
}

/// A small language of its own rather than a URL library's: two versions of a library that
/// disagree about one odd URL would disagree about the account.
fn is_relay_url(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else {
        return false;
    };
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    url.len() <= MAX_URL_BYTES
        && matches!(scheme, "http" | "https" | "ws" | "wss")
        && is_authority(authority)
        && path
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=:@/".contains(&byte))
}

fn is_authority(authority: &str) -> bool {
    if let Some(bracketed) = authority.strip_prefix('[') {
        return bracketed.split_once(']').is_some_and(|(host, port)| {
            host.contains(':')
                && host
                    .bytes()
                    .all(|byte| byte.is_ascii_hexdigit() || b":.".contains(&byte))
                && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
        });
    }
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    !host.is_empty()
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
        && port.is_none_or(is_port)
}

fn is_port(port: &str) -> bool {
    // One spelling, so that nobody else reads another number.
    !port.starts_with('0')
        && port.bytes().all(|byte| byte.is_ascii_digit())
        && port.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_relay_url;

    #[test]
    fn urls_of_relays_and_others() {
        for good in [
            "http://127.0.0.1:8420",
            "https://relay.example",
            "wss://relay.example:443/sotto/v1",
            "ws://[::1]:8420/",
            "https://xn--bcher-kva.example/a%20b",
        ] {
            assert!(is_relay_url(good), "{good}");
        }
        let long = format!("https://{}", "a".repeat(193));
        for bad in [
            "",
            "relay.example",
            "ftp://relay.example",
            "HTTPS://relay.example",
            "https://",
            "https:///path",
            "https://user@relay.example",
            "https://user:pass@relay.example",
            "https://relay.example:0",
            "https://relay.example:65536",
            "https://relay.example:+80",
            "https://relay.example:080",
            "https://relay.example:",
            "https://relay.example/?query",
            "https://relay.example/#fragment",
            "https://relay.example\\@evil.example",
            "https://relay example",
            "https://bücher.example",
            "https://[::1",
            "https://[relay]:80",
            &long,
        ] {
            assert!(!is_relay_url(bad), "{bad}");
        }
    }
}
