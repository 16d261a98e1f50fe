//! The relay on sockets: WebSockets for devices and anonymous senders, a few pages for operators.
//!
//! Owns tasks, threads and clocks, and drives the synchronous sessions with them: one task per
//! connection, one thread that groups what they want stored into commits, one sweep for all
//! timeouts. Decides nothing that the rules decide.

mod clock;
mod doorway;
mod http;
mod hub;
mod inbox;
mod settings;
mod socket;
mod writer;

use std::future::{Future, IntoFuture};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use self::clock::Clock;
use self::doorway::Doorway;
use self::hub::Hub;
use self::writer::Writer;
use crate::relay::Relay;

pub use self::settings::{Arguments, Settings, SettingsError};

/// How often timeouts are looked at.
const SWEEP: Duration = Duration::from_secs(5);

/// Frames from this size on are decoded a few at a time.
const BIG_FRAME: usize = 64 << 10;
const BIG_FRAMES_AT_ONCE: usize = 2;

/// How long a stopping relay waits for connections to end.
const PATIENCE: Duration = Duration::from_secs(15);

/// What every task of a server shares.
struct Shared {
    relay: Arc<Relay>,
    hub: Hub,
    writer: Writer,
    clock: Clock,
    stopping: AtomicBool,
    healthy: AtomicBool,
    /// Leave to decode a big frame. A hostile one takes many times its size while it is decoded.
    big_frames: Semaphore,
}

/// Serves until `stop` resolves, then drains: no new connections, every session told to come back
/// (1012), everything under way stored and answered.
///
/// # Errors
/// An [`io::Error`] if a thread cannot be started or the listener fails.
pub async fn serve(
    relay: Relay,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let relay = Arc::new(relay);
    let clock = Clock::start();
    let (writer, writing) = Writer::start(Arc::clone(&relay), clock)?;
    let shared = Arc::new(Shared {
        relay,
        hub: Hub::default(),
        writer,
        clock,
        stopping: AtomicBool::new(false),
        healthy: AtomicBool::new(true),
        big_frames: Semaphore::new(BIG_FRAMES_AT_ONCE),
    });
    let keeping = writer::Housekeeper::start(&shared)?;
    let sweeping = tokio::spawn(sweep(Arc::clone(&shared)));

    let stopping = Arc::clone(&shared);
    let (doorway, is_closed) = Doorway::new(listener);
    let doorway = doorway.tap_io(|stream| {
        // Frames are written whole; waiting to fill a packet would only delay the last one.
        let _ = stream.set_nodelay(true);
    });
    let service =
        http::router(Arc::clone(&shared)).into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(doorway, service)
        .with_graceful_shutdown(async move {
            stop.await;
            stopping.stopping.store(true, Ordering::Relaxed);
            tracing::info!("stopping");
        })
        .into_future();
    let serving = tokio::spawn(serving);
    let _ = is_closed.await;

    shared.hub.drain().await;
    // A page that somebody reads slowly must not keep the relay from stopping, nor may a session.
    let ended = async { tokio::join!(shared.hub.emptied(), serving) };
    if tokio::time::timeout(PATIENCE, ended).await.is_err() {
        tracing::warn!("some connections did not end in time");
    }
    sweeping.abort();
    keeping.stop();
    shared.writer.stop();
    let _ = tokio::task::spawn_blocking(move || writing.join()).await;
    tracing::info!("stopped");
    Ok(())
}

/// Pings who is silent and gives up on who is gone; also says how the relay is, with counters only.
async fn sweep(shared: Arc<Shared>) {
    let mut ticks = tokio::time::interval(SWEEP);
    let mut said = 0;
    for tick in 0_u64.. {
        ticks.tick().await;
        shared.hub.sweep(shared.clock.now().monotonic_ms);
        let metrics = shared.relay.metrics();
        if tick % 12 == 0 && said != metrics.opened.get() + metrics.puts.get() {
            said = metrics.opened.get() + metrics.puts.get();
            tracing::info!(
                sessions = metrics.opened.get().saturating_sub(metrics.closed.get()),
                logins = metrics.logins.get(),
                puts = metrics.puts.get(),
                delivered = metrics.delivered.get(),
                acks = metrics.acks.get(),
                store_failures = metrics.store_failures.get(),
                "so far"
            );
        }
    }
}
