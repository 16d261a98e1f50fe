//! The relay's program: settings, signals, exit codes.
//!
//! Exit codes: 0 after a stop by SIGTERM or SIGINT, 1 if the data or the address cannot be used,
//! 2 for settings that make no sense.

use std::error::Error;
use std::fs::{self, DirBuilder};
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::process::ExitCode;

use clap::Parser;
use sotto_relay::server::{self, Arguments, Settings};
use sotto_relay::{RESTORED_MARKER, Relay, SystemRandomness};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_target(false)
        .init();
    let settings = match Arguments::parse().settle() {
        Ok(settings) => settings,
        Err(error) => {
            eprintln!("sotto-relay: {error}");
            return ExitCode::from(2);
        }
    };
    match run(settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sotto-relay: {error}");
            ExitCode::from(1)
        }
    }
}

fn run(settings: Settings) -> Result<(), Box<dyn Error>> {
    let Settings {
        listen,
        data,
        restored,
        config,
    } = settings;
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&data)
        .map_err(|error| format!("{}: {error}", data.display()))?;
    if restored {
        fs::write(data.join(RESTORED_MARKER), b"")?;
    }
    let relay = Relay::open(&data, config, SystemRandomness)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(listen)
            .await
            .map_err(|error| format!("cannot listen on {listen}: {error}"))?;
        // Before the address is told to anybody, so that a signal is never met by the default.
        let (mut terminate, mut interrupt) = (
            signal(SignalKind::terminate())?,
            signal(SignalKind::interrupt())?,
        );
        announce(&relay, &listener)?;
        let stop = async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        };
        server::serve(relay, listener, stop).await?;
        Ok(())
    })
}

/// Two lines on stdout, for people and for scripts that wait for them.
fn announce(relay: &Relay, listener: &TcpListener) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "listening on http://{}", listener.local_addr()?)?;
    writeln!(out, "relay key {}", relay.key())?;
    out.flush()
}
