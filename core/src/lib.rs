//! The client engine of Sotto: sessions, history, device sync and outbox in one encrypted file.
//!
//! *A message, its ratchet step and its place in the queue are one transaction.* The floors, each
//! of which may use only those below it:
//!
//! ```text
//! client     what apps call
//! runtime    threads, sockets, timers: the only floor that joins net and engine
//! net        engine     bytes to a relay | decisions: (transaction, input, now) -> outcome
//!            crypto     the only importer of libsignal
//!            store      the only importer of rusqlite
//! model, clock, random  nouns that every floor shares
//! ```
//!
//! # Two clients talk
//!
//! `folder` is any folder, `relay` the address of a relay, `minute` how long to wait for it.
//!
//! ```
//! # use std::{error::Error, path::Path, sync::Arc, sync::mpsc::channel, thread, time::Duration};
//! # use sotto_core::client::{Client, Event, ProfileConfig, Unlock};
//! # fn relay(data: &Path) -> Result<String, Box<dyn Error>> {
//! #     let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
//! #     let socket = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
//! #     let address = format!("http://{}", socket.local_addr()?);
//! #     std::fs::create_dir(data)?;
//! #     let relay = sotto_relay::Relay::open(data, Default::default(), sotto_relay::SystemRandomness)?;
//! #     let serve = sotto_relay::server::serve(relay, socket, std::future::pending());
//! #     thread::spawn(move || runtime.block_on(serve));
//! #     Ok(address)
//! # }
//! # fn main() -> Result<(), Box<dyn Error>> {
//! # let temporary = tempfile::tempdir()?;
//! # let (folder, minute) = (temporary.path(), Duration::from_secs(60));
//! # let relay = relay(&folder.join("relay"))?;
//! let (said, heard) = channel();
//! let join = |name: &str| -> Result<Arc<Client>, Box<dyn Error>> {
//!     let dir = folder.join(name).display().to_string();
//!     let client = Client::open(ProfileConfig { dir, unlock: Unlock::KeyFile, create: true, online: true })?;
//!     Ok(client.register(relay.clone(), name.to_owned(), None, minute).map(|_| client)?)
//! };
//! let (ada, ben) = (join("Ada")?, join("Ben")?);
//! let ear = Arc::new(move |event: Event| {
//!     if let Event::MessageReceived { message } = event { said.send(message).unwrap() }
//! });
//! let (_for_ada, _for_ben) = (ada.subscribe(ear.clone())?, ben.subscribe(ear)?);
//! ada.conversation(ada.add_contact(ben.link()?)?.account)?.send("Hello, Ben!".to_owned())?;
//! let hello = heard.recv_timeout(minute)?;
//! ben.conversation(ben.accept_contact(hello.author)?.account)?.send("Hello, Ada!".to_owned())?;
//! assert_eq!(heard.recv_timeout(minute)?.text, Some("Hello, Ada!".to_owned()));
//! # assert_eq!(hello.text, Some("Hello, Ben!".to_owned()));
//! # Ok(())
//! # }
//! ```

pub mod client;
mod clock;
#[doc(hidden)]
pub mod crash;
mod crypto;
mod engine;
mod model;
mod net;
mod random;
mod runtime;
mod store;

#[doc(hidden)]
pub mod testing;
