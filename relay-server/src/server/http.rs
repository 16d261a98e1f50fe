//! The endpoints.

use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sotto_wire::size;

use super::{Shared, socket};
use crate::meters::Peer;
use crate::relay::PROTOCOL;
use crate::session::Kind;

/// An idle connection keeps this buffer for as long as it lives.
const READ_BUFFER: usize = 1 << 10;

pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/health", get(|| async { "ok\n" }))
        .route("/ready", get(ready))
        .route("/metrics", get(metrics))
        .route("/v1/info", get(info))
        .route("/v1/device", get(device))
        .route("/v1/anonymous", get(anonymous))
        .with_state(shared)
}

async fn ready(State(shared): State<Arc<Shared>>) -> (StatusCode, &'static str) {
    if shared.stopping.load(Ordering::Relaxed) {
        (StatusCode::SERVICE_UNAVAILABLE, "stopping\n")
    } else if !shared.healthy.load(Ordering::Relaxed) {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "the store is unavailable\n",
        )
    } else {
        (StatusCode::OK, "ready\n")
    }
}

async fn metrics(State(shared): State<Arc<Shared>>) -> Response {
    let content_type = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    (content_type, shared.relay.metrics().render()).into_response()
}

/// For people and monitors; clients believe only the signed greeting.
async fn info(State(shared): State<Arc<Shared>>) -> Response {
    let config = shared.relay.config();
    let mut json = String::new();
    let described = serde_json::json!({
        "name": "sotto-relay",
        "version": env!("CARGO_PKG_VERSION"),
        "relay_key": shared.relay.key().to_string(),
        "protocol": { "min": PROTOCOL.0, "max": PROTOCOL.1 },
        "host": config.public_host,
        "registration": format!("{:?}", config.registration).to_lowercase(),
        "notice": config.notice,
        "contact": config.contact,
    });
    let _ = writeln!(json, "{described}");
    ([(header::CONTENT_TYPE, "application/json")], json).into_response()
}

type Context = (State<Arc<Shared>>, ConnectInfo<SocketAddr>, HeaderMap);

async fn device(context: Context, upgrade: WebSocketUpgrade) -> Response {
    accept(context, upgrade, Kind::Device)
}

async fn anonymous(context: Context, upgrade: WebSocketUpgrade) -> Response {
    accept(context, upgrade, Kind::Anonymous)
}

fn accept(context: Context, upgrade: WebSocketUpgrade, kind: Kind) -> Response {
    let (State(shared), ConnectInfo(address), headers) = context;
    let behind_proxy = shared.relay.config().public_host.is_some();
    let peer = peer(address, &headers, behind_proxy);
    if let Err(too_fast) = shared.relay.admit(peer, shared.clock.now()) {
        let seconds = too_fast.retry_after_ms.div_ceil(1_000).to_string();
        return (
            StatusCode::TOO_MANY_REQUESTS,
            [(header::RETRY_AFTER, seconds)],
        )
            .into_response();
    }
    upgrade
        .max_message_size(size::MAX_FRAME)
        .max_frame_size(size::MAX_FRAME)
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .on_upgrade(move |stream: WebSocket| socket::run(shared, kind, peer, stream))
}

/// Whom to count a connection for. Behind a proxy everybody seems to come from loopback, which is
/// exempt from rates, so there it is the address that the proxy itself has appended.
fn peer(address: SocketAddr, headers: &HeaderMap, behind_proxy: bool) -> Peer {
    let direct = Peer::from_address(address.ip());
    if !behind_proxy || direct != Peer::Loopback {
        return direct;
    }
    let forwarded = headers.get_all("x-forwarded-for").iter().next_back();
    forwarded
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.rsplit(',').next())
        .and_then(|last| last.trim().parse().ok())
        .map_or(
            Peer::Prefix([0xff; 8]),
            |address| match Peer::from_address(address) {
                Peer::Loopback => Peer::Prefix([0xff; 8]),
                prefix @ Peer::Prefix(_) => prefix,
            },
        )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_exempt_only_without_a_proxy() {
        let loopback: SocketAddr = "127.0.0.1:5000".parse().unwrap();
        let mut headers = HeaderMap::new();
        assert_eq!(peer(loopback, &headers, false), Peer::Loopback);
        assert_eq!(peer(loopback, &headers, true), Peer::Prefix([0xff; 8]));
        headers.insert("x-forwarded-for", "127.0.0.1, 192.0.2.7".parse().unwrap());
        let there = Peer::from_address("192.0.2.7".parse().unwrap());
        assert_eq!(peer(loopback, &headers, true), there);
        assert_eq!(peer(loopback, &headers, false), Peer::Loopback);
        headers.insert("x-forwarded-for", "192.0.2.7, 127.0.0.1".parse().unwrap());
        assert_eq!(peer(loopback, &headers, true), Peer::Prefix([0xff; 8]));
        let outside: SocketAddr = "192.0.2.9:5000".parse().unwrap();
        assert_eq!(
            peer(outside, &headers, true),
            Peer::from_address(outside.ip())
        );
    }
}
