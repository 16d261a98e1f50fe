//! Clients as an app has them, with their threads and sockets, over a relay in this process.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sotto_core::client::{Client, ProfileConfig, Unlock};

/// Longer than anything here takes.
pub const MINUTE: Duration = Duration::from_secs(60);

/// Serves until the process ends; gives the address.
#[must_use]
pub fn relay(data: &Path) -> String {
    std::fs::create_dir(data).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let socket = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"));
    let socket = socket.unwrap();
    let address = format!("http://{}", socket.local_addr().unwrap());
    let random = sotto_relay::SystemRandomness;
    let relay = sotto_relay::Relay::open(data, sotto_relay::Config::default(), random).unwrap();
    let serve = sotto_relay::server::serve(relay, socket, std::future::pending());
    std::thread::spawn(move || runtime.block_on(serve));
    address
}

/// Opens a profile in a folder, and makes it if it is not there.
#[must_use]
pub fn open(folder: &Path, name: &str) -> Arc<Client> {
    Client::open(ProfileConfig {
        dir: folder.join(name).to_str().unwrap().to_owned(),
        unlock: Unlock::KeyFile,
        create: true,
        online: true,
    })
    .unwrap()
}
